/**
 * Networks without weights. Given the layer below, what the Gaussian parameters of a hidden layer add to its pre-activations is
 * independent over neurons, each N(0, g) over samples, with g the conditional kernel (ensemble.ts). So
 *
 *     z'_j(a) = gamma z_j(a) + sum_(b <= a) R_ab xi_jb,    R R^T = g,    xi independent standard normals
 *
 * has exactly the distribution of the network: width times M normals take the place of width times fan-in weights. Nothing is
 * approximated, but the networks are others than those with the same seed that have weights.
 *
 * xi_jb is normal number j of the stream (*, b, 2^16 layer + 2^15 - 1, network): the last parameter group no model has.
 */
import { openKernels, paddedLength, uploadKeys, type Kernels, type Pointer } from '../kernels/kernels.ts';
import { compileProgram, type Program } from '../kernels/program.ts';
import { AVERAGES, controlLayout, createControls, writeAverages, type ControlLayout } from './controls.ts';
import { createTurns, type EnsembleOptions, type KernelBatch } from './ensemble.ts';
import { ofOneField, type NetworkPlan } from './networkPlan.ts';
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

/** A hidden layer, and what turns its pre-activations into the next layer's kernel. */
interface HiddenLayer {
  readonly width: number;
  readonly padded: number;
  /** Sum of the variances of the next layer's biases. */
  readonly constant: number;
  /** Factor of the layer below. */
  readonly skip: number;
  /** Of each random matrix of the next layer. */
  readonly matrices: readonly { readonly program: Program; readonly variance: number }[];
}

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
  const { samples } = plan;
  const layers = hiddenLayers(plan, kernels);
  const widest = Math.max(16, ...layers.map(({ padded }) => padded));
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (samples * widest)));
  const memory = allocate(kernels, seed, chunk, samples, widest);
  const first = firstKernel(plan);
  const layout = controlLayout(samples, wantsControls ? layers.length : 0);

  const simulateChunk = (network: number, count: number, into: KernelBatch['controls']): Float64Array => {
    const { z, f, normals, factor, averages, keys } = memory;
    let [here, next] = [memory.g, memory.nextG];
    const size = count * pairCount(samples);
    kernels.f64(here, size).set(repeat(first, count));
    for (const [at, { width, padded, constant, skip, matrices }] of layers.entries()) {
      const numbers = count * samples * padded;
      const below = skip === 0 ? undefined : kernels.f32(z, numbers).slice();
      const stream = ((at + 1) << 16) | CONDITIONAL_GROUP;
      kernels.conditionalLayer(
        z,
        here,
        normals,
        factor,
        count,
        samples,
        padded,
        keys,
        stream,
        address + network,
      );
      if (below) addScaled(kernels.f32(z, numbers), below, skip);
      if (wantsControls) {
        kernels.wickAverages(averages, here, z, count, samples, width, padded);
        const values = kernels.f64(averages, size * AVERAGES);
        writeAverages(into, layout, at + 1, kernels.f64(here, size), values, width);
      }
      kernels.f64(next, size).fill(constant);
      for (const { program, variance } of matrices) {
        program(f, z, numbers);
        kernels.addGram(next, f, count, samples, width, padded, variance);
      }
      [here, next] = [next, here];
    }
    const stride = layers.at(-1)?.padded ?? 0;
    const [hidden, g] = [kernels.f32(z, count * samples * stride), kernels.f64(here, size)];
    onHidden?.({ first: network, count, z: hidden, stride, g });
    return g;
  };

  return {
    simulate: (from, count) => {
      const result = new Float64Array(count * pairCount(samples));
      const controls = createControls(layout, count);
      for (let done = 0; done < count; done += chunk) {
        const some = Math.min(chunk, count - done);
        const into = controls.map((all, entry) => part(all, layout, entry, done, some));
        result.set(simulateChunk(from + done, some, into), done * pairCount(samples));
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

function hiddenLayers({ layers }: NetworkPlan, kernels: Kernels): readonly HiddenLayer[] {
  return layers.slice(0, -1).map(({ width, skip }, at) => {
    const { biases, weights } = layers[at + 1]!;
    return {
      width,
      padded: paddedLength(width),
      skip,
      constant: biases.reduce((sum, { deviation }) => sum + deviation ** 2, 0),
      matrices: weights.map(({ terms, deviation }) => ({
        program: compileProgram(kernels, ofOneField(terms)),
        variance: deviation ** 2,
      })),
    };
  });
}

interface Memory {
  readonly keys: Pointer;
  /** [chunk, M, widest] pre-activations and signals. */
  readonly z: Pointer;
  readonly f: Pointer;
  readonly normals: Pointer;
  readonly factor: Pointer;
  /** [chunk, entries] kernels of this layer and the next. */
  readonly g: Pointer;
  readonly nextG: Pointer;
  readonly averages: Pointer;
}

function allocate(kernels: Kernels, seed: number, chunk: number, samples: number, widest: number): Memory {
  const entries = pairCount(samples);
  return {
    keys: uploadKeys(kernels, seed),
    z: kernels.allocate(4 * chunk * samples * widest),
    f: kernels.allocate(4 * chunk * samples * widest),
    normals: kernels.allocate(4 * samples * widest),
    factor: kernels.allocate(8 * samples * samples),
    g: kernels.allocate(8 * chunk * entries),
    nextG: kernels.allocate(8 * chunk * entries),
    averages: kernels.allocate(8 * chunk * entries * AVERAGES),
  };
}

/** g of the first layer, the same for all networks: [entries]. */
function firstKernel({ inputs, inputDimension, samples, layers }: NetworkPlan): Float64Array {
  const { biases, weights } = layers[0]!;
  const constant = biases.reduce((sum, { deviation }) => sum + deviation ** 2, 0);
  const factor = weights.reduce((sum, { deviation, terms }) => {
    const coefficient = terms.reduce((total, term) => total + term.coefficient, 0);
    return sum + (deviation * coefficient) ** 2;
  }, 0);
  const g = new Float64Array(pairCount(samples)).fill(constant);
  for (let a = 0, at = 0; a < samples; a++)
    for (let b = a; b < samples; b++, at++)
      for (let k = 0; k < inputDimension; k++)
        g[at]! += factor * inputs[a * inputDimension + k]! * inputs[b * inputDimension + k]!;
  return g;
}

function repeat(values: Float64Array, count: number): Float64Array {
  const all = new Float64Array(values.length * count);
  for (let k = 0; k < count; k++) all.set(values, k * values.length);
  return all;
}
