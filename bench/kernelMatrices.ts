/**
 * Gram matrices of G and the tangent kernel: `npm run bench:kernel [ROUNDS]`. 1,000 samples of dimension 100, ten layers, float64, all
 * cores, from a study to files; activations in turn, medians (of processor seconds too, which other programs disturb less), and neural-tangents in the same rounds where Python has it. Then
 * 5,000 samples once, and how far entries are from the quadrature of `eft flow`, nearly parallel samples included.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Eft from '../index.ts';
import type * as Writer from '../cli/kernelMatrices/writeMatrices.ts';
import { startPeer, type Peer } from './kernelPeer.ts';
import { median, printTable } from './table.ts';

// The built code: worker threads run nothing else.
const built = (path: string): string => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const { compile, derive, flow, planKernel } = (await import(built('index.js'))) as typeof Eft;
const { writeMatrices } = (await import(built('cli/kernelMatrices/writeMatrices.js'))) as typeof Writer;

const ROUNDS = Number(process.argv[2] ?? 5);
const OBSERVABLES = ['G', 'Theta'];
const ACTIVATIONS = ['relu', 'erf', 'tanh', 'gelu'];
const DIMENSION = 100;
const DEPTH = 10;

const MODEL = `eft 1
import standard "tangent.eft"
architecture mlp {
  input x[n_0]
  width n
  depth L
  activation sigma
  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])
}
prior {
  W ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
  learning_rate W = C_W / fan_in, b = C_b
}
observable {
  G[a,b] = <z[i,a] z[i,b]>
  Theta[a,b] = <H[i,i;a,b]>
}
expand in 1/n to order 0
study "gram" { sigma = tanh, C_W = 1.5, C_b = 0.1, L = ${DEPTH + 1}, samples = [[1]] }
`;

/** Uniform numbers, the same every time. */
function generator(): () => number {
  let state = 20211;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** Roughly Gaussian inputs of many norms; the second is nearly the first, the third nearly its opposite. */
function inputs(count: number): number[][] {
  const random = generator();
  const rows = Array.from({ length: count }, () => {
    const scale = 1.4 + 1.2 * random();
    return Array.from({ length: DIMENSION }, () => scale * (random() + random() + random() - 1.5));
  });
  const [first] = rows as [number[]];
  rows[1] = first.map((x, j) => x + 1e-3 * Math.sin(j));
  rows[2] = first.map((x, j) => -x + 1e-3 * Math.cos(j));
  return rows;
}

function studyOf(activation: string, samples: readonly (readonly number[])[]): Eft.Study {
  const text = MODEL.replace('sigma = tanh', `sigma = ${activation}`);
  const { value } = compile({ name: 'gram.eft', text }, { readText: () => undefined });
  return { ...value!.studies[0]!, samples };
}

const { value: model } = compile({ name: 'gram.eft', text: MODEL }, { readText: () => undefined });
const theory = derive(model!, { order: 0, observables: OBSERVABLES });
const folder = mkdtempSync(join(tmpdir(), 'eft-kernel-'));
const paths = OBSERVABLES.map((name) => join(folder, `${name}.npy`));

/** Seconds from a study to its files, on the clock and of all processors together. */
async function seconds(study: Eft.Study): Promise<{ readonly clock: number; readonly processors: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const plan = planKernel(theory, study, { observables: OBSERVABLES });
  const signal = new AbortController().signal;
  await writeMatrices(plan, { paths, threads: availableParallelism(), signal, onProgress: () => undefined });
  const { user, system } = process.cpuUsage(before);
  return { clock: (performance.now() - start) / 1000, processors: (user + system) / 1e6 };
}

/** Largest difference of entries in the files from the flow of two samples, relative to the diagonal. */
function error(study: Eft.Study): number {
  const count = study.samples.length;
  const random = generator();
  const pick = (): number => Math.floor(random() * count);
  const pairs = [[0, 1], [0, 2], [1, 2], ...Array.from({ length: 12 }, () => [pick(), pick()])];
  const entry = (path: string, a: number, b: number): number => {
    const bytes = Buffer.alloc(8);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, 8, 128 + 8 * (a * count + b));
    closeSync(file);
    return bytes.readDoubleLE();
  };
  const errors = pairs.flatMap(([a, b]) => {
    const samples = [study.samples[a!]!, study.samples[b!]!];
    const { layers } = flow(theory, { ...study, samples }, { from: study.depth, to: study.depth });
    return OBSERVABLES.map((name, o) => {
      const values = layers[0]!.values[name]!.orders['0'] as number[][];
      const scale = Math.sqrt(values[0]![0]! * values[1]![1]!);
      return Math.abs(entry(paths[o]!, a!, b!) - values[0]![1]!) / scale;
    });
  });
  return Math.max(...errors);
}

const peer: Peer | undefined = startPeer();
const times = ACTIVATIONS.map((): number[] => []);
const processorTimes = ACTIVATIONS.map((): number[] => []);
const peerTimes = ACTIVATIONS.map((): number[] => []);
const errors = ACTIVATIONS.map(() => 0);
for (let round = -1; round < ROUNDS; round++)
  for (const [k, activation] of ACTIVATIONS.entries()) {
    const study = studyOf(activation, inputs(1000));
    const ours = await seconds(study);
    const theirs = peer && (await peer.seconds(activation, round < 0));
    if (round < 0) errors[k] = error(study);
    else {
      times[k]!.push(ours.clock);
      processorTimes[k]!.push(ours.processors);
    }
    if (round >= 0 && theirs !== undefined) peerTimes[k]!.push(theirs);
  }
peer?.stop();
const large: number[] = [];
for (const activation of ACTIVATIONS) large.push((await seconds(studyOf(activation, inputs(5000)))).clock);
rmSync(folder, { recursive: true });

const load = loadavg()[0]!.toFixed(1);
console.log(
  `Seconds, Node ${process.versions.node}, ${availableParallelism()} threads, ${ROUNDS} rounds; load ${load}.`,
);
if (!peer) console.log('neural-tangents is left out: no python3 that has it.');
printTable(
  ['activation', '1,000 samples', 'best', 'processors', 'neural-tangents', '5,000 samples', 'error'],
  ACTIVATIONS.map((activation, k) => [
    activation,
    median(times[k]!).toFixed(2),
    Math.min(...times[k]!).toFixed(2),
    median(processorTimes[k]!).toFixed(2),
    peerTimes[k]!.length > 0 ? median(peerTimes[k]!).toFixed(2) : '-',
    large[k]!.toFixed(1),
    errors[k]!.toExponential(0),
  ]),
);
