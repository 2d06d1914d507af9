/**
 * One network at a time in float64 on the host: its parameters, pre-activations, and the derivatives of its local functions.
 * The parameters are those of the ensemble on a backend, number for number. Buffers are made once and filled again for each network.
 */
import type { Expr } from '../../theory/expression.ts';
import { compileFunction, type UnivariateFunction } from '../averages/univariate.ts';
import { drawBias, drawMatrix, type NetworkAddress } from './draw.ts';
import type { LayerPlan, NetworkPlan, ParameterPlan, SignalPlan, WeightPlan } from './networkPlan.ts';
import { derivativeTable, stacked, type DerivativeTable, type Stacked } from './stacked.ts';

export interface HostNetwork {
  readonly plan: NetworkPlan;
  /** The derivatives of local functions that are kept. */
  readonly derivatives: DerivativeTable;
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
  /** [M] pre-activations. */
  readonly z: readonly Stacked[];
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
  /** [M, derivatives] what it multiplies and its derivatives by z below (`derivatives`), each [fanIn]; in the first layer the inputs alone. */
  readonly signals: readonly (readonly Float64Array[])[];
  /** [M] the first derivatives by each field; none in the first layer. */
  readonly slopes: readonly Stacked[];
  /** Fills the signals from the layer below. */
  readonly read: () => void;
}

/** `order`: the highest derivative of local functions kept; `lastWidth`: the neurons of the last layer. */
export function createHostNetwork(plan: NetworkPlan, lastWidth: number, order: number): HostNetwork {
  const layers: HostLayer[] = [];
  const derivatives = derivativeTable(plan.fields, order);
  for (const [at, layer] of plan.layers.entries()) {
    const width = at === plan.layers.length - 1 ? lastWidth : layer.width;
    layers.push(createLayer(plan, layer, width, layers.at(-1), derivatives));
  }
  return { plan, derivatives, layers };
}

function createLayer(
  plan: NetworkPlan,
  { fanIn, skip, biases, weights }: LayerPlan,
  width: number,
  below: HostLayer | undefined,
  derivatives: DerivativeTable,
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
      ...(below ? localSignals(weight, below, derivatives) : inputSignals(plan, weight)),
    })),
    z: Array.from({ length: plan.samples }, () =>
      stacked(new Float64Array(plan.fields * width), plan.fields),
    ),
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
  z: Stacked,
  { skip, biases, matrices }: HostLayer,
  sample: number,
  below: Stacked | undefined,
): void {
  z.all.fill(0);
  for (const { plan, values } of biases) addScaled(z.of[plan.field]!, values, 1);
  for (const { plan, values, signals } of matrices)
    addProduct(z.of[plan.field]!, values, signals[sample]![0]!);
  if (below && skip !== 0) addScaled(z.all, below.all, skip);
}

function inputSignals(
  { inputs, inputDimension }: NetworkPlan,
  { terms }: WeightPlan,
): Pick<HostMatrix, 'signals' | 'slopes' | 'read'> {
  const factor = terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
  const signals = rowsOf(
    inputs.map((x) => factor * x),
    inputDimension,
  );
  return { signals: signals.map((signal) => [signal]), slopes: [], read: () => {} };
}

/** F = sum over terms of coefficient times functions of z, with the derivatives of the table. */
function localSignals(
  { terms }: WeightPlan,
  below: HostLayer,
  derivatives: DerivativeTable,
): Pick<HostMatrix, 'signals' | 'slopes' | 'read'> {
  const fields = derivatives.counts[0]!.length;
  const { width } = below;
  const buffers = below.z.map(() => new Float64Array(derivatives.counts.length * width));
  const signals = buffers.map((buffer) => rowsOf(buffer, width));
  const slopes = buffers.map((buffer) => stacked(buffer.subarray(width, (1 + fields) * width), fields));
  const addTerms = terms.map((term) => derivativesOf(term, derivatives));
  const read = (): void => {
    for (const [sample, buffer] of buffers.entries()) {
      buffer.fill(0);
      for (const addTerm of addTerms) addTerm(below.z[sample]!, signals[sample]!);
    }
  };
  return { signals, slopes: derivatives.counts.length > 1 ? slopes : [], read };
}

/** Adds the term and its derivatives at every z to the rows of a table. */
function derivativesOf(
  { coefficient, functions }: SignalPlan,
  { counts }: DerivativeTable,
): (z: Stacked, rows: readonly Float64Array[]) => void {
  const orders = functions.map(({ field }) => Math.max(...counts.map((each) => each[field]!)));
  const factors = functions.map(({ field, fn }, k) => ({ field, taylor: taylorOf(fn, orders[k]!) }));
  // Derivatives by a field that the term does not depend on vanish.
  const kept = counts.flatMap((each, place) =>
    each.every((count, field) => count === 0 || functions.some((one) => one.field === field)) ? [place] : [],
  );
  return (z, rows) => {
    const [first, ...more] = factors.map(({ field, taylor }) => ({ field, rows: taylor(z.of[field]!) }));
    const width = rows[0]!.length;
    for (const place of kept) {
      const row = rows[place]!;
      const leading = first?.rows[counts[place]![first.field]!];
      for (let j = 0; j < width; j++) {
        let value = leading ? coefficient * leading[j]! : coefficient;
        for (const other of more) value *= other.rows[counts[place]![other.field]!]![j]!;
        row[j]! += value;
      }
    }
  };
}

/** Derivatives 0 ... order of a function at every z, each [width]; at a breakpoint those from the right. */
function taylorOf(fn: Expr, order: number): (z: Float64Array) => readonly Float64Array[] {
  const compiled = compileFunction(fn);
  const { pieces, breakpoints } = compiled;
  let taylor = new Float64Array(0);
  let rows: readonly Float64Array[] = [];
  return (z) => {
    const count = z.length;
    if (taylor.length !== count * (order + 1)) {
      taylor = new Float64Array(count * (order + 1));
      rows = rowsOf(new Float64Array(count * (order + 1)), count);
    }
    for (const [piece, { rows: evaluate }] of pieces.entries()) {
      evaluate(z, count, order, taylor);
      for (let k = 0, scale = 1; k <= order; k++, scale *= k)
        for (let j = 0; j < count; j++)
          if (breakpoints.length === 0 || pieceAt(compiled, z[j]!) === piece)
            rows[k]![j] = scale * taylor[k * count + j]!;
    }
    return rows;
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
