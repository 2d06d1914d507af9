import { describe, expect, it } from 'vitest';
import { createBudget } from '../../compiler/derive/budget.ts';
import { closeRecursions } from '../../compiler/derive/closeRecursions.ts';
import { evaluateMonomials } from '../../compiler/derive/evaluateMonomials.ts';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { averageAtom, parameterAtom, type AverageAtom, type LocalFunction } from '../../theory/atom.ts';
import { add, integer, multiply, numberExpr, symbol, type Expr } from '../../theory/expression.ts';
import { expandDerivatives } from '../../theory/expandDerivatives.ts';
import type { LayerTerm, LocalFactor, ParameterGroup } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { binomial } from './evaluateExactly.ts';
import {
  atomRing,
  coupling,
  kernelDerivative,
  mlpRecursions,
  parameter,
  singleInputRecursions,
  z,
  type P,
} from './mlp.ts';

/**
 * Layer equations other than the perceptron's. Most are perceptrons in disguise: with another function of z, another
 * variance, or several; the recursions of the perceptron with that put in must come out, term by term.
 */
const ORDER = 2;
const span = { file: { name: 'test', text: '' }, start: 0, end: 0 };
const ring = atomRing();
const PERCEPTRON = singleInputRecursions(ring, mlpRecursions(ring, ORDER));

const bias = (group: string, coefficient: Expr = integer(1)): LayerTerm => ({
  kind: 'bias',
  group,
  coefficient,
  span,
});
const weights = (
  group: string,
  local: readonly LocalFactor[],
  coefficient: Expr = integer(1),
): LayerTerm => ({
  kind: 'weights',
  group,
  coefficient,
  local,
  span,
});
const of = (activation: string, power = 1): LocalFactor => ({ activation, power });

const GROUPS: readonly ParameterGroup[] = [
  { name: 'W', kind: 'weights', variance: symbol('C_W'), span },
  { name: 'W1', kind: 'weights', variance: symbol('C_1'), span },
  { name: 'W2', kind: 'weights', variance: symbol('C_2'), span },
  { name: 'b', kind: 'bias', variance: symbol('C_b'), span },
  { name: 'b1', kind: 'bias', variance: symbol('C_1'), span },
  { name: 'b2', kind: 'bias', variance: symbol('C_2'), span },
];

function recursionsOf(...layer: readonly LayerTerm[]): Map<string, P> {
  const fields = Array.from({ length: 2 * (ORDER + 1) }, (_, k) => z(k >> 1, `s${k}`));
  const readouts = Array.from({ length: ORDER + 1 }, (_, m) =>
    readCorrelator(ring, true, fields.slice(0, 2 * (m + 1)), ORDER),
  );
  const expansion = { maxOrder: ORDER, maxBlock: 2, budget: createBudget(1e6) };
  const found = closeRecursions(ring, { terms: layer, groups: GROUPS }, readouts, expansion);
  return singleInputRecursions(ring, found);
}

interface Disguise {
  /** What stands for the perceptron's parameters. */
  readonly parameters?: Readonly<Record<string, P>>;
  /** What stands for `<d^k sigma^power>`. */
  readonly average?: (power: number, derivatives: readonly string[]) => P;
}

function perceptronWith({ parameters = {}, average }: Disguise): Map<string, P> {
  const replaced = (value: P): P =>
    ring.substitute(value, (atom) => {
      if (atom.kind === 'parameter') return parameters[atom.name];
      return atom.kind === 'average' && average
        ? average(atom.locals[0]!.power, atom.derivatives)
        : undefined;
    });
  return new Map([...PERCEPTRON].map(([name, value]) => [name, replaced(value)]));
}

/** `<d^k prod fn^power>` at the one sample. */
function averageOf(powers: Readonly<Record<string, number>>, derivatives: readonly string[] = []): P {
  const locals = Object.entries(powers)
    .filter(([, power]) => power > 0)
    .map(([fn, power]): LocalFunction => ({ fn, derivative: 0, sample: '1', power }));
  const atom: AverageAtom = averageAtom(locals, derivatives);
  return ring.atom(atom);
}

/** Derivatives carried out, and averages of powers of z written in K. */
function normal(value: P): P {
  return evaluateMonomials(ring, expandDerivatives(ring, value));
}

function expectEqual(actual: ReadonlyMap<string, P>, expected: ReadonlyMap<string, P>): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, value] of expected)
    expect([name, ring.terms(normal(ring.subtract(actual.get(name)!, value)))]).toEqual([name, []]);
}

const [C_W, C_b, C_1, C_2] = ['C_W', 'C_b', 'C_1', 'C_2'].map((name) => parameter(ring, name)) as [P, P, P, P]; // prettier-ignore

describe('perceptrons in disguise, through 1/n^2', () => {
  const plain = [bias('b'), weights('W', [of('sigma')])] as const;

  it('the perceptron itself', () => {
    expectEqual(recursionsOf(...plain), PERCEPTRON);
  });

  it('two independent groups of weights on one function add their variances', () => {
    const layer = [bias('b'), weights('W1', [of('sigma')]), weights('W2', [of('sigma')])];
    expectEqual(recursionsOf(...layer), perceptronWith({ parameters: { C_W: ring.add(C_1, C_2) } }));
  });

  it('two groups of biases add their variances', () => {
    const layer = [bias('b1'), bias('b2'), weights('W', [of('sigma')])];
    expectEqual(recursionsOf(...layer), perceptronWith({ parameters: { C_b: ring.add(C_1, C_2) } }));
  });

  it('without a bias', () => {
    expectEqual(
      recursionsOf(weights('W', [of('sigma')])),
      perceptronWith({ parameters: { C_b: ring.zero } }),
    );
  });

  it('coefficients enter squared', () => {
    const gamma = symbol('gamma');
    const layer = [
      bias('b', multiply(numberExpr(rational(2, 3)), gamma)),
      weights('W', [of('sigma')], add(gamma, integer(1))),
    ];
    const square = (p: P): P => ring.power(p, 2);
    const g = parameter(ring, 'gamma');
    const expected = perceptronWith({
      parameters: {
        C_b: ring.multiply(ring.scale(square(g), rational(4, 9)), C_b),
        C_W: ring.multiply(square(ring.add(g, ring.one)), C_W),
      },
    });
    expectEqual(recursionsOf(...layer), expected);
  });

  it('one term written as two halves with the same weights', () => {
    const half = numberExpr(rational(1, 2));
    const layer = [bias('b'), weights('W', [of('sigma')], half), weights('W', [of('sigma')], half)];
    expectEqual(recursionsOf(...layer), PERCEPTRON);
  });

  it('a power of the activation', () => {
    const expected = perceptronWith({
      average: (power, derivatives) => averageOf({ sigma: 2 * power }, derivatives),
    });
    expectEqual(recursionsOf(bias('b'), weights('W', [of('sigma', 2)])), expected);
    expectEqual(recursionsOf(bias('b'), weights('W', [of('sigma'), of('sigma')])), expected);
  });

  it('a product of local functions', () => {
    const expected = perceptronWith({
      average: (power, derivatives) =>
        averageOf({ sigma: 3 * power, phi: power, identity: power }, derivatives),
    });
    const local = [of('sigma', 3), of('phi'), of('identity')];
    expectEqual(recursionsOf(bias('b'), weights('W', local)), expected);
  });

  it('a sum of functions under the same weights', () => {
    // (sigma + 3 z)^power by the binomial theorem, inside every average.
    const expected = perceptronWith({
      average: (power, derivatives) =>
        ring.sum(
          Array.from({ length: power + 1 }, (_, k) =>
            ring.scale(
              averageOf({ sigma: power - k, identity: k }, derivatives),
              rational(binomial(power, k) * 3 ** k),
            ),
          ),
        ),
    });
    const layer = [bias('b'), weights('W', [of('sigma')]), weights('W', [of('identity')], integer(3))];
    expectEqual(recursionsOf(...layer), expected);
  });
});

describe('different functions under different weights: W1 sigma + W2 z', () => {
  const derived = recursionsOf(bias('b'), weights('W1', [of('sigma')]), weights('W2', [of('identity')]));
  // g = C_b + (1/n) sum_j y_j with y = C_1 s^2 + C_2 z^2: everything follows from the cumulants of y.
  const moment = (count: number): P =>
    ring.sum(
      Array.from({ length: count + 1 }, (_, k) => {
        const scalar = ring.multiply(ring.power(C_1, count - k), ring.power(C_2, k));
        const average = averageOf({ sigma: 2 * (count - k), identity: 2 * k });
        return ring.scale(ring.multiply(scalar, average), rational(binomial(count, k)));
      }),
    );
  const [m1, m2, m3] = [moment(1), moment(2), moment(3)];
  const c2 = ring.subtract(m2, ring.power(m1, 2));
  const c3 = ring.sum([
    m3,
    ring.scale(ring.multiply(m2, m1), rational(-3)),
    ring.scale(ring.power(m1, 3), rational(2)),
  ]);
  const d = (p: P): P => kernelDerivative(ring, p);
  const [G1, V, U] = [coupling(ring, 2, 1), coupling(ring, 4, 1), coupling(ring, 6, 2)];
  const product = (...factors: P[]): P => factors.reduce((p, q) => ring.multiply(p, q));
  const chi = d(m1);

  it.each<[string, P]>([
    ['K', ring.add(C_b, m1)],
    ['V', ring.add(c2, product(chi, chi, V))],
    ['G1', ring.add(product(chi, G1), ring.scale(product(d(chi), V), rational(1, 2)))],
    [
      'U',
      ring.sum([
        c3,
        ring.scale(product(chi, d(c2), V), rational(3)),
        product(chi, chi, chi, U),
        ring.scale(product(chi, chi, d(chi), V, V), rational(3)),
      ]),
    ],
  ])('%s', (name, expected) => {
    expect(ring.terms(normal(ring.subtract(derived.get(name)!, expected)))).toEqual([]);
  });

  it('mixed terms are there: without them V would be wrong', () => {
    const atoms = ring.terms(derived.get('V')!).flatMap(({ factors }) => factors.map(({ atom }) => atom));
    const mixed = averageAtom([
      { fn: 'sigma', derivative: 0, sample: '1', power: 2 },
      { fn: 'identity', derivative: 0, sample: '1', power: 2 },
    ]);
    expect(atoms).toContainEqual(mixed);
    expect(atoms).toContainEqual(parameterAtom('C_2'));
  });
});
