/** Computes tiles of kernel matrices and writes them where they belong in the files. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { KernelPlan } from '../../runtime/kernelMatrices/kernelPlan.ts';
import {
  createTileEvaluator,
  tilesOf,
  type Tile,
  type TileValues,
} from '../../runtime/kernelMatrices/kernelTile.ts';
import { npyNumbers, type NumberSize } from './numbers.ts';

/** The same for all threads. */
export interface TileTask {
  readonly plan: KernelPlan;
  readonly numberSize: NumberSize;
  /** One file for each matrix, with the place of its first number. */
  readonly files: readonly { readonly path: string; readonly start: number }[];
  /** Tiles given out, and tiles done. */
  readonly counters: Int32Array;
}

/** Takes the next tile from the counter that all threads share until there is none; yields after each, for who must answer others. */
export function* computeTiles({ plan, numberSize, files, counters }: TileTask): Generator<void> {
  const descriptors = files.map(({ path }) => openSync(path, 'r+'));
  try {
    const evaluate = createTileEvaluator(plan);
    const tiles = tilesOf(plan.sampleCount);
    for (;;) {
      const tile = tiles[Atomics.add(counters, 0, 1)];
      if (!tile) return;
      evaluate(tile).forEach((values, k) => {
        const file = { descriptor: descriptors[k]!, start: files[k]!.start, sampleCount: plan.sampleCount };
        writeTile({ ...file, numberSize }, tile, values);
      });
      Atomics.add(counters, 1, 1);
      yield;
    }
  } finally {
    descriptors.forEach((descriptor) => closeSync(descriptor));
  }
}

interface MatrixFile {
  readonly descriptor: number;
  readonly start: number;
  readonly sampleCount: number;
  readonly numberSize: NumberSize;
}

/** The rows of a tile, and those of its mirror image. */
function writeTile(
  file: MatrixFile,
  { row, rowEnd, column, columnEnd }: Tile,
  { upper, lower }: TileValues,
): void {
  const [rows, columns] = [rowEnd - row, columnEnd - column];
  for (let r = 0; r < rows; r++) writeRow(file, row + r, column, upper, r * columns, columns);
  // On the diagonal the tile holds its mirror image where they overlap.
  for (let c = Math.max(0, rowEnd - column); c < columns; c++)
    writeRow(file, column + c, row, lower, c * rows, rows);
}

function writeRow(
  { descriptor, start, sampleCount, numberSize }: MatrixFile,
  row: number,
  column: number,
  values: Float64Array,
  offset: number,
  count: number,
): void {
  const bytes = npyNumbers(values.subarray(offset, offset + count), numberSize);
  const place = start + numberSize * (row * sampleCount + column);
  for (let written = 0; written < bytes.length;)
    written += writeSync(descriptor, bytes, written, bytes.length - written, place + written);
}
