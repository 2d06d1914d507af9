/**
 * Streaming sums over networks of products of variables, kept apart for a fixed number of groups: network k belongs to group k mod GROUPS, so the
 * groups do not depend on how the networks were batched. Memory does not grow with the number of networks.
 *
 * The variables are entries of g, shifted by those of network 0, which changes no cumulant and keeps the digits of small
 * fluctuations; or block averages (fieldCorrelators.ts) as they are.
 *
 * Sums over a shard of networks are added to the total in the order of the shards, with the rounding of each addition carried along
 * (Neumaier 1974): so a total does not depend on who summed which shard, nor on how many there are.
 */
import { addControls, controlCorrections, createControlSums, type ControlSums } from './controlledMeans.ts';
import { evaluateEstimator, type Estimator, type Monomial } from './unbiased.ts';

/** A power of two, so that groups can be merged in halves when networks are few. */
export const GROUPS = 64;

export interface Accumulator {
  /** Number of variables. */
  readonly entries: number;
  readonly monomials: readonly Monomial[];
  /** What is subtracted from the variables: those of network 0, or nothing. */
  readonly shift: Float64Array;
  /** [GROUPS] networks seen. */
  readonly counts: Float64Array;
  /** [GROUPS, monomials] */
  readonly sums: Float64Array;
  readonly controls: readonly Controlled[];
}

/** Variables with the same control variates, and where they stand alone among the monomials. */
interface Controlled {
  readonly variables: readonly number[];
  readonly monomials: readonly number[];
  readonly sums: ControlSums;
}

/** Sums as a number of groups, each with enough networks for an unbiased estimate. */
export interface GroupedSums {
  readonly groups: readonly Group[];
  readonly place: ReadonlyMap<string, number>;
}

export interface AccumulatorOptions {
  readonly shift?: Float64Array;
  /** Variables whose means are wanted less what control variates explain, and how many of these there are; none by default. */
  readonly controlled?: readonly { readonly variables: readonly number[]; readonly size: number }[];
}

export function createAccumulator(
  entries: number,
  monomials: readonly Monomial[],
  { shift = new Float64Array(entries), controlled = [] }: AccumulatorOptions = {},
): Accumulator {
  const controls = controlled.map(({ variables, size }): Controlled => ({
    variables,
    monomials: variables.map((v) =>
      monomials.findIndex(([entry, ...more]) => entry === v && more.length === 0),
    ),
    sums: createControlSums(size, variables.length, GROUPS),
  }));
  return {
    controls,
    entries,
    monomials,
    shift,
    counts: new Float64Array(GROUPS),
    sums: new Float64Array(GROUPS * monomials.length),
  };
}

/** The variables of networks `first ... first + count - 1`, [count, entries], and the controls of each controlled set of them, [count, size]. */
export interface VariableBatch {
  readonly first: number;
  readonly count: number;
  readonly variables: Float64Array;
  readonly controls: readonly Float64Array[];
}

/** Everything summed, in an order that depends on the accumulator's shape alone. */
export function sumsOf({ counts, sums, controls }: Accumulator): readonly Float64Array[] {
  const ofControls = controls.flatMap(({ sums: own }) => [
    own.counts,
    own.y,
    own.c,
    own.yc,
    own.cc,
    own.groups,
  ]);
  return [counts, sums, ...ofControls];
}

/** A running total: rounded sums, and what their rounding lost. */
export interface Total {
  readonly sums: readonly Float64Array[];
  readonly lost: readonly Float64Array[];
}

export function addToTotal({ sums, lost }: Total, part: readonly Float64Array[]): void {
  for (const [k, sum] of sums.entries()) {
    const [rest, added] = [lost[k]!, part[k]!];
    for (let i = 0; i < sum.length; i++) {
      const [x, y] = [sum[i]!, added[i]!];
      const next = x + y;
      rest[i]! += Math.abs(x) >= Math.abs(y) ? x - next + y : y - next + x;
      sum[i] = next;
    }
  }
}

/** Puts the first arrays of a total where sums of an accumulator belong; returns how many they are. */
export function setSums(into: Accumulator, { sums, lost }: Total): number {
  const targets = sumsOf(into);
  for (const [k, target] of targets.entries())
    for (let i = 0; i < target.length; i++) target[i] = sums[k]![i]! + lost[k]![i]!;
  return targets.length;
}

/** Adds a batch. */
export function accumulate(into: Accumulator, { first, count, variables, controls }: VariableBatch): void {
  const { entries, monomials, shift, counts, sums } = into;
  const y = new Float64Array(entries);
  for (let k = 0; k < count; k++) {
    for (let e = 0; e < entries; e++) y[e] = variables[k * entries + e]! - shift[e]!;
    const group = (first + k) % GROUPS;
    counts[group]! += 1;
    for (let m = 0, at = group * monomials.length; m < monomials.length; m++, at++) {
      let product = 1;
      for (const e of monomials[m]!) product *= y[e]!;
      sums[at]! += product;
    }
    for (const [set, { variables, sums: own }] of into.controls.entries())
      addControls(own, group, y, variables, controls[set]!, k * own.size);
  }
}

/** Merges groups in halves until each holds at least `minimumDraws` networks; undefined when two such groups do not exist. */
export function groupedSums(from: Accumulator, minimumDraws: number): GroupedSums | undefined {
  const width = from.monomials.length;
  const linear = withControls(from);
  let groups = Array.from({ length: GROUPS }, (_, g) => ({
    draws: from.counts[g]!,
    sums: from.sums.slice(g * width, (g + 1) * width),
    linear: linear.slice(g * width, (g + 1) * width),
  }));
  while (groups.length > 1 && groups.some(({ draws }) => draws < minimumDraws)) {
    const half = groups.length / 2;
    groups = groups.slice(0, half).map((group, g) => merge(group, groups[g + half]!));
  }
  if (groups.length < 2) return undefined;
  return { groups, place: new Map(from.monomials.map((monomial, m) => [monomial.join(','), m])) };
}

/** One unbiased estimate for each group. */
export function groupEstimates(estimator: Estimator, { groups, place }: GroupedSums): Float64Array {
  return Float64Array.from(groups, ({ draws, sums, linear }) => {
    // Taking noise out of the sums is legitimate where they enter linearly.
    const used = estimator.minimumDraws === 1 ? linear : sums;
    return evaluateEstimator(estimator, draws, (monomial) =>
      monomial.length === 0 ? draws : used[place.get(monomial.join(','))!]!,
    );
  });
}

interface Group {
  readonly draws: number;
  /** Of each monomial. */
  readonly sums: Float64Array<ArrayBuffer>;
  /** The same with control variates subtracted: same expectation, less noise. */
  readonly linear: Float64Array<ArrayBuffer>;
}

function withControls({ monomials, sums, controls }: Accumulator): Float64Array<ArrayBuffer> {
  const corrected = new Float64Array(sums);
  for (const { monomials: places, sums: own } of controls)
    for (const [variable, m] of places.entries())
      controlCorrections(own, variable, GROUPS).forEach(
        (correction, g) => (corrected[g * monomials.length + m]! -= correction),
      );
  return corrected;
}

function merge(a: Group, b: Group): Group {
  return {
    draws: a.draws + b.draws,
    sums: a.sums.map((sum, m) => sum + b.sums[m]!),
    linear: a.linear.map((sum, m) => sum + b.linear[m]!),
  };
}
