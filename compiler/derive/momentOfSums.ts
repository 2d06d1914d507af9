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
  zeroSeries,
  type Series,
} from '../../theory/series.ts';
import type { Budget } from './budget.ts';
import { expandExpectation, type ExpectationTerm } from './expandExpectation.ts';
import { setPartitions } from './partitions.ts';
import type { NeuronFactor, PlacedField, RowStatistic, StatisticTerm } from './rowStatistic.ts';

/** How far and how widely expectations are expanded. */
export interface Expansion {
  readonly maxOrder: number;
  /** Most nodes one neuron can be tied by: 2 for Gaussian priors. */
  readonly maxBlock: number;
  readonly budget: Budget;
}

/**
 * E[prod of statistics] over the layer below, through 1/n^maxOrder; entry p is the coefficient of n^-p.
 * Throws UserError when the budget is spent.
 */
export function momentOfStatistics(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  expansion: Expansion,
): Series<Atom> {
  const expand = (k: number, chosen: readonly StatisticTerm[]): Series<Atom> => {
    const statistic = statistics[k];
    if (!statistic) return momentOfProduct(ring, chosen, expansion);
    return statistic.terms
      .map((term) => expand(k + 1, [...chosen, term]))
      .reduce((p, q) => addSeries(ring, p, q), zeroSeries(ring, expansion.maxOrder));
  };
  return expand(0, []);
}

/** One neuron of a product of terms: where it came from, by term and position. */
interface Origin {
  readonly term: number;
  readonly neuron: number;
  readonly factor: NeuronFactor;
}

function momentOfProduct(
  ring: Ring<Atom>,
  terms: readonly StatisticTerm[],
  expansion: Expansion,
): Series<Atom> {
  const coefficient = terms.reduce((p, term) => ring.multiply(p, term.coefficient), ring.one);
  if (ring.isZero(coefficient)) return zeroSeries(ring, expansion.maxOrder);
  const origins = terms.flatMap(({ neurons }, term) =>
    neurons.map((factor, neuron) => ({ term, neuron, factor })),
  );
  const pinned = [...new Set(origins.flatMap(({ factor }) => factor.pin ?? []))].map((pin) =>
    origins.filter(({ factor }) => factor.pin === pin),
  );
  const summed = origins.filter(({ factor }) => factor.pin === undefined).map((origin) => [origin]);
  const extra = terms.reduce((sum, { inverseWidths }) => sum + inverseWidths, 0);
  const total = setPartitions([...pinned, ...summed])
    .filter((partition) => partition.every((merged) => merged.filter(isPinned).length <= 1))
    .map((partition) =>
      momentOfCoincidences(
        ring,
        partition.map((merged) => merged.flat()),
        { fields: fieldsOf(terms), pins: pinned.length, sums: summed.length + extra },
        expansion,
      ),
    )
    .reduce((left, right) => addSeries(ring, left, right), zeroSeries(ring, expansion.maxOrder));
  return total.map((p) => ring.multiply(coefficient, p));
}

function isPinned(origins: readonly Origin[]): boolean {
  return origins[0]?.factor.pin !== undefined;
}

function fieldsOf(terms: readonly StatisticTerm[]): readonly (PlacedField & { readonly term: number })[] {
  return terms.flatMap(({ fields }, term) => fields.map((field) => ({ ...field, term })));
}

interface ProductOfSums {
  readonly fields: readonly (PlacedField & { readonly term: number })[];
  readonly pins: number;
  /** Powers of 1/n_l in front. */
  readonly sums: number;
}

/** The part of the multiple sum where exactly the neurons of one class coincide. */
function momentOfCoincidences(
  ring: Ring<Atom>,
  classes: readonly (readonly Origin[])[],
  { fields, pins, sums }: ProductOfSums,
  { maxOrder, maxBlock, budget }: Expansion,
): Series<Atom> {
  const free = classes.length - pins;
  const lost = sums - free;
  if (lost > maxOrder) return zeroSeries(ring, maxOrder);
  const neurons = classes.map((origins) =>
    origins.flatMap(({ factor }): readonly LocalFunction[] => factor.locals),
  );
  const classOf = (term: number, neuron: number): number =>
    classes.findIndex((origins) =>
      origins.some((origin) => origin.term === term && origin.neuron === neuron),
    );
  const placed = fields.map((field) => ({
    ...field,
    neurons: field.neurons.map((neuron) => classOf(field.term, neuron)),
  }));
  const expansion = expandExpectation(neurons, placed, { maxOrder: maxOrder - lost, maxBlock, budget });
  const orders = Array.from({ length: maxOrder + 1 }, (_, order) =>
    ring.fromTerms(expansion.filter((term) => term.order === order).map(toTerm)),
  );
  return multiplySeries(ring, orders, choiceFactor(ring, { free, pins, lost }, maxOrder));
}

function toTerm({ weight, atoms }: ExpectationTerm): Term<Atom> {
  return { coefficient: weight, factors: atoms.map((atom) => ({ atom, exponent: 1 })) };
}

/** n_l^-(free + lost) (n_l - pins) ... (n_l - pins - free + 1) with 1/n_l = (n/n_l) / n. */
function choiceFactor(
  ring: Ring<Atom>,
  { free, pins, lost }: { readonly free: number; readonly pins: number; readonly lost: number },
  maxOrder: number,
): Series<Atom> {
  const inverseWidth: Polynomial<Atom> = ring.atom(WIDTH_RATIO);
  const factors = Array.from({ length: free }, (_, taken) =>
    addSeries(
      ring,
      constantSeries(ring, ring.one, maxOrder),
      monomialSeries(ring, ring.scale(inverseWidth, rational(-taken - pins)), 1, maxOrder),
    ),
  );
  const power = monomialSeries(ring, ring.power(inverseWidth, lost), lost, maxOrder);
  return factors.reduce((left, right) => multiplySeries(ring, left, right), power);
}
