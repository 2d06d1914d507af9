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
 * The last layer need not be sampled where its parameters are Gaussian and it has no skip connection: given the layer below, its
 * pre-activations are independent N(0, g) over neurons with
 *
 *     g_ab = sum over bias groups of C_b + sum over weight groups of (C_W / fan_in) sum_j F_j(a) F_j(b)
 *
 * so everything about it follows from the statistics of g (Rao-Blackwell: the last average is done exactly). A neuron with several
 * pre-activations has such a g for each, of the parameters that feed it; they are independent, since they share none.
 */
import type { Backend, Tensor } from '../backend.ts';
import { controlLayout, createControls, writeControls } from './controls.ts';
import { drawBias, drawMatrix, streamOf } from './draw.ts';
import {
  feeding,
  type LayerPlan,
  type NetworkPlan,
  type ParameterPlan,
  type WeightPlan,
} from './networkPlan.ts';
import { createNormalSource, type NormalSource } from './normals.ts';
import { pairCount } from './pairs.ts';
import { philoxKey } from './philox.ts';

export interface EnsembleOptions {
  readonly seed: number;
  readonly networks: number;
  /** Address of the first network, 0 by default: ensembles at distinct addresses are independent. */
  readonly address?: number;
  /** Networks simulated at a time; by default as many as fit a few megabytes. Never changes the result. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
  /** Record control variates as well. */
  readonly controls?: boolean;
}

/** Conditional kernels of networks `first ... first + count - 1`, counted from 0 whatever their address. */
export interface KernelBatch {
  readonly first: number;
  readonly count: number;
  /** [count, fields M (M + 1) / 2], for each pre-activation of a neuron the entries in the order of `pairIndex`. */
  readonly kernels: Float64Array;
  /** For each entry its control variates [count, size] (controls.ts); none unless asked for, which is for one pre-activation only. */
  readonly controls: readonly Float64Array[];
}

/** Really sampled last-layer pre-activations, [fields, count, M, n_L]. */
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
  for await (const { first, count, controls, signals, below } of hiddenLayers(plan, backend, options)) {
    const kernels = await conditionalKernels(backend, plan, plan.layers.length, count, signals);
    dispose(backend, signals, below);
    yield { first, count, kernels, controls };
  }
}

/** The same networks with the last layer sampled as well: the plain estimator's raw material. */
export async function* simulateOutputs(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): AsyncGenerator<OutputBatch> {
  for await (const { first, count, sampler, signals, below } of hiddenLayers(plan, backend, options)) {
    const z = sampleLayer(backend, sampler, plan.layers.length, first, count, signals, below);
    dispose(backend, signals, below);
    const fields = await Promise.all(z.map((one) => downloadAndFree(backend, one)));
    const outputs = new Float32Array(fields.reduce((sum, { length }) => sum + length, 0));
    fields.forEach((values, field) => outputs.set(values, field * values.length));
    yield { first, count, outputs };
  }
}

interface Sampler {
  readonly plan: NetworkPlan;
  readonly seed: number;
  readonly address: number;
  readonly source: NormalSource;
  /** Reused for every matrix: the backend has read it before the next one is drawn. */
  readonly buffer: Float32Array;
}

interface HiddenBatch {
  readonly first: number;
  readonly count: number;
  readonly sampler: Sampler;
  readonly controls: readonly Float64Array[];
  /** What the last layer's weights multiply, one tensor [count, M, fan-in] for each of its random matrices. The receiver frees them. */
  readonly signals: readonly Tensor[];
  /** Pre-activations of the layer below the last, by field, which the receiver frees as well. */
  readonly below: readonly Tensor[];
}

async function* hiddenLayers(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): AsyncGenerator<HiddenBatch> {
  const size = Math.min(options.batch ?? defaultBatch(plan), options.networks);
  const sampler = createSampler(plan, backend, options, size);
  const turn = createTurns();
  const layout = controlLayout(plan.samples, options.controls ? plan.layers.length - 1 : 0);
  for (let first = 0; first < options.networks; first += size) {
    if (options.signal?.aborted) return;
    const count = Math.min(size, options.networks - first);
    const controls = createControls(layout, count);
    let signals = inputSignals(backend, plan, count);
    let below: readonly Tensor[] = [];
    for (let layer = 1; layer < plan.layers.length; layer++) {
      const z = sampleLayer(backend, sampler, layer, first, count, signals, below);
      if (options.controls) {
        const kernels = await conditionalKernels(backend, plan, layer, count, signals);
        writeControls(controls, layout, layer, kernels, await backend.download(z[0]!));
      }
      dispose(backend, signals, below);
      signals = plan.layers[layer]!.weights.map((weights) =>
        backend.scope(() => localSignals(backend, weights, z)),
      );
      below = z;
    }
    yield { first, count, sampler, controls, signals, below };
    await turn();
  }
}

function defaultBatch(plan: NetworkPlan): number {
  const largest = Math.max(...plan.layers.map(({ width, fanIn }) => width * fanIn));
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_WEIGHTS / largest)));
}

/** Whether weights are made where they are used. */
function isFused(
  { propagateRandom, mostRandomSamples = Infinity }: Backend,
  { samples }: NetworkPlan,
): boolean {
  return propagateRandom !== undefined && samples <= mostRandomSamples;
}

function createSampler(
  plan: NetworkPlan,
  backend: Backend,
  { seed, address = 0 }: EnsembleOptions,
  batch: number,
): Sampler {
  const largest = Math.max(...plan.layers.map(({ width, fanIn }) => width * Math.max(fanIn, plan.samples)));
  const buffer = new Float32Array(isFused(backend, plan) ? 0 : batch * largest);
  return { plan, seed, address, source: createNormalSource(philoxKey(seed)), buffer };
}

/** Milliseconds of work between two turns of the host: giving way takes one. */
const TURN = 20;

/** Lets timers and interrupts of the host run, when it is time again. */
export function createTurns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}

/** Pre-activations [count, M, width] by field, of a layer (1-based) of networks `first ...`, given what its weights multiply and those below. */
function sampleLayer(
  backend: Backend,
  sampler: Sampler,
  layer: number,
  first: number,
  count: number,
  signals: readonly Tensor[],
  below: readonly Tensor[],
): readonly Tensor[] {
  return Array.from({ length: sampler.plan.fields }, (_, field) =>
    sampleField(backend, sampler, { layer, field }, first, count, signals, below[field]),
  );
}

function sampleField(
  backend: Backend,
  sampler: Sampler,
  { layer, field }: { readonly layer: number; readonly field: number },
  first: number,
  count: number,
  signals: readonly Tensor[],
  below: Tensor | undefined,
): Tensor {
  const plan = sampler.plan.layers[layer - 1]!;
  return backend.scope(() => {
    const contributions = feeding(plan.weights, field).map((weights) => {
      const at = plan.weights.indexOf(weights);
      if (backend.propagateRandom && isFused(backend, sampler.plan))
        return backend.propagateRandom(signals[at]!, {
          seed: sampler.seed,
          stream: streamOf(layer, weights.group),
          first: sampler.address + first,
          distribution: weights.distribution,
          deviation: weights.deviation,
          width: plan.width,
        });
      const values = drawWeights(sampler, plan, weights, layer, first, count);
      return backend.propagate(signals[at]!, backend.upload(values, [count, plan.width, plan.fanIn]));
    });
    for (const bias of feeding(plan.biases, field)) {
      const values = drawBiases(sampler, plan, bias, layer, first, count);
      contributions.push(backend.upload(values, [count, sampler.plan.samples, plan.width]));
    }
    if (below && plan.skip !== 0) contributions.push(backend.scale(below, plan.skip));
    return contributions.reduce((sum, term) => backend.add(sum, term));
  });
}

/** g of a layer (1-based), [count, entries], in float64. */
async function conditionalKernels(
  backend: Backend,
  { layers, samples, fields }: NetworkPlan,
  layer: number,
  count: number,
  signals: readonly Tensor[],
): Promise<Float64Array> {
  const { biases, weights, fanIn } = layers[layer - 1]!;
  const size = pairCount(samples);
  const kernels = new Float64Array(count * fields * size);
  for (let field = 0; field < fields; field++) {
    const constant = feeding(biases, field).reduce((sum, { deviation }) => sum + deviation ** 2, 0);
    const own = new Float64Array(count * size).fill(constant);
    for (const matrix of feeding(weights, field)) {
      const signal = await backend.download(signals[weights.indexOf(matrix)]!);
      addGramMatrices(own, signal, count, samples, fanIn, matrix.deviation ** 2);
    }
    interleave(kernels, own, size, field, fields);
  }
  return kernels;
}

/** Puts the kernels of one field, [count, size], where they belong in those of all, [count, fields, size]. */
export function interleave(
  all: Float64Array,
  own: Float64Array,
  size: number,
  field: number,
  fields: number,
): void {
  for (let k = 0; k * size < own.length; k++)
    all.set(own.subarray(k * size, (k + 1) * size), (k * fields + field) * size);
}

/** F = sum over terms of coefficient times functions of z: a new tensor of the shape of z. */
function localSignals(backend: Backend, weights: WeightPlan, z: readonly Tensor[]): Tensor {
  return weights.terms
    .map(({ coefficient, functions }) => {
      const values = functions.map(({ field, fn }) => backend.apply(fn, z[field]!));
      const value = values.length === 0 ? z[0]! : values.reduce((x, y) => backend.multiply(x, y));
      return backend.scale(value, coefficient);
    })
    .reduce((sum, term) => backend.add(sum, term));
}

/** F of the first layer: the inputs times the terms' coefficients, the same for each network of the batch. */
function inputSignals(backend: Backend, plan: NetworkPlan, count: number): readonly Tensor[] {
  const { inputs, samples, inputDimension } = plan;
  return plan.layers[0]!.weights.map(({ terms }) => {
    const factor = terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
    const repeated = Float32Array.from(
      { length: count * inputs.length },
      (_, at) => factor * inputs[at % inputs.length]!,
    );
    return backend.upload(repeated, [count, samples, inputDimension]);
  });
}

function drawWeights(
  { address, source, buffer }: Sampler,
  { width, fanIn }: LayerPlan,
  weights: WeightPlan,
  layer: number,
  first: number,
  count: number,
): Float32Array {
  for (let k = 0; k < count; k++) {
    const from = { source, network: address + first + k };
    drawMatrix(buffer, k * width * fanIn, weights, layer, width, fanIn, from);
  }
  return buffer.subarray(0, count * width * fanIn);
}

/** Biases repeated for each sample: [count, M, width]. */
function drawBiases(
  { address, source, plan }: Sampler,
  { width }: LayerPlan,
  bias: ParameterPlan,
  layer: number,
  first: number,
  count: number,
): Float32Array {
  const values = new Float32Array(count * plan.samples * width);
  for (let k = 0; k < count; k++) {
    const start = k * plan.samples * width;
    drawBias(values, start, bias, layer, width, { source, network: address + first + k });
    for (let a = 1; a < plan.samples; a++) values.copyWithin(start + a * width, start, start + width);
  }
  return values;
}

function dispose(backend: Backend, signals: readonly Tensor[], below: readonly Tensor[]): void {
  for (const tensor of [...signals, ...below]) backend.dispose(tensor);
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
