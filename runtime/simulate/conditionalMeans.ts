/**
 * Averages over the last layer's parameters, given the layers below: of z_i(a) z_i(b) and of H_ii(a,b), for priors of mean zero.
 *
 *     <z_i z_i>  = C_b + sum_W (C_W / fan_in) F(a) . F(b) + gamma^2 z_i(a) z_i(b)
 *     <H_ii>     = lam_b + sum_W [ (lam_W / fan_in) F(a) . F(b) + (C_W / fan_in) sum_k F'_k(a) F'_k(b) H_kk(a,b) ] + gamma^2 H_ii(a,b)
 *
 * On the right are F, z and H of the layer below. Without a skip connection they are the same for every neuron i.
 */
import { fieldShape, type FieldShape } from '../../theory/field.ts';
import type { FieldComponent } from './fields.ts';
import { dot, type HostNetwork } from './hostNetwork.ts';
import { pairGradients, type Gradient, type JetProgram } from './jets.ts';
import { fieldAndSample, type NetworkPlan, type ParameterPlan } from './networkPlan.ts';

const { automorphisms } = fieldShape(2, [[0, 1]]).shape;

export const MEAN_OF_ZZ: FieldShape = { name: '<zz>', nodes: 2, edges: [], automorphisms };
export const MEAN_OF_H: FieldShape = { name: '<H>', nodes: 2, edges: [[0, 1]], automorphisms };

export function isConditionalMean({ name }: FieldShape): boolean {
  return name === MEAN_OF_ZZ.name || name === MEAN_OF_H.name;
}

/** What evaluates it for the parameters in the network now; `below` is the program of all layers but the last. */
export function readConditionalMean(
  component: FieldComponent,
  network: HostNetwork,
  below: JetProgram,
): () => number {
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

function meanOfTangent(
  { neurons: [neuron], samples }: FieldComponent,
  network: HostNetwork,
  below: JetProgram,
): () => number {
  const { field, a, b } = placesOf(samples, network.plan);
  const { skip, fanIn, ...last } = network.layers.at(-1)!;
  const [biases, matrices] = [feeding(last.biases, field), feeding(last.matrices, field)];
  const lower = { ...network, layers: network.layers.slice(0, -1) };
  const constant = biases.reduce((sum, { rate }) => sum + rate, 0);
  const pairs = lower.layers.length === 0 ? [] : lowerPairs(network.plan.fields, fanIn, [a, b], below);
  return () => {
    let sum = constant;
    for (const { rate, signals } of matrices) sum += rate * dot(signals[a]![0]!, signals[b]![0]!);
    for (const { k, fields, gradients } of pairs) {
      let factor = k === neuron && fields.every((one) => one === field) ? skip ** 2 : 0;
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
