/** Conditional means (conditionalMeans.ts) of networks with one pre-activation a neuron, in the memory of the kernels. */
import type { Kernels, Pointer } from '../kernels/kernels.ts';
import { MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZ } from './conditionalMeans.ts';
import type { FieldComponent } from './fields.ts';
import type { KernelLayer, KernelNetwork } from './kernelNetwork.ts';
import { pairIndex } from './pairs.ts';
import { allocateVector, createTangentKernels, type TangentKernels } from './tangentKernels.ts';

export interface TangentMeans {
  /** Evaluates the components for the network in memory now. */
  readonly run: () => void;
  /** Of each component. */
  readonly values: Float64Array;
}

/** What the layers below the last one offer. */
interface Context {
  readonly network: KernelNetwork;
  readonly last: KernelLayer;
  /** None in a network of one layer. */
  readonly tangents: TangentKernels | undefined;
}

export function createTangentMeans(
  network: KernelNetwork,
  components: readonly FieldComponent[],
): TangentMeans {
  const tangents = network.layers.length > 1 ? createTangentKernels(network) : undefined;
  const context = { network, last: network.layers.at(-1)!, tangents };
  const readers = components.map((component) => readMean(component, context));
  const values = new Float64Array(components.length);
  const run = (): void => {
    tangents?.run();
    for (let k = 0; k < readers.length; k++) values[k] = readers[k]!();
  };
  return { run, values };
}

function readMean(component: FieldComponent, context: Context): () => number {
  switch (component.field.name) {
    case MEAN_OF_ZZ.name:
      return meanOfSquare(component, context);
    case MEAN_OF_H.name:
      return meanOfTangent(component, context);
    case MEAN_OF_HH.name:
      return meanOfTangents(component, context);
    default:
      return meanOfMixed(component, context);
  }
}

function meanOfSquare(
  { neurons: [neuron], samples }: FieldComponent,
  { network: { kernels, plan, layers }, last }: Context,
): () => number {
  const [a, b] = samples as [number, number];
  const at = last.kernel + 8 * pairIndex(plan.samples, a, b);
  const below = layers.at(-2);
  const z = (sample: number): number =>
    below && neuron !== undefined ? kernels.f32(below.z + 4 * (sample * below.padded + neuron), 1)[0]! : 0;
  return () => kernels.f64(at, 1)[0]! + last.plan.skip ** 2 * z(a) * z(b);
}

function meanOfTangent(
  { neurons: [neuron], samples }: FieldComponent,
  { network: { kernels, plan }, last, tangents }: Context,
): () => number {
  const [a, b] = samples as [number, number];
  const at = last.rates + 8 * pairIndex(plan.samples, a, b);
  const own = (): number => kernels.f64(at, 1)[0]!;
  if (!tangents) return own;
  const { width } = tangents;
  const diagonal = tangents.diagonal(a, b);
  const weights = new Float64Array(width);
  return () => {
    fillWeights(weights, kernels, last, slopesOf(a), slopesOf(b));
    if (neuron !== undefined) weights[neuron]! += last.plan.skip ** 2;
    const values = kernels.f32(diagonal, width);
    let sum = own();
    for (let k = 0; k < width; k++) sum += weights[k]! * values[k]!;
    return sum;
  };
}

/** <H_ij(a,b) H_ij(c,d)>; zero in the first layer, where H is diagonal. */
function meanOfTangents({ samples }: FieldComponent, { network, last, tangents }: Context): () => number {
  if (!tangents) return () => 0;
  const { kernels } = network;
  const { width, padded } = tangents;
  const [a, b, c, d] = samples as [number, number, number, number];
  const [first, second] = [tangents.whole(a, b), tangents.whole(c, d)];
  const [rows, columns] = [allocateVector(network, width), allocateVector(network, width)];
  return () => {
    fillWeights(kernels.f32(rows, width), kernels, last, slopesOf(a), slopesOf(c));
    fillWeights(kernels.f32(columns, width), kernels, last, slopesOf(b), slopesOf(d));
    return kernels.weighedProduct(first, second, rows, columns, width, padded);
  };
}

/** <z_i(a) z_j(b) H_ij(c,d)>; biases drop out, since H_ij holds none of them. */
function meanOfMixed({ samples }: FieldComponent, { network, last, tangents }: Context): () => number {
  if (!tangents) return () => 0;
  const { kernels } = network;
  const { width } = tangents;
  const [a, b, c, d] = samples as [number, number, number, number];
  const form = tangents.form(c, d);
  const [rows, columns] = [allocateVector(network, width), allocateVector(network, width)];
  return () => {
    fillWeights(kernels.f32(rows, width), kernels, last, signalsOf(a), slopesOf(c));
    fillWeights(kernels.f32(columns, width), kernels, last, signalsOf(b), slopesOf(d));
    return form(rows, columns);
  };
}

interface Factor {
  readonly kind: 'signals' | 'slopes';
  readonly sample: number;
}

function signalsOf(sample: number): Factor {
  return { kind: 'signals', sample };
}

function slopesOf(sample: number): Factor {
  return { kind: 'slopes', sample };
}

/** For each neuron below: the sum over matrices of the variance of a weight times two of what it multiplies, or the derivatives of that. */
function fillWeights(
  target: Float32Array | Float64Array,
  kernels: Kernels,
  { matrices, paddedFanIn }: KernelLayer,
  p: Factor,
  q: Factor,
): void {
  target.fill(0);
  const row = (at: Pointer, sample: number) => kernels.f32(at + 4 * sample * paddedFanIn, target.length);
  for (const matrix of matrices) {
    const [x, y] = [row(matrix[p.kind], p.sample), row(matrix[q.kind], q.sample)];
    const variance = matrix.plan.deviation ** 2;
    for (let k = 0; k < target.length; k++) target[k]! += variance * x[k]! * y[k]!;
  }
}
