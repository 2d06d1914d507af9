/**
 * The networks of one kind at one width as plain data, and what simulates a piece of them. Data and results can cross to another thread:
 * a worker is told the stream once and then sums one shard of networks after the other.
 */
import type { Backend, BackendName } from '../backend.ts';
import { isConditionalMean } from '../simulate/conditionalMeans.ts';
import { createConditionalSampler, type HiddenView } from '../simulate/conditionalSampler.ts';
import { controlLayout } from '../simulate/controls.ts';
import { createTurns, simulateKernels, type KernelBatch } from '../simulate/ensemble.ts';
import { isConditionallyGaussian, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import { recordedControls } from '../simulate/recordKernels.ts';
import {
  accumulate,
  createAccumulator,
  setSums,
  sumsOf,
  type Accumulator,
  type Total,
} from './accumulate.ts';
import { componentsOf, createBlockSimulation } from './blockAverages.ts';
import { conditionalWork, controlWork, fieldWork, weightsWork } from './cost.ts';
import type { Block } from './fieldCorrelators.ts';
import type { Needs } from './measure.ts';
import { createSquareAverages } from './squareBlocks.ts';

/** Networks without weights (conditionalSampler.ts), or with every weight sampled. */
export type NetworkKind = 'conditional' | 'weights';

export interface Experiment {
  readonly plan: NetworkPlan;
  /** What is summed: kernels of z, block averages, or both of the same networks. */
  readonly needs: Needs;
  readonly seed: number;
  /** Address of its first network. */
  readonly address: number;
  readonly networks: NetworkKind;
}

export interface Stream {
  readonly experiment: Experiment;
  /** Work of one network, in random numbers (cost.ts). */
  readonly work: number;
  /** The kernels of its first network, which all others are measured from. */
  readonly shift?: Float64Array;
}

/** Sums over some networks: kernels first, then blocks, those that the stream has. */
export type Sums = readonly Float64Array[];

/** Sums over networks `first ... first + count - 1`, counted from the stream's address. */
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

export function streamOf(experiment: Experiment): Stream {
  const { plan, needs, networks } = experiment;
  const isOnBackend = networks === 'weights' && needs.blocks.length === 0;
  const work =
    networks === 'conditional'
      ? conditionalWork(plan)
      : isOnBackend
        ? weightsWork(plan)
        : fieldWork(plan, componentsOf(plan, needs.blocks));
  return { experiment, work: 1 + work + controlWork(plan, !isOnBackend, controlCounts(experiment)) };
}

/** Accumulators of what a stream measures. */
export interface StreamAccumulators {
  readonly kernels?: Accumulator;
  readonly blocks?: Accumulator;
}

export function accumulatorsOf({ experiment, shift }: Stream): StreamAccumulators {
  const { plan, needs } = experiment;
  const sizes = controlSizes(experiment);
  const controlled = (sets: readonly ControlledSet[]) =>
    sets.map(({ variables, entry }) => ({ variables, size: sizes[entry]! }));
  const kernels = (): Accumulator =>
    createAccumulator(plan.fields * pairCount(plan.samples), needs.kernels, {
      ...(shift ? { shift } : {}),
      controlled: controlled(controlledKernels(experiment)),
    });
  const blocks = (): Accumulator =>
    createAccumulator(needs.blocks.length, needs.products, {
      controlled: controlled(controlledBlocks(experiment)),
    });
  return {
    ...(wantsKernels(needs) ? { kernels: kernels() } : {}),
    ...(needs.blocks.length > 0 ? { blocks: blocks() } : {}),
  };
}

/** Where nothing at all is needed networks are counted all the same. */
function wantsKernels({ kernels, blocks }: Needs): boolean {
  return kernels.length > 0 || blocks.length === 0;
}

export function streamSums({ kernels, blocks }: StreamAccumulators): Sums {
  return [...(kernels ? sumsOf(kernels) : []), ...(blocks ? sumsOf(blocks) : [])];
}

/** The accumulators of a stream with the sums of a total in them. */
export function accumulatorsFrom(stream: Stream, total: Total): StreamAccumulators {
  const accumulators = accumulatorsOf(stream);
  let at = 0;
  for (const accumulator of [accumulators.kernels, accumulators.blocks]) {
    if (!accumulator) continue;
    at += setSums(accumulator, { sums: total.sums.slice(at), lost: total.lost.slice(at) });
  }
  return accumulators;
}

/** Whether there are control variates: of neurons with one pre-activation, Gaussian given the layer below. */
function hasControls(plan: NetworkPlan): boolean {
  return plan.fields === 1 && isConditionallyGaussian(plan);
}

/** How many control variates each kernel entry has; zeros where there are none. */
function controlSizes({ plan, needs, networks }: Controlling): readonly number[] {
  if (networks === 'weights' && needs.blocks.length > 0) return recordedControls(plan).sizes;
  return controlLayout(plan.samples, hasControls(plan) ? plan.layers.length - 1 : 0).sizes;
}

/** Variables that the control variates of a kernel entry correct. */
interface ControlledSet {
  readonly entry: number;
  readonly variables: readonly number[];
}

function controlledKernels({ plan, needs }: Pick<Experiment, 'plan' | 'needs'>): readonly ControlledSet[] {
  if (!hasControls(plan)) return [];
  return [...needs.meanKernels].map((entry) => ({ entry, variables: [entry] }));
}

function controlledBlocks({ plan, needs }: Pick<Experiment, 'plan' | 'needs'>): readonly ControlledSet[] {
  if (!hasControls(plan)) return [];
  const sets = new Map<number, number[]>();
  for (const variable of needs.meanBlocks) {
    const entry = controllingEntry(needs.blocks[variable]!, plan.samples);
    if (entry !== undefined) sets.set(entry, [...(sets.get(entry) ?? []), variable]);
  }
  return [...sets].map(([entry, variables]) => ({ entry, variables }));
}

/** For each set of means that control variates correct together, how many these are. */
export function controlCounts(experiment: Controlling): readonly number[] {
  const sizes = controlSizes(experiment);
  return [...controlledKernels(experiment), ...controlledBlocks(experiment)].map(
    ({ entry }) => sizes[entry]!,
  );
}

/** What the control variates of a stream depend on. */
type Controlling = Pick<Experiment, 'plan' | 'needs' | 'networks'>;

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
const MAX_SHARD: Readonly<Record<NetworkKind, number>> = { conditional: 4096, weights: 256 };

/** Networks of a shard: a function of the stream alone, never of the machine. */
export function shardSize({ experiment, work }: Stream): number {
  return Math.max(1, Math.min(MAX_SHARD[experiment.networks], Math.floor(SHARD_NUMBERS / work)));
}

/** The stream with its shift. */
export async function shifted(stream: Stream, backend: Backend): Promise<Stream> {
  if (!wantsKernels(stream.experiment.needs)) return stream;
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

/** Networks of a stream, counted from its address. */
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

function blockBatch(work: number): number {
  return Math.max(1, Math.min(BLOCK_BATCH, Math.floor(BLOCK_BATCH_NUMBERS / work)));
}

async function openSource(stream: Stream, backend: Backend): Promise<Source> {
  const { experiment } = stream;
  const { plan, needs } = experiment;
  if (experiment.networks === 'conditional')
    return needs.blocks.length > 0 ? squareSource(experiment) : conditionalSource(experiment);
  if (needs.blocks.length === 0) return kernelSource(experiment, backend);
  return plan.fields > 1 && wantsKernels(needs) ? gatedSource(stream, backend) : blockSource(stream);
}

async function conditionalSource({ plan, needs, seed, address }: Experiment): Promise<Source> {
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
async function blockSource({ experiment, work }: Stream): Promise<Source> {
  const { plan, needs, seed, address } = experiment;
  const controls = controlCounts(experiment).length > 0;
  const wanted = { controls, kernels: controls || wantsKernels(needs) };
  const { simulate } = await createBlockSimulation(plan, needs.blocks, seed, wanted);
  return inPieces(blockBatch(work), (first, count) => {
    const { averages, ...kernels } = simulate(address + first, count);
    return { blocks: averages, ...kernels };
  });
}

/** Networks of gated units do not run in the kernels: the backend makes their kernels, the host the blocks of the same networks. */
async function gatedSource({ experiment, work }: Stream, backend: Backend): Promise<Source> {
  const { plan, needs, seed, address } = experiment;
  const { simulate } = await createBlockSimulation(plan, needs.blocks, seed);
  const kernels = kernelSource(experiment, backend, blockBatch(work));
  return async function* (first, count, signal) {
    for await (const batch of kernels(first, count, signal))
      yield { ...batch, blocks: simulate(address + batch.first, batch.count).averages };
  };
}

function kernelSource(experiment: Experiment, backend: Backend, batch?: number): Source {
  const { plan, seed, address } = experiment;
  return async function* (first, count, signal) {
    const batches = simulateKernels(plan, backend, {
      seed,
      address: address + first,
      networks: count,
      controls: controlledKernels(experiment).length > 0,
      ...(batch === undefined ? {} : { batch }),
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
