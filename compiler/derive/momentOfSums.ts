/**
 * Moments of row statistics as series in 1/n: pass 3 of the cumulant flow. A product of sums over neurons is split
 * by which of its indices coincide; r distinct neurons out of n_l, other than p given ones, can be chosen in
 * (n_l - p) (n_l - p - 1) ... (n_l - p - r + 1) ways.
 */
import { WIDTH_RATIO, type Atom, type LocalFunction } from '../../theory/atom.ts';
import type { Polynomial, Ring, Term } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';
import {
  addSeries,
  constantSeries,
  monomialSeries,
  multiplySeries,
  scaleSeries,
  zeroSeries,
  type Series,
} from '../../theory/series.ts';
import type { Budget } from './budget.ts';
import { expandExpectation, type ExpectationTerm } from './expandExpectation.ts';
import { setPartitions } from './partitions.ts';
import type { CouplingKinds } from './placements.ts';
import type { NeuronFactor, PlacedField, RowStatistic, StatisticTerm } from './rowStatistic.ts';

/** How far and how widely expectations are expanded. */
export interface Expansion extends CouplingKinds {
  readonly maxOrder: number;
  readonly budget: Budget;
}

/** One neuron of a product of terms: where it came from, by term and position. */
export interface Origin {
  readonly term: number;
  readonly neuron: number;
  readonly factor: NeuronFactor;
}

/** A product of terms, one of each statistic, where exactly the neurons of one class coincide. */
export interface Coincidence {
  readonly classes: readonly (readonly Origin[])[];
  /** Classes with a neuron that a skip connection gives; the others are summed over. */
  readonly pins: number;
  /** Powers of 1/n_l in front of the product. */
  readonly sums: number;
  /** What is on the neuron of each class. */
  readonly neurons: readonly (readonly LocalFunction[])[];
  readonly fields: readonly PlacedField[];
}

/** How many powers of 1/n_l fewer free neurons than sums cost. */
export function lostPowers({ classes, pins, sums }: Coincidence): number {
  return sums - (classes.length - pins);
}

/**
 * E[prod of statistics] over the layer below, through 1/n^maxOrder; entry p is the coefficient of n^-p. `explainMoment` lists
 * the same summands one by one. Throws UserError when the budget is spent.
 */
export function momentOfStatistics(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  expansion: Expansion,
): Series<Atom> {
  const total = (summands: readonly Series<Atom>[]): Series<Atom> =>
    summands.reduce((p, q) => addSeries(ring, p, q), zeroSeries(ring, expansion.maxOrder));
  return total(
    productsOfTerms(statistics).map((terms) => {
      const coefficient = coefficientOfProduct(ring, terms);
      if (ring.isZero(coefficient)) return zeroSeries(ring, expansion.maxOrder);
      const moments = coincidencesOf(terms, expansion.maxOrder).map((coincidence) =>
        momentOfCoincidence(ring, coincidence, expansion),
      );
      return scaleSeries(ring, total(moments), coefficient);
    }),
  );
}

/** Every choice of one term of each statistic. */
export function productsOfTerms(statistics: readonly RowStatistic[]): StatisticTerm[][] {
  return statistics.reduce<StatisticTerm[][]>(
    (all, { terms }) => all.flatMap((head) => terms.map((term) => [...head, term])),
    [[]],
  );
}

export function coefficientOfProduct(ring: Ring<Atom>, terms: readonly StatisticTerm[]): Polynomial<Atom> {
  return terms.reduce((p, term) => ring.multiply(p, term.coefficient), ring.one);
}

/** The ways in which neurons of the product's multiple sum coincide, those beyond 1/n^maxOrder left out. */
export function coincidencesOf(terms: readonly StatisticTerm[], maxOrder: number): Coincidence[] {
  const origins = terms.flatMap(({ neurons }, term) =>
    neurons.map((factor, neuron) => ({ term, neuron, factor })),
  );
  const pinned = [...new Set(origins.flatMap(({ factor }) => factor.pin ?? []))].map((pin) =>
    origins.filter(({ factor }) => factor.pin === pin),
  );
  const summed = origins.filter(({ factor }) => factor.pin === undefined).map((origin) => [origin]);
  const extra = terms.reduce((sum, { inverseWidths }) => sum + inverseWidths, 0);
  const fields = terms.flatMap((each, term) => each.fields.map((field) => ({ ...field, term })));
  return setPartitions([...pinned, ...summed])
    .filter((partition) => partition.every((merged) => merged.filter(isPinned).length <= 1))
    .map((partition) =>
      coincidence(
        partition.map((merged) => merged.flat()),
        { pins: pinned.length, sums: summed.length + extra },
        fields,
      ),
    )
    .filter((each) => lostPowers(each) <= maxOrder);
}

function isPinned(origins: readonly Origin[]): boolean {
  return origins[0]?.factor.pin !== undefined;
}

function coincidence(
  classes: readonly (readonly Origin[])[],
  counts: Pick<Coincidence, 'pins' | 'sums'>,
  fields: readonly (PlacedField & { readonly term: number })[],
): Coincidence {
  return {
    ...counts,
    classes,
    neurons: classes.map((origins) =>
      origins.flatMap(({ factor }): readonly LocalFunction[] => factor.locals),
    ),
    fields: fields.map(({ shape, samples, neurons, term }) => ({
      shape,
      samples,
      neurons: neurons.map((neuron) => classOf(classes, term, neuron)),
    })),
  };
}

/** Where a neuron of one of the product's terms went. */
export function classOf(classes: Coincidence['classes'], term: number, neuron: number): number {
  return classes.findIndex((origins) =>
    origins.some((origin) => origin.term === term && origin.neuron === neuron),
  );
}

/** The summands of one coincidence before the number of ways to choose its neurons. */
export function expandCoincidence(
  coincidence: Coincidence,
  { maxOrder, ...rest }: Expansion,
): ExpectationTerm[] {
  const left = maxOrder - lostPowers(coincidence);
  return expandExpectation(coincidence.neurons, coincidence.fields, { ...rest, maxOrder: left });
}

function momentOfCoincidence(ring: Ring<Atom>, coincidence: Coincidence, expansion: Expansion): Series<Atom> {
  const summands = expandCoincidence(coincidence, expansion);
  const orders = Array.from({ length: expansion.maxOrder + 1 }, (_, order) =>
    ring.fromTerms(summands.filter((term) => term.order === order).map(toTerm)),
  );
  return multiplySeries(ring, orders, choiceFactor(ring, coincidence, expansion.maxOrder));
}

export function toTerm({ weight, atoms }: ExpectationTerm): Term<Atom> {
  return { coefficient: weight, factors: atoms.map((atom) => ({ atom, exponent: 1 })) };
}

/** n_l^-(free + lost) (n_l - pins) ... (n_l - pins - free + 1) with 1/n_l = (n/n_l) / n. */
export function choiceFactor(ring: Ring<Atom>, coincidence: Coincidence, maxOrder: number): Series<Atom> {
  const { classes, pins } = coincidence;
  const lost = lostPowers(coincidence);
  const inverseWidth: Polynomial<Atom> = ring.atom(WIDTH_RATIO);
  const factors = Array.from({ length: classes.length - pins }, (_, taken) =>
    addSeries(
      ring,
      constantSeries(ring, ring.one, maxOrder),
      monomialSeries(ring, ring.scale(inverseWidth, rational(-taken - pins)), 1, maxOrder),
    ),
  );
  const power = monomialSeries(ring, ring.power(inverseWidth, lost), lost, maxOrder);
  return factors.reduce((left, right) => multiplySeries(ring, left, right), power);
}
