/** From sums over networks to a measured value with its standard error. */
import { GROUPS, groupEstimates, groupedSums, type Accumulator, type GroupedSums } from './accumulate.ts';
import type { KernelStatistic } from './correlators.ts';
import type { Block, FieldStatistic } from './fieldCorrelators.ts';
import type { Quantity, Statistic } from './quantity.ts';
import {
  cumulantEstimator,
  momentEstimator,
  productsEstimator,
  type Estimator,
  type Monomial,
} from './unbiased.ts';

export interface Measurement {
  readonly value: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error: groups of networks less one. */
  readonly degrees: number;
}

/** What the quantities of a check are made of. */
export interface Needs {
  /** Products of kernel entries. */
  readonly kernels: readonly Monomial[];
  /** Kernel entries whose mean control variates are to correct. */
  readonly meanKernels: ReadonlySet<number>;
  readonly blocks: readonly Block[];
  /** Blocks whose mean they are to correct, by their places. */
  readonly meanBlocks: ReadonlySet<number>;
  /** Products of block averages, by their places in `blocks`. */
  readonly products: readonly Monomial[];
}

/** Sums over the same networks. */
export interface NetworkSums {
  readonly kernels?: Accumulator;
  readonly blocks?: Accumulator;
}

/** Rounding of the simulated signals: no measurement is better than this, relative. */
const SINGLE_PRECISION = 2 ** -24;

/** Everything whose sum the quantities need; means among those of `controlled` are corrected by control variates. */
export function needsOf(quantities: readonly Quantity[], controlled: readonly Quantity[] = []): Needs {
  const fields = fieldsOf(quantities);
  const blocks = blocksOf(fields);
  const places = placesOf(blocks);
  const ofBlocks = (some: readonly FieldStatistic[]) => some.map((one) => fieldEstimator(one, places));
  return {
    kernels: monomialsOf(kernelEstimatorsOf(quantities)),
    meanKernels: meansOf(kernelEstimatorsOf(controlled)),
    blocks,
    meanBlocks: meansOf(ofBlocks(fieldsOf(controlled))),
    products: monomialsOf(ofBlocks(fields)),
  };
}

function fieldsOf(quantities: readonly Quantity[]): readonly FieldStatistic[] {
  return quantities
    .flatMap(({ statistics }) => statistics)
    .filter((statistic) => statistic.kind === 'fields');
}

function kernelEstimatorsOf(quantities: readonly Quantity[]): readonly Estimator[] {
  return quantities
    .flatMap(({ statistics }) => statistics)
    .filter((statistic) => statistic.kind === 'kernel')
    .flatMap((statistic) => kernelEstimators(statistic, () => 1).map(({ estimator }) => estimator));
}

/** Single variables in estimators that are linear in their sums. */
function meansOf(estimators: readonly Estimator[]): ReadonlySet<number> {
  const linear = estimators.filter(({ minimumDraws }) => minimumDraws === 1);
  return new Set(monomialsOf(linear).flatMap(([entry, ...more]) => (more.length === 0 ? [entry!] : [])));
}

function blocksOf(statistics: readonly FieldStatistic[]): readonly Block[] {
  const all = statistics.flatMap(({ products }) => products.flatMap(({ blocks }) => blocks));
  return [...new Map(all.map((block) => [block.key, block])).values()];
}

function placesOf(blocks: readonly Block[]): ReadonlyMap<string, number> {
  return new Map(blocks.map(({ key }, place) => [key, place]));
}

function monomialsOf(estimators: readonly Estimator[]): readonly Monomial[] {
  const factors = estimators.flatMap(({ terms }) => terms.flatMap((term) => term.factors));
  const nontrivial = factors.filter(({ length }) => length > 0);
  return [...new Map(nontrivial.map((factor) => [factor.join(','), factor])).values()];
}

/**
 * The quantities measured, undefined where too few networks were seen. Each group of networks gives an unbiased estimate of each
 * statistic; the value is that of the mean over groups, corrected for its curvature by the jackknife, which also gives the error.
 * For a single correlator this is the plain mean over groups and its standard error.
 */
export function measure(
  quantities: readonly Quantity[],
  { blocks }: Needs,
  sums: NetworkSums,
): readonly (Measurement | undefined)[] {
  const minimum = minimumDraws(quantities);
  const kernelSums = sums.kernels && groupedSums(sums.kernels, minimum);
  const blockSums = sums.blocks && groupedSums(sums.blocks, minimum);
  const places = placesOf(blocks);
  const estimate = (statistic: Statistic): Float64Array | undefined => {
    if (statistic.kind === 'kernel')
      return kernelSums && kernelEstimates(statistic, kernelSums, sums.kernels.shift);
    // Nothing is simulated for a correlator that vanishes by parity.
    if (statistic.products.length === 0) {
      const { groups } = blockSums ?? kernelSums ?? { groups: [] };
      return new Float64Array(groups.length);
    }
    return blockSums && groupEstimates(fieldEstimator(statistic, places), blockSums);
  };
  const known = new Map<string, Float64Array | undefined>();
  for (const statistic of quantities.flatMap((quantity) => quantity.statistics)) {
    if (!known.has(statistic.key)) known.set(statistic.key, estimate(statistic));
  }
  return quantities.map((quantity) => jackknife(quantity, known));
}

/** At least twice what unbiasedness needs, so that a group's estimate is not wild. */
function minimumDraws(quantities: readonly Quantity[]): number {
  const longest = quantities.flatMap(({ statistics }) =>
    statistics.flatMap((statistic) =>
      statistic.kind === 'kernel'
        ? (statistic.terms[0]?.entries.length ?? 1)
        : statistic.products.map(({ blocks }) => blocks.length),
    ),
  );
  return 2 * Math.max(1, ...longest);
}

function kernelEstimators(
  { terms, connected }: KernelStatistic,
  shift: (entry: number) => number,
): readonly { readonly count: number; readonly estimator: Estimator }[] {
  return terms.map(({ count, entries }) => ({
    count,
    estimator: connected ? cumulantEstimator(entries) : momentEstimator(entries, shift),
  }));
}

function kernelEstimates(
  statistic: KernelStatistic,
  grouped: GroupedSums,
  shift: Float64Array,
): Float64Array {
  const total = new Float64Array(grouped.groups.length);
  for (const { count, estimator } of kernelEstimators(statistic, (entry) => shift[entry]!)) {
    groupEstimates(estimator, grouped).forEach((estimate, g) => (total[g]! += count * estimate));
  }
  return total;
}

function fieldEstimator({ products }: FieldStatistic, places: ReadonlyMap<string, number>): Estimator {
  return productsEstimator(
    products.map(({ weight, blocks }) => ({ weight, blocks: blocks.map(({ key }) => [places.get(key)!]) })),
  );
}

/** Delete-one-group jackknife (Quenouille, Tukey): value and error of a smooth function of means. */
function jackknife(
  quantity: Quantity,
  known: ReadonlyMap<string, Float64Array | undefined>,
): Measurement | undefined {
  const keys = quantity.statistics.map(({ key }) => key);
  const estimates = new Map(keys.map((key) => [key, known.get(key) ?? new Float64Array(0)]));
  // All from the same networks, or a quantity without statistics, which is what it is.
  const groups = keys.length === 0 ? GROUPS : Math.min(...keys.map((key) => estimates.get(key)!.length));
  if (groups < 2) return undefined;
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
