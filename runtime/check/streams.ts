/**
 * The experiment at one width as plain data, and what simulates a piece of it. Data and results can cross to another thread:
 * a worker is told the experiment once and then sums one shard of networks after the other.
 */
import type { Backend, BackendName } from '../backend.ts';
import { MEAN_OF_H } from '../simulate/conditionalMeans.ts';
import { createConditionalSampler } from '../simulate/conditionalSampler.ts';
import { controlLayout } from '../simulate/controls.ts';
import { createTurns, simulateKernels, type KernelBatch } from '../simulate/ensemble.ts';
import { isConditionallyGaussian, normalsPerNetwork, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import { accumulate, createAccumulator, sumsOf, type Accumulator } from './accumulate.ts';
import { createBlockSimulation, observedNeurons } from './blockAverages.ts';
import { conditionalNumbers, PRODUCTS_PER_NUMBER, type EstimatorName } from './estimators.ts';
import type { Block } from './fieldCorrelators.ts';
import type { Needs } from './measure.ts';

export interface Experiment {
  readonly plan: NetworkPlan;
  readonly needs: Needs;
  readonly seed: number;
  /** Address of its first network. */
  readonly address: number;
  /** The networks that kernels are measured on, where they are needed. */
  readonly kernelsFrom: EstimatorName | undefined;
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
  const { needs, kernelsFrom } = experiment;
  const conditional = kernelsFrom === 'conditional';
  const weights = needs.blocks.length > 0 || kernelsFrom === 'weights';
  return [
    ...(conditional ? [{ experiment, estimator: 'conditional' } as const] : []),
    ...(weights ? [{ experiment, estimator: 'weights' } as const] : []),
  ];
}

/** Accumulators of what a stream measures. */
export interface StreamAccumulators {
  readonly kernels?: Accumulator;
  readonly blocks?: Accumulator;
}

export function accumulatorsOf({ experiment, estimator, shift }: Stream): StreamAccumulators {
  const { plan, needs, kernelsFrom } = experiment;
  const sizes = controlSizes(plan);
  const kernels = (): Accumulator =>
    createAccumulator(pairCount(plan.samples), needs.kernels, {
      ...(shift ? { shift } : {}),
      controlSizes: sizes.map((size, entry) => (needs.meanKernels.has(entry) ? size : 0)),
    });
  const blocks = (): Accumulator =>
    createAccumulator(needs.blocks.length, needs.products, {
      controlSizes: controllingEntries(experiment).map((entry) => (entry === undefined ? 0 : sizes[entry]!)),
    });
  return {
    ...(kernelsFrom === estimator ? { kernels: kernels() } : {}),
    ...(estimator === 'weights' && needs.blocks.length > 0 ? { blocks: blocks() } : {}),
  };
}

export function streamSums({ kernels, blocks }: StreamAccumulators): Sums {
  return [...(kernels ? sumsOf(kernels) : []), ...(blocks ? sumsOf(blocks) : [])];
}

function controlSizes(plan: NetworkPlan): readonly number[] {
  return controlLayout(plan.samples, isConditionallyGaussian(plan) ? plan.layers.length - 1 : 0).sizes;
}

function controllingEntries({ plan, needs }: Experiment): readonly (number | undefined)[] {
  const controlled = isConditionallyGaussian(plan);
  return needs.blocks.map((block) => (controlled ? controllingEntry(block, plan.samples) : undefined));
}

/** The mean of H(a,b) over networks moves with the same fluctuations of lower layers as g(a,b), and is corrected by its controls. */
function controllingEntry({ letters, fields }: Block, samples: number): number | undefined {
  const [field] = fields;
  if (letters > 0 || fields.length > 1 || field?.field.name !== MEAN_OF_H.name) return undefined;
  return pairIndex(samples, field.samples[0]!, field.samples[1]!);
}

/** Work of a shard in random numbers: some tenths of a second, so that little is lost when a run is killed. */
const SHARD_NUMBERS = 1 << 24;
const MAX_SHARD: Readonly<Record<EstimatorName, number>> = { conditional: 4096, weights: 256 };
/** A gradient costs about as many multiplications as the network has parameters, and as each number drawn takes the time of ten. */
const NUMBERS_PER_GRADIENT = 0.2;

/** Networks of a shard: a function of the experiment alone, never of the machine. */
export function shardSize(stream: Stream): number {
  return Math.max(1, Math.min(MAX_SHARD[stream.estimator], Math.floor(SHARD_NUMBERS / workOf(stream))));
}

/** Work of one network, in random numbers. */
export function workOf({ experiment: { plan, needs }, estimator }: Stream): number {
  if (estimator === 'conditional') return 1 + conditionalNumbers(plan) + controlWork(plan, needs);
  const parameters = normalsPerNetwork(plan);
  if (needs.blocks.length === 0) return 1 + parameters;
  const gradients = plan.samples * (plan.n + observedNeurons(plan, needs.blocks));
  return 1 + parameters * (1 + gradients * NUMBERS_PER_GRADIENT);
}

/** Regressions sum products of all pairs of controls. */
function controlWork(plan: NetworkPlan, { meanKernels }: Needs): number {
  return controlSizes(plan).reduce(
    (sum, size, entry) => sum + (meanKernels.has(entry) ? size ** 2 / PRODUCTS_PER_NUMBER : 0),
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
  const source = await openSource(stream, backend);
  const entries = controllingEntries(stream.experiment);
  return async (first, count, signal) => {
    const into = accumulatorsOf(stream);
    const turn = createTurns();
    for await (const batch of source(first, count, signal)) {
      if (into.kernels && batch.kernels)
        accumulate(into.kernels, { ...batch, ...batch.kernels, variables: batch.kernels.kernels });
      if (into.blocks && batch.blocks) {
        const controls = entries.map((entry) => batch.kernels?.controls[entry ?? -1] ?? NO_CONTROLS);
        accumulate(into.blocks, {
          first: batch.first,
          count: batch.count,
          variables: batch.blocks,
          controls,
        });
      }
      await turn();
    }
    return streamSums(into);
  };
}

const NO_CONTROLS = new Float64Array(0);

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
/** Small, since fields take up to milliseconds a network. */
const BLOCK_BATCH = 64;

async function openSource(stream: Stream, backend: Backend): Promise<Source> {
  return stream.estimator === 'conditional'
    ? conditionalSource(stream.experiment)
    : weightsSource(stream.experiment, backend);
}

async function conditionalSource({ plan, needs, seed, address }: Experiment): Promise<Source> {
  const controls = needs.meanKernels.size > 0;
  const { simulate } = await createConditionalSampler(plan, { seed, address, controls });
  return async function* (first, count, signal) {
    for (const [at, some] of pieces(first, count, CONDITIONAL_BATCH)) {
      if (signal?.aborted) return;
      yield await Promise.resolve({ first: at, count: some, kernels: simulate(at, some) });
    }
  };
}

function weightsSource(experiment: Experiment, backend: Backend): Source {
  const { plan, needs, seed, address, kernelsFrom } = experiment;
  const wantsKernels =
    kernelsFrom === 'weights' || controllingEntries(experiment).some((entry) => entry !== undefined);
  const simulateBlocks =
    needs.blocks.length > 0 ? createBlockSimulation(plan, needs.blocks, seed).simulate : undefined;
  const blocksAt = (at: number, count: number) =>
    simulateBlocks ? { blocks: simulateBlocks(address + at, count) } : {};
  return async function* (first, count, signal) {
    if (!wantsKernels) {
      for (const [at, some] of pieces(first, count, BLOCK_BATCH)) {
        if (signal?.aborted) return;
        yield await Promise.resolve({ first: at, count: some, ...blocksAt(at, some) });
      }
      return;
    }
    const batches = simulateKernels(plan, backend, {
      seed,
      address: address + first,
      networks: count,
      controls: isConditionallyGaussian(plan),
      ...(simulateBlocks ? { batch: BLOCK_BATCH } : {}),
      ...(signal ? { signal } : {}),
    });
    for await (const kernels of batches) {
      const at = first + kernels.first;
      yield { first: at, count: kernels.count, kernels, ...blocksAt(at, kernels.count) };
    }
  };
}

function* pieces(first: number, count: number, size: number): Generator<readonly [number, number]> {
  for (let done = 0; done < count; done += size) yield [first + done, Math.min(size, count - done)];
}
