/**
 * `npm run fuzz -- [--files 100000] [--seed 1]`: random and mutated model files through format, compile, derive and
 * flow on two workers. Any crash, and any file that takes more than two seconds, is printed and fails the run.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const HANG_MS = 2000;
const WORKERS = 2;

const { values } = parseArgs({
  options: { files: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const files = Number(values.files);
const root = new URL('..', import.meta.url).pathname;
const corpus = ['examples', 'test/corpus/good', 'test/corpus/bad'].flatMap(programsIn);
let failures = 0;
let hangs = 0;
let slowest = 0;

function programsIn(folder: string): string[] {
  const path = join(root, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.eft'))
    .map((name) => readFileSync(join(path, name), 'utf8'));
}

/** Runs files `from ... to-1`; a file that hangs costs its worker, and a new one goes on after it. */
async function runRange(from: number, to: number): Promise<void> {
  let next = from;
  while (next < to) next = await runWorker(next, to);
}

function runWorker(from: number, to: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fuzzWorker.ts', import.meta.url), {
      workerData: { corpus, from, to, seed: Number(values.seed) },
    });
    let current = from;
    let since = Infinity;
    const watch = setInterval(() => {
      if (performance.now() - since < HANG_MS) return;
      hangs++;
      console.log(`file ${current}: over ${HANG_MS} ms`);
      finish(current + 1);
    }, 100);
    const finish = (next: number): void => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(next));
    };
    worker.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    worker.on('message', (message: { kind: string; index: number; text: string; failure: string }) => {
      if (message.kind === 'start') {
        if (since !== Infinity) slowest = Math.max(slowest, performance.now() - since);
        [current, since] = [message.index, performance.now()];
        if (current % 10000 === 0) console.log(`${current} ...`);
      } else if (message.kind === 'failure') {
        failures++;
        if (failures <= 10)
          console.log(`file ${message.index}:\n${message.failure}\n--- text\n${message.text}\n---`);
      } else finish(to);
    });
  });
}

const started = performance.now();
const share = Math.ceil(files / WORKERS);
await Promise.all(
  Array.from({ length: WORKERS }, (_, k) => runRange(k * share, Math.min(files, (k + 1) * share))),
);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${files} files, seed ${values.seed}: ${failures} crashes, ${hangs} over ${HANG_MS} ms, slowest ${slowest.toFixed(0)} ms, ${seconds} s`,
);
process.exitCode = failures + hangs > 0 ? 1 : 0;
