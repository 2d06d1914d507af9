/**
 * Averages over the last layer's parameters, given the layers below, for priors of mean zero: of z_i(a) z_i(b) and of H_ii(a,b), and, for
 * different neurons, of H_ij(a,b) H_ij(c,d) and of z_i(a) z_j(b) H_ij(c,d).
 *
 *     <z_i z_i>  = C_b + sum_W (C_W / fan_in) F(a) . F(b) + gamma^2 z_i(a) z_i(b)
 *     <H_ii>     = lam_b + sum_W [ (lam_W / fan_in) F(a) . F(b) + (C_W / fan_in) sum_k F'_k(a) F'_k(b) H_kk(a,b) ] + gamma^2 H_ii(a,b)
 *
 *     <H_ij H_ij>    = sum_km F'_k(a) F'_k(c) F'_m(b) F'_m(d) H_km(a,b) H_km(c,d)
 *     <z_i z_j H_ij> = sum_km F_k(a) F'_k(c) F_m(b) F'_m(d) H_km(c,d)           each pair of F with sum_W C_W / fan_in
 *
 * On the right are F, z and H of the layer below. Without a skip connection they are the same for every neuron i; the last two are
 * for layers without one only.
 */
import { fieldShape, type FieldShape } from '../../theory/field.ts';
import type { FieldComponent } from './fields.ts';
import { dot, type HostLayer, type HostNetwork } from './hostNetwork.ts';
import { pairGradients, type Gradient, type JetProgram } from './jets.ts';
import { fieldAndSample, type NetworkPlan, type ParameterPlan } from './networkPlan.ts';
import type { TangentMatrices } from './tangentMatrices.ts';

const { automorphisms } = fieldShape(2, [[0, 1]]).shape;

export const MEAN_OF_ZZ: FieldShape = { name: '<zz>', nodes: 2, edges: [], automorphisms };
export const MEAN_OF_H: FieldShape = { name: '<H>', nodes: 2, edges: [[0, 1]], automorphisms };

/** Of a, b, c, d: the two neurons may change places, and the two H. */
export const MEAN_OF_HH: FieldShape = {
  name: '<HH>',
  nodes: 4,
  edges: [
    [0, 1],
    [2, 3],
  ],
  automorphisms: [
    [0, 1, 2, 3],
    [1, 0, 3, 2],
    [2, 3, 0, 1],
    [3, 2, 1, 0],
  ],
};

/** Of a, b, c, d: the two neurons may change places. */
export const MEAN_OF_ZZH: FieldShape = {
  name: '<zzH>',
  nodes: 4,
  edges: [[2, 3]],
  automorphisms: [
    [0, 1, 2, 3],
    [1, 0, 3, 2],
  ],
};

const MEANS: ReadonlySet<string> = new Set(
  [MEAN_OF_ZZ, MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZH].map(({ name }) => name),
);

export function isConditionalMean({ name }: FieldShape): boolean {
  return MEANS.has(name);
}

/** What the layers below the last one offer: gradients of single neurons, and tangent kernels between all of them. */
export interface LowerLayers {
  readonly jets: JetProgram;
  readonly tangents: TangentMatrices;
}

/** What evaluates it for the parameters in the network now. */
export function readConditionalMean(
  component: FieldComponent,
  network: HostNetwork,
  { jets, tangents }: LowerLayers,
): () => number {
  switch (component.field.name) {
    case MEAN_OF_ZZ.name:
      return meanOfSquare(component, network);
    case MEAN_OF_H.name:
      return network.plan.fields === 1
        ? meanOfOneTangent(component, network, tangents)
        : meanOfTangent(component, network, jets);
    case MEAN_OF_HH.name:
      return meanOfTangents(component, network, tangents);
    default:
      return meanOfMixed(component, network, tangents);
  }
}

/** The parameters that feed one pre-activation. */
function feeding<T extends { readonly plan: ParameterPlan }>(all: readonly T[], field: number): readonly T[] {
  return all.filter(({ plan }) => plan.field === field);
}

/** Both samples are of one pre-activation: two of them have the mean zero, and are not asked for. */
function placesOf(samples: readonly number[], plan: NetworkPlan): { field: number; a: number; b: number } {
  const [first, second] = samples.map((place) => fieldAndSample(plan, place));
  return { field: first!.field, a: first!.sample, b: second!.sample };
}

function meanOfSquare(
  { neurons: [neuron], samples }: FieldComponent,
  { plan, layers }: HostNetwork,
): () => number {
  const { field, a, b } = placesOf(samples, plan);
  const { skip, ...last } = layers.at(-1)!;
  const [biases, matrices] = [feeding(last.biases, field), feeding(last.matrices, field)];
  const z = layers.at(-2)?.z;
  const constant = biases.reduce((sum, bias) => sum + bias.plan.deviation ** 2, 0);
  return () => {
    let sum = constant;
    for (const { plan: weights, signals } of matrices)
      sum += weights.deviation ** 2 * dot(signals[a]![0]!, signals[b]![0]!);
    if (!z || neuron === undefined) return sum;
    return sum + skip ** 2 * z[a]!.of[field]![neuron]! * z[b]!.of[field]![neuron]!;
  };
}

/** Of neurons with several pre-activations, which no skip connection feeds. */
function meanOfTangent({ samples }: FieldComponent, network: HostNetwork, below: JetProgram): () => number {
  const { field, a, b } = placesOf(samples, network.plan);
  const { fanIn, ...last } = network.layers.at(-1)!;
  const [biases, matrices] = [feeding(last.biases, field), feeding(last.matrices, field)];
  const lower = { ...network, layers: network.layers.slice(0, -1) };
  const constant = biases.reduce((sum, { rate }) => sum + rate, 0);
  const pairs = lower.layers.length === 0 ? [] : lowerPairs(network.plan.fields, fanIn, [a, b], below);
  return () => {
    let sum = constant;
    for (const { rate, signals } of matrices) sum += rate * dot(signals[a]![0]!, signals[b]![0]!);
    for (const { k, fields, gradients } of pairs) {
      let factor = 0;
      for (const { plan, slopes } of matrices)
        factor += plan.deviation ** 2 * slopes[a]!.of[fields[0]]![k]! * slopes[b]!.of[fields[1]]![k]!;
      if (factor !== 0) sum += factor * pairGradients(lower, ...gradients);
    }
    return sum;
  };
}

/** The same for neurons with one pre-activation, from the tangent kernel between all neurons below. */
function meanOfOneTangent(
  { neurons: [neuron], samples }: FieldComponent,
  { layers }: HostNetwork,
  tangents: TangentMatrices,
): () => number {
  const [a, b] = samples as [number, number];
  const last = layers.at(-1)!;
  const constant = last.biases.reduce((sum, { rate }) => sum + rate, 0);
  const below = layers.length > 1 ? tangents.between(a, b) : undefined;
  const weights = new Float64Array(last.fanIn);
  return () => {
    let sum = constant;
    for (const { rate, signals } of last.matrices) sum += rate * dot(signals[a]![0]!, signals[b]![0]!);
    if (!below) return sum;
    fillWeights(weights, last, { order: 1, sample: a }, { order: 1, sample: b });
    if (neuron !== undefined) weights[neuron]! += last.skip ** 2;
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * below[k * (weights.length + 1)]!;
    return sum;
  };
}

interface LowerPair {
  readonly k: number;
  readonly fields: readonly [number, number];
  readonly gradients: readonly [Gradient, Gradient];
}

/** H_kk(a,b) of every neuron k below, for any two of its pre-activations. */
function lowerPairs(
  fields: number,
  fanIn: number,
  [a, b]: readonly [number, number],
  below: JetProgram,
): readonly LowerPair[] {
  const all = Array.from({ length: fields }, (_, field) => field);
  return Array.from({ length: fanIn }, (_, k) => k).flatMap((k) =>
    all.flatMap((f) =>
      all.map((g): LowerPair => {
        const [p, q] = [
          { field: f, neuron: k, sample: a },
          { field: g, neuron: k, sample: b },
        ] as const;
        return { k, fields: [f, g], gradients: [below.gradient(p, []), below.gradient(q, [])] };
      }),
    ),
  );
}

/** <H_ij(a,b) H_ij(c,d)>; zero in the first layer, where H is diagonal. */
function meanOfTangents(
  { samples }: FieldComponent,
  { layers }: HostNetwork,
  tangents: TangentMatrices,
): () => number {
  const [a, b, c, d] = samples as [number, number, number, number];
  const last = layers.at(-1)!;
  if (layers.length === 1) return () => 0;
  const [first, second] = [tangents.between(a, b), tangents.between(c, d)];
  const [rows, columns] = [new Float64Array(last.fanIn), new Float64Array(last.fanIn)];
  return () => {
    fillWeights(rows, last, { order: 1, sample: a }, { order: 1, sample: c });
    fillWeights(columns, last, { order: 1, sample: b }, { order: 1, sample: d });
    return between(rows, columns, first, second);
  };
}

/** <z_i(a) z_j(b) H_ij(c,d)>; biases drop out, since H_ij holds none of them. */
function meanOfMixed(
  { samples }: FieldComponent,
  { layers }: HostNetwork,
  tangents: TangentMatrices,
): () => number {
  const [a, b, c, d] = samples as [number, number, number, number];
  const last = layers.at(-1)!;
  if (layers.length === 1) return () => 0;
  const matrix = tangents.between(c, d);
  const [rows, columns] = [new Float64Array(last.fanIn), new Float64Array(last.fanIn)];
  return () => {
    fillWeights(rows, last, { order: 0, sample: a }, { order: 1, sample: c });
    fillWeights(columns, last, { order: 0, sample: b }, { order: 1, sample: d });
    return between(rows, columns, matrix);
  };
}

/** sum_km rows_k columns_m first_km second_km, the second matrix left out where there is none. */
function between(
  rows: Float64Array,
  columns: Float64Array,
  first: Float64Array,
  second?: Float64Array,
): number {
  let sum = 0;
  for (let k = 0, at = 0; k < rows.length; k++) {
    let row = 0;
    for (let m = 0; m < columns.length; m++, at++)
      row += columns[m]! * first[at]! * (second ? second[at]! : 1);
    sum += rows[k]! * row;
  }
  return sum;
}

interface Derivative {
  readonly order: 0 | 1;
  readonly sample: number;
}

/** For each neuron below: the sum over matrices of the variance of a weight times two derivatives of what it multiplies. */
function fillWeights(target: Float64Array, { matrices }: HostLayer, p: Derivative, q: Derivative): void {
  target.fill(0);
  for (const { plan, signals } of matrices) {
    const [x, y] = [signals[p.sample]![p.order]!, signals[q.sample]![q.order]!];
    const variance = plan.deviation ** 2;
    for (let k = 0; k < target.length; k++) target[k]! += variance * x[k]! * y[k]!;
  }
}
