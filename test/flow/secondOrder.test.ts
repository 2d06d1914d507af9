/**
 * One input through order 1/n^2, against the recursions of the literature written out by hand (single input, equal
 * widths; from the law of total cumulance for g = C_b + (C_W / n) sum_j s_j^2) with averages from a plain trapezoidal sum.
 */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { evolveCouplings } from '../../runtime/flow/evolveCouplings.ts';
import { atomKey, couplingAtom } from '../../theory/atom.ts';
import { zFamily } from '../../theory/coupling.ts';
import { mlpModel } from '../derive/mlp.ts';
import { mlpStudy } from './studies.ts';

const THEORY = derive(mlpModel(2));

interface Couplings {
  readonly K: number;
  readonly G1: number;
  readonly G2: number;
  readonly V: number;
  readonly V2: number;
  readonly U: number;
}

/** d^k/dK^k < f(z) > = < f(sqrt(K) x) He_2k(x) > / (2 K)^k: values of f alone. */
function average(f: (z: number) => number, K: number, k = 0): number {
  const step = 0.05;
  let sum = 0;
  for (let p = -280; p <= 280; p++) {
    const x = step * p;
    sum += f(Math.sqrt(K) * x) * hermite(2 * k, x) * Math.exp(-0.5 * x * x);
  }
  return (sum * step) / (Math.sqrt(2 * Math.PI) * (2 * K) ** k);
}

function hermite(k: number, x: number): number {
  return k < 2 ? x ** k : x * hermite(k - 1, x) - (k - 1) * hermite(k - 2, x);
}

function nextByHand(s: (z: number) => number, C_W: number, C_b: number, layer: Couplings): Couplings {
  const { K, G1, G2, V, V2, U } = layer;
  const moment = (power: number, k = 0): number => average((z) => s(z) ** power, K, k);
  const m = (k: number): number => C_W * moment(2, k);
  const [chi, m2, m3, m4] = [m(1), m(2), m(3), m(4)];
  // c2 = C_W^2 (<s^4> - <s^2>^2) and its derivatives, c3 the third cumulant of C_W s^2.
  const c2 = C_W ** 2 * (moment(4) - moment(2) ** 2);
  const slope = C_W ** 2 * (moment(4, 1) - 2 * moment(2) * moment(2, 1));
  const curvature = C_W ** 2 * (moment(4, 2) - 2 * moment(2, 1) ** 2 - 2 * moment(2) * moment(2, 2));
  const c3 = C_W ** 3 * (moment(6) - 3 * moment(4) * moment(2) + 2 * moment(2) ** 3);
  return {
    K: C_b + m(0),
    G1: chi * G1 + (m2 * V) / 2,
    V: c2 + chi ** 2 * V,
    U: c3 + 3 * chi * slope * V + chi ** 3 * U + 3 * chi ** 2 * m2 * V ** 2,
    V2:
      chi ** 2 * V2 +
      chi * m2 * (U + 2 * G1 * V) +
      (m2 ** 2 * V ** 2) / 2 +
      chi * m3 * V ** 2 +
      slope * G1 +
      (curvature * V) / 2,
    G2: chi * G2 + (m2 * (V2 + G1 ** 2)) / 2 + (m3 * (U + 3 * G1 * V)) / 6 + (m4 * V ** 2) / 8,
  };
}

const VERTICES: readonly (readonly [keyof Couplings, points: number, order: number])[] = [
  ['K', 2, 0],
  ['G1', 2, 1],
  ['G2', 2, 2],
  ['V', 4, 1],
  ['V2', 4, 2],
  ['U', 6, 2],
];

const silu = (z: number): number => z / (1 + Math.exp(-z));

describe('one input through order 1/n^2', () => {
  it.each([
    { name: 'tanh', s: Math.tanh, C_W: 1.5, C_b: 0.1 },
    { name: 'tanh', s: Math.tanh, C_W: 1, C_b: 0 },
    { name: 'silu', s: silu, C_W: 1.9, C_b: 0.3 },
    { name: 'sin', s: Math.sin, C_W: 2.2, C_b: 0.05 },
  ])('$name at C_W = $C_W, C_b = $C_b', ({ name, s, C_W, C_b }) => {
    const study = mlpStudy(name, { C_W, C_b, samples: [[0.9]] });
    let expected: Couplings = { K: C_b + C_W * 0.81, G1: 0, G2: 0, V: 0, V2: 0, U: 0 };
    for (const { layer, couplings } of evolveCouplings(THEORY, study, 7)) {
      for (const [vertex, points, order] of VERTICES) {
        const samples = new Array<string>(points).fill('1');
        const value = couplings.get(atomKey(couplingAtom(zFamily(points), order, samples))) ?? 0;
        const off = Math.abs(value - expected[vertex]);
        const report = `${vertex} of layer ${layer}: ${value}, by hand ${expected[vertex]}`;
        expect(off, report).toBeLessThanOrEqual(1e-10 * Math.abs(expected[vertex]));
      }
      expected = nextByHand(s, C_W, C_b, expected);
    }
    expect(expected.U).not.toBe(0);
  });
});
