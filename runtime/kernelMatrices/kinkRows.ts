/** < f(z_a) g(z_b) > of truncated powers at kinks along rows of pairs. */
import type { PairRow } from './pairRow.ts';
import { FARTHEST, truncatedMoments, type Pair } from './truncatedMoments.ts';

/** Truncated powers below `powers` at the kinks of both functions, see `kinkKernel.ts`. */
export interface KinksKernel {
  readonly kind: 'kinks';
  readonly powers: number;
  readonly left: KinkPlaces;
  readonly right: KinkPlaces;
}

/** Distances from zero of the kinks of a function, in deviations, and what stands before its truncated powers on both sides. */
export interface KinkPlaces {
  readonly count: number;
  /** `thresholds[s * count + i]` */
  readonly thresholds: Float64Array;
  /** `weights[((s * count + i) * 2 + side) * powers + p]`, side 0 to the right. */
  readonly weights: Float64Array;
}

/** Sums over places of both samples, with the correlation of equal and of opposite sides. */
export function fillKinks(
  kernel: KinksKernel,
  { a, from, count, correlation, sine }: PairRow,
  out: Float64Array,
): void {
  const { powers, left, right } = kernel;
  const moments = new Float64Array((powers + 1) ** 2);
  const pair = { rho: 0, sine: 0 };
  for (let p = 0; p < count; p++) {
    pair.rho = correlation[p]!;
    pair.sine = sine[p]!;
    let sum = 0;
    for (let i = 0; i < left.count; i++)
      for (let j = 0; j < right.count; j++)
        sum += placesSum(kernel, a * left.count + i, (from + p) * right.count + j, pair, moments);
    out[p] = sum;
  }
}

function placesSum(
  { powers, left, right }: KinksKernel,
  placeLeft: number,
  placeRight: number,
  pair: Pair,
  moments: Float64Array,
): number {
  const [h, k] = [left.thresholds[placeLeft]!, right.thresholds[placeRight]!];
  if (h > FARTHEST || k > FARTHEST) return 0;
  const [atLeft, atRight] = [placeLeft * 2 * powers, placeRight * 2 * powers];
  let sum = 0;
  for (const sign of SIGNS) {
    const [near, far] = sign > 0 ? [atRight, atRight + powers] : [atRight + powers, atRight];
    const [first, second] = [
      meets(left.weights, right.weights, atLeft, near, powers),
      meets(left.weights, right.weights, atLeft + powers, far, powers),
    ];
    if (!first && !second) continue;
    truncatedMoments(h, k, pair, sign, powers, moments);
    if (first) sum += weighted(left.weights, right.weights, atLeft, near, powers, moments);
    if (second) sum += weighted(left.weights, right.weights, atLeft + powers, far, powers, moments);
  }
  return sum;
}

const SIGNS = [1, -1] as const;

function weighted(
  left: Float64Array,
  right: Float64Array,
  atLeft: number,
  atRight: number,
  powers: number,
  moments: Float64Array,
): number {
  let sum = 0;
  for (let m = 0; m < powers; m++)
    for (let n = 0; n < powers; n++)
      sum += left[atLeft + m]! * right[atRight + n]! * moments[(m + 1) * (powers + 1) + n + 1]!;
  return sum;
}

/** Whether both have a kink on the sides in question. */
function meets(
  left: Float64Array,
  right: Float64Array,
  atLeft: number,
  atRight: number,
  powers: number,
): boolean {
  return hasWeight(left, atLeft, powers) && hasWeight(right, atRight, powers);
}

function hasWeight(weights: Float64Array, at: number, powers: number): boolean {
  for (let p = 0; p < powers; p++) if (weights[at + p] !== 0) return true;
  return false;
}
