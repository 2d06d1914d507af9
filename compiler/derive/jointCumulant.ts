/**
 * Joint cumulants of row statistics: pass 5 of the cumulant flow. Moments minus disconnected products, in the
 * recursive form kappa(S) = E[S] - sum over proper B containing the first of kappa(B) E[S without B].
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Atom } from '../../theory/atom.ts';
import type { Ring } from '../../theory/polynomial.ts';
import { addSeries, multiplySeries, negateSeries, type Series } from '../../theory/series.ts';
import { momentOfStatistics, type Expansion } from './momentOfSums.ts';
import { properSubsetsWithFirst } from './partitions.ts';
import { isConstantTerm, type RowStatistic } from './rowStatistic.ts';

/**
 * The joint cumulant of the statistics through 1/n^maxOrder. Throws InternalError if any power below 1/n^(p/2-1) survives, p
 * being the number of nodes: connectedness guarantees that it cancels, so a survivor is a bug of ours.
 */
export function jointCumulant(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  expansion: Expansion,
): Series<Atom> {
  const shifted = withoutConstants(statistics);
  const moment = memoised((subset) =>
    momentOfStatistics(
      ring,
      subset.map((k) => shifted[k] as RowStatistic),
      expansion,
    ),
  );
  const cumulant = memoised((subset): Series<Atom> => {
    const disconnected = properSubsetsWithFirst(subset).map((part) =>
      multiplySeries(ring, cumulant(part), moment(subset.filter((k) => !part.includes(k)))),
    );
    const connected = disconnected.reduce(
      (total, product) => addSeries(ring, total, negateSeries(ring, product)),
      moment(subset),
    );
    const points = subset.reduce((sum, k) => sum + (shifted[k] as RowStatistic).points, 0);
    assertPowerCounting(ring, connected, points);
    return connected;
  });
  return cumulant(shifted.map((_, k) => k));
}

/** A cumulant of two or more variables does not feel a constant shift, so the bias variance drops out at once. */
export function withoutConstants(statistics: readonly RowStatistic[]): readonly RowStatistic[] {
  if (statistics.length === 1) return statistics;
  return statistics.map((statistic) => ({
    ...statistic,
    terms: statistic.terms.filter((term) => !isConstantTerm(term)),
  }));
}

function assertPowerCounting(ring: Ring<Atom>, series: Series<Atom>, points: number): void {
  const survivor = series.findIndex((p, order) => order < points / 2 - 1 && !ring.isZero(p));
  if (survivor >= 0)
    throw new InternalError(`a joint cumulant of ${points} nodes kept a term of order 1/n^${survivor}`);
}

/** Remembers what was computed for each subset. */
export function memoised<V>(compute: (subset: readonly number[]) => V): (subset: readonly number[]) => V {
  const known = new Map<string, V>();
  return (subset) => {
    const key = subset.join();
    const value = known.get(key) ?? compute(subset);
    known.set(key, value);
    return value;
  };
}
