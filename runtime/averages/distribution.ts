/** Piecewise analytic functions with their derivatives in the sense of distributions. */
import { exact, scaleExactly, sum, type Double } from './determinant.ts';
import { NumericsError } from './numericsError.ts';
import { ONE_PIECE, affinePiece, differentiatePiece, multiplyPieces } from './pieces.ts';
import { pieceDerivatives, type AnalyticPiece } from './univariate.ts';
import type { LocalProduct } from './localProduct.ts';

/** weight * delta^(order)(z - at) */
export interface Delta {
  readonly at: number;
  readonly order: number;
  readonly weight: number;
}

/** A function given by pieces between breakpoints, plus deltas. */
export interface Distribution {
  readonly breakpoints: readonly number[];
  readonly pieces: readonly AnalyticPiece[];
  readonly deltas: readonly Delta[];
}

export function distributionOfProduct({ factors }: LocalProduct): Distribution {
  const one: Distribution = { breakpoints: [], pieces: [ONE_PIECE], deltas: [] };
  return factors.reduce((product, { fn, scale, derivative, power }) => {
    const derived = differentiateDistribution({ ...fn, deltas: [] }, derivative);
    const factor = rescaleDistribution(derived, scale, 0);
    return Array.from({ length: power }).reduce<Distribution>(
      (sum) => multiplyDistributions(sum, factor),
      product,
    );
  }, one);
}

/** The derivative of order `times`: a jump of the j-th derivative leaves delta^(times - 1 - j). */
export function differentiateDistribution(f: Distribution, times: number): Distribution {
  if (times === 0) return f;
  const shifted = f.deltas.map((delta) => ({ ...delta, order: delta.order + times }));
  const jumps = f.breakpoints.flatMap((at, k) => {
    const jump = jumpsAt(f.pieces[k]!, f.pieces[k + 1]!, at, times - 1);
    return jump.flatMap((weight, j) => (weight === 0 ? [] : [{ at, order: times - 1 - j, weight }]));
  });
  return {
    breakpoints: f.breakpoints,
    pieces: f.pieces.map((piece) => differentiatePiece(piece, times)),
    deltas: [...shifted, ...jumps],
  };
}

/** Differences below this part of the limits are rounding. */
const JUMP_TOLERANCE = 1e-13;

/** Jumps of the derivatives 0..order from left to right; differences that are rounding count as none. */
function jumpsAt(left: AnalyticPiece, right: AnalyticPiece, at: number, order: number): number[] {
  const [below, above] = [pieceDerivatives(left, at, order), pieceDerivatives(right, at, order)];
  return Array.from(below, (value, j) => {
    const jump = above[j]! - value;
    return Math.abs(jump) <= JUMP_TOLERANCE * (Math.abs(value) + Math.abs(above[j]!)) ? 0 : jump;
  });
}

/** f(scale z + shift) as a function of z. */
export function rescaleDistribution(f: Distribution, scale: number, shift: number): Distribution {
  if (scale === 1 && shift === 0) return f;
  const breakpoints = f.breakpoints.map((at) => (at - shift) / scale);
  const pieces = f.pieces.map((piece) => affinePiece(piece, scale, shift));
  const deltas = f.deltas.map(({ at, order, weight }) => ({
    at: (at - shift) / scale,
    order,
    weight: weight / (Math.abs(scale) * scale ** order),
  }));
  if (scale > 0) return { breakpoints, pieces, deltas };
  return { breakpoints: breakpoints.reverse(), pieces: pieces.reverse(), deltas };
}

/** f(z + shift), with kinks where they are to the last digit. */
export function shiftDistribution(f: Distribution, shift: Double): Distribution {
  if (shift.high === 0) return f;
  const moved = rescaleDistribution(f, 1, shift.high);
  const place = (at: number): number => sum(exact(at), scaleExactly(shift, -1)).high;
  return {
    breakpoints: f.breakpoints.map(place),
    pieces: moved.pieces,
    deltas: f.deltas.map((delta) => ({ ...delta, at: place(delta.at) })),
  };
}

/** The product. Throws NumericsError where a delta meets a function that is not smooth enough: that is undefined. */
export function multiplyDistributions(f: Distribution, g: Distribution): Distribution {
  const breakpoints = mergeBreakpoints(f.breakpoints, g.breakpoints);
  const pieces = Array.from({ length: breakpoints.length + 1 }, (_, k) => {
    const inside = pointInside(breakpoints, k);
    return multiplyPieces(pieceAt(f, inside), pieceAt(g, inside));
  });
  const deltas = [
    ...f.deltas.flatMap((delta) => timesDelta(g, delta)),
    ...g.deltas.flatMap((delta) => timesDelta(f, delta)),
  ];
  return { breakpoints, pieces, deltas };
}

/** Breakpoints of two functions; those that agree up to rounding are one. */
function mergeBreakpoints(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  for (const at of [...a, ...b].sort((x, y) => x - y)) {
    const last = merged.at(-1);
    if (last === undefined || at - last > 1e-14 * Math.max(Math.abs(at), Math.abs(last))) merged.push(at);
  }
  return merged;
}

function pointInside(breakpoints: readonly number[], k: number): number {
  const [low, high] = [breakpoints[k - 1], breakpoints[k]];
  if (low === undefined) return high === undefined ? 0 : high - 1;
  return high === undefined ? low + 1 : (low + high) / 2;
}

/** The piece that holds at a point that is no breakpoint. */
export function pieceAt(f: Distribution, z: number): AnalyticPiece {
  return f.pieces[f.breakpoints.filter((at) => at < z).length]!;
}

/** g(z) delta^(m)(z - a) = sum_j (-1)^j binomial(m, j) g^(j)(a) delta^(m-j)(z - a) */
function timesDelta(g: Distribution, { at, order, weight }: Delta): Delta[] {
  const kink = g.breakpoints.findIndex((b) => Math.abs(b - at) <= 1e-14 * Math.abs(at));
  const isRough =
    kink >= 0 && jumpsAt(g.pieces[kink]!, g.pieces[kink + 1]!, at, order).some((jump) => jump !== 0);
  if (isRough || g.deltas.some((delta) => delta.at === at)) {
    throw new NumericsError(
      'divergent',
      'the product of a delta function and a function with a kink at the same place is not defined',
      [],
    );
  }
  const derivatives = pieceDerivatives(kink >= 0 ? g.pieces[kink]! : pieceAt(g, at), at, order);
  return Array.from(derivatives, (value, j) => ({
    at,
    order: order - j,
    weight: weight * value * (j % 2 === 0 ? 1 : -1) * binomial(order, j),
  })).filter((delta) => delta.weight !== 0);
}

export function binomial(n: number, k: number): number {
  let result = 1;
  for (let j = 1; j <= k; j++) result = (result * (n - k + j)) / j;
  return result;
}
