/** Kernel matrices straight into .npy files: threads compute tiles and write them, nothing is held in memory whole. */
import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { kernelVectors, tilesOf, type KernelPlan } from '../../index.ts';
import { fileError } from '../files.ts';
import { npyHeader } from './npy.ts';
import { npyNumbers, type NumberSize } from './numbers.ts';
import { computeTiles, type TileTask } from './computeTiles.ts';

export interface WriteOptions {
  /** One path for each output of the plan. */
  readonly paths: readonly string[];
  readonly threads: number;
  /** 8 (float64) by default. */
  readonly numberSize?: NumberSize;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/**
 * Writes every output of a plan. A file appears when it is whole: until then it has another name, and an interruption
 * leaves nothing. Resolves to false when the signal stopped it.
 */
export async function writeMatrices(plan: KernelPlan, options: WriteOptions): Promise<boolean> {
  const { numberSize = 8 } = options;
  const fresh = options.paths.map((path) => `${path}.${process.pid}.new`);
  try {
    const vectors = kernelVectors(plan);
    const starts = fresh.map((path, o) => prepareFile(path, shapeOf(plan, o), numberSize, vectors[o]));
    const files = fresh.map((path, o) => ({ path, start: starts[o]! })).filter((_, o) => !vectors[o]);
    const isWhole = files.length === 0 || (await runThreads(plan, files, options));
    if (!isWhole) return false;
    fresh.forEach((path, o) => renameSync(path, options.paths[o]!));
    return true;
  } catch (error) {
    throw fileError('write', options.paths[0]!, error);
  } finally {
    fresh.forEach((path) => rmSync(path, { force: true }));
  }
}

/** The shape of an output: (M) or (M, M). */
export function shapeOf({ outputs, sampleCount }: KernelPlan, output: number): number[] {
  return Array.from({ length: outputs[output]!.indices }, () => sampleCount);
}

/** Writes the header and what is known already; returns the place of the first number. */
function prepareFile(
  path: string,
  shape: readonly number[],
  numberSize: NumberSize,
  vector: Float64Array | undefined,
): number {
  const header = npyHeader(shape, numberSize);
  const file = openSync(path, 'wx');
  try {
    writeSync(file, header);
    if (vector) writeSync(file, npyNumbers(vector, numberSize));
    ftruncateSync(file, header.length + numberSize * shape.reduce((product, size) => product * size, 1));
  } finally {
    closeSync(file);
  }
  return header.length;
}

/** Often enough for a progress bar. */
const INTERVAL = 100;

async function runThreads(
  plan: KernelPlan,
  files: TileTask['files'],
  { threads, signal, onProgress, numberSize = 8 }: WriteOptions,
): Promise<boolean> {
  const tiles = tilesOf(plan.sampleCount).length;
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const task: TileTask = { plan, numberSize, files, counters };
  // This thread computes too: it is running already, which others take as long for as a thousand samples take.
  const workers = Array.from(
    { length: Math.min(threads, tiles) - 1 },
    () => new Worker(new URL('./worker.js', import.meta.url), { workerData: task }),
  );
  const timer = setInterval(() => onProgress(counters[1]! / tiles), INTERVAL);
  const stop = (): void => workers.forEach((worker) => void worker.terminate());
  signal.addEventListener('abort', stop);
  try {
    await Promise.all([computeHere(task, signal), ...workers.map(ended)]);
    return counters[1] === tiles;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Between tiles this thread hears a Ctrl-C and shows the progress. */
async function computeHere(task: TileTask, signal: AbortSignal): Promise<void> {
  for (const tile of computeTiles(task)) {
    await setImmediate(tile);
    if (signal.aborted) return;
  }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
