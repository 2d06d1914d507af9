/**
 * One network at a time in float64 on the host: its parameters, pre-activations, and the derivatives of its local functions.
 * The parameters are those of the ensemble on a backend, number for number. Buffers are made once and filled again for each network.
 */
import type { Expr } from '../../theory/expression.ts';
import { compileFunction, type UnivariateFunction } from '../averages/univariate.ts';
import { drawBias, drawMatrix, type NetworkAddress } from './draw.ts';
import type { LayerPlan, NetworkPlan, ParameterPlan, WeightPlan } from './networkPlan.ts';

export interface HostNetwork {
  readonly plan: NetworkPlan;
  /** Layers 1 ... L. */
  readonly layers: readonly HostLayer[];
}

/** The last layer may have fewer neurons than its plan: they are exchangeable, and the first ones stand for all. */
export interface HostLayer {
  readonly width: number;
  readonly fanIn: number;
  readonly skip: number;
  readonly biases: readonly HostBias[];
  readonly matrices: readonly HostMatrix[];
  /** [M] pre-activations, each [width]. */
  readonly z: readonly Float64Array[];
}

export interface HostBias {
  readonly plan: ParameterPlan;
  readonly rate: number;
  /** [width] */
  readonly values: Float32Array;
}

export interface HostMatrix {
  readonly plan: ParameterPlan;
  readonly rate: number;
  /** [width, fanIn] */
  readonly values: Float32Array;
  /** [M, order + 1] what it multiplies and the derivatives of that by z below, each [fanIn]; in the first layer the inputs alone. */
  readonly signals: readonly (readonly Float64Array[])[];
  /** Fills the signals from the layer below. */
  readonly read: () => void;
}

/** `order`: the highest derivative of local functions kept; `lastWidth`: the neurons of the last layer. */
export function createHostNetwork(plan: NetworkPlan, lastWidth: number, order: number): HostNetwork {
  const layers: HostLayer[] = [];
  for (const [at, layer] of plan.layers.entries()) {
    const width = at === plan.layers.length - 1 ? lastWidth : layer.width;
    layers.push(createLayer(plan, layer, width, layers.at(-1), order));
  }
  return { plan, layers };
}

function createLayer(
  plan: NetworkPlan,
  { fanIn, skip, biases, weights }: LayerPlan,
  width: number,
  below: HostLayer | undefined,
  order: number,
): HostLayer {
  return {
    width,
    fanIn,
    skip,
    biases: biases.map((bias) => ({ plan: bias, rate: bias.rate, values: new Float32Array(width) })),
    matrices: weights.map((weight) => ({
      plan: weight,
      rate: weight.rate,
      values: new Float32Array(width * fanIn),
      ...(below ? localSignals(weight, below, order) : inputSignals(plan, weight)),
    })),
    z: rowsOf(new Float64Array(plan.samples * width), width),
  };
}

/** Draws the network of an address and runs it on all inputs. */
export function runNetwork({ layers }: HostNetwork, address: NetworkAddress): void {
  for (const [at, layer] of layers.entries()) {
    for (const bias of layer.biases) drawBias(bias.values, 0, bias.plan, at + 1, layer.width, address);
    for (const matrix of layer.matrices) {
      drawMatrix(matrix.values, 0, matrix.plan, at + 1, layer.width, layer.fanIn, address);
      matrix.read();
    }
    layer.z.forEach((z, sample) => propagate(z, layer, sample, layers[at - 1]?.z[sample]));
  }
}

function propagate(
  z: Float64Array,
  { skip, biases, matrices }: HostLayer,
  sample: number,
  below: Float64Array | undefined,
): void {
  z.fill(0);
  for (const { values } of biases) addScaled(z, values, 1);
  for (const { values, signals } of matrices) addProduct(z, values, signals[sample]![0]!);
  if (below && skip !== 0) addScaled(z, below, skip);
}

function inputSignals(
  { inputs, inputDimension }: NetworkPlan,
  { terms }: WeightPlan,
): Pick<HostMatrix, 'signals' | 'read'> {
  const factor = terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
  const signals = rowsOf(
    inputs.map((x) => factor * x),
    inputDimension,
  );
  return { signals: signals.map((signal) => [signal]), read: () => {} };
}

/** F = sum over terms of coefficient times function of z, with derivatives 0 ... order. */
function localSignals(
  { terms }: WeightPlan,
  below: HostLayer,
  order: number,
): Pick<HostMatrix, 'signals' | 'read'> {
  const functions = terms.map(({ coefficient, fn }) => ({
    coefficient,
    evaluate: derivativesOf(fn!, order),
  }));
  const signals = below.z.map((z) => Array.from({ length: order + 1 }, () => new Float64Array(z.length)));
  const read = (): void => {
    for (const [sample, rows] of signals.entries()) {
      rows.forEach((row) => row.fill(0));
      for (const { coefficient, evaluate } of functions) evaluate(below.z[sample]!, coefficient, rows);
    }
  };
  return { signals, read };
}

type AddDerivatives = (z: Float64Array, factor: number, rows: readonly Float64Array[]) => void;

/** Adds `factor` times the derivatives of a function at every z to rows 0 ... order; at a breakpoint those from the right. */
function derivativesOf(fn: Expr, order: number): AddDerivatives {
  const compiled = compileFunction(fn);
  const { pieces, breakpoints } = compiled;
  let taylor = new Float64Array(0);
  return (z, factor, rows) => {
    const count = z.length;
    if (taylor.length < count * (order + 1)) taylor = new Float64Array(count * (order + 1));
    for (const [piece, { rows: evaluate }] of pieces.entries()) {
      evaluate(z, count, order, taylor);
      for (let k = 0, scale = factor; k <= order; k++, scale *= k)
        for (let j = 0; j < count; j++)
          if (breakpoints.length === 0 || pieceAt(compiled, z[j]!) === piece)
            rows[k]![j]! += scale * taylor[k * count + j]!;
    }
  };
}

function pieceAt({ breakpoints }: UnivariateFunction, z: number): number {
  let piece = 0;
  while (piece < breakpoints.length && breakpoints[piece]! <= z) piece++;
  return piece;
}

function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    values.subarray(row * width, (row + 1) * width),
  );
}

/** target += matrix x, the matrix [target, x] row by row. */
export function addProduct(target: Float64Array, matrix: Float32Array, x: Float64Array): void {
  for (let i = 0, at = 0; i < target.length; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++, at++) sum += matrix[at]! * x[j]!;
    target[i]! += sum;
  }
}

/** target += matrix^T y, the matrix [y, target] row by row. */
export function addTransposedProduct(target: Float64Array, matrix: Float32Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) {
    const factor = y[i]!;
    if (factor === 0) continue;
    for (let j = 0, at = i * target.length; j < target.length; j++, at++) target[j]! += factor * matrix[at]!;
  }
}

export function addScaled(target: Float64Array, x: ArrayLike<number>, factor: number): void {
  for (let j = 0; j < target.length; j++) target[j]! += factor * x[j]!;
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * y[j]!;
  return sum;
}
