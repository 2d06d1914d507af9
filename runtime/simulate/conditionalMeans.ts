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

function meanOfSquare({ neurons: [neuron], samples }: FieldComponent, { layers }: HostNetwork): () => number {
  const [a, b] = samples as [number, number];
  const { biases, matrices, skip } = layers.at(-1)!;
  const z = layers.at(-2)?.z;
  const constant = biases.reduce((sum, { plan }) => sum + plan.deviation ** 2, 0);
  return () => {
    let sum = constant;
    for (const { plan, signals } of matrices)
      sum += plan.deviation ** 2 * dot(signals[a]![0]!, signals[b]![0]!);
    return z && neuron !== undefined ? sum + skip ** 2 * z[a]![neuron]! * z[b]![neuron]! : sum;
  };
}

function meanOfTangent(
  { neurons: [neuron], samples }: FieldComponent,
  network: HostNetwork,
  below: JetProgram,
): () => number {
  const [a, b] = samples as [number, number];
  const { biases, matrices, skip, fanIn } = network.layers.at(-1)!;
  const lower = { ...network, layers: network.layers.slice(0, -1) };
  const constant = biases.reduce((sum, { rate }) => sum + rate, 0);
  const pairs = Array.from(
    { length: lower.layers.length === 0 ? 0 : fanIn },
    (_, k): [Gradient, Gradient] => [below.gradient(k, a, []), below.gradient(k, b, [])],
  );
  return () => {
    let sum = constant;
    for (const { rate, signals } of matrices) sum += rate * dot(signals[a]![0]!, signals[b]![0]!);
    for (const [k, [p, q]] of pairs.entries()) {
      let factor = k === neuron ? skip ** 2 : 0;
      for (const { plan, signals } of matrices)
        factor += plan.deviation ** 2 * signals[a]![1]![k]! * signals[b]![1]![k]!;
      sum += factor * pairGradients(lower, p, q);
    }
    return sum;
  };
}
