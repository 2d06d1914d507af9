/**
 * Networks without weights. Given the layer below, what the Gaussian parameters of a hidden layer add to its pre-activations is
 * independent over neurons, each N(0, g) over samples, with g the conditional kernel (ensemble.ts). So
 *
 *     z'_j(a) = gamma z_j(a) + sum_(b <= a) R_ab xi_jb,    R R^T = g,    xi independent standard normals
 *
 * has exactly the distribution of the network: width times M normals take the place of width times fan-in weights. Nothing is
 * approximated, but the networks are others than those with the same seed that have weights.
 *
 * xi_jb is normal number j of the stream (*, b, 2^16 layer + 2^15 - 1 - field, network): the last parameter groups, which no model has.
 *
 * A neuron with several pre-activations draws each from its own g: they are independent given the layer below.
 */
import { openKernels, paddedLength, uploadKeys, type Kernels, type Pointer } from '../kernels/kernels.ts';
import { compileProgram } from '../kernels/program.ts';
import { AVERAGES, controlLayout, createControls, writeAverages, type ControlLayout } from './controls.ts';
import { createTurns, interleave, type EnsembleOptions, type KernelBatch } from './ensemble.ts';
import { feeding, ofOneField, type NetworkPlan, type ParameterPlan, type SignalPlan } from './networkPlan.ts';
import { pairCount } from './pairs.ts';

const CONDITIONAL_GROUP = 2 ** 15 - 1;

/** Pre-activations at work at a time: they and what is made of them stay in the second-level cache. */
const CHUNK_NUMBERS = 1 << 13;
/** Networks between two looks at the clock and the signal. */
const BATCH = 1024;
/** A simulator with its own kernels: `simulate` gives networks `first ... first + count - 1`, counted from the address. */
export interface ConditionalSampler {
  readonly simulate: (first: number, count: number) => Pick<KernelBatch, 'kernels' | 'controls'>;
}

/** The last hidden layer of networks `first ... first + count - 1` of a call: g is of the layer above. Valid until the next call. */
export interface HiddenView {
  readonly first: number;
  readonly count: number;
  /** [count, M, stride] pre-activations, those of the layer first. */
  readonly z: Float32Array;
  readonly stride: number;
  /** [count, M (M + 1) / 2] */
  readonly g: Float64Array;
}

/**
 * The kernels g of the last layer, batch by batch, as `simulateKernels` gives them. `plan` must be conditionally Gaussian, but for skip
 * connections.
 */
export async function* simulateConditionalKernels(
  plan: NetworkPlan,
  options: EnsembleOptions,
): AsyncGenerator<KernelBatch> {
  const sampler = await createConditionalSampler(plan, options);
  const size = options.batch ?? BATCH;
  const turn = createTurns();
  for (let first = 0; first < options.networks; first += size) {
    if (options.signal?.aborted) return;
    const count = Math.min(size, options.networks - first);
    yield { first, count, ...sampler.simulate(first, count) };
    await turn();
  }
}

/** A hidden layer, and what turns its pre-activations into the next layer's kernels. */
interface HiddenLayer {
  readonly width: number;
  readonly padded: number;
  /** Factor of the layer below. */
  readonly skip: number;
  /** Of the next layer, by field. */
  readonly next: readonly NextKernel[];
}

interface NextKernel {
  /** Sum of the variances of the biases. */
  readonly constant: number;
  readonly matrices: readonly { readonly signal: Signal; readonly variance: number }[];
}

/** Writes what a matrix multiplies, made from the pre-activations of all fields, `count` numbers each. */
type Signal = (out: Pointer, z: readonly Pointer[], count: number) => void;

export async function createConditionalSampler(
  plan: NetworkPlan,
  {
    seed,
    address = 0,
    controls: wantsControls = false,
    onHidden,
  }: Pick<EnsembleOptions, 'seed' | 'address' | 'controls'> & {
    readonly onHidden?: (view: HiddenView) => void;
  },
): Promise<ConditionalSampler> {
  const kernels = await openKernels();
  const { samples, fields } = plan;
  const widest = Math.max(16, ...plan.layers.slice(0, -1).map(({ width }) => paddedLength(width)));
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (samples * fields * widest)));
  const memory = allocate(kernels, seed, chunk, plan, widest);
  const layers = hiddenLayers(plan, kernels, memory.scratch);
  const first = firstKernels(plan);
  const layout = controlLayout(samples, wantsControls ? layers.length : 0);
  const entries = pairCount(samples);

  const simulateChunk = (network: number, count: number, into: KernelBatch['controls']): Float64Array => {
    const { z, f, normals, factor, averages, keys } = memory;
    let [here, next] = [memory.g, memory.nextG];
    const size = count * entries;
    first.forEach((g, field) => kernels.f64(here[field]!, size).set(repeat(g, count)));
    for (const [at, layer] of layers.entries()) {
      const { width, padded, skip } = layer;
      const numbers = count * samples * padded;
      for (let field = 0; field < fields; field++) {
        const stream = ((at + 1) << 16) | (CONDITIONAL_GROUP - field);
        const below = skip === 0 ? undefined : kernels.f32(z[field]!, numbers).slice();
        kernels.conditionalLayer(
          z[field]!,
          here[field]!,
          normals,
          factor,
          count,
          samples,
          padded,
          keys,
          stream,
          address + network,
        );
        if (below) addScaled(kernels.f32(z[field]!, numbers), below, skip);
      }
      if (wantsControls) {
        kernels.wickAverages(averages, here[0]!, z[0]!, count, samples, width, padded);
        const values = kernels.f64(averages, size * AVERAGES);
        writeAverages(into, layout, at + 1, kernels.f64(here[0]!, size), values, width);
      }
      for (const [field, { constant, matrices }] of layer.next.entries()) {
        kernels.f64(next[field]!, size).fill(constant);
        for (const { signal, variance } of matrices) {
          signal(f, z, numbers);
          kernels.addGram(next[field]!, f, count, samples, width, padded, variance);
        }
      }
      [here, next] = [next, here];
    }
    const all = new Float64Array(fields * size);
    here.forEach((g, field) => interleave(all, kernels.f64(g, size), entries, field, fields));
    const stride = layers.at(-1)?.padded ?? 0;
    onHidden?.({ first: network, count, z: kernels.f32(z[0]!, count * samples * stride), stride, g: all });
    return all;
  };

  return {
    simulate: (from, count) => {
      const result = new Float64Array(count * fields * entries);
      const controls = createControls(layout, count);
      for (let done = 0; done < count; done += chunk) {
        const some = Math.min(chunk, count - done);
        const into = controls.map((all, entry) => part(all, layout, entry, done, some));
        result.set(simulateChunk(from + done, some, into), done * fields * entries);
      }
      return { kernels: result, controls };
    },
  };
}

function addScaled(target: Float32Array, values: Float32Array, factor: number): void {
  for (let k = 0; k < target.length; k++) target[k]! += factor * values[k]!;
}

function part(all: Float64Array, { sizes }: ControlLayout, entry: number, done: number, count: number) {
  return all.subarray(done * sizes[entry]!, (done + count) * sizes[entry]!);
}

function hiddenLayers(
  { layers, fields }: NetworkPlan,
  kernels: Kernels,
  scratch: Pointer,
): readonly HiddenLayer[] {
  return layers.slice(0, -1).map(({ width, skip }, at) => {
    const { biases, weights } = layers[at + 1]!;
    return {
      width,
      padded: paddedLength(width),
      skip,
      next: Array.from({ length: fields }, (_, field): NextKernel => ({
        constant: sumOfVariances(feeding(biases, field)),
        matrices: feeding(weights, field).map(({ terms, deviation }) => ({
          signal: fields === 1 ? signalOfOne(kernels, terms) : signalOfSeveral(kernels, terms, scratch),
          variance: deviation ** 2,
        })),
      })),
    };
  });
}

function sumOfVariances(biases: readonly ParameterPlan[]): number {
  return biases.reduce((sum, { deviation }) => sum + deviation ** 2, 0);
}

function signalOfOne(kernels: Kernels, terms: readonly SignalPlan[]): Signal {
  const program = compileProgram(kernels, ofOneField(terms));
  return (out, [z], count) => program(out, z!, count);
}

/** Each function of a pre-activation by its own program, products and sums of them here. */
function signalOfSeveral(kernels: Kernels, terms: readonly SignalPlan[], scratch: Pointer): Signal {
  const compiled = terms.map(({ coefficient, functions }) => ({
    coefficient,
    factors: functions.map(({ field, fn }) => ({
      field,
      program: compileProgram(kernels, [{ coefficient: 1, fn }]),
    })),
  }));
  return (out, z, count) => {
    const product = new Float32Array(count);
    const sum = kernels.f32(out, count).fill(0);
    const factor = kernels.f32(scratch, count);
    for (const { coefficient, factors } of compiled) {
      product.fill(coefficient);
      for (const { field, program } of factors) {
        program(scratch, z[field]!, count);
        for (let k = 0; k < count; k++) product[k]! *= factor[k]!;
      }
      for (let k = 0; k < count; k++) sum[k]! += product[k]!;
    }
  };
}

interface Memory {
  readonly keys: Pointer;
  /** By field [chunk, M, widest] pre-activations. */
  readonly z: readonly Pointer[];
  /** [chunk, M, widest] signals, and room for one function of theirs. */
  readonly f: Pointer;
  readonly scratch: Pointer;
  readonly normals: Pointer;
  readonly factor: Pointer;
  /** By field [chunk, entries] kernels of this layer and the next. */
  readonly g: readonly Pointer[];
  readonly nextG: readonly Pointer[];
  readonly averages: Pointer;
}

function allocate(
  kernels: Kernels,
  seed: number,
  chunk: number,
  { samples, fields }: NetworkPlan,
  widest: number,
): Memory {
  const entries = pairCount(samples);
  const ofEachField = (bytes: number): readonly Pointer[] =>
    Array.from({ length: fields }, () => kernels.allocate(bytes));
  return {
    keys: uploadKeys(kernels, seed),
    z: ofEachField(4 * chunk * samples * widest),
    f: kernels.allocate(4 * chunk * samples * widest),
    scratch: fields === 1 ? 0 : kernels.allocate(4 * chunk * samples * widest),
    normals: kernels.allocate(4 * samples * widest),
    factor: kernels.allocate(8 * samples * samples),
    g: ofEachField(8 * chunk * entries),
    nextG: ofEachField(8 * chunk * entries),
    averages: kernels.allocate(8 * chunk * entries * AVERAGES),
  };
}

/** g of the first layer by field, the same for all networks: [entries]. */
function firstKernels({
  inputs,
  inputDimension,
  samples,
  fields,
  layers,
}: NetworkPlan): readonly Float64Array[] {
  const { biases, weights } = layers[0]!;
  return Array.from({ length: fields }, (_, field) => {
    const factor = feeding(weights, field).reduce((sum, { deviation, terms }) => {
      const coefficient = terms.reduce((total, term) => total + term.coefficient, 0);
      return sum + (deviation * coefficient) ** 2;
    }, 0);
    const g = new Float64Array(pairCount(samples)).fill(sumOfVariances(feeding(biases, field)));
    for (let a = 0, at = 0; a < samples; a++)
      for (let b = a; b < samples; b++, at++)
        for (let k = 0; k < inputDimension; k++)
          g[at]! += factor * inputs[a * inputDimension + k]! * inputs[b * inputDimension + k]!;
    return g;
  });
}

function repeat(values: Float64Array, count: number): Float64Array {
  const all = new Float64Array(values.length * count);
  for (let k = 0; k < count; k++) all.set(values, k * values.length);
  return all;
}
