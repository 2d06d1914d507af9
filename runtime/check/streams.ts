/**
 * The experiment at one width as plain data, and what simulates a piece of it. Data and results can cross to another thread:
 * a worker is told the experiment once and then sums one shard of networks after the other.
 */
import type { Backend, BackendName } from '../backend.ts';
import { isConditionalMean } from '../simulate/conditionalMeans.ts';
import { createConditionalSampler, type HiddenView } from '../simulate/conditionalSampler.ts';
import { controlLayout } from '../simulate/controls.ts';
import { createTurns, simulateKernels, type KernelBatch } from '../simulate/ensemble.ts';
import { isConditionallyGaussian, normalsPerNetwork, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import { recordedControls } from '../simulate/recordKernels.ts';
import { accumulate, createAccumulator, sumsOf, type Accumulator } from './accumulate.ts';
import { createBlockSimulation, observedNeurons } from './blockAverages.ts';
import { conditionalNumbers, PRODUCTS_PER_NUMBER, type EstimatorName } from './estimators.ts';
import type { Block } from './fieldCorrelators.ts';
import type { Needs } from './measure.ts';
import { createSquareAverages } from './squareBlocks.ts';

export interface Experiment {
  readonly plan: NetworkPlan;
  readonly needs: Needs;
  readonly seed: number;
  /** Address of its first network. */
  readonly address: number;
  /** The networks that kernels are measured on, where they are needed. */
  readonly kernelsFrom: EstimatorName | undefined;
  /** The networks that blocks are measured on, where there are any. */
  readonly blocksFrom: EstimatorName;
}

/** One kind of networks of an experiment. */
export interface Stream {
  readonly experiment: Experiment;
  readonly estimator: EstimatorName;
  /** The kernels of its first network, which all others are measured from. */
  readonly shift?: Float64Array;
}

/** Sums over some networks: kernels first, then blocks, those that the stream has. */
export type Sums = readonly Float64Array[];

/** Sums over networks `first ... first + count - 1`, counted from the experiment's address. */
export type SumNetworks = (first: number, count: number, signal?: AbortSignal) => Promise<Sums>;

/** What runs streams: this thread, or a pool of others. */
export interface Simulator {
  /** Shards to hand out at a time. */
  readonly shards: number;
  /** `work` is that of all networks to come, in random numbers: whether it is worth starting threads. */
  readonly open: (stream: Stream, work: number) => Promise<SumNetworks>;
}

export function simulateHere(backend: Backend): Simulator {
  return { shards: 1, open: (stream) => openStream(stream, backend) };
}

/** Backends of which every thread may have its own. */
export function isPerThread(backend: BackendName): boolean {
  return backend === 'wasm' || backend === 'cpu';
}

export function streamsOf(experiment: Experiment): readonly Stream[] {
  const { needs, kernelsFrom, blocksFrom } = experiment;
  const isUsed = (estimator: EstimatorName): boolean =>
    kernelsFrom === estimator || (needs.blocks.length > 0 && blocksFrom === estimator);
  return (['conditional', 'weights'] as const).filter(isUsed).map((estimator) => ({ experiment, estimator }));
}

/** Accumulators of what a stream measures. */
export interface StreamAccumulators {
  readonly kernels?: Accumulator;
  readonly blocks?: Accumulator;
}

export function accumulatorsOf({ experiment, estimator, shift }: Stream): StreamAccumulators {
  const { plan, needs, kernelsFrom, blocksFrom } = experiment;
  const sizes = controlSizes(experiment, estimator);
  const controlled = (sets: readonly ControlledSet[]) =>
    sets.map(({ variables, entry }) => ({ variables, size: sizes[entry]! }));
  const kernels = (): Accumulator =>
    createAccumulator(pairCount(plan.samples), needs.kernels, {
      ...(shift ? { shift } : {}),
      controlled: controlled(controlledKernels(experiment)),
    });
  const blocks = (): Accumulator =>
    createAccumulator(needs.blocks.length, needs.products, {
      controlled: controlled(controlledBlocks(experiment)),
    });
  return {
    ...(kernelsFrom === estimator ? { kernels: kernels() } : {}),
    ...(estimator === blocksFrom && needs.blocks.length > 0 ? { blocks: blocks() } : {}),
  };
}

export function streamSums({ kernels, blocks }: StreamAccumulators): Sums {
  return [...(kernels ? sumsOf(kernels) : []), ...(blocks ? sumsOf(blocks) : [])];
}

function controlSizes({ plan, needs }: Experiment, estimator: EstimatorName): readonly number[] {
  if (estimator === 'weights' && needs.blocks.length > 0) return recordedControls(plan).sizes;
  return controlLayout(plan.samples, isConditionallyGaussian(plan) ? plan.layers.length - 1 : 0).sizes;
}

/** Variables that the control variates of a kernel entry correct. */
interface ControlledSet {
  readonly entry: number;
  readonly variables: readonly number[];
}

function controlledKernels({ plan, needs }: Experiment): readonly ControlledSet[] {
  if (!isConditionallyGaussian(plan)) return [];
  return [...needs.meanKernels].map((entry) => ({ entry, variables: [entry] }));
}

function controlledBlocks({ plan, needs }: Experiment): readonly ControlledSet[] {
  if (!isConditionallyGaussian(plan)) return [];
  const sets = new Map<number, number[]>();
  for (const variable of needs.meanBlocks) {
    const entry = controllingEntry(needs.blocks[variable]!, plan.samples);
    if (entry !== undefined) sets.set(entry, [...(sets.get(entry) ?? []), variable]);
  }
  return [...sets].map(([entry, variables]) => ({ entry, variables }));
}

/**
 * Conditional means move with the same fluctuations of lower layers as g does, and are corrected by the controls of the entry of their samples:
 * of the first two, where they have more.
 */
function controllingEntry({ letters, fields }: Block, samples: number): number | undefined {
  const [mean] = fields;
  if (letters > 0 || fields.length > 1 || !mean || !isConditionalMean(mean.field)) return undefined;
  const [a, b] = [...new Set(mean.samples)] as [number, number?];
  return pairIndex(samples, a, b ?? a);
}

/** Work of a shard in random numbers: some tenths of a second, so that little is lost when a run is killed. */
const SHARD_NUMBERS = 1 << 24;
const MAX_SHARD: Readonly<Record<EstimatorName, number>> = { conditional: 4096, weights: 256 };
/** A gradient costs about as many multiplications as the network has parameters; drawing these on the host takes longer than in the kernels. */
const NUMBERS_PER_GRADIENT = 0.2;
const HOST_DRAWING = 8;
/** Multiplications of matrices that take the time of one random number (bench/simulation.ts). */
const MATRIX_PRODUCTS_PER_NUMBER = 64;

/** Networks of a shard: a function of the experiment alone, never of the machine. */
export function shardSize(stream: Stream): number {
  return Math.max(1, Math.min(MAX_SHARD[stream.estimator], Math.floor(SHARD_NUMBERS / workOf(stream))));
}

/** Work of one network, in random numbers. */
export function workOf({ experiment, estimator }: Stream): number {
  const { plan, needs } = experiment;
  if (estimator === 'conditional') return 1 + conditionalNumbers(plan) + controlWork(experiment, estimator);
  const parameters = normalsPerNetwork(plan);
  if (needs.blocks.length === 0 || experiment.blocksFrom !== estimator) return 1 + parameters;
  return 1 + parameters + meansWork(plan) + hostWork(plan, needs.blocks) + controlWork(experiment, estimator);
}

/** Conditional means: gradients of all neurons of the last hidden layer, and their products for every pair of samples. */
function meansWork({ fields, samples, layers }: NetworkPlan): number {
  if (fields > 1) return 0;
  const hidden = layers.slice(0, -1);
  const last = hidden.at(-1)?.width ?? 0;
  return hidden.reduce(
    (sum, { width, fanIn }, at) =>
      sum +
      (last * width * ((at > 0 ? fanIn : 0) * samples + (last * samples ** 2) / 2)) /
        MATRIX_PRODUCTS_PER_NUMBER,
    0,
  );
}

/** What the host computes by gradients of single neurons. */
function hostWork(plan: NetworkPlan, blocks: readonly Block[]): number {
  const own = blocks.filter(
    ({ fields }) => plan.fields > 1 || fields.some(({ field }) => !isConditionalMean(field)),
  );
  if (own.length === 0) return 0;
  const gradients = plan.samples * (plan.n + observedNeurons(plan, own));
  return normalsPerNetwork(plan) * (HOST_DRAWING + gradients * NUMBERS_PER_GRADIENT);
}

/** Regressions sum products of all pairs of controls. */
function controlWork(experiment: Experiment, estimator: EstimatorName): number {
  const sizes = controlSizes(experiment, estimator);
  return [...controlledKernels(experiment), ...controlledBlocks(experiment)].reduce(
    (sum, { entry }) => sum + sizes[entry]! ** 2 / PRODUCTS_PER_NUMBER,
    0,
  );
}

/** The stream with its shift. */
export async function shifted(stream: Stream, backend: Backend): Promise<Stream> {
  if (stream.experiment.kernelsFrom !== stream.estimator) return stream;
  const source = await openSource(stream, backend);
  for await (const { kernels } of source(0, 1, undefined))
    if (kernels) return { ...stream, shift: kernels.kernels };
  return stream;
}

/** Makes what sums a stream's shards in this thread. */
export async function openStream(stream: Stream, backend: Backend): Promise<SumNetworks> {
  const { experiment } = stream;
  const source = await openSource(stream, backend);
  const [ofKernels, ofBlocks] = [controlledKernels(experiment), controlledBlocks(experiment)];
  return async (first, count, signal) => {
    const into = accumulatorsOf(stream);
    const turn = createTurns();
    for await (const batch of source(first, count, signal)) {
      const controls = (sets: readonly ControlledSet[]) =>
        sets.map(({ entry }) => batch.kernels!.controls[entry]!);
      if (into.kernels && batch.kernels)
        accumulate(into.kernels, {
          ...batch,
          variables: batch.kernels.kernels,
          controls: controls(ofKernels),
        });
      if (into.blocks && batch.blocks)
        accumulate(into.blocks, { ...batch, variables: batch.blocks, controls: controls(ofBlocks) });
      await turn();
    }
    return streamSums(into);
  };
}

/** Networks of a stream, counted from the experiment's address. */
interface NetworkBatch {
  readonly first: number;
  readonly count: number;
  readonly kernels?: Pick<KernelBatch, 'kernels' | 'controls'>;
  readonly blocks?: Float64Array;
}

type Source = (first: number, count: number, signal: AbortSignal | undefined) => AsyncGenerator<NetworkBatch>;

/** Networks between two looks at the clock and the signal. */
const CONDITIONAL_BATCH = 512;
const BLOCK_BATCH = 64;
/** Work of a batch of networks with fields, in random numbers: fewer networks where one takes long. */
const BLOCK_BATCH_NUMBERS = 1 << 22;

async function openSource({ experiment, estimator }: Stream, backend: Backend): Promise<Source> {
  if (estimator === 'conditional') return conditionalSource(experiment);
  const hasBlocks = experiment.needs.blocks.length > 0 && experiment.blocksFrom === estimator;
  return hasBlocks ? blockSource(experiment) : kernelSource(experiment, backend);
}

async function conditionalSource(experiment: Experiment): Promise<Source> {
  const { plan, needs, seed, address, blocksFrom } = experiment;
  if (needs.blocks.length > 0 && blocksFrom === 'conditional') return squareSource(experiment);
  const controls = needs.meanKernels.size > 0;
  const { simulate } = await createConditionalSampler(plan, { seed, address, controls });
  return inPieces(CONDITIONAL_BATCH, (first, count) => ({ kernels: simulate(first, count) }));
}

/** Blocks of squares, with the kernels of the same networks. */
async function squareSource({ plan, needs, seed, address }: Experiment): Promise<Source> {
  const averagesOf = createSquareAverages(plan, needs.blocks);
  const size = needs.blocks.length;
  let [blocks, start] = [new Float64Array(0), 0];
  const onHidden = ({ first, count, ...neurons }: HiddenView): void =>
    blocks.set(averagesOf(neurons, count), (first - start) * size);
  const { simulate } = await createConditionalSampler(plan, { seed, address, onHidden });
  return inPieces(CONDITIONAL_BATCH, (first, count) => {
    [blocks, start] = [new Float64Array(count * size), first];
    const kernels = simulate(first, count);
    return { blocks, kernels };
  });
}

/** The kernels are of the networks that the blocks are of. */
async function blockSource(experiment: Experiment): Promise<Source> {
  const { plan, needs, seed, address, kernelsFrom } = experiment;
  const ofKernels = kernelsFrom === 'weights' ? controlledKernels(experiment) : [];
  const controls = ofKernels.length + controlledBlocks(experiment).length > 0;
  const wanted = { controls, kernels: controls || kernelsFrom === 'weights' };
  const { simulate } = await createBlockSimulation(plan, needs.blocks, seed, wanted);
  const most = Math.floor(BLOCK_BATCH_NUMBERS / workOf({ experiment, estimator: 'weights' }));
  return inPieces(Math.max(1, Math.min(BLOCK_BATCH, most)), (first, count) => {
    const { averages, ...kernels } = simulate(address + first, count);
    return { blocks: averages, ...kernels };
  });
}

function kernelSource(experiment: Experiment, backend: Backend): Source {
  const { plan, seed, address } = experiment;
  return async function* (first, count, signal) {
    const batches = simulateKernels(plan, backend, {
      seed,
      address: address + first,
      networks: count,
      controls: controlledKernels(experiment).length > 0,
      ...(signal ? { signal } : {}),
    });
    for await (const kernels of batches)
      yield { first: first + kernels.first, count: kernels.count, kernels };
  };
}

/** Small batches, with a look at the signal before each. */
function inPieces(
  size: number,
  simulate: (first: number, count: number) => Omit<NetworkBatch, 'first' | 'count'>,
): Source {
  return async function* (first, count, signal) {
    for (const [at, some] of pieces(first, count, size)) {
      if (signal?.aborted) return;
      yield await Promise.resolve({ first: at, count: some, ...simulate(at, some) });
    }
  };
}

function* pieces(first: number, count: number, size: number): Generator<readonly [number, number]> {
  for (let done = 0; done < count; done += size) yield [first + done, Math.min(size, count - done)];
}
