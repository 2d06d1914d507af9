/** Kernel matrices in memory, on the thread of the caller: for programs and for browsers. */
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { evaluateOutput } from './rows.ts';
import type { KernelPlan } from './kernelPlan.ts';
import { createTileEvaluator, tilesOf, type Tile, type TileValues } from './kernelTile.ts';
import { planKernel, type KernelOptions } from './planKernel.ts';

export interface KernelMatrix {
  readonly observable: string;
  /** (M) for an observable of one sample, (M, M) for one of two. */
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float64Array;
}

export interface KernelMatrixOptions extends KernelOptions {
  /** Stops between tiles: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The part done, from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Observables of one or two samples at infinite width, over all samples of a study: G and the mean tangent kernel as
 * Gram matrices. `theory` need not go beyond order 0. Symmetric observables come out exactly symmetric. Gives way to
 * events while it works. Throws UserError for observables that are none, NumericsError where the flow breaks down.
 */
export async function kernelMatrices(
  theory: Theory,
  study: Study,
  options: KernelMatrixOptions = {},
): Promise<KernelMatrix[]> {
  const plan = planKernel(theory, study, options);
  const matrices = plan.outputs.map(({ indices }) => new Float64Array(plan.sampleCount ** indices));
  kernelVectors(plan).forEach((vector, o) => vector && matrices[o]!.set(vector));
  const twoIndexed = matrices.filter((_, o) => plan.outputs[o]!.indices === 2);
  const tiles = twoIndexed.length === 0 ? [] : tilesOf(plan.sampleCount);
  const evaluate = createTileEvaluator(plan);
  let last = Date.now();
  for (const [done, tile] of tiles.entries()) {
    options.signal?.throwIfAborted();
    evaluate(tile).forEach((values, o) => placeTile(twoIndexed[o]!, plan.sampleCount, tile, values));
    options.onProgress?.((done + 1) / tiles.length);
    if (Date.now() - last < PATIENCE) continue;
    await new Promise((resolve) => setTimeout(resolve));
    last = Date.now();
  }
  return plan.outputs.map(({ name, indices }, o) => ({
    observable: name,
    shape: Array.from({ length: indices }, () => plan.sampleCount),
    values: matrices[o]!,
  }));
}

/** Milliseconds between turns of the event loop. */
const PATIENCE = 30;

/** The outputs of one index, by their place among the outputs; undefined for matrices. */
export function kernelVectors(plan: KernelPlan): (Float64Array | undefined)[] {
  const { diagonals, sampleCount } = plan;
  const nothing = { averages: [], averageDiagonals: [] };
  return plan.outputs.map(({ indices, expression }) => {
    if (indices === 2) return undefined;
    // Exchanged, the sample of the row (aa) is the one that runs.
    return evaluateOutput(
      expression,
      { a: 0, from: 0, count: sampleCount, couplings: diagonals, diagonals, ...nothing },
      true,
    );
  });
}

function placeTile(
  matrix: Float64Array,
  size: number,
  { row, rowEnd, column, columnEnd }: Tile,
  { upper, lower }: TileValues,
): void {
  const [rows, columns] = [rowEnd - row, columnEnd - column];
  for (let r = 0; r < rows; r++)
    matrix.set(upper.subarray(r * columns, (r + 1) * columns), (row + r) * size + column);
  for (let c = 0; c < columns; c++)
    matrix.set(lower.subarray(c * rows, (c + 1) * rows), (column + c) * size + row);
}
