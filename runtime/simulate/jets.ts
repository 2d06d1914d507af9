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
import type { ParameterPlan } from './networkPlan.ts';
import {
  addProduct,
  addScaled,
  addTransposedProduct,
  dot,
  type HostLayer,
  type HostMatrix,
  type HostNetwork,
} from './hostNetwork.ts';
import { fieldChoices, stacked, type Stacked } from './stacked.ts';

/** Undefined where it vanishes identically. */
type Vector = Float64Array | undefined;

/** One pre-activation of the last layer. */
export interface Place {
  readonly field: number;
  readonly neuron: number;
  readonly sample: number;
}

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
  readonly z: readonly Stacked[];
  /** [L, matrices] F_S of what each layer's matrices multiply, and F'_S by each field. */
  readonly signals: readonly (readonly Vector[])[];
  readonly slopes: readonly (readonly (Stacked | undefined)[])[];
}

/** Derivatives along a set T of dz_neuron(sample) / dz. */
interface Adjoint {
  /** [L] delta_T of each layer. */
  readonly deltas: readonly (Stacked | undefined)[];
  /** [L, matrices] the bracket of the backward pass: what comes down through each matrix of a layer. */
  readonly pulled: readonly (readonly Vector[])[];
}

export interface JetProgram {
  readonly gradient: (place: Place, along: readonly Gradient[]) => Gradient;
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
    gradient: (place, along) => gradientOf(context, place, sorted(along)),
    run: () => context.steps.forEach((step) => step()),
  };
}

/** The product of the gradients p and q, weighed once with the learning rates. */
export function pairGradients({ layers }: HostNetwork, p: Gradient, q: Gradient): number {
  let total = 0;
  for (const [at, { biases, matrices }] of layers.entries()) {
    for (const { plan, rate } of biases)
      if (rate !== 0) total += rate * product(deltaOf(p.bias, at, plan), deltaOf(q.bias, at, plan));
    for (const [m, matrix] of matrices.entries())
      if (matrix.rate !== 0) total += matrix.rate * pairMatrices(p, q, matrix, at, m);
  }
  return total;
}

/** delta_T of the pre-activation that a parameter feeds. */
function deltaOf({ deltas }: Adjoint, at: number, { field }: ParameterPlan): Vector {
  return deltas[at]?.of[field];
}

function pairMatrices(p: Gradient, q: Gradient, { plan }: HostMatrix, at: number, m: number): number {
  let total = 0;
  for (const { adjoint, jet } of p.terms)
    for (const other of q.terms) {
      const deltas = product(deltaOf(adjoint, at, plan), deltaOf(other.adjoint, at, plan));
      if (deltas !== 0) total += deltas * product(jet.signals[at]![m], other.jet.signals[at]![m]);
    }
  return total;
}

function gradientOf(context: Context, place: Place, along: readonly Gradient[]): Gradient {
  const key = keyOf(placeKey(place), along);
  return memoised(context, `gradient ${key}`, () => ({
    key,
    terms: subsets(along).map((chosen) => ({
      adjoint: adjointOf(context, place, chosen),
      jet: jetOf(context, place.sample, without(along, chosen)),
    })),
    bias: adjointOf(context, place, along),
  }));
}

function placeKey({ field, neuron, sample }: Place): string {
  return `${field},${neuron},${sample}`;
}

function jetOf(context: Context, sample: number, along: readonly Gradient[]): Jet {
  return memoised(context, keyOf(`jet ${sample}`, along), () =>
    along.length === 0 ? valueJet(context.network, sample) : derivedJet(context, sample, along),
  );
}

function valueJet({ layers }: HostNetwork, sample: number): Jet {
  return {
    z: layers.map(({ z }) => z[sample]!),
    signals: layers.map(({ matrices }) => matrices.map(({ signals }) => signals[sample]![0])),
    slopes: layers.map(({ matrices }) => matrices.map(({ slopes }) => slopes[sample])),
  };
}

function derivedJet(context: Context, sample: number, along: readonly Gradient[]): Jet {
  const { layers, plan } = context.network;
  const { fields } = plan;
  const parts = new Map(
    properSubsets(along).map((chosen) => [keyOf('', chosen), jetOf(context, sample, chosen)] as const),
  );
  const hidden = layers.slice(0, -1);
  const z = hidden.map(({ width }) => stacked(new Float64Array(fields * width), fields));
  const make = <T>(each: (fanIn: number) => T): T[][] =>
    layers.map(({ matrices, fanIn }, at) => (at === 0 ? [] : matrices.map(() => each(fanIn))));
  const signals = make((fanIn) => new Float64Array(fanIn));
  const slopes = make((fanIn) => stacked(new Float64Array(fields * fanIn), fields));
  const jet: Jet = { z, signals, slopes };
  const chain = setPartitions(along).map((blocks) =>
    blocks.map((block) => (block.length === along.length ? jet : parts.get(keyOf('', block))!)),
  );
  const chainOfValue = chainTerms(context.network, chain, []);
  const chainsOfSlopes = fieldChoices(fields, 1).map((by) => chainTerms(context.network, chain, by));
  const lesser = along.map((_, k) => parts.get(keyOf('', along.toSpliced(k, 1)))!);
  context.steps.push(() => {
    for (const [at, layer] of layers.entries()) {
      if (at > 0)
        for (const [m, matrix] of layer.matrices.entries()) {
          applyChain(signals[at]![m]!, matrix.signals[sample]!, chainOfValue, at - 1);
          for (const [field, terms] of chainsOfSlopes.entries())
            applyChain(slopes[at]![m]!.of[field]!, matrix.signals[sample]!, terms, at - 1);
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

function propagateJet(z: Stacked, layer: HostLayer, at: number, { jet, along, lesser }: JetInputs): void {
  z.all.fill(0);
  for (const [m, matrix] of layer.matrices.entries()) {
    const target = z.of[matrix.plan.field]!;
    const own = jet.signals[at]![m];
    if (own) addProduct(target, matrix.values, own);
    for (const [k, direction] of along.entries()) {
      const signal = lesser[k]!.signals[at]![m];
      if (signal) addDirection(target, direction, matrix, at, m, signal);
    }
  }
  const [only] = along;
  if (only && along.length === 1)
    for (const { plan, rate } of layer.biases)
      addVector(z.of[plan.field]!, deltaOf(only.bias, at, plan), rate);
  const below = jet.z[at - 1];
  if (layer.skip !== 0 && below) addScaled(z.all, below.all, layer.skip);
}

/** A derivative of F times pre-activations of jets, each of one field. */
interface ChainTerm {
  readonly derivative: number;
  readonly factors: readonly { readonly jet: Jet; readonly field: number }[];
}

/**
 * F_S, or its derivative by the fields `by`, by the formula of Faa di Bruno: the sum over partitions of S, and over the field that each
 * block acts on, of a derivative of F times the product of z_block, a layer below. Derivatives beyond those kept are not
 * needed by anyone.
 */
function chainTerms(
  { plan, derivatives }: HostNetwork,
  partitions: readonly (readonly Jet[])[],
  by: readonly number[],
): readonly ChainTerm[] {
  return partitions.flatMap((blocks) =>
    fieldChoices(plan.fields, blocks.length).flatMap((chosen): ChainTerm[] => {
      const derivative = derivatives.placeOf([...by, ...chosen]);
      const factors = blocks.map((jet, k) => ({ jet, field: chosen[k]! }));
      return derivative === undefined ? [] : [{ derivative, factors }];
    }),
  );
}

function applyChain(
  target: Float64Array,
  derivatives: readonly Float64Array[],
  terms: readonly ChainTerm[],
  below: number,
): void {
  target.fill(0);
  for (const { derivative, factors } of terms) {
    const outer = derivatives[derivative]!;
    const [first, second, ...more] = factors.map(({ jet, field }) => jet.z[below]!.of[field]!) as [
      Float64Array,
      ...Float64Array[],
    ];
    for (let j = 0; j < target.length; j++) {
      let value = outer[j]! * first[j]!;
      if (second) value *= second[j]!;
      for (const factor of more) value *= factor[j]!;
      target[j]! += value;
    }
  }
}

function adjointOf(context: Context, place: Place, along: readonly Gradient[]): Adjoint {
  return memoised(context, keyOf(`adjoint ${placeKey(place)}`, along), () =>
    derivedAdjoint(context, place, along),
  );
}

function derivedAdjoint(context: Context, place: Place, along: readonly Gradient[]): Adjoint {
  const { layers, plan } = context.network;
  const { fields } = plan;
  const last = layers.length - 1;
  const deltas = layers.map(({ width }, at) =>
    at < last || along.length === 0 ? stacked(new Float64Array(fields * width), fields) : undefined,
  );
  if (along.length === 0) deltas[last]!.of[place.field]![place.neuron] = 1;
  const pulled = layers.map(({ matrices, fanIn }, at) =>
    at === 0 ? [] : matrices.map(() => new Float64Array(fanIn)),
  );
  const adjoint: Adjoint = { deltas, pulled };
  // For each U: what comes down, and the slopes F'_(T-U) it is multiplied by.
  const chain = subsets(along).map((chosen) => ({
    from: chosen.length === along.length ? adjoint : adjointOf(context, place, chosen),
    slopes: jetOf(context, place.sample, without(along, chosen)).slopes,
  }));
  const lesser = along.map((_, k) => adjointOf(context, place, along.toSpliced(k, 1)));
  context.steps.push(() => {
    for (let at = last; at > 0; at--) {
      const layer = layers[at]!;
      for (const [m, matrix] of layer.matrices.entries())
        pull(pulled[at]![m]!, matrix, at, m, { own: deltaOf(adjoint, at, matrix.plan), along, lesser });
      const below = deltas[at - 1]!;
      below.all.fill(0);
      if (layer.skip !== 0)
        for (const [field, delta] of below.of.entries())
          addVector(delta.subarray(0, layer.width), deltas[at]?.of[field], layer.skip);
      for (const { from, slopes } of chain)
        for (const m of layer.matrices.keys())
          for (const [field, delta] of below.of.entries())
            addElementwise(delta, slopes[at]![m]!.of[field]!, from.pulled[at]![m]!);
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
    const delta = deltaOf(lesser[k]!, at, matrix.plan);
    if (delta) addTransposedDirection(target, direction, matrix, at, m, delta);
  }
}

/** target += d_W x */
function addDirection(
  target: Float64Array,
  { terms }: Gradient,
  { plan, rate }: HostMatrix,
  at: number,
  m: number,
  x: Float64Array,
): void {
  if (rate === 0) return;
  for (const { adjoint, jet } of terms)
    addVector(target, deltaOf(adjoint, at, plan), rate * product(jet.signals[at]![m], x));
}

/** target += d_W^T y */
function addTransposedDirection(
  target: Float64Array,
  { terms }: Gradient,
  { plan, rate }: HostMatrix,
  at: number,
  m: number,
  y: Float64Array,
): void {
  if (rate === 0) return;
  for (const { adjoint, jet } of terms)
    addVector(target, jet.signals[at]![m], rate * product(deltaOf(adjoint, at, plan), y));
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
