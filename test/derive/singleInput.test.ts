import { describe, expect, it } from 'vitest';
import { rational } from '../../theory/rational.ts';
import {
  atomRing,
  average,
  coupling,
  kernelDerivative,
  mlpRecursions,
  parameter,
  singleInputRecursions,
  type P,
} from './mlp.ts';

/**
 * The single-input recursions of the literature through 1/n^2, written out once here and compared as exact
 * polynomials in averages and couplings. Primes on cumulants are derivatives in K.
 */
const ring = atomRing();
const derived = singleInputRecursions(ring, mlpRecursions(ring, 2));

const product = (...factors: P[]): P => factors.reduce((p, q) => ring.multiply(p, q));
const sum = (...terms: P[]): P => terms.reduce((p, q) => ring.add(p, q));
const times = (numerator: number, denominator: number, value: P): P =>
  ring.scale(value, rational(numerator, denominator));
const d = (value: P, count = 1): P =>
  Array.from({ length: count }).reduce<P>((p) => kernelDerivative(ring, p), value);

const C_W = parameter(ring, 'C_W');
const [G1, G2, V, V2, U] = [
  coupling(ring, 2, 1),
  coupling(ring, 2, 2),
  coupling(ring, 4, 1),
  coupling(ring, 4, 2),
  coupling(ring, 6, 2),
];
/** m_k = C_W d^k <ss> / dK^k; m_1 is chi_par. */
const m = (k: number): P => product(C_W, d(average(ring, 2), k));
const chi = m(1);
/** Second and third cumulant of C_W s^2 under the Gaussian. */
const c2 = product(
  C_W,
  C_W,
  sum(average(ring, 4), times(-1, 1, product(average(ring, 2), average(ring, 2)))),
);
const c3 = product(
  ring.power(C_W, 3),
  sum(
    average(ring, 6),
    times(-3, 1, product(average(ring, 4), average(ring, 2))),
    times(2, 1, ring.power(average(ring, 2), 3)),
  ),
);

const expected: Readonly<Record<string, P>> = {
  K: sum(parameter(ring, 'C_b'), m(0)),
  G1: sum(product(chi, G1), times(1, 2, product(m(2), V))),
  V: sum(c2, product(chi, chi, V)),
  U: sum(
    c3,
    times(3, 1, product(chi, d(c2), V)),
    product(ring.power(chi, 3), U),
    times(3, 1, product(chi, chi, m(2), V, V)),
  ),
  V2: sum(
    product(chi, chi, V2),
    product(chi, m(2), sum(U, times(2, 1, product(G1, V)))),
    times(1, 2, product(m(2), m(2), V, V)),
    product(chi, m(3), V, V),
    product(d(c2), G1),
    times(1, 2, product(d(c2, 2), V)),
  ),
  G2: sum(
    product(chi, G2),
    times(1, 2, product(m(2), sum(V2, product(G1, G1)))),
    times(1, 6, product(m(3), sum(U, times(3, 1, product(G1, V))))),
    times(1, 8, product(m(4), V, V)),
  ),
};

describe('single-input recursions through 1/n^2', () => {
  it('derives exactly these couplings', () => {
    expect([...derived.keys()].sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.keys(expected))('%s equals the formula of the literature', (name) => {
    const difference = ring.subtract(derived.get(name) as P, expected[name] as P);
    expect(ring.terms(difference)).toEqual([]);
  });

  it('tells a wrong coefficient from a right one', () => {
    const wrong = times(11, 10, expected.V as P);
    expect(ring.isZero(ring.subtract(derived.get('V') as P, wrong))).toBe(false);
  });
});
