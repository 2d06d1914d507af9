/**
 * `npm run fuzz -- [--files 100000] [--seed 1] [--first 0] [--show INDEX]`: random and mutated model files through
 * fmt, compile, derive and flow, in two processes. An exception that is not the user's error, a process that dies, and
 * a file that takes more than two seconds of processor time are printed and fail the run.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fuzzCorpus } from './fuzzCorpus.ts';
import { randomFile } from './fuzzMutations.ts';
import type { Stage } from './fuzzOne.ts';
import type { Message } from './fuzzWorker.ts';
import { createRandom } from './random.ts';

const LIMIT_MS = 2000;
/** On the clock, after which a file is given up: other processes may have the machine. */
const PATIENCE_MS = 20_000;
const PROCESSES = 2;
const SHOWN_FAILURES = 20;

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    show: { type: 'string' },
  },
});
const seed = Number(values.seed);
const first = Number(values.first);
const last = first + Number(values.files);

const tally = { failures: 0, slow: 0, slowest: 0 };
const stages: Record<Stage, number> = { refused: 0, compiled: 0, derived: 0, flowed: 0 };

if (values.show === undefined) await fuzz();
else process.stdout.write(fileNumber(Number(values.show)));

async function fuzz(): Promise<void> {
  const started = performance.now();
  const share = Math.ceil((last - first) / PROCESSES);
  const starts = Array.from({ length: PROCESSES }, (_, k) => first + k * share);
  await Promise.all(starts.map((start) => runRange(start, Math.min(last, start + share))));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${last - first} files from ${first}, seed ${seed}: ${tally.failures} failures, ${tally.slow} over ${LIMIT_MS} ms, ` +
      `slowest ${tally.slowest.toFixed(0)} ms; ${JSON.stringify(stages)}; ${seconds} s`,
  );
  process.exitCode = tally.failures + tally.slow > 0 ? 1 : 0;
}

function fileNumber(index: number): string {
  return randomFile(fuzzCorpus(), createRandom(seed * 1_000_003 + index));
}

/** A file that kills its process, or has to be killed, costs that process: a new one goes on after it. */
async function runRange(from: number, to: number): Promise<void> {
  for (let next = from; next < to;) next = await runProcess(next, to);
}

function runProcess(from: number, to: number): Promise<number> {
  const worker = fork(new URL('./fuzzWorker.ts', import.meta.url), [from, to, seed].map(String), {
    execArgv: ['--import', 'tsx'],
  });
  return new Promise((resolve) => {
    let current = from;
    let timer = setTimeout(() => undefined, 0);
    worker.on('message', (message: Message) => {
      clearTimeout(timer);
      if (message.kind === 'start') {
        current = message.index;
        timer = setTimeout(() => giveUp(worker, current), PATIENCE_MS);
        if ((current - first) % 5000 === 0) console.log(`${current} ...`);
      } else {
        record(message);
        current = message.index + 1;
      }
    });
    worker.on('close', (code, signal) => {
      clearTimeout(timer);
      if (current < to && signal === null) report(current, `the process ended with code ${code}`);
      resolve(current < to ? current + 1 : to);
    });
  });
}

function giveUp(worker: ChildProcess, index: number): void {
  tally.slow++;
  console.log(`file ${index}: not finished after ${PATIENCE_MS} ms`);
  worker.kill('SIGKILL');
}

function record({ index, cpuMs, stage, failure }: Extract<Message, { kind: 'end' }>): void {
  stages[stage]++;
  tally.slowest = Math.max(tally.slowest, cpuMs);
  if (failure !== undefined) report(index, failure);
  if (cpuMs <= LIMIT_MS) return;
  tally.slow++;
  console.log(`file ${index}: ${cpuMs.toFixed(0)} ms, ${stage}`);
}

/** The file itself: `--show INDEX`. */
function report(index: number, failure: string): void {
  tally.failures++;
  if (tally.failures <= SHOWN_FAILURES) console.log(`file ${index}: ${failure}\n`);
}
