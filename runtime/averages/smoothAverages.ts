/** Averages of smooth functions over one set of directions: plans the nested sums and refines the lattice. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { createColumns, type Column, type ColumnEvaluator } from './columns.ts';
import { latticeSums, type LatticeSums, type Level, type LevelSum } from './lattice.ts';
import { covarianceOf, pivotedCholesky, type Matrix } from './kernelStructure.ts';
import { radiusForGrowth, type GrowingFunctions } from './truncationRadius.ts';
import type { AverageValue } from './averageRequest.ts';
import { NumericsError, type KernelContext } from './numericsError.ts';
import type { TermPart } from './localProduct.ts';

/** What is worth keeping between batches, by problem: where to start and how to evaluate, never a result. */
export interface SmoothMemory {
  /** Resolution of the lattice that sufficed last time. */
  readonly resolutions: Map<string, number>;
  /** Compiled functions; each direction has its own, since the rows of one call are overwritten by the next. */
  readonly evaluators: Map<string, ColumnEvaluator>;
}

export function createSmoothMemory(): SmoothMemory {
  return { resolutions: new Map(), evaluators: new Map() };
}

/** Functions that a flow meets once only, because their scales change from layer to layer, must not pile up. */
const MOST_EVALUATORS = 64;

function evaluatorFor(memory: SmoothMemory, direction: number, columns: readonly Column[]): ColumnEvaluator {
  const key = `${direction}:${columns.map(columnKey).join('|')}`;
  const known = memory.evaluators.get(key);
  if (known) return known;
  if (memory.evaluators.size >= MOST_EVALUATORS) memory.evaluators.clear();
  const made = createColumns(columns);
  memory.evaluators.set(key, made);
  return made;
}

/** The average of a product of parts, all over the same directions in the same order. */
export interface SmoothProblem {
  /** Covariance of the directions. */
  readonly kernel: Matrix;
  readonly products: readonly (readonly TermPart[])[];
  readonly context: KernelContext;
}

/**
 * Averages of the products, each with an error estimate. The resolution is refined by 3/2 until the change is
 * small; the remaining error is then the change to the power 3/2, both relative to the average of the absolute value
 * (for an error that falls like exp(-c/h)), and reported ten times larger.
 */
export function smoothAverages(problem: SmoothProblem, memory: SmoothMemory): AverageValue[] {
  const { resolutions } = memory;
  const plan = planLevels(problem, memory);
  const rank = plan.levels.length;
  const radius = radiusForGrowth(plan.growing, rank <= 2 ? 1e-17 : 1e-14);
  const at = (resolution: number): LatticeSums =>
    latticeSums(plan.levels, { steps: plan.widths.map((width) => stepFor(width, resolution)), radius });
  let resolution = resolutions.get(plan.key) ?? 1;
  if (rank <= 2 && isTooFine(plan.widths, resolution, radius)) refuseUnresolved(Infinity, problem);
  let coarse = at(resolution * REFINEMENT);
  let before = Infinity;
  for (;;) {
    const fine = at(resolution);
    const change = largestChange(coarse, fine);
    const isNoise = before < NOISE && change > before / 2;
    const isDone = !Number.isFinite(change) || change <= TOLERANCE[Math.min(rank, 3)]! || isNoise;
    if (!isDone && isTooFine(plan.widths, resolution / REFINEMENT, radius)) refuseUnresolved(change, problem);
    if (isDone || isTooFine(plan.widths, resolution / REFINEMENT, radius)) {
      resolutions.set(plan.key, change < COMFORTABLE ? Math.min(1.5, resolution * 1.15) : resolution);
      return plan.outputs.map((index) => averageValue(coarse, fine, index));
    }
    coarse = fine;
    before = change;
    resolution /= REFINEMENT;
  }
}

const REFINEMENT = 1.5;
/** Largest relative change accepted, by rank: its power 3/2 is the error. */
const TOLERANCE: readonly number[] = [0, 1e-10, 3e-9, 2e-8];
/**
 * A change so small falls at least threefold with the next refinement when the lattice is what limits it. Where it does
 * not, the functions carry roundoff: log(1 + z^2) at z = 1e-6 has four digits.
 */
const NOISE = 1e-3;
const COMFORTABLE = 1e-14;
/** Roundoff of the sums, relative to the average of the absolute value. */
const ROUNDOFF = 2e-15;
/** Function evaluations beyond which refinement stops and the error estimate says so, by rank. */
const MOST_POINTS: readonly number[] = [0, 3e6, 3e6, 3e7];

/** Gaussian weights need steps of about 0.65; functions that vary on a scale of one need 0.3 / width when wide. */
function stepFor(width: number, resolution: number): number {
  return (0.65 * resolution) / Math.hypot(1, width / 0.45);
}

function isTooFine(widths: readonly number[], resolution: number, radius: number): boolean {
  const counts = widths.map((width) => (2 * radius) / stepFor(width, resolution));
  const nested = counts.slice(0, Math.max(1, counts.length - 1));
  return nested.reduce((product, count) => product * count, 1) > MOST_POINTS[Math.min(counts.length, 3)]!;
}

/** Largest relative change that an average may still have when refinement has to stop. */
const UNRESOLVED = 1e-3;

function refuseUnresolved(change: number, { kernel, context }: SmoothProblem): void {
  if (change <= UNRESOLVED) return;
  const deviation = Math.sqrt(Math.max(...kernel.map((row, s) => row[s]!))).toPrecision(2);
  const reason = `a Gaussian average cannot be resolved: a function varies too fast for a standard deviation of ${deviation}`;
  throw new NumericsError('not-converged', reason, [], context);
}

function largestChange(coarse: LatticeSums, fine: LatticeSums): number {
  return fine.values.reduce((worst, _, index) => Math.max(worst, relativeChange(coarse, fine, index)), 0);
}

function relativeChange(coarse: LatticeSums, fine: LatticeSums, index: number): number {
  const scale = fine.magnitudes[index]!;
  return scale === 0 ? 0 : Math.abs(fine.values[index]! - coarse.values[index]!) / scale;
}

function averageValue(coarse: LatticeSums, fine: LatticeSums, index: number): AverageValue {
  const change = relativeChange(coarse, fine, index);
  const error = fine.magnitudes[index]! * Math.max(ROUNDOFF, Math.min(change, 10 * change ** 1.5));
  return { value: fine.values[index]!, error };
}

interface LevelPlan {
  readonly levels: readonly Level[];
  /** Largest standard deviation in units of z that one coordinate moves a direction by. */
  readonly widths: readonly number[];
  /** The sum of the first level that is each product's average. */
  readonly outputs: readonly number[];
  /** Every direction's functions. */
  readonly growing: readonly GrowingFunctions[];
  readonly key: string;
}

function planLevels({ kernel, products, context }: SmoothProblem, memory: SmoothMemory): LevelPlan {
  const { pivots, factor } = pivotedCholesky(covarianceOf(kernel), 2e-14, 1e-10, context);
  const columns = kernel.map((_, d) => distinctColumns(products.map((parts) => parts[d]!)));
  const members = kernel.map((_, d) => ({
    row: trimmedRow(factor[d]!),
    evaluator: evaluatorFor(memory, d, columns[d]!.list),
  }));
  const directions = pivots.map((_, k) =>
    kernel.flatMap((_row, d) => (members[d]!.row.length === k + 1 ? [d] : [])),
  );
  const paths = products.map((parts) =>
    directions.map((level) => level.map((d) => columns[d]!.index.get(columnKey(parts[d]!)) ?? -1)),
  );
  const { sums, outputs } = shareSums(paths);
  const levels = directions.map((level, k) => ({ members: level.map((d) => members[d]!), sums: sums[k]! }));
  const widths = pivots.map((_, k) => Math.max(...factor.map((row) => Math.abs(row[k] ?? 0))));
  const growing = members.map(({ evaluator }, d) => growingFunctions(evaluator, Math.sqrt(kernel[d]![d]!)));
  const key = columns.map(({ list }) => list.map(columnKey).join('|')).join('||');
  return { levels, widths, outputs, growing, key };
}

function growingFunctions(evaluator: ColumnEvaluator, deviation: number): GrowingFunctions {
  return {
    deviation,
    columns: evaluator.columns.length,
    values: (points) => evaluator.rows(points, points.length, 0),
  };
}

/** Trailing zeros up to rounding are dropped: the direction belongs to the last coordinate that moves it. */
function trimmedRow(row: readonly number[]): readonly number[] {
  const scale = Math.hypot(...row);
  let length = row.length;
  while (length > 1 && Math.abs(row[length - 1]!) <= 1e-14 * scale) length--;
  return row.slice(0, length);
}

function columnKey({ product, derivative }: Column): string {
  return `${product.key};${derivative}`;
}

function distinctColumns(parts: readonly Column[]): { list: Column[]; index: Map<string, number> } {
  const list: Column[] = [];
  const index = new Map<string, number>();
  for (const part of parts) {
    const key = columnKey(part);
    if (!index.has(key)) index.set(key, list.push(part) - 1);
  }
  return { list, index };
}

/** Equal tails of paths become one sum; paths[product][level] lists a column a member. */
function shareSums(paths: readonly (readonly (readonly number[])[])[]): {
  sums: LevelSum[][];
  outputs: number[];
} {
  const depth = paths[0]?.length ?? 0;
  const sums: LevelSum[][] = Array.from({ length: depth }, () => []);
  const known = Array.from({ length: depth }, () => new Map<string, number>());
  const sumFor = (path: readonly (readonly number[])[], k: number): number => {
    if (k === depth) return 0;
    const next = sumFor(path, k + 1);
    const columns = path[k];
    if (!columns) throw new InternalError('a path of columns is shorter than the rank');
    const key = `${columns.join(',')};${next}`;
    const found = known[k]!.get(key);
    if (found !== undefined) return found;
    const index = sums[k]!.push({ columns, next }) - 1;
    known[k]!.set(key, index);
    return index;
  };
  return { sums, outputs: paths.map((path) => sumFor(path, 0)) };
}
