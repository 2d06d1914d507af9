/**
 * Averages of piecewise analytic functions by nested adaptive quadrature in whitened coordinates, z = L x with L the
 * pivoted Cholesky factor; panels end where a function has a kink. The innermost integral is tabulated when it
 * depends on the outer coordinates through one mean.
 */
import { integratePanels, type Integral } from './adaptive.ts';
import { pieceAt, type Distribution } from './distribution.ts';
import { createHermiteTable } from './hermiteTable.ts';
import { pivotedCholesky, type Matrix } from './kernelStructure.ts';
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

/** The average of the product of functions of z ~ N(0, kernel). */
export function nestedAverage(functions: readonly Distribution[], kernel: Matrix): AverageValue {
  if (functions.length === 0) return { value: 1, error: 0 };
  const { pivots, factor } = pivotedCholesky(kernel, 2e-14, 1e-10, {});
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
  const line = new Float64Array(15);
  const column = new Float64Array(15);
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

/** Widest panel, in standard deviations. */
const PANEL = 2;

/**
 * Ends of panels: kinks of the functions of this level, and where later functions cross theirs if what is left of
 * their variance is small, so that they change fast there.
 */
function edgesOf({ members, radius }: Nest, k: number, x: readonly number[]): number[] {
  const crossings = members.flatMap(({ fn, row }) => {
    const slope = row[k] ?? 0;
    const left = Math.hypot(...row.slice(k + 1));
    if (row.length <= k || slope === 0 || left > 0.3 * Math.abs(slope)) return [];
    const mean = dotStart(row.slice(0, k), x);
    return fn.breakpoints.map((at) => (at - mean) / slope);
  });
  const count = Math.ceil(radius / PANEL);
  const regular = Array.from({ length: 2 * count + 1 }, (_, p) => (radius * (p - count)) / count);
  const inside = crossings.filter((at) => Math.abs(at) < radius);
  return [...new Set([...regular, ...inside])].sort((a, b) => a - b);
}
