/**
 * Moments of row statistics as series in 1/n: pass 3 of the cumulant flow. A product of sums over neurons is split
 * by which of its indices coincide; r distinct neurons out of n_l can be chosen in n_l (n_l - 1) ... (n_l - r + 1) ways.
 */
import { WIDTH_RATIO, type Atom } from '../../theory/atom.ts';
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
import type { NeuronSum, RowStatistic } from './contractWeights.ts';
import { expandExpectation, type ExpectationTerm } from './expandExpectation.ts';
import { setPartitions } from './partitions.ts';

/**
 * E[prod of statistics] over the layer below, through 1/n^maxOrder; entry p is the coefficient of n^-p.
 * Throws UserError when the budget is spent.
 */
export function momentOfStatistics(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  maxOrder: number,
  budget: Budget,
): Series<Atom> {
  const expand = (k: number, factor: Polynomial<Atom>, sums: readonly NeuronSum[]): Series<Atom> => {
    const statistic = statistics[k];
    if (ring.isZero(factor)) return zeroSeries(ring, maxOrder);
    if (!statistic) return momentOfSums(ring, sums, maxOrder, budget).map((p) => ring.multiply(factor, p));
    const choices = statistic.sums.map((sum) => expand(k + 1, factor, [...sums, sum]));
    const constant = expand(k + 1, ring.multiply(factor, statistic.constant), sums);
    return choices.reduce((total, choice) => addSeries(ring, total, choice), constant);
  };
  return expand(0, ring.one, []);
}

function momentOfSums(
  ring: Ring<Atom>,
  sums: readonly NeuronSum[],
  maxOrder: number,
  budget: Budget,
): Series<Atom> {
  const coefficient = sums.reduce((p, sum) => ring.multiply(p, sum.coefficient), ring.one);
  const total = setPartitions(sums)
    .map((classes) => momentOfCoincidences(ring, classes, sums.length, maxOrder, budget))
    .reduce((left, right) => addSeries(ring, left, right), zeroSeries(ring, maxOrder));
  return total.map((p) => ring.multiply(coefficient, p));
}

/** The part of the multiple sum where exactly the sums of one class share a neuron. */
function momentOfCoincidences(
  ring: Ring<Atom>,
  classes: readonly (readonly NeuronSum[])[],
  sumCount: number,
  maxOrder: number,
  budget: Budget,
): Series<Atom> {
  const lost = sumCount - classes.length;
  if (lost > maxOrder) return zeroSeries(ring, maxOrder);
  const neurons = classes.map((sums) => sums.flatMap((sum) => sum.locals));
  const expansion = expandExpectation(neurons, maxOrder - lost, budget);
  const orders = Array.from({ length: maxOrder + 1 }, (_, order) =>
    ring.fromTerms(expansion.filter((term) => term.order === order).map(toTerm)),
  );
  return multiplySeries(ring, orders, choiceFactor(ring, classes.length, sumCount, maxOrder));
}

function toTerm({ weight, atoms }: ExpectationTerm): Term<Atom> {
  return { coefficient: weight, factors: atoms.map((atom) => ({ atom, exponent: 1 })) };
}

/** n_l^-sums n_l (n_l - 1) ... (n_l - r + 1) with 1/n_l = (n/n_l) / n. */
function choiceFactor(ring: Ring<Atom>, neurons: number, sums: number, maxOrder: number): Series<Atom> {
  const inverseWidth = ring.atom(WIDTH_RATIO);
  const factors = Array.from({ length: neurons }, (_, taken) =>
    addSeries(
      ring,
      constantSeries(ring, ring.one, maxOrder),
      monomialSeries(ring, ring.scale(inverseWidth, rational(-taken)), 1, maxOrder),
    ),
  );
  const lost = sums - neurons;
  const power = monomialSeries(ring, ring.power(inverseWidth, lost), lost, maxOrder);
  return factors.reduce((left, right) => multiplySeries(ring, left, right), power);
}
