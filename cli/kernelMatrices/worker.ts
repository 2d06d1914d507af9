/**
 * A thread that computes tiles of kernel matrices and writes them where they belong in the files, taking the next tile
 * from a counter that all threads share.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { KernelPlan } from '../../runtime/kernelMatrices/kernelPlan.ts';
import {
  createTileEvaluator,
  tilesOf,
  type Tile,
  type TileValues,
} from '../../runtime/kernelMatrices/kernelTile.ts';
import { npyNumbers, type NumberSize } from './numbers.ts';

export interface WorkerTask {
  readonly plan: KernelPlan;
  readonly numberSize: NumberSize;
  /** One file for each matrix, with the place of its first number. */
  readonly files: readonly { readonly path: string; readonly start: number }[];
  /** Tiles given out, and tiles done. */
  readonly counters: Int32Array;
}

const { plan, numberSize, files, counters } = workerData as WorkerTask;
const descriptors = files.map(({ path }) => openSync(path, 'r+'));
const evaluate = createTileEvaluator(plan);
const tiles = tilesOf(plan.sampleCount);
for (;;) {
  const tile = tiles[Atomics.add(counters, 0, 1)];
  if (!tile) break;
  evaluate(tile).forEach((values, k) => writeTile(descriptors[k]!, files[k]!.start, tile, values));
  Atomics.add(counters, 1, 1);
}
descriptors.forEach((descriptor) => closeSync(descriptor));

/** The rows of a tile, and those of its mirror image. */
function writeTile(
  descriptor: number,
  start: number,
  { row, rowEnd, column, columnEnd }: Tile,
  { upper, lower }: TileValues,
): void {
  const [rows, columns] = [rowEnd - row, columnEnd - column];
  for (let r = 0; r < rows; r++) writeRow(descriptor, start, row + r, column, upper, r * columns, columns);
  // On the diagonal the tile holds its mirror image where they overlap.
  for (let c = Math.max(0, rowEnd - column); c < columns; c++)
    writeRow(descriptor, start, column + c, row, lower, c * rows, rows);
}

function writeRow(
  descriptor: number,
  start: number,
  row: number,
  column: number,
  values: Float64Array,
  offset: number,
  count: number,
): void {
  const bytes = npyNumbers(values.subarray(offset, offset + count), numberSize);
  const place = start + numberSize * (row * plan.sampleCount + column);
  for (let written = 0; written < bytes.length;)
    written += writeSync(descriptor, bytes, written, bytes.length - written, place + written);
}
