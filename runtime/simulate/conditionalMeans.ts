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
 * for layers without one only, and for neurons with one pre-activation.
 *
 * Those neurons' means are computed by the kernels (tangentMeans.ts); here are the means of neurons with several pre-activations, which
 * no skip connection feeds.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { fieldShape, type FieldShape } from '../../theory/field.ts';
import type { FieldComponent } from './fields.ts';
import { dot, type HostNetwork } from './hostNetwork.ts';
import { pairGradients, type Gradient, type JetProgram } from './jets.ts';
import { fieldAndSample, type NetworkPlan, type ParameterPlan } from './networkPlan.ts';

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

/** What evaluates it for the parameters in the network now; `below`: gradients of neurons below the last layer. */
export function readConditionalMean(
  component: FieldComponent,
  network: HostNetwork,
  below: JetProgram,
): () => number {
  if (network.plan.fields === 1)
    throw new InternalError('the kernels average over one pre-activation a neuron');
  return component.field.name === MEAN_OF_ZZ.name
    ? meanOfSquare(component, network)
    : meanOfTangent(component, network, below);
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

function meanOfSquare({ samples }: FieldComponent, { plan, layers }: HostNetwork): () => number {
  const { field, a, b } = placesOf(samples, plan);
  const last = layers.at(-1)!;
  const [biases, matrices] = [feeding(last.biases, field), feeding(last.matrices, field)];
  const constant = biases.reduce((sum, bias) => sum + bias.plan.deviation ** 2, 0);
  return () => {
    let sum = constant;
    for (const { plan: weights, signals } of matrices)
      sum += weights.deviation ** 2 * dot(signals[a]![0]!, signals[b]![0]!);
    return sum;
  };
}

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
