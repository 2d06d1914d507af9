/**
 * Moments of row statistics as series in 1/n: pass 3 of the cumulant flow. A product of sums over neurons is split
 * by which of its indices coincide; r distinct neurons out of n_l can be chosen in n_l (n_l - 1) ... (n_l - r + 1) ways.
 */
import { WIDTH_RATIO, type Atom } from '../../theory/atom.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';
import { addSeries, multiplySeries, zeroSeries, type Series } from '../../theory/series.ts';
import type { NeuronSum, RowStatistic } from './contractWeights.ts';
import { expandExpectation } from './expandExpectation.ts';
import { setPartitions } from './partitions.ts';

/** E[prod of statistics] over the layer below, through 1/n^maxOrder; entry p is the coefficient of n^-p. */
export function momentOfStatistics(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  maxOrder: number,
): Series<Atom> {
  const expand = (k: number, factor: Polynomial<Atom>, sums: readonly NeuronSum[]): Series<Atom> => {
    const statistic = statistics[k];
    if (ring.isZero(factor)) return zeroSeries(ring, maxOrder);
    if (!statistic) return momentOfSums(ring, sums, maxOrder).map((p) => ring.multiply(factor, p));
    const choices = statistic.sums.map((sum) => expand(k + 1, factor, [...sums, sum]));
    const constant = expand(k + 1, ring.multiply(factor, statistic.constant), sums);
    return choices.reduce((total, choice) => addSeries(ring, total, choice), constant);
  };
  return expand(0, ring.one, []);
}

function momentOfSums(ring: Ring<Atom>, sums: readonly NeuronSum[], maxOrder: number): Series<Atom> {
  const coefficient = sums.reduce((p, sum) => ring.multiply(p, sum.coefficient), ring.one);
  const total = setPartitions(sums)
    .map((classes) => momentOfCoincidences(ring, classes, sums.length, maxOrder))
    .reduce((left, right) => addSeries(ring, left, right), zeroSeries(ring, maxOrder));
  return total.map((p) => ring.multiply(coefficient, p));
}

/** The part of the multiple sum where exactly the sums of one class share a neuron. */
function momentOfCoincidences(
  ring: Ring<Atom>,
  classes: readonly (readonly NeuronSum[])[],
  sumCount: number,
  maxOrder: number,
): Series<Atom> {
  const lost = sumCount - classes.length;
  if (lost > maxOrder) return zeroSeries(ring, maxOrder);
  const neurons = classes.map((sums) => sums.flatMap((sum) => sum.locals));
  const orders: Polynomial<Atom>[] = [...zeroSeries(ring, maxOrder)];
  for (const { order, weight, atoms } of expandExpectation(neurons, maxOrder - lost)) {
    const term = atoms.map((atom) => ring.atom(atom)).reduce((p, q) => ring.multiply(p, q), ring.constant(weight));
    orders[order] = ring.add(orders[order] as Polynomial<Atom>, term);
  }
  return multiplySeries(ring, orders, choiceFactor(ring, classes.length, sumCount, maxOrder));
}

/** n_l^-sums n_l (n_l - 1) ... (n_l - r + 1) with 1/n_l = (n/n_l) / n. */
function choiceFactor(ring: Ring<Atom>, neurons: number, sums: number, maxOrder: number): Series<Atom> {
  const inverseWidth = ring.atom(WIDTH_RATIO);
  const zero = zeroSeries(ring, maxOrder);
  const power = zero.map((p, order) => (order === sums - neurons ? ring.power(inverseWidth, order) : p));
  const factors = Array.from({ length: neurons }, (_, taken) =>
    zero.map((p, order) =>
      order === 0 ? ring.one : order === 1 ? ring.scale(inverseWidth, rational(-taken)) : p,
    ),
  );
  return factors.reduce((left, right) => multiplySeries(ring, left, right), power);
}
