/**
 * Means of kernel entries with the noise that control variates explain taken out.
 *
 * A group's mean becomes ybar - beta cbar, with beta regressed on the networks of the *other* folds: independent of the group, so its
 * expectation is that of ybar exactly (the controls have mean zero), whatever beta turns out to be.
 */
import { choleskyFactor, solveWithFactor } from './linear.ts';

const FOLDS = 4;
/** Networks needed for each control before a regression is worth its own noise. */
const NETWORKS_PER_CONTROL = 20;
/** Networks from which on every fold has a regression. */
export function networksForControls(controls: number): number {
  return Math.ceil((NETWORKS_PER_CONTROL * controls * FOLDS) / (FOLDS - 1));
}

/** Keeps controls that are copies of each other, or constant, from making the regression singular. */
const RIDGE = 1e-9;

/** Streaming sums of variables y (shifted) that the same controls c correct. */
export interface ControlSums {
  readonly size: number;
  readonly variables: number;
  /** [FOLDS] networks. */
  readonly counts: Float64Array;
  /** [FOLDS, variables] sums of y. */
  readonly y: Float64Array;
  /** [FOLDS, size] sums of c. */
  readonly c: Float64Array;
  /** [FOLDS, variables, size] sums of y c. */
  readonly yc: Float64Array;
  /** [FOLDS, size, size] sums of c c, lower triangle. */
  readonly cc: Float64Array;
  /** [groups, size] sums of c. */
  readonly groups: Float64Array;
}

export function createControlSums(size: number, variables: number, groups: number): ControlSums {
  return {
    size,
    variables,
    counts: new Float64Array(FOLDS),
    y: new Float64Array(FOLDS * variables),
    c: new Float64Array(FOLDS * size),
    yc: new Float64Array(FOLDS * variables * size),
    cc: new Float64Array(FOLDS * size * size),
    groups: new Float64Array(groups * size),
  };
}

/** Adds one network of a group: the variables are `y[which[...]]`, their controls `controls[at ... at + size - 1]`. */
export function addControls(
  into: ControlSums,
  group: number,
  y: Float64Array,
  which: readonly number[],
  controls: Float64Array,
  at: number,
): void {
  const { size, variables, c, yc, cc, groups } = into;
  const fold = group % FOLDS;
  into.counts[fold]! += 1;
  for (let v = 0; v < variables; v++) {
    const [value, row] = [y[which[v]!]!, (fold * variables + v) * size];
    into.y[fold * variables + v]! += value;
    for (let k = 0; k < size; k++) yc[row + k]! += value * controls[at + k]!;
  }
  for (let k = 0; k < size; k++) {
    const value = controls[at + k]!;
    c[fold * size + k]! += value;
    groups[group * size + k]! += value;
    const row = (fold * size + k) * size;
    for (let l = 0; l <= k; l++) cc[row + l]! += value * controls[at + l]!;
  }
}

/** For each group what to subtract from its sum of a variable. */
export function controlCorrections(sums: ControlSums, variable: number, groups: number): Float64Array {
  const { size } = sums;
  const slopes = Array.from({ length: FOLDS }, (_, fold) => regress(sums, variable, fold));
  return Float64Array.from({ length: groups }, (_, group) =>
    slopes[group % FOLDS]!.reduce((sum, slope, k) => sum + slope * sums.groups[group * size + k]!, 0),
  );
}

/** Least-squares slopes of a variable on c from every fold but one; zeros when networks are too few. */
function regress(
  { size, variables, counts, y, c, yc, cc }: ControlSums,
  variable: number,
  without: number,
): readonly number[] {
  const pooled = (values: Float64Array, stride: number, at: number) => {
    let sum = 0;
    for (let fold = 0; fold < FOLDS; fold++) if (fold !== without) sum += values[fold * stride + at]!;
    return sum;
  };
  const count = pooled(counts, 1, 0);
  if (size === 0 || count < NETWORKS_PER_CONTROL * size) return Array.from({ length: size }, () => 0);
  const average = (values: Float64Array, stride: number, at: number) => pooled(values, stride, at) / count;
  const meanY = average(y, variables, variable);
  const means = Array.from({ length: size }, (_, k) => average(c, size, k));
  const covariance = (k: number, l: number) =>
    average(cc, size * size, Math.max(k, l) * size + Math.min(k, l)) - means[k]! * means[l]!;
  const scales = means.map((_, k) => Math.sqrt(Math.max(covariance(k, k), 0)) || 1);
  const matrix = means.map((_, k) =>
    means.map((__, l) => covariance(k, l) / (scales[k]! * scales[l]!) + (k === l ? RIDGE : 0)),
  );
  const right = means.map(
    (mean, k) => (average(yc, variables * size, variable * size + k) - meanY * mean) / scales[k]!,
  );
  const factor = choleskyFactor(matrix);
  if (!factor) return means.map(() => 0);
  return solveWithFactor(factor, right).map((slope, k) => slope / scales[k]!);
}
