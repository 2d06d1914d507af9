/**
 * Derivatives of a network along directions in the space of all its parameters, exactly and at any order.
 *
 * The directions that fields need are gradients (times the learning rates) of a pre-activation, or of its derivative along other such
 * directions. A gradient by a weight matrix is of low rank: with D^A z_i(a) the derivative along the directions A,
 *
 *     d(D^A z_i(a)) / dW = sum over subsets T of A of  delta_T  (x)  F_(A - T)(a)
 *
 * where F_S is the derivative along S of what the matrix multiplies and delta_T that of the back-propagated dz_i(a)/dz. So no
 * direction is ever written out: forward and backward passes of these vectors, one matrix product each, are all there is.
 *
 *     forward   z'_S     = sum_W [ W F_S + sum_(d in S) d_W F_(S-d) ] + d_b + gamma z_S
 *     backward  delta_T  = sum_W sum_(U in T) F'_(T-U) * [ W^T delta'_U + sum_(d in U) d_W^T delta'_(U-d) ] + gamma delta'_T
 */
import { setPartitions } from '../partitions.ts';
import {
  addProduct,
  addScaled,
  addTransposedProduct,
  dot,
  type HostLayer,
  type HostMatrix,
  type HostNetwork,
} from './hostNetwork.ts';

/** Undefined where it vanishes identically. */
type Vector = Float64Array | undefined;

/** Learning rates times the gradient by all parameters of D^along z_neuron(sample) at the last layer. */
export interface Gradient {
  readonly key: string;
  /** Those of equal rank-one terms: delta_T and F_(A-T) for every T. */
  readonly terms: readonly { readonly adjoint: Adjoint; readonly jet: Jet }[];
  /** delta_A: the gradient by a bias. */
  readonly bias: Adjoint;
}

/** Derivatives along a set S at one sample. */
interface Jet {
  /** [L] z_S of each layer but the last. */
  readonly z: readonly Vector[];
  /** [L, matrices] F_S and F'_S of what each layer's matrices multiply. */
  readonly signals: readonly (readonly Vector[])[];
  readonly slopes: readonly (readonly Vector[])[];
}

/** Derivatives along a set T of dz_neuron(sample) / dz. */
interface Adjoint {
  /** [L] delta_T of each layer. */
  readonly deltas: readonly Vector[];
  /** [L, matrices] the bracket of the backward pass: what comes down through each matrix of a layer. */
  readonly pulled: readonly (readonly Vector[])[];
}

export interface JetProgram {
  readonly gradient: (neuron: number, sample: number, along: readonly Gradient[]) => Gradient;
  /** Everything asked for so far, for the parameters in the network now. */
  readonly run: () => void;
}

/** Work on one network: every vector is made, once, when it is first asked for, after those that it needs. */
interface Context {
  readonly network: HostNetwork;
  readonly steps: (() => void)[];
  readonly known: Map<string, unknown>;
}

export function createJetProgram(network: HostNetwork): JetProgram {
  const context: Context = { network, steps: [], known: new Map() };
  return {
    gradient: (neuron, sample, along) => gradientOf(context, neuron, sample, sorted(along)),
    run: () => context.steps.forEach((step) => step()),
  };
}

/** The product of the gradients p and q, weighed once with the learning rates. */
export function pairGradients({ layers }: HostNetwork, p: Gradient, q: Gradient): number {
  let total = 0;
  for (const [at, { biases, matrices }] of layers.entries()) {
    for (const { rate } of biases)
      if (rate !== 0) total += rate * product(p.bias.deltas[at], q.bias.deltas[at]);
    for (const [m, { rate }] of matrices.entries()) if (rate !== 0) total += rate * pairMatrices(p, q, at, m);
  }
  return total;
}

function pairMatrices(p: Gradient, q: Gradient, at: number, m: number): number {
  let total = 0;
  for (const { adjoint, jet } of p.terms)
    for (const other of q.terms) {
      const deltas = product(adjoint.deltas[at], other.adjoint.deltas[at]);
      if (deltas !== 0) total += deltas * product(jet.signals[at]![m], other.jet.signals[at]![m]);
    }
  return total;
}

function gradientOf(context: Context, neuron: number, sample: number, along: readonly Gradient[]): Gradient {
  const key = keyOf(`${neuron},${sample}`, along);
  return memoised(context, `gradient ${key}`, () => ({
    key,
    terms: subsets(along).map((chosen) => ({
      adjoint: adjointOf(context, neuron, sample, chosen),
      jet: jetOf(context, sample, without(along, chosen)),
    })),
    bias: adjointOf(context, neuron, sample, along),
  }));
}

function jetOf(context: Context, sample: number, along: readonly Gradient[]): Jet {
  return memoised(context, keyOf(`jet ${sample}`, along), () =>
    along.length === 0 ? valueJet(context.network, sample) : derivedJet(context, sample, along),
  );
}

function valueJet({ layers }: HostNetwork, sample: number): Jet {
  return {
    z: layers.map(({ z }) => z[sample]),
    signals: layers.map(({ matrices }) => matrices.map(({ signals }) => signals[sample]![0])),
    slopes: layers.map(({ matrices }) => matrices.map(({ signals }) => signals[sample]![1])),
  };
}

function derivedJet(context: Context, sample: number, along: readonly Gradient[]): Jet {
  const { layers } = context.network;
  const parts = new Map(
    properSubsets(along).map((chosen) => [keyOf('', chosen), jetOf(context, sample, chosen)] as const),
  );
  const hidden = layers.slice(0, -1);
  const z = hidden.map(({ width }) => new Float64Array(width));
  const make = (layer: HostLayer, at: number): Float64Array[] =>
    at === 0 ? [] : layer.matrices.map(() => new Float64Array(layer.fanIn));
  const [signals, slopes] = [layers.map(make), layers.map(make)];
  const jet: Jet = { z, signals, slopes };
  const chain = setPartitions(along).map((blocks) =>
    blocks.map((block) => (block.length === along.length ? jet : parts.get(keyOf('', block))!)),
  );
  const lesser = along.map((_, k) => parts.get(keyOf('', along.toSpliced(k, 1)))!);
  context.steps.push(() => {
    for (const [at, layer] of layers.entries()) {
      if (at > 0)
        for (const [m, matrix] of layer.matrices.entries()) {
          applyChain(signals[at]![m]!, matrix.signals[sample]!, 0, chain, at - 1);
          applyChain(slopes[at]![m]!, matrix.signals[sample]!, 1, chain, at - 1);
        }
      if (at < hidden.length) propagateJet(z[at]!, layer, at, { jet, along, lesser });
    }
  });
  return jet;
}

interface JetInputs {
  readonly jet: Jet;
  readonly along: readonly Gradient[];
  /** The jet without each direction of `along` in turn. */
  readonly lesser: readonly Jet[];
}

function propagateJet(
  z: Float64Array,
  layer: HostLayer,
  at: number,
  { jet, along, lesser }: JetInputs,
): void {
  z.fill(0);
  for (const [m, matrix] of layer.matrices.entries()) {
    const own = jet.signals[at]![m];
    if (own) addProduct(z, matrix.values, own);
    for (const [k, direction] of along.entries()) {
      const signal = lesser[k]!.signals[at]![m];
      if (signal) addDirection(z, direction, matrix, at, m, signal);
    }
  }
  const [only] = along;
  if (only && along.length === 1)
    for (const { rate } of layer.biases) addVector(z, only.bias.deltas[at], rate);
  const below = jet.z[at - 1];
  if (layer.skip !== 0 && below) addScaled(z, below, layer.skip);
}

/**
 * F_S (`shift` 0) or F'_S (1) by the formula of Faa di Bruno: the sum over partitions of S of F^(number of blocks + shift) times
 * the product of z_block, a layer below. Derivatives beyond those kept are not needed by anyone.
 */
function applyChain(
  target: Float64Array,
  derivatives: readonly Float64Array[],
  shift: number,
  partitions: readonly (readonly Jet[])[],
  below: number,
): void {
  target.fill(0);
  for (const blocks of partitions) {
    const outer = derivatives[blocks.length + shift];
    if (!outer) continue;
    const [first, second, ...more] = blocks.map(({ z }) => z[below]!) as [Float64Array, ...Float64Array[]];
    for (let j = 0; j < target.length; j++) {
      let value = outer[j]! * first[j]!;
      if (second) value *= second[j]!;
      for (const factor of more) value *= factor[j]!;
      target[j]! += value;
    }
  }
}

function adjointOf(context: Context, neuron: number, sample: number, along: readonly Gradient[]): Adjoint {
  return memoised(context, keyOf(`adjoint ${neuron},${sample}`, along), () =>
    derivedAdjoint(context, neuron, sample, along),
  );
}

function derivedAdjoint(
  context: Context,
  neuron: number,
  sample: number,
  along: readonly Gradient[],
): Adjoint {
  const { layers } = context.network;
  const last = layers.length - 1;
  const deltas: Vector[] = layers.map(({ width }, at) =>
    at < last || along.length === 0 ? new Float64Array(width) : undefined,
  );
  if (along.length === 0) deltas[last]![neuron] = 1;
  const pulled = layers.map(({ matrices, fanIn }, at) =>
    at === 0 ? [] : matrices.map(() => new Float64Array(fanIn)),
  );
  const adjoint: Adjoint = { deltas, pulled };
  // For each U: what comes down, and the slopes F'_(T-U) it is multiplied by.
  const chain = subsets(along).map((chosen) => ({
    from: chosen.length === along.length ? adjoint : adjointOf(context, neuron, sample, chosen),
    slopes: jetOf(context, sample, without(along, chosen)).slopes,
  }));
  const lesser = along.map((_, k) => adjointOf(context, neuron, sample, along.toSpliced(k, 1)));
  context.steps.push(() => {
    for (let at = last; at > 0; at--) {
      const layer = layers[at]!;
      for (const [m, matrix] of layer.matrices.entries())
        pull(pulled[at]![m]!, matrix, at, m, { own: deltas[at], along, lesser });
      const below = deltas[at - 1]!;
      below.fill(0);
      if (layer.skip !== 0) addVector(below.subarray(0, layer.width), deltas[at], layer.skip);
      for (const { from, slopes } of chain)
        for (const m of layer.matrices.keys()) addElementwise(below, slopes[at]![m]!, from.pulled[at]![m]!);
    }
  });
  return adjoint;
}

interface PullInputs {
  readonly own: Vector;
  readonly along: readonly Gradient[];
  /** delta of T without each of its directions in turn. */
  readonly lesser: readonly Adjoint[];
}

function pull(
  target: Float64Array,
  matrix: HostMatrix,
  at: number,
  m: number,
  { own, along, lesser }: PullInputs,
): void {
  target.fill(0);
  if (own) addTransposedProduct(target, matrix.values, own);
  for (const [k, direction] of along.entries()) {
    const delta = lesser[k]!.deltas[at];
    if (delta) addTransposedDirection(target, direction, matrix, at, m, delta);
  }
}

/** target += d_W x */
function addDirection(
  target: Float64Array,
  { terms }: Gradient,
  { rate }: HostMatrix,
  at: number,
  m: number,
  x: Float64Array,
): void {
  if (rate === 0) return;
  for (const { adjoint, jet } of terms)
    addVector(target, adjoint.deltas[at], rate * product(jet.signals[at]![m], x));
}

/** target += d_W^T y */
function addTransposedDirection(
  target: Float64Array,
  { terms }: Gradient,
  { rate }: HostMatrix,
  at: number,
  m: number,
  y: Float64Array,
): void {
  if (rate === 0) return;
  for (const { adjoint, jet } of terms)
    addVector(target, jet.signals[at]![m], rate * product(adjoint.deltas[at], y));
}

function addVector(target: Float64Array, x: Vector, factor: number): void {
  if (x && factor !== 0) addScaled(target, x, factor);
}

function addElementwise(target: Float64Array, x: Float64Array, y: Float64Array): void {
  for (let j = 0; j < target.length; j++) target[j]! += x[j]! * y[j]!;
}

function product(x: Vector, y: Vector): number {
  return x && y ? dot(x, y) : 0;
}

function memoised<T>(context: Context, key: string, make: () => T): T {
  if (!context.known.has(key)) context.known.set(key, make());
  return context.known.get(key) as T;
}

/** Directions commute, so a set of them is kept sorted; the same one may occur twice. */
function sorted(along: readonly Gradient[]): readonly Gradient[] {
  return along.toSorted((p, q) => (p.key < q.key ? -1 : Number(p.key > q.key)));
}

function keyOf(start: string, along: readonly Gradient[]): string {
  return `${start}(${along.map(({ key }) => key).join(' ')})`;
}

/** All subsets by position, each in the order of the set. */
function subsets(along: readonly Gradient[]): readonly (readonly Gradient[])[] {
  return along.reduce<readonly (readonly Gradient[])[]>(
    (all, direction) => all.flatMap((subset) => [subset, [...subset, direction]]),
    [[]],
  );
}

function properSubsets(along: readonly Gradient[]): readonly (readonly Gradient[])[] {
  return subsets(along).filter(({ length }) => length < along.length);
}

/** What is left of a set when the members of a subset, each as often as it occurs there, are taken out. */
function without(along: readonly Gradient[], chosen: readonly Gradient[]): readonly Gradient[] {
  return chosen.reduce<readonly Gradient[]>(
    (rest, direction) => rest.toSpliced(rest.indexOf(direction), 1),
    along,
  );
}
