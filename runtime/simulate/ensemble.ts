/**
 * Ensembles of real networks with sampled weights.
 *
 * A random number has an address: the Philox key is the seed and the counter is
 *
 *     (j / 4, i, 2^16 layer + group, network)
 *
 * for the weight from neuron j to neuron i (`j % 4` chooses among the four numbers of a block), and
 * `(i / 4, 0, 2^16 layer + group, network)` for the bias of neuron i, where `group` is the position of the parameter group in
 * the model. So a seed names the same networks whatever the batch, the order or the backend.
 *
 * The last layer is never sampled: given the layer below, its pre-activations are independent N(0, g) over neurons with
 *
 *     g_ab = sum over bias groups of C_b + sum over weight groups of (C_W / fan_in) sum_j F_j(a) F_j(b)
 *
 * so everything about it follows from the statistics of g (Rao-Blackwell: the last average is done exactly).
 */
import type { Backend, Tensor } from '../backend.ts';
import type { LayerPlan, NetworkPlan, WeightPlan } from './networkPlan.ts';
import { createNormalSource, fillNormals, type NormalSource } from './normals.ts';
import { philoxKey } from './philox.ts';

export interface EnsembleOptions {
  readonly seed: number;
  readonly networks: number;
  /** Address of the first network, 0 by default: ensembles at distinct addresses are independent. */
  readonly address?: number;
  /** Networks simulated at a time; by default as many as fit a few megabytes. Never changes the result. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
}

/** Conditional kernels of networks `first ... first + count - 1`, counted from 0 whatever their address. */
export interface KernelBatch {
  readonly first: number;
  readonly count: number;
  /** [count, M (M + 1) / 2]: the upper triangle of g row by row, (0,0), (0,1), ... (1,1), ... */
  readonly kernels: Float64Array;
}

/** Really sampled last-layer pre-activations, [count, M, n_L]. */
export interface OutputBatch {
  readonly first: number;
  readonly count: number;
  readonly outputs: Float32Array;
}

/** Weights in flight: 8 MB keeps the product in cache, and one network of width 4096 still fits in 64 MB. */
const BATCH_WEIGHTS = 1 << 21;
const MAX_BATCH = 2048;

/** The kernels g of the last layer, batch by batch. Ends early, without error, when the signal fires. */
export async function* simulateKernels(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): AsyncGenerator<KernelBatch> {
  const last = plan.layers.at(-1)!;
  for await (const { first, count, sampler, below } of hiddenLayers(plan, backend, options)) {
    const kernels = new Float64Array(count * pairCount(plan.samples)).fill(
      last.biases.reduce((sum, { deviation }) => sum + deviation ** 2, 0),
    );
    for (const weights of last.weights) {
      const signals = below
        ? await downloadAndFree(
            backend,
            backend.scope(() => localSignals(backend, weights, below)),
          )
        : repeatInputs(sampler.plan, weights, count);
      addGramMatrices(kernels, signals, count, plan.samples, last.fanIn, weights.deviation ** 2);
    }
    if (below) backend.dispose(below);
    yield { first, count, kernels };
  }
}

/** The same networks with the last layer sampled as well: the plain estimator's raw material. */
export async function* simulateOutputs(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): AsyncGenerator<OutputBatch> {
  for await (const { first, count, sampler, below } of hiddenLayers(plan, backend, options)) {
    const z = nextLayer(backend, sampler, plan.layers.length, first, count, below);
    if (below) backend.dispose(below);
    yield { first, count, outputs: await downloadAndFree(backend, z) };
  }
}

/** Number of entries of a symmetric M x M matrix, and the place of (a, b) among them. */
export function pairCount(samples: number): number {
  return (samples * (samples + 1)) / 2;
}

export function pairIndex(samples: number, a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low * samples - (low * (low - 1)) / 2 + (high - low);
}

interface Sampler {
  readonly plan: NetworkPlan;
  readonly address: number;
  readonly source: NormalSource;
  /** Reused for every matrix: the backend has read it before the next one is drawn. */
  readonly buffer: Float32Array;
}

interface HiddenBatch {
  readonly first: number;
  readonly count: number;
  readonly sampler: Sampler;
  /** Pre-activations of layer L-1, [count, M, n]; absent when L = 1. The receiver frees it. */
  readonly below: Tensor | undefined;
}

async function* hiddenLayers(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): AsyncGenerator<HiddenBatch> {
  const size = Math.min(options.batch ?? defaultBatch(plan), options.networks);
  const sampler = createSampler(plan, options, size);
  for (let first = 0; first < options.networks; first += size) {
    if (options.signal?.aborted) return;
    const count = Math.min(size, options.networks - first);
    let below: Tensor | undefined;
    for (let layer = 1; layer < plan.layers.length; layer++) {
      const z = nextLayer(backend, sampler, layer, first, count, below);
      if (below) backend.dispose(below);
      below = z;
    }
    yield { first, count, sampler, below };
    await nextTurn();
  }
}

function defaultBatch(plan: NetworkPlan): number {
  const largest = Math.max(...plan.layers.map(({ width, fanIn }) => width * fanIn));
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_WEIGHTS / largest)));
}

function createSampler(plan: NetworkPlan, { seed, address = 0 }: EnsembleOptions, batch: number): Sampler {
  const largest = Math.max(...plan.layers.map(({ width, fanIn }) => width * Math.max(fanIn, plan.samples)));
  const buffer = new Float32Array(batch * largest);
  return { plan, address, source: createNormalSource(philoxKey(seed)), buffer };
}

/** Lets timers and interrupts of the host run between batches. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Pre-activations [count, M, width] of a layer (1-based) of networks `first ...`. */
function nextLayer(
  backend: Backend,
  sampler: Sampler,
  layer: number,
  first: number,
  count: number,
  below: Tensor | undefined,
): Tensor {
  const plan = sampler.plan.layers[layer - 1]!;
  const { samples, inputDimension } = sampler.plan;
  return backend.scope(() => {
    const contributions = plan.weights.map((weights) => {
      const signals = below
        ? localSignals(backend, weights, below)
        : backend.upload(repeatInputs(sampler.plan, weights, count), [count, samples, inputDimension]);
      const values = drawWeights(sampler, plan, weights, layer, first, count);
      return backend.propagate(signals, backend.upload(values, [count, plan.width, plan.fanIn]));
    });
    for (const bias of plan.biases) {
      const values = drawBiases(sampler, plan, bias, layer, first, count);
      contributions.push(backend.upload(values, [count, samples, plan.width]));
    }
    return contributions.reduce((sum, term) => backend.add(sum, term));
  });
}

/** F = sum over terms of coefficient times function of z: shape of z. */
function localSignals(backend: Backend, weights: WeightPlan, z: Tensor): Tensor {
  return weights.terms
    .map(({ coefficient, fn }) => {
      const value = fn ? backend.apply(fn, z) : z;
      return coefficient === 1 ? value : backend.scale(value, coefficient);
    })
    .reduce((sum, term) => backend.add(sum, term));
}

/** F of the first layer: the inputs times the terms' coefficients, the same for each network of the batch. */
function repeatInputs({ inputs }: NetworkPlan, weights: WeightPlan, count: number): Float32Array {
  const factor = weights.terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
  const repeated = new Float32Array(count * inputs.length);
  for (let at = 0; at < repeated.length; at++) repeated[at] = factor * inputs[at % inputs.length]!;
  return repeated;
}

function drawWeights(
  { address, source, buffer }: Sampler,
  { width, fanIn }: LayerPlan,
  { group, deviation }: WeightPlan,
  layer: number,
  first: number,
  count: number,
): Float32Array {
  const stream = (layer << 16) | group;
  for (let network = 0; network < count; network++) {
    for (let i = 0; i < width; i++) {
      fillNormals(
        buffer,
        (network * width + i) * fanIn,
        fanIn,
        deviation,
        source,
        i,
        stream,
        address + first + network,
      );
    }
  }
  return buffer.subarray(0, count * width * fanIn);
}

/** Biases repeated for each sample: [count, M, width]. */
function drawBiases(
  { address, source, plan }: Sampler,
  { width }: LayerPlan,
  { group, deviation }: LayerPlan['biases'][number],
  layer: number,
  first: number,
  count: number,
): Float32Array {
  const stream = (layer << 16) | group;
  const values = new Float32Array(count * plan.samples * width);
  for (let network = 0; network < count; network++) {
    const start = network * plan.samples * width;
    fillNormals(values, start, width, deviation, source, 0, stream, address + first + network);
    for (let a = 1; a < plan.samples; a++) values.copyWithin(start + a * width, start, start + width);
  }
  return values;
}

async function downloadAndFree(backend: Backend, tensor: Tensor): Promise<Float32Array> {
  const values = await backend.download(tensor);
  backend.dispose(tensor);
  return values;
}

/** Adds `factor * sum_j F_j(a) F_j(b)` to each network's kernel, in float64. */
function addGramMatrices(
  kernels: Float64Array,
  signals: Float32Array,
  count: number,
  samples: number,
  width: number,
  factor: number,
): void {
  let at = 0;
  for (let network = 0; network < count; network++) {
    for (let a = 0; a < samples; a++) {
      for (let b = a; b < samples; b++, at++) {
        const rowA = (network * samples + a) * width;
        const rowB = (network * samples + b) * width;
        let sum = 0;
        for (let j = 0; j < width; j++) sum += signals[rowA + j]! * signals[rowB + j]!;
        kernels[at]! += factor * sum;
      }
    }
  }
}
