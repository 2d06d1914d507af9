/**
 * Gaussian averages of smooth functions by the trapezoidal rule in whitened coordinates x, z = L x, L the pivoted
 * Cholesky factor: it converges exponentially for functions analytic near the real axis (Trefethen and Weideman,
 * SIAM Review 56, 2014). Level k of the nested sums runs over x_k and carries the functions of the directions whose
 * last coordinate it is. Sums of the levels below are shared by all averages that agree there.
 */
import { atLeast, type ColumnEvaluator } from './columns.ts';
import { createTable, type SmoothedTable } from './smoothedTable.ts';

/** A direction at its level: z = sum_j row[j] x_j. */
export interface Member {
  readonly row: readonly number[];
  readonly evaluator: ColumnEvaluator;
}

/** One sum of a level: the columns to multiply, one a member, and the sum of the next level to multiply with. */
export interface LevelSum {
  readonly columns: readonly number[];
  readonly next: number;
}

export interface Level {
  readonly members: readonly Member[];
  readonly sums: readonly LevelSum[];
}

/** Average of each sum of the first level, and of its absolute value. */
export interface LatticeSums {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

/** Steps in each whitened coordinate and the radius beyond which the weight is negligible. */
export interface Lattice {
  readonly steps: readonly number[];
  readonly radius: number;
}

/** Evaluates all levels on a lattice of points k h, |x| <= radius. */
export function latticeSums(levels: readonly Level[], lattice: Lattice): LatticeSums {
  const table = tableForLastLevel(levels, lattice);
  return createSummation(levels, lattice, 0, table)([]);
}

/** What the Taylor rows of the table cost, in evaluations of the functions alone. */
const TAYLOR_COST = 12;

type Summation = (x: readonly number[]) => LatticeSums;

/**
 * With one direction at the last level its sums depend on the earlier coordinates through one mean only. For two
 * levels the table has to be the cheaper way: it covers all means, the narrower the spread the more of them.
 */
function tableForLastLevel(levels: readonly Level[], { steps, radius }: Lattice): SmoothedTable | undefined {
  const last = levels.at(-1)!;
  const member = last.members[0]!;
  if (levels.length < 2 || last.members.length > 1) return undefined;
  const spread = member.row.at(-1)!;
  const means = Math.hypot(...member.row.slice(0, -1));
  if (levels.length === 2 && (2 * radius) / steps[0]! < TAYLOR_COST * (1 + means / Math.abs(spread)))
    return undefined;
  const reach = radius * means;
  return createTable(member.evaluator, spread, steps.at(-1)!, radius, reach);
}

function createSummation(
  levels: readonly Level[],
  lattice: Lattice,
  k: number,
  table: SmoothedTable | undefined,
): Summation {
  const level = levels[k]!;
  if (k === levels.length - 1) {
    return table ? interpolatedSums(level, table) : sumOver(level, lattice, k, undefined);
  }
  return sumOver(level, lattice, k, createSummation(levels, lattice, k + 1, table));
}

function interpolatedSums({ members, sums }: Level, table: SmoothedTable): Summation {
  const row = members[0]!.row;
  const out = emptySums(sums.length);
  return (x) => {
    table.at(meanOf(row, x));
    sums.forEach(({ columns }, s) => {
      out.values[s] = table.values[columns[0]!]!;
      out.magnitudes[s] = table.magnitudes[columns[0]!]!;
    });
    return out;
  };
}

function meanOf(row: readonly number[], x: readonly number[]): number {
  let mean = 0;
  for (let j = 0; j < x.length; j++) mean += row[j]! * x[j]!;
  return mean;
}

function emptySums(length: number): LatticeSums {
  return { values: new Float64Array(length), magnitudes: new Float64Array(length) };
}

/** One level of the nested sums; `inner` gives the sums of the next. */
function sumOver(level: Level, lattice: Lattice, k: number, inner: Summation | undefined): Summation {
  const out = emptySums(level.sums.length);
  const step = lattice.steps[k]!;
  let points = new Float64Array(0);
  return (x) => {
    const room = lattice.radius ** 2 - x.reduce((sum, value) => sum + value * value, 0);
    const half = Math.floor(Math.sqrt(Math.max(0, room)) / step);
    points = atLeast(points, Math.min(CHUNK, 2 * half + 1));
    out.values.fill(0);
    out.magnitudes.fill(0);
    for (let first = -half; first <= half; first += CHUNK) {
      const count = Math.min(CHUNK, half + 1 - first);
      const columns = level.members.map(({ row, evaluator }) => {
        const [mean, slope] = [meanOf(row, x), row[k]!];
        for (let p = 0; p < count; p++) points[p] = mean + slope * step * (first + p);
        return evaluator.rows(points, count, 0);
      });
      sumChunk(out, level, columns, { first, count, step, x }, inner);
    }
    return out;
  };
}

/** Points evaluated together: enough to amortise the calls, few enough to stay in the cache. */
const CHUNK = 512;

interface Chunk {
  readonly first: number;
  readonly count: number;
  readonly step: number;
  readonly x: readonly number[];
}

function sumChunk(
  out: LatticeSums,
  level: Level,
  columns: readonly Float64Array[],
  { first, count, step, x }: Chunk,
  inner: Summation | undefined,
): void {
  const position = [...x, 0];
  for (let p = 0; p < count; p++) {
    const coordinate = step * (first + p);
    const weight = step * INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * coordinate * coordinate);
    position[x.length] = coordinate;
    accumulate(out, level, columns, p, count, weight, inner?.(position));
  }
}

const INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

function accumulate(
  { values, magnitudes }: LatticeSums,
  { sums }: Level,
  columns: readonly Float64Array[],
  p: number,
  count: number,
  weight: number,
  inner: LatticeSums | undefined,
): void {
  for (let s = 0; s < sums.length; s++) {
    const sum = sums[s]!;
    let product = weight;
    for (let m = 0; m < columns.length; m++) product *= columns[m]![sum.columns[m]! * count + p]!;
    values[s]! += inner ? product * inner.values[sum.next]! : product;
    magnitudes[s]! += Math.abs(product) * (inner ? inner.magnitudes[sum.next]! : 1);
  }
}
