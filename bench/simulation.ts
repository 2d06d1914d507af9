/**
 * The simulator against PyTorch and plain TensorFlow.js: `npm run bench:simulation`. Contestants take turns in every round, and
 * medians are printed. PyTorch is left out where it is not installed ($EFT_PYTHON names another interpreter).
 *
 * Arguments: rounds (15 by default), and the one table wanted: weights, stored, relu or tangent.
 */
import { loadavg } from 'node:os';
import type { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { createWorkerPool } from '../cli/workerPool.ts';
import { openBackend } from '../runtime/backend.ts';
import { checkItems } from '../runtime/check/items.ts';
import { measureWidths } from '../runtime/check/measureWidths.ts';
import { openKernels } from '../runtime/kernels/kernels.ts';
import { planNetwork } from '../runtime/simulate/networkPlan.ts';
import type { Share } from './kernelWorker.ts';
import { openPeer, type Peer } from './peer.ts';
import { openTangentCheck, peerNetworks } from './simulationStatistics.ts';
import { startSourceThread } from './sourceThread.ts';
import { median, printTable } from './table.ts';
import { tangentModel, tangentStudy } from './tangentStudies.ts';

const rounds = Number(process.argv[2] ?? 15);
const SAMPLES = [1, 4, 8];
const [NETWORKS, WIDTH] = [256, 128];
const WEIGHTS = NETWORKS * WIDTH * WIDTH;

const [, , , only] = process.argv;
const backend = await openBackend('wasm');
const peer = await openPeer();
const load = loadavg()[0]!;
console.log(
  `Load of the machine when this began: ${load.toFixed(1)}. ${peer ? `PyTorch ${peer.version}` : 'PyTorch is not installed: left out'}; medians of ${rounds} rounds.\n`,
);
if (only === undefined || only === 'weights') await weightsTable(peer);
if (only === undefined || only === 'stored') await storedTable(peer);
if (only === undefined || only === 'relu') await reluTable(peer);
if (only === undefined || only === 'tangent') await tangentTable(peer);
peer?.stop();

/** Two threads with half of the networks each. */
function openThreads() {
  const shares = [0, 1].map((half): Share => ({
    first: (half * NETWORKS) / 2,
    networks: NETWORKS / 2,
    width: WIDTH,
  }));
  const threads = shares.map((share) => startSourceThread('bench/kernelWorker.ts', share));
  const answers = () => Promise.all(threads.map((thread) => nextMessage(thread)));
  return {
    run: async (samples: number): Promise<number> => {
      const ready = answers();
      threads.forEach((thread) => thread.postMessage(samples));
      await ready;
      const done = answers();
      const start = performance.now();
      threads.forEach((thread) => thread.postMessage('go'));
      await done;
      return (performance.now() - start) / 1000;
    },
    stop: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

function nextMessage(thread: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject).once('message', (message) => {
      thread.off('error', reject);
      resolve(message);
    });
  });
}

async function weightsTable(torch: Peer | undefined): Promise<void> {
  const threads = openThreads();
  const rows: string[][] = [];
  for (const samples of SAMPLES) {
    const [own, plain, theirs]: number[][] = [[], [], []];
    await threads.run(samples);
    for (let round = 0; round < rounds; round++) {
      own!.push(await threads.run(samples));
      if (round < 3) plain!.push(await plainTensorFlow(samples));
      if (torch) theirs!.push(await torch.run<number>(`weights ${samples}`));
    }
    const ratios = own!.map((seconds, k) => theirs![k]! / seconds);
    rows.push([
      String(samples),
      million(WEIGHTS / median(own!)),
      million(WEIGHTS / median(plain!)),
      torch ? million(WEIGHTS / median(theirs!)) : '-',
      (median(plain!) / median(own!)).toFixed(1),
      torch ? median(ratios).toFixed(2) : '-',
    ]);
  }
  await threads.stop();
  console.log('Weights sampled and applied, millions a second, [256 networks, 128, 128] on two threads:\n');
  const head = ['samples', 'eft', 'plain tfjs-wasm', 'torch randn + bmm', 'eft / tfjs', 'eft / torch'];
  printTable(head, rows);
}

async function plainTensorFlow(samples: number): Promise<number> {
  await tf.setBackend('wasm');
  const x = tf.fill([NETWORKS, WIDTH, samples], 0.5);
  const start = performance.now();
  const z = tf.tidy(() => tf.matMul(tf.randomNormal([NETWORKS, WIDTH, WIDTH]), x as tf.Tensor3D));
  await z.data();
  const seconds = (performance.now() - start) / 1000;
  tf.dispose([x, z]);
  return seconds;
}

/** One thread here against two of PyTorch's. */
async function storedTable(torch: Peer | undefined): Promise<void> {
  const kernels = await openKernels();
  const w = kernels.allocate(4 * WEIGHTS);
  kernels.f32(w, WEIGHTS).fill(0.01);
  const rows: string[][] = [];
  for (const samples of SAMPLES) {
    const [x, z] = [0, 1].map(() => kernels.allocate(4 * NETWORKS * samples * WIDTH)) as [number, number];
    const [own, theirs]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      kernels.storedProduct(z, x, w, NETWORKS, samples, WIDTH, WIDTH);
      own!.push((performance.now() - start) / 1000);
      if (torch) theirs!.push(await torch.run<number>(`stored ${samples}`));
    }
    const flops = 2 * WEIGHTS * samples;
    rows.push([
      String(samples),
      (flops / median(own!) / 1e9).toFixed(1),
      torch ? (flops / median(theirs!) / 1e9).toFixed(1) : '-',
      torch ? median(own!.map((seconds, k) => seconds / theirs![k]!)).toFixed(2) : '-',
    ]);
  }
  console.log(
    '\nStored weights, [256, 128, 128] x [., samples], GFLOP/s; eft on one thread, PyTorch on two:\n',
  );
  printTable(['samples', 'eft', 'torch bmm', 'time eft / torch'], rows);
}

/** V of a ReLU network to 1 %: the networks it takes follow from the variance of each estimator. */
async function reluTable(torch: Peer | undefined): Promise<void> {
  const options = {
    activation: 'relu',
    depth: 10,
    samples: [[1, 0, 0]],
    weightVariance: 2,
    biasVariance: 0,
    widths: [128],
    observables: ['V'],
  };
  const study = tangentStudy(options);
  const model = tangentModel(['V']);
  const plan = planNetwork(model, study, 128);
  const { own, plain } = await peerNetworks(plan, 0.01);
  const pool = createWorkerPool(2, backend, {
    leastWork: 0,
    start: (name) => startSourceThread('cli/simulationWorker.ts', name),
  });
  const { items } = checkItems({
    model,
    study,
    request: study.checks[0]!,
    order: 1,
    predictions: [{ observable: 'V', indices: [1, 1, 1, 1], orders: new Map([[1, 1]]) }],
    expandExpectation: () => new Map(),
  });
  const measure = (networks: number) =>
    measureWidths([plan], items, backend, { networks, seed: 1, simulator: pool });
  await measure(10_000);
  const [ours, theirs, errors]: number[][] = [[], [], []];
  const batch = 256;
  for (let round = 0; round < Math.min(rounds, 7); round++) {
    const start = performance.now();
    const [{ measurements }] = (await measure(own)) as [Awaited<ReturnType<typeof measure>>[0]];
    ours!.push((performance.now() - start) / 1000);
    errors!.push(measurements[0]!.standardError / measurements[0]!.value);
    if (torch) theirs!.push(((await torch.run<number>(`relu ${batch}`)) / batch) * plain);
  }
  await pool.close();
  console.log('\nV of a ReLU network, n = 128, L = 10, to 1 %:\n');
  const head = ['', 'networks', 'seconds', 'error reached'];
  printTable(head, [
    ['eft', String(own), median(ours!).toFixed(2), `${(100 * median(errors!)).toFixed(2)} %`],
    ...(torch ? [['plain PyTorch', String(plain), median(theirs!).toFixed(1), '']] : []),
  ]);
  if (torch)
    console.log(`\nPyTorch takes ${median(ours!.map((s, k) => theirs![k]! / s)).toFixed(0)} times longer.`);
}

/** Seconds, seconds of processor time, and value and variance of each quantity. */
type TangentAnswer = readonly [number, number, Readonly<Record<string, readonly [number, number]>>];

/** A, B, D, F of two inputs: how much longer the same error takes PyTorch; its processor time is that of one thread, which waits for no other. */
async function tangentTable(torch: Peer | undefined): Promise<void> {
  const { fluctuations, time, close } = await openTangentCheck(backend);
  const [networks, batch, batches] = [8192, 256, 4];
  const [own, theirs, ownWork, theirWork]: number[][] = [[], [], [], []];
  const variances = new Map(fluctuations.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const [seconds, processor] = await time(networks);
    own!.push(seconds / networks);
    ownWork!.push(processor / networks);
    for (let k = 0; torch && k < batches; k++) {
      const [wall, , answer] = await torch.run<TangentAnswer>(`tangent ${batch}`);
      const [, work] = await torch.run<TangentAnswer>(`alone ${batch}`);
      theirs![round] = (theirs![round] ?? 0) + wall / (batches * batch);
      theirWork![round] = (theirWork![round] ?? 0) + work / (batches * batch);
      for (const [name, all] of variances) all.push(answer[name]![1]);
    }
  }
  await close();
  const ratio = (p: readonly number[], q: readonly number[]): number => median(p.map((x, k) => x / q[k]!));
  const faster = torch ? ratio(theirs!, own!) : NaN;
  const cheaper = torch ? ratio(theirWork!, ownWork!) : NaN;
  const rows = fluctuations.map(({ name, value, variance }) => {
    const all = variances.get(name)!;
    const less = all.reduce((sum, v) => sum + v, 0) / all.length / variance;
    const until = (variance * median(own!)) / (0.01 * value) ** 2;
    const cells = [name, until.toPrecision(2)];
    const ratios = [less.toFixed(2), (less * cheaper).toFixed(1), (less * faster).toFixed(1)];
    return [...cells, ...(torch ? ratios : ratios.map(() => '-'))];
  });
  console.log('\nTangent kernels, tanh, n = 64, L = 4, two inputs, two threads:\n');
  printTable(['', 'eft, seconds to 1 %', 'variance torch / eft', 'processor time', 'time'], rows);
  const ms = (times: readonly number[] | undefined): string => (1000 * median(times!)).toFixed(3);
  const text = torch
    ? `; PyTorch ${ms(theirs)} and ${ms(theirWork)}: ${faster.toFixed(2)} and ${cheaper.toFixed(2)} times as long`
    : '';
  console.log(`\nMilliseconds a network, and of processor time: eft ${ms(own)} and ${ms(ownWork)}${text}.`);
}

function million(value: number): string {
  return (value / 1e6).toFixed(0);
}
