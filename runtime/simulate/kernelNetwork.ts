/**
 * One network at a time in the memory of the WebAssembly kernels, in float32: parameters and pre-activations of the hidden layers, and
 * of every layer what its weights multiply. The parameters are those of the ensemble on a backend, by their addresses (ensemble.ts). The last
 * layer's are not drawn: whoever reads this averages over them.
 *
 * For networks with one pre-activation a neuron. Rows are padded to whole groups of 16 (`padded`), and zero there.
 */
import { differentiate } from '../../theory/differentiate.ts';
import { symbol } from '../../theory/expression.ts';
import {
  paddedLength,
  uploadKeys,
  type Kernels,
  type LawArguments,
  type Pointer,
} from '../kernels/kernels.ts';
import { lawArguments } from '../kernels/law.ts';
import { compileProgram, type Program, type ProgramTerm } from '../kernels/program.ts';
import { streamOf } from './draw.ts';
import { ofOneField, type LayerPlan, type NetworkPlan, type ParameterPlan } from './networkPlan.ts';
import { pairCount } from './pairs.ts';

export interface KernelNetwork {
  readonly kernels: Kernels;
  readonly plan: NetworkPlan;
  /** Layers 1 ... L. */
  readonly layers: readonly KernelLayer[];
  /** Draws the network of an address and runs it on all inputs. */
  readonly run: (address: number) => void;
}

export interface KernelLayer {
  readonly plan: LayerPlan;
  readonly width: number;
  readonly padded: number;
  readonly fanIn: number;
  readonly paddedFanIn: number;
  /** [M, padded] pre-activations; nothing in the last layer. */
  readonly z: Pointer;
  readonly matrices: readonly KernelMatrix[];
  /** [M (M + 1) / 2] in float64, in the order of `pairIndex`: sum over parameters of variances, and of learning rates, times signals. */
  readonly kernel: Pointer;
  readonly rates: Pointer;
}

export interface KernelMatrix {
  readonly plan: ParameterPlan;
  /** [padded, padded fan-in]; nothing in the last layer. */
  readonly values: Pointer;
  /** [M, padded fan-in] what it multiplies, and the derivative of that by z below; in the first layer the inputs, and nothing. */
  readonly signals: Pointer;
  readonly slopes: Pointer;
}

/** A step of `run`, which is told the network. */
type Step = (address: number) => void;

export function createKernelNetwork(kernels: Kernels, plan: NetworkPlan, seed: number): KernelNetwork {
  const layers = plan.layers.map((layer, at) =>
    allocateLayer(kernels, plan, layer, at < plan.layers.length - 1),
  );
  const keys = uploadKeys(kernels, seed);
  const programs = createPrograms(kernels);
  layers[0]!.matrices.forEach((matrix, at) => writeInputs(kernels, plan, layers[0]!, matrix, at));
  const steps = layers.flatMap((layer, at): readonly Step[] => {
    const below = layers[at - 1];
    const read = below ? [readSignals(kernels, plan, layer, below, programs)] : [];
    const sums = [sumSignals(kernels, plan.samples, layer)];
    return at === layers.length - 1
      ? [...read, ...sums]
      : [...read, ...sums, drawAndPropagate(kernels, plan.samples, layer, below, at + 1, keys)];
  });
  const run = (address: number): void => steps.forEach((step) => step(address));
  return { kernels, plan, layers, run };
}

function allocateLayer(
  kernels: Kernels,
  { samples }: NetworkPlan,
  plan: LayerPlan,
  isDrawn: boolean,
): KernelLayer {
  const { width, fanIn } = plan;
  const [padded, paddedFanIn] = [paddedLength(width), paddedLength(fanIn)];
  const cleared = (length: number): Pointer => {
    const at = kernels.allocate(4 * length);
    kernels.f32(at, length).fill(0);
    return at;
  };
  return {
    plan,
    width,
    padded,
    fanIn,
    paddedFanIn,
    z: cleared(isDrawn ? samples * padded : 0),
    matrices: plan.weights.map((weights) => ({
      plan: weights,
      values: cleared(isDrawn ? padded * paddedFanIn : 0),
      signals: cleared(samples * paddedFanIn),
      slopes: cleared(samples * paddedFanIn),
    })),
    kernel: kernels.allocate(8 * pairCount(samples)),
    rates: kernels.allocate(8 * pairCount(samples)),
  };
}

function writeInputs(
  kernels: Kernels,
  { samples, inputs, inputDimension }: NetworkPlan,
  { plan, paddedFanIn }: KernelLayer,
  { signals }: KernelMatrix,
  at: number,
): void {
  const factor = plan.weights[at]!.terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
  for (let a = 0; a < samples; a++)
    kernels
      .f32(signals + 4 * a * paddedFanIn, inputDimension)
      .set(inputs.subarray(a * inputDimension, (a + 1) * inputDimension).map((x) => factor * x));
}

/** Programs of equal functions are one. */
function createPrograms(kernels: Kernels): (terms: readonly ProgramTerm[]) => Program {
  const known = new Map<string, Program>();
  return (terms) => {
    const key = terms.map(({ coefficient, fn }) => `${coefficient} ${fn?.key ?? ''}`).join(';');
    const program = known.get(key) ?? compileProgram(kernels, terms);
    known.set(key, program);
    return program;
  };
}

function readSignals(
  kernels: Kernels,
  { samples }: NetworkPlan,
  { plan, paddedFanIn, fanIn, matrices }: KernelLayer,
  below: KernelLayer,
  programs: (terms: readonly ProgramTerm[]) => Program,
): Step {
  const count = samples * paddedFanIn;
  const reads = matrices.map(({ signals, slopes }, at) => {
    const terms = ofOneField(plan.weights[at]!.terms);
    const value = programs(terms);
    const slope = programs(terms.map(slopeOf));
    return () => {
      value(signals, below.z, count);
      slope(slopes, below.z, count);
      if (fanIn < paddedFanIn)
        for (const target of [signals, slopes])
          for (let a = 0; a < samples; a++)
            kernels.f32(target + 4 * (a * paddedFanIn + fanIn), paddedFanIn - fanIn).fill(0);
    };
  });
  return () => reads.forEach((read) => read());
}

/** A term that is z itself has the derivative 1. */
function slopeOf({ coefficient, fn }: ProgramTerm): ProgramTerm {
  return { coefficient, fn: differentiate(fn ?? symbol('z'), 'z') };
}

function sumSignals(
  kernels: Kernels,
  samples: number,
  { plan, fanIn, paddedFanIn, matrices, kernel, rates }: KernelLayer,
): Step {
  const pairs = pairCount(samples);
  const constants = plan.biases.reduce(
    (sum, { deviation, rate }) => ({ variance: sum.variance + deviation ** 2, rate: sum.rate + rate }),
    { variance: 0, rate: 0 },
  );
  return () => {
    kernels.f64(kernel, pairs).fill(constants.variance);
    kernels.f64(rates, pairs).fill(constants.rate);
    for (const { plan: own, signals } of matrices) {
      kernels.addGram(kernel, signals, 1, samples, fanIn, paddedFanIn, own.deviation ** 2);
      if (own.rate !== 0) kernels.addGram(rates, signals, 1, samples, fanIn, paddedFanIn, own.rate);
    }
  };
}

function drawAndPropagate(
  kernels: Kernels,
  samples: number,
  layer: KernelLayer,
  below: KernelLayer | undefined,
  number: number,
  keys: Pointer,
): Step {
  const { plan, width, padded, paddedFanIn, matrices, z } = layer;
  const biases = plan.biases.map((bias) => ({
    ...drawing(bias, number),
    values: kernels.allocate(4 * padded),
  }));
  const weights = matrices.map((matrix) => ({ ...drawing(matrix.plan, number), ...matrix }));
  const addScaled = (from: Pointer, factor: number, a: number): void => {
    const [target, source] = [kernels.f32(z + 4 * a * padded, width), kernels.f32(from, width)];
    for (let i = 0; i < width; i++) target[i]! += factor * source[i]!;
  };
  return (address) => {
    kernels.f32(z, samples * padded).fill(0);
    for (const { values, signals, stream, law } of weights) {
      kernels.drawMatrix(values, width, paddedFanIn, keys, stream, address, ...law);
      kernels.storedProduct(z, signals, values, 1, samples, padded, paddedFanIn);
    }
    for (const { values, stream, law } of biases) {
      kernels.drawMatrix(values, 1, padded, keys, stream, address, ...law);
      for (let a = 0; a < samples; a++) addScaled(values, 1, a);
    }
    if (below && plan.skip !== 0)
      for (let a = 0; a < samples; a++) addScaled(below.z + 4 * a * below.padded, plan.skip, a);
  };
}

function drawing(
  { group, distribution, deviation }: ParameterPlan,
  layer: number,
): { readonly stream: number; readonly law: LawArguments } {
  return { stream: streamOf(layer, group), law: lawArguments(distribution, deviation) };
}
