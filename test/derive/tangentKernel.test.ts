import { describe, expect, it } from 'vitest';
import { createBudget } from '../../compiler/derive/budget.ts';
import { closeRecursions } from '../../compiler/derive/closeRecursions.ts';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { averageAtom, couplingAtom } from '../../theory/atom.ts';
import { pointsOf, tieFields } from '../../theory/coupling.ts';
import { couplingName } from '../../theory/couplingName.ts';
import { expandDerivatives } from '../../theory/expandDerivatives.ts';
import { specialiseToOneSample } from '../../theory/expandSamples.ts';
import { symbol } from '../../theory/expression.ts';
import { Z, type FieldShape } from '../../theory/field.ts';
import { rational } from '../../theory/rational.ts';
import { atomRing, kernelDerivative, MLP_GROUPS, MLP_LAYER, parameter, type P } from './mlp.ts';
import { TIES, tiedFields, type Tie } from './tangentModel.ts';

/**
 * The tangent kernel, its fluctuations and its differentials for a multilayer perceptron with equal inputs: the recursions of
 * PDLT chapters 8 and 11 (theory.md section 2), written out here once and compared as exact polynomials.
 */
const ring = atomRing();
const groups = MLP_GROUPS.map((group) => ({ ...group, rate: symbol(`lambda_${group.name}`) }));

const recursions = closeRecursions(
  ring,
  { terms: MLP_LAYER, groups },
  Object.values(TIES).map((tie) => readCorrelator(ring, true, tiedFields(tie), 1)),
  { maxOrder: 1, maxBlock: 2, budget: createBudget(1e6) },
);

const derived = new Map(
  recursions.map(({ family, order, value }) => {
    const { letter, correction } = couplingName(family, order);
    const single = ring.substitute(specialiseToOneSample(ring, value), (atom) =>
      atom.kind === 'width-ratio' ? ring.one : undefined,
    );
    return [`${letter}${correction || ''}`, expandDerivatives(ring, single)];
  }),
);

const product = (...factors: P[]): P => factors.reduce((p, q) => ring.multiply(p, q));
const sum = (...terms: P[]): P => ring.sum(terms);
const times = (factor: number | [number, number], value: P): P =>
  ring.scale(value, typeof factor === 'number' ? rational(factor) : rational(...factor));

/** `<prod s^(k)>` for the derivatives listed. */
function average(...derivatives: number[]): P {
  const locals = derivatives.map((derivative) => ({ fn: 'sigma', derivative, sample: '1', power: 1 }));
  return ring.atom(averageAtom(locals));
}

function coupling(fields: readonly FieldShape[], neurons: readonly number[], order: number): P {
  const { family } = tieFields(fields, neurons);
  const samples = Array.from({ length: pointsOf(family) }, () => '1');
  return ring.atom(couplingAtom(family, order, samples));
}

/** d/dK, averages in the normal form. */
const d = (value: P): P => expandDerivatives(ring, kernelDerivative(ring, value));

const [W, b] = [parameter(ring, 'C_W'), parameter(ring, 'C_b')];
const [lamW, lamB] = [parameter(ring, 'lambda_W'), parameter(ring, 'lambda_b')];
const W2 = product(W, W);
const zz = (pairs: number, order: number): P =>
  coupling(
    Array.from({ length: 2 * pairs }, () => Z),
    Array.from({ length: 2 * pairs }, (_, k) => k >> 1),
    order,
  );
const [G1, V] = [zz(1, 1), zz(2, 1)];
const at = (name: string, order: number): P => coupling(...(TIES[name] as Tie), order);
const [Theta, A, B, D, F] = [at('Theta', 0), at('A', 1), at('B', 1), at('D', 1), at('F', 1)];
const Theta1 = at('Theta', 1);

const parallel = product(W, d(average(0, 0)));
const perpendicular = product(W, average(1, 1));
/** Om = lam_W s^2 + C_W Theta s'^2, under an average with more factors. */
const om = (...more: number[]): P =>
  sum(product(lamW, average(0, 0, ...more)), product(W, Theta, average(1, 1, ...more)));
const omSquared = sum(product(lamW, om(0, 0)), product(W, Theta, om(1, 1)));

const expected: Readonly<Record<string, P>> = {
  K: sum(b, product(W, average(0, 0))),
  G1: sum(product(parallel, G1), times([1, 2], product(W, d(d(average(0, 0))), V))),
  V: sum(
    product(W2, sum(average(0, 0, 0, 0), times(-1, product(average(0, 0), average(0, 0))))),
    product(parallel, parallel, V),
  ),
  Theta: sum(lamB, om()),
  F: sum(product(W2, average(0, 0, 1, 1), Theta), product(parallel, parallel, F)),
  B: sum(product(W2, average(1, 1, 1, 1), Theta, Theta), product(perpendicular, perpendicular, B)),
  D: sum(
    product(W, sum(om(0, 0), times(-1, product(average(0, 0), om())))),
    product(parallel, sum(product(V, d(om())), product(perpendicular, D))),
  ),
  A: sum(
    omSquared,
    times(-1, product(om(), om())),
    product(V, d(om()), d(om())),
    product(perpendicular, perpendicular, A),
    times(2, product(perpendicular, D, d(om()))),
  ),
  Theta1: sum(
    product(G1, d(om())),
    times([1, 2], product(V, d(d(om())))),
    product(perpendicular, Theta1),
    product(W, d(average(1, 1)), sum(D, times(2, F))),
  ),
};

describe('single-input recursions of the tangent kernel and its fluctuations', () => {
  it.each(Object.keys(expected))('%s equals the formula of the literature', (name) => {
    const difference = ring.subtract(derived.get(name) as P, expected[name] as P);
    expect(ring.terms(difference)).toEqual([]);
  });

  it('derives the couplings of the differentials as well, and no others', () => {
    const differentials = ['P', 'Q', 'R', 'S', 'T', 'U'];
    expect([...derived.keys()].sort()).toEqual([...Object.keys(expected), ...differentials].sort());
  });
});
