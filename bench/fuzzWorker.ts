/** Runs files through the whole front end, derivation and flow, and reports what must never happen. */
import { parentPort, workerData } from 'node:worker_threads';
import { compile, derive, flow, format, UserError } from '../index.ts';
import { createRandom, randomFile } from './fuzzMutations.ts';

interface Job {
  readonly corpus: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

const { corpus, from, to, seed } = workerData as Job;

for (let index = from; index < to; index++) {
  parentPort?.postMessage({ kind: 'start', index });
  const text = randomFile(corpus, createRandom(seed * 1_000_003 + index));
  const failure = runOne(text);
  if (failure) parentPort?.postMessage({ kind: 'failure', index, text, failure });
}
parentPort?.postMessage({ kind: 'done' });

/** The stack of whatever would be exit code 4; undefined when the file was accepted or refused properly. */
function runOne(text: string): string | undefined {
  try {
    const source = { name: 'fuzz.eft', text };
    format(source);
    const { value: model } = compile(source, { readText: () => undefined });
    if (!model) return undefined;
    const theory = derive(model);
    for (const study of model.studies) flow(theory, study, { to: Math.min(study.depth, 3) });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
