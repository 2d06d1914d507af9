/** From sums over networks to a measured value with its standard error. */
import { groupEstimates, groupedSums, type Accumulator, type GroupedSums } from './accumulate.ts';
import type { KernelStatistic } from './correlators.ts';
import type { Quantity } from './quantity.ts';
import { cumulantEstimator, momentEstimator, type Estimator, type Monomial } from './unbiased.ts';

export interface Measurement {
  readonly value: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error: groups of networks less one. */
  readonly degrees: number;
}

/** Rounding of the simulated signals: no measurement is better than this, relative. */
const SINGLE_PRECISION = 2 ** -24;

/** Every product of kernel entries whose sum the quantities need. */
export function neededMonomials(quantities: readonly Quantity[]): readonly Monomial[] {
  const monomials = new Map<string, Monomial>();
  for (const statistic of quantities.flatMap((quantity) => quantity.statistics)) {
    const factors = estimators(statistic, () => 1)
      .flatMap(({ estimator }) => estimator.terms)
      .flatMap((term) => term.factors);
    for (const factor of factors) if (factor.length > 0) monomials.set(factor.join(','), factor);
  }
  return [...monomials.values()];
}

/**
 * The quantities measured, undefined where too few networks were seen. Each group of networks gives an unbiased estimate of each
 * statistic; the value is that of the mean over groups, corrected for its curvature by the jackknife, which also gives the error.
 * For a single correlator this is the plain mean over groups and its standard error.
 */
export function measure(
  quantities: readonly Quantity[],
  sums: Accumulator,
): readonly (Measurement | undefined)[] {
  const known = new Map<string, Float64Array>();
  const minimum = minimumDraws(quantities);
  const grouped = groupedSums(sums, minimum);
  if (!grouped) return quantities.map(() => undefined);
  for (const statistic of quantities.flatMap((quantity) => quantity.statistics)) {
    if (!known.has(statistic.key))
      known.set(statistic.key, statisticEstimates(statistic, grouped, sums.shift));
  }
  return quantities.map((quantity) => jackknife(quantity, known, grouped.groups.length));
}

/** At least twice what unbiasedness needs, so that a group's estimate is not wild. */
function minimumDraws(quantities: readonly Quantity[]): number {
  const longest = quantities.flatMap(({ statistics }) =>
    statistics.map(({ terms }) => terms[0]?.entries.length ?? 1),
  );
  return 2 * Math.max(1, ...longest);
}

function estimators(
  { terms, connected }: KernelStatistic,
  shift: (entry: number) => number,
): readonly { readonly count: number; readonly estimator: Estimator }[] {
  return terms.map(({ count, entries }) => ({
    count,
    estimator: connected ? cumulantEstimator(entries) : momentEstimator(entries, shift),
  }));
}

function statisticEstimates(
  statistic: KernelStatistic,
  grouped: GroupedSums,
  shift: Float64Array,
): Float64Array {
  const total = new Float64Array(grouped.groups.length);
  for (const { count, estimator } of estimators(statistic, (entry) => shift[entry]!)) {
    groupEstimates(estimator, grouped).forEach((estimate, g) => (total[g]! += count * estimate));
  }
  return total;
}

/** Delete-one-group jackknife (Quenouille, Tukey): value and error of a smooth function of means. */
function jackknife(
  quantity: Quantity,
  estimates: ReadonlyMap<string, Float64Array>,
  groups: number,
): Measurement {
  const keys = quantity.statistics.map(({ key }) => key);
  const means = new Map(keys.map((key) => [key, mean(estimates.get(key)!)]));
  const without = (g: number) =>
    new Map(keys.map((key) => [key, (groups * means.get(key)! - estimates.get(key)![g]!) / (groups - 1)]));
  const deleted = Float64Array.from({ length: groups }, (_, g) => quantity.value(without(g)));
  const centre = mean(deleted);
  const spread = deleted.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return {
    value: groups * quantity.value(means) - (groups - 1) * centre,
    standardError: Math.hypot(
      Math.sqrt(((groups - 1) / groups) * spread),
      SINGLE_PRECISION * quantity.value(means),
    ),
    degrees: groups - 1,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
