/**
 * Averages of piecewise analytic functions by nested adaptive quadrature in whitened coordinates, z = L x with L the
 * pivoted Cholesky factor; panels end where a function has a kink. The innermost integral is tabulated when it
 * depends on the outer coordinates through one mean.
 */
import { integratePanels, type Integral } from './adaptive.ts';
import { pieceAt, type Distribution } from './distribution.ts';
import { KRONROD } from './gaussRules.ts';
import { createHermiteTable } from './hermiteTable.ts';
import { pivotedCholesky, type Covariance } from './kernelStructure.ts';
import { radiusForGrowth } from './truncationRadius.ts';
import type { AverageValue } from './averageRequest.ts';

interface Member {
  readonly fn: Distribution;
  /** z = sum_j row[j] x_j */
  readonly row: readonly number[];
}

interface Nest {
  readonly members: readonly Member[];
  readonly rank: number;
  readonly radius: number;
  /** The innermost integral as a function of the mean, with its relative error. */
  readonly innermost: { readonly value: (mean: number) => number; readonly error: number } | undefined;
}

/** Relative error asked of the outermost level, by rank. */
const TOLERANCE: readonly number[] = [0, 1e-14, 1e-12, 1e-10, 1e-8];

/** The average of the product of functions of z ~ N(0, covariance). */
export function nestedAverage(functions: readonly Distribution[], covariance: Covariance): AverageValue {
  if (functions.length === 0) return { value: 1, error: 0 };
  const { pivots, factor } = pivotedCholesky(covariance, 2e-14, 1e-10, {});
  const members = functions.map((fn, s) => ({ fn, row: trimmed(factor[s]!) }));
  const radius = radiusForGrowth(
    members.map(({ fn, row }) => ({
      deviation: Math.hypot(...row),
      columns: 1,
      values: (points) => valuesOf(fn, points),
    })),
    1e-17,
  );
  const rank = pivots.length;
  const nest: Nest = { members, rank, radius, innermost: innermostTable(members, rank, radius) };
  const { value, error, magnitude } = integrateLevel(nest, 0, [], TOLERANCE[Math.min(rank, 4)]!);
  const inner = rank > 1 ? (nest.innermost?.error ?? TOLERANCE[Math.min(rank, 4)]!) : 0;
  return { value, error: error + (inner + 1e-15) * magnitude };
}

function trimmed(row: readonly number[]): readonly number[] {
  const scale = Math.hypot(...row);
  let length = row.length;
  while (length > 1 && Math.abs(row[length - 1]!) <= 1e-14 * scale) length--;
  return row.slice(0, length);
}

function valuesOf(fn: Distribution, points: Float64Array): Float64Array {
  const one = new Float64Array(1);
  return points.map((z) => {
    pieceAt(fn, z).rows(Float64Array.of(z), 1, 0, one);
    return one[0]!;
  });
}

function innermostTable(members: readonly Member[], rank: number, radius: number): Nest['innermost'] {
  const last = members.filter(({ row }) => row.length === rank);
  if (rank < 2 || last.length !== 1) return undefined;
  const { fn, row } = last[0]!;
  return createHermiteTable(fn, Math.abs(row[rank - 1]!), radius * Math.hypot(...row.slice(0, -1)), radius);
}

/** Integrates over x_k, ..., given the coordinates before. */
function integrateLevel(nest: Nest, k: number, x: readonly number[], tolerance: number): Integral {
  const here = nest.members.filter(({ row }) => row.length === k + 1);
  const means = here.map(({ row }) => dotStart(row, x));
  const position = [...x, 0];
  const line = new Float64Array(KRONROD.nodes.length);
  const column = new Float64Array(KRONROD.nodes.length);
  return integratePanels(
    (points, middle, values) => {
      for (let p = 0; p < points.length; p++)
        values[p] = INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * points[p]! ** 2);
      here.forEach(({ fn, row }, m) => {
        for (let p = 0; p < points.length; p++) line[p] = means[m]! + row[k]! * points[p]!;
        pieceAt(fn, means[m]! + row[k]! * middle).rows(line, points.length, 0, column);
        for (let p = 0; p < points.length; p++) values[p]! *= column[p]!;
      });
      if (k === nest.rank - 1) return;
      for (let p = 0; p < points.length; p++) {
        position[k] = points[p]!;
        if (values[p] !== 0) values[p]! *= innerValue(nest, k + 1, position, tolerance);
      }
    },
    edgesOf(nest, k, x),
    tolerance,
  );
}

const INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

function innerValue(nest: Nest, k: number, x: readonly number[], tolerance: number): number {
  if (k === nest.rank - 1 && nest.innermost) {
    const { row } = nest.members.find((member) => member.row.length === nest.rank)!;
    return nest.innermost.value(dotStart(row, x));
  }
  return integrateLevel(nest, k, x, tolerance).value;
}

function dotStart(row: readonly number[], x: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += row[j]! * x[j]!;
  return sum;
}

/** Widest panel in standard deviations, by rank: the accuracy asked for decides. */
const PANEL: readonly number[] = [2, 2, 2, 3, 3];

/** Where smoothed kinks begin and end, in units of what smooths them. */
const TRANSITION = [0, 3, -3, 9, -9];

/**
 * Ends of panels inside the ball of the radius: kinks of the functions of this level, and where the integral over the
 * later coordinates changes fast.
 */
function edgesOf({ members, rank, radius }: Nest, k: number, x: readonly number[]): number[] {
  const reach = Math.sqrt(Math.max(0, radius ** 2 - dotStart(x, x)));
  const later = members.filter(({ row }) => row.length > k);
  const edges = later.flatMap((member, m) => [
    ...transitions(member, undefined, k, x),
    ...later.slice(m + 1).flatMap((other) => transitions(member, other, k, x)),
  ]);
  const count = Math.max(1, Math.ceil(reach / PANEL[Math.min(rank, 4)]!));
  const regular = Array.from({ length: 2 * count + 1 }, (_, p) => (reach * (p - count)) / count);
  const inside = edges.filter((at) => Math.abs(at) < reach);
  return [...new Set([...regular, ...inside])].sort((a, b) => a - b);
}

/**
 * A function crosses its kink in a step that the later coordinates smooth by what is left of its variance. So does a
 * product of two where their kinks in a later coordinate coincide: then what is left of z - lambda z' counts, lambda
 * chosen to leave least. Wider than a third of a standard deviation, steps are no harder than the functions.
 */
function transitions(
  { fn, row }: Member,
  other: Member | undefined,
  k: number,
  x: readonly number[],
): number[] {
  const [tail, otherTail] = [row.slice(k + 1), other?.row.slice(k + 1) ?? []];
  const norm = dotStart(otherTail, otherTail);
  if (other && !(norm > 0 && tail.length > 0)) return [];
  const lambda = other ? dotShared(tail, otherTail) / norm : 0;
  const combined = Array.from(
    { length: Math.max(row.length, other?.row.length ?? 0) },
    (_, j) => (row[j] ?? 0) - lambda * (other?.row[j] ?? 0),
  );
  const [slope, left] = [combined[k]!, Math.hypot(...combined.slice(k + 1))];
  const scale = Math.hypot(...row) + Math.abs(lambda) * Math.hypot(...(other?.row ?? []));
  if (Math.abs(slope) <= 1e-14 * scale || left > 0.3 * Math.abs(slope)) return [];
  const mean = dotStart(combined.slice(0, k), x);
  const width = left / Math.abs(slope);
  const steps = width < 1e-14 ? [0] : TRANSITION;
  return fn.breakpoints.flatMap((at) =>
    (other?.fn.breakpoints ?? [0]).flatMap((otherAt) => {
      const centre = (at - lambda * otherAt - mean) / slope;
      return steps.map((step) => centre + step * width);
    }),
  );
}

function dotShared(a: readonly number[], b: readonly number[]): number {
  return dotStart(a.slice(0, b.length), b.slice(0, a.length));
}
