/** Totals do not depend on who sums which networks, nor on where a run was interrupted. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, theoryToCheck } from '../../bench/mutants.ts';
import { createWorkerPool, type WorkerPool } from '../../cli/workerPool.ts';
import { compile } from '../../index.ts';
import { openBackend, type Backend, type BackendName } from '../../runtime/backend.ts';
import { addToTotal } from '../../runtime/check/accumulate.ts';
import type { Checkpoint } from '../../runtime/check/checkpoint.ts';
import { measureWidths, type MeasureOptions } from '../../runtime/check/measureWidths.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';

const NAME = 'examples/ntk.eft';
const model = compile({ name: NAME, text: readFileSync(NAME, 'utf8') }, { readText: () => undefined }).value!;
const study = model.studies[0]!;
const items = itemsOf(theoryToCheck(model), study);
const plans = [4, 6].map((n) => planNetwork(model, study, n));

/** A thread that runs the source. */
function startSource(workerData: BackendName): Worker {
  const program = new URL('../../cli/simulationWorker.ts', import.meta.url).href;
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import('${program}'); })`;
  return new Worker(code, { eval: true, workerData });
}

let backend: Backend;
let pool: WorkerPool;
beforeAll(async () => {
  backend = await openBackend('wasm');
  pool = createWorkerPool(2, backend, { leastWork: 0, start: startSource });
});
afterAll(() => pool.close());

const measure = (more: Partial<MeasureOptions> = {}) =>
  measureWidths(plans, items, backend, { networks: 1000, seed: 5, ...more });

describe('measured totals', () => {
  it('are the same on two threads as on one', async () => {
    expect(await measure({ simulator: pool })).toEqual(await measure());
  });

  it('are the same when an interrupted run is resumed', async () => {
    const controller = new AbortController();
    let state: Checkpoint | undefined;
    let merged = 0;
    const partial = await measure({
      signal: controller.signal,
      onMerged: (write) => {
        state = JSON.parse(JSON.stringify(write())) as Checkpoint;
        merged += 1;
        if (merged === 3) controller.abort();
      },
    });
    expect(partial).not.toEqual(await measure());
    expect(await measure({ resume: state! })).toEqual(await measure());
  });

  it('are not resumed by another check', async () => {
    let state: Checkpoint | undefined;
    await measure({ networks: 2, onMerged: (write) => (state = write()) });
    await expect(measure({ seed: 6, resume: state! })).rejects.toThrow('of another check');
    const damaged = { ...state!, streams: state!.streams.map((one) => ({ ...one, sums: [] })) };
    await expect(measure({ resume: damaged })).rejects.toThrow('damaged');
  });

  it('carry what rounding loses', () => {
    const total = { sums: [new Float64Array(1)], lost: [new Float64Array(1)] };
    for (const value of [1, 1e100, 1, -1e100]) addToTotal(total, [Float64Array.of(value)]);
    expect(total.sums[0]![0]! + total.lost[0]![0]!).toBe(2);
  });
});
