/**
 * Joint cumulants of row statistics: pass 5 of the cumulant flow. Moments minus disconnected products, in the
 * recursive form kappa(S) = E[S] - sum over proper B containing the first of kappa(B) E[S without B].
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Atom } from '../../theory/atom.ts';
import type { Ring } from '../../theory/polynomial.ts';
import { addSeries, multiplySeries, negateSeries, type Series } from '../../theory/series.ts';
import type { Budget } from './budget.ts';
import type { RowStatistic } from './contractWeights.ts';
import { momentOfStatistics } from './momentOfSums.ts';
import { properSubsetsWithFirst } from './partitions.ts';

/**
 * The joint cumulant of the statistics through 1/n^maxOrder. Throws InternalError if any power below
 * 1/n^(m-1) survives: connectedness guarantees that it cancels, so a survivor is a bug of ours.
 */
export function jointCumulant(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  maxOrder: number,
  budget: Budget,
): Series<Atom> {
  // A cumulant of two or more variables does not feel a constant shift, so the bias variance drops out at once.
  const shifted =
    statistics.length > 1 ? statistics.map(({ sums }) => ({ constant: ring.zero, sums })) : statistics;
  const moment = memoised((subset) =>
    momentOfStatistics(
      ring,
      subset.map((k) => shifted[k] as RowStatistic),
      maxOrder,
      budget,
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
    assertPowerCounting(ring, connected, subset.length);
    return connected;
  });
  return cumulant(shifted.map((_, k) => k));
}

function assertPowerCounting(ring: Ring<Atom>, series: Series<Atom>, count: number): void {
  const survivor = series.findIndex((p, order) => order < count - 1 && !ring.isZero(p));
  if (survivor >= 0)
    throw new InternalError(`a joint cumulant of ${count} statistics kept a term of order 1/n^${survivor}`);
}

function memoised<V>(compute: (subset: readonly number[]) => V): (subset: readonly number[]) => V {
  const known = new Map<string, V>();
  return (subset) => {
    const key = subset.join();
    const value = known.get(key) ?? compute(subset);
    known.set(key, value);
    return value;
  };
}
