/**
 * The tangent kernel of one network between all neurons of a layer, by recursion through the layers:
 *
 *     H'_ij(a,b) = delta_ij [ lam_b + sum_W (lam_W / fan_in) F(a) . F(b) ] + sum_km J_ik(a) H_km(a,b) J_jm(b),
 *     J(a) = sum_W W diag F'(a) + gamma
 *
 * n^3 operations a layer, where a gradient for each pair of neurons would take n^2 times as many as one.
 */
import { dot, type HostLayer, type HostNetwork } from './hostNetwork.ts';

export interface TangentMatrices {
  /** H(a,b) of the last of the layers, [width, width]; filled by `run`. */
  readonly between: (a: number, b: number) => Float64Array;
  /** All that were asked for, for the parameters in the network now. */
  readonly run: () => void;
}

/** For networks with one pre-activation a neuron. */
export function createTangentMatrices({ layers }: HostNetwork): TangentMatrices {
  const jacobians = new Map<number, readonly Float64Array[]>();
  const matrices = new Map<string, Pair>();
  const jacobiansOf = (sample: number): readonly Float64Array[] => {
    const known =
      jacobians.get(sample) ?? layers.slice(1).map(({ width, fanIn }) => new Float64Array(width * fanIn));
    jacobians.set(sample, known);
    return known;
  };
  const between = (a: number, b: number): Float64Array => {
    const key = `${a},${b}`;
    const known = matrices.get(key) ?? createPair(layers, a, b, jacobiansOf(a), jacobiansOf(b));
    matrices.set(key, known);
    return known.matrices.at(-1)!;
  };
  const run = (): void => {
    for (const [sample, filled] of jacobians)
      filled.forEach((jacobian, at) => fillJacobian(jacobian, layers[at + 1]!, sample));
    for (const pair of matrices.values()) fillPair(pair, layers);
  };
  return { between, run };
}

interface Pair {
  readonly a: number;
  readonly b: number;
  /** [L] */
  readonly matrices: readonly Float64Array[];
  /** J(a) H, layer by layer. */
  readonly products: readonly Float64Array[];
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

function createPair(
  layers: readonly HostLayer[],
  a: number,
  b: number,
  left: readonly Float64Array[],
  right: readonly Float64Array[],
): Pair {
  return {
    a,
    b,
    left,
    right,
    matrices: layers.map(({ width }) => new Float64Array(width * width)),
    products: layers.slice(1).map(({ width, fanIn }) => new Float64Array(width * fanIn)),
  };
}

function fillJacobian(
  target: Float64Array,
  { width, fanIn, matrices, skip }: HostLayer,
  sample: number,
): void {
  target.fill(0);
  for (const { values, slopes } of matrices) {
    const slope = slopes[sample]!.all;
    for (let i = 0, at = 0; i < width; i++)
      for (let k = 0; k < fanIn; k++, at++) target[at]! += values[at]! * slope[k]!;
  }
  if (skip !== 0) for (let i = 0; i < width; i++) target[i * fanIn + i]! += skip;
}

function fillPair({ a, b, matrices, products, left, right }: Pair, layers: readonly HostLayer[]): void {
  for (const [at, layer] of layers.entries()) {
    const { width, fanIn } = layer;
    const target = matrices[at]!;
    if (at === 0) target.fill(0);
    else {
      const product = products[at - 1]!;
      // In layer 1 neurons share no parameter: H is a number times the identity.
      if (at === 1) scaled(product, left[0]!, matrices[0]![0]!);
      else multiply(product, left[at - 1]!, matrices[at - 1]!, width, fanIn);
      if (a === b) multiplySymmetric(target, product, right[at - 1]!, width, fanIn);
      else multiplyTransposed(target, product, right[at - 1]!, width, fanIn);
    }
    const own = ownRates(layer, a, b);
    for (let i = 0; i < width; i++) target[i * (width + 1)]! += own;
  }
}

/** What the parameters of the layer itself give to each neuron. */
function ownRates({ biases, matrices }: HostLayer, a: number, b: number): number {
  let sum = biases.reduce((total, { rate }) => total + rate, 0);
  for (const { rate, signals } of matrices)
    if (rate !== 0) sum += rate * dot(signals[a]![0]!, signals[b]![0]!);
  return sum;
}

/** target = x y, with x [rows, inner] and y [inner, inner]. */
function multiply(target: Float64Array, x: Float64Array, y: Float64Array, rows: number, inner: number): void {
  target.fill(0);
  for (let i = 0; i < rows; i++) {
    const row = target.subarray(i * inner, (i + 1) * inner);
    for (let k = 0; k < inner; k++) {
      const factor = x[i * inner + k]!;
      const from = k * inner;
      for (let j = 0; j < inner; j++) row[j]! += factor * y[from + j]!;
    }
  }
}

function scaled(target: Float64Array, x: Float64Array, factor: number): void {
  for (let k = 0; k < target.length; k++) target[k] = factor * x[k]!;
}

/** target = x y^T where that is symmetric. */
function multiplySymmetric(
  target: Float64Array,
  x: Float64Array,
  y: Float64Array,
  rows: number,
  inner: number,
): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0, p = i * inner, q = j * inner; k < inner; k++, p++, q++) sum += x[p]! * y[q]!;
      target[i * rows + j] = sum;
      target[j * rows + i] = sum;
    }
}

/** target = x y^T, both [rows, inner]. */
function multiplyTransposed(
  target: Float64Array,
  x: Float64Array,
  y: Float64Array,
  rows: number,
  inner: number,
): void {
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < rows; j++, at++) {
      let sum = 0;
      for (let k = 0, p = i * inner, q = j * inner; k < inner; k++, p++, q++) sum += x[p]! * y[q]!;
      target[at] = sum;
    }
}
