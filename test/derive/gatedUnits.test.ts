/**
 * Gated units, h = u F(v) with u and v read from h of the layer below through weights of their own, against a chain that shares nothing
 * with the engine: given S = (1/n) sum_j h_j^2 the next u and v are independent N(0, C_u S) and N(0, C_v S), so S is a Markov chain of
 * one number. Through 1/n its mean and variance are
 *
 *     S'  = <h^2>,   var' = <h^4> - <h^2>^2 + (d<h^2>/dS)^2 var,   S1' = d<h^2>/dS S1 + (1/2) d2<h^2>/dS2 var
 *
 * and K_u = C_u S, V_uu = C_u^2 var, V_uv = C_u C_v var.
 */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Nested } from '../../runtime/flow/flowResult.ts';
import { compileText } from '../compileText.ts';

const C = { u: 3.1, v: 0.7 };
const LAYERS = 4;

function gated(functions: string, order: number, study: string): string {
  return `eft 1
architecture gated {
  input x[n_0]
  width n
  depth L
  layer 1:   u[i] = sum(j) W_u[i,j] * x[j]; v[i] = sum(j) W_v[i,j] * x[j]; h[i] = ${functions}
  layer l+1: u[i] = sum(j) W_u[i,j] * h[j]; v[i] = sum(j) W_v[i,j] * h[j]; h[i] = ${functions}
}
prior {
  W_u ~ normal(0, C_u / fan_in)
  W_v ~ normal(0, C_v / fan_in)
  learning_rate W_u = C_u / fan_in, W_v = C_v / fan_in
}
observable {
  G[a,b] = <u[i,a] u[i,b]>
  V[a,b;c,d] = <u[i,a] u[i,b] u[j,c] u[j,d]>_c where i != j
  X[a,b;c,d] = <u[i,a] u[i,b] v[j,c] v[j,d]>_c where i != j
  H[i,j;a,b] = sum(t in parameters) rate(t) * d(u[i,a], t) * d(u[j,b], t)
  Theta[a,b] = <H[i,i;a,b]>
}
expand in 1/n to order ${order}
study "s" { C_u = ${C.u}, C_v = ${C.v}, L = ${LAYERS}, ${study} }
`;
}

type Layers = ReturnType<typeof flow>['layers'];

function layersOf(text: string, observables: readonly string[]): Layers {
  const model = compileText(text);
  return flow(derive(model, { observables }), model.studies[0]!, { to: LAYERS }).layers;
}

function coefficients(layers: Layers, name: string, order: number): number[] {
  return layers.map(({ values }) => first(values[name]!.orders[String(order)]!));
}

function first(nested: Nested): number {
  return typeof nested === 'number' ? nested : first(nested[0]!);
}

/** <f(z)> over N(0, variance) by the trapezoidal rule, exact to rounding for entire functions that decay. */
function average(f: (z: number) => number, variance: number): number {
  const [steps, range] = [800, 12];
  let sum = 0;
  for (let k = -steps; k <= steps; k++) {
    const t = (k * range) / steps;
    sum += f(t * Math.sqrt(variance)) * Math.exp((-t * t) / 2);
  }
  return (sum * range) / steps / Math.sqrt(2 * Math.PI);
}

/** The chain for h = u F(v), with derivatives in S by Gaussian integration by parts. */
function chain(
  F: readonly ((v: number) => number)[],
  overlap: number,
): { K: number[]; G1: number[]; V: number[] } {
  const square = (v: number): number => F[0]!(v) ** 2;
  const second = (v: number): number => 2 * (F[1]!(v) ** 2 + F[0]!(v) * F[2]!(v));
  const fourth = (v: number): number =>
    2 * (3 * F[2]!(v) ** 2 + 4 * F[1]!(v) * F[3]!(v) + F[0]!(v) * F[4]!(v));
  let [S, S1, variance] = [overlap, 0, 0];
  const result = { K: [C.u * S], G1: [0], V: [0] };
  for (let layer = 1; layer < LAYERS; layer++) {
    const q = C.v * S;
    // g(S) = <h^2> = C_u S <F^2>, and d<F^2>/dS = (C_v / 2) <(F^2)''>
    const [m, d1, d2] = [
      average(square, q),
      (C.v / 2) * average(second, q),
      (C.v / 2) ** 2 * average(fourth, q),
    ];
    const [g, g1, g2] = [C.u * S * m, C.u * (m + S * d1), C.u * (2 * d1 + S * d2)];
    const own = 3 * (C.u * S) ** 2 * average((v) => F[0]!(v) ** 4, q) - g ** 2;
    [S, S1, variance] = [g, g1 * S1 + (g2 / 2) * variance, own + g1 ** 2 * variance];
    result.K.push(C.u * S);
    result.G1.push(C.u * S1);
    result.V.push(C.u ** 2 * variance);
  }
  return result;
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, k) =>
    expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected[k]!))),
  );
}

const sine = [Math.sin, Math.cos, (v: number) => -Math.sin(v), (v: number) => -Math.cos(v), Math.sin];

describe('gated units', () => {
  it('follow the chain of one number, u sin(v)', () => {
    const text = gated('u[i] * sin(v[i])', 1, 'samples = [[1.2, -0.4, 0.5]]');
    const layers = layersOf(text, ['G', 'V', 'X']);
    const expected = chain(sine, (1.2 ** 2 + 0.4 ** 2 + 0.5 ** 2) / 3);
    expectClose(coefficients(layers, 'G', 0), expected.K);
    expectClose(coefficients(layers, 'G', 1), expected.G1);
    expectClose(coefficients(layers, 'V', 1), expected.V);
    expectClose(
      coefficients(layers, 'X', 1),
      expected.V.map((value) => (value * C.v) / C.u),
    );
  });

  it("u v is exact: S is a product of independent averages X of g^2 g'^2 over n pairs of normals", () => {
    // S_2 = c X_1, S_3 = c S_2^2 X_2, S_4 = c S_3^2 X_3; <X^2> = 1 + 8/n, <X^4> = 1 + 48/n + 992/n^2 + ...
    const c = C.u * C.v;
    const layers = layersOf(gated('u[i] * v[i]', 2, 'samples = [[1, 1]]'), ['G', 'V']);
    const G = [0, 1, 2].map((order) => coefficients(layers, 'G', order));
    expectClose(
      [0, 1, 2].map((order) => G[order]![2]! / (C.u * c ** 3)),
      [1, 8, 0],
    );
    expectClose(
      [0, 1, 2].map((order) => G[order]![3]! / (C.u * c ** 7)),
      [1, 56, 992 + 8 * 48],
    );
    const V = [1, 2].map((order) => coefficients(layers, 'V', order)[2]! / (C.u ** 2 * c ** 6));
    expectClose(V, [48 + 8 - 2 * 8, 992 + 48 * 8 - 8 ** 2]);
  });

  it('the tangent kernel of u v counts degrees: with rates equal to variances it is the number operator', () => {
    // E[sum_t var_t (du/dt)^2] = sum over d of d E[u_d^2], with u_d the part of Hermite degree d in the weights: 1, then 1 + 2 d a layer.
    // At L = 3 two of the h below coincide in a part 9/n of E[u^2], of which 4 keep degree 7, 4 have degree 5 and 1 has degree 3.
    const c = C.u * C.v;
    const layers = layersOf(gated('u[i] * v[i]', 1, 'samples = [[1, 1]]'), ['Theta']);
    const Theta = [0, 1].map((order) => coefficients(layers, 'Theta', order));
    const K = [1, c, c ** 3, c ** 7].map((value) => C.u * value);
    expectClose(
      Theta[0]!.map((value, layer) => value / K[layer]!),
      [1, 3, 7, 15],
    );
    expectClose([Theta[1]![1]!, Theta[1]![2]! / K[2]!], [0, 4 * 7 + 4 * 5 + 3 - 7]);
  });
});
