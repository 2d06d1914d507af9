import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import {
  add,
  call,
  divide,
  integer,
  multiply,
  power,
  squareRoot,
  subtract,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import type { Model } from '../../theory/model.ts';
import type { AlgebraSystem } from '../../theory/nerdamer.ts';
import { printTheory } from '../../theory/printTheory.ts';
import { rational } from '../../theory/rational.ts';
import { simplifyCoefficients } from '../../theory/simplifyCoefficients.ts';
import { mlpModel } from './mlp.ts';

const [g, h, k] = ['g', 'h', 'k'].map(symbol) as [Expr, Expr, Expr];
const one = integer(1);

/** The perceptron with other coefficients of its layer equation and another variance of W. */
function withCoefficients(coefficient: Expr, variance: Expr): Model {
  const model = mlpModel(1);
  return {
    ...model,
    groups: model.groups.map((group) => (group.kind === 'weights' ? { ...group, variance } : group)),
    architecture: {
      ...model.architecture,
      layer: model.architecture.layer.map((term) =>
        term.kind === 'weights' ? { ...term, coefficient } : term,
      ),
    },
  };
}

/** The equation of the kernel on one line. */
function kernelLine(model: Model): string | undefined {
  const page = printTheory(derive(model, { order: 0 }), 'text');
  return /K'\[ab\] = .*(?:\n +[-+] .*)*/.exec(page)?.[0].replace(/\s+/g, ' ');
}

const unasked: AlgebraSystem = {
  run: (command) => {
    throw new Error(`was asked ${command}`);
  },
};

describe('coefficients that are no polynomials', () => {
  it.each([
    [squareRoot(k), g, 'g k <sigma_a sigma_b>'],
    [divide(one, squareRoot(integer(2))), g, '1/2 g <sigma_a sigma_b>'],
    [divide(one, squareRoot(add(one, k))), g, 'g (1/(1 + k)) <sigma_a sigma_b>'],
    [one, divide(g, power(squareRoot(k), rational(2))), 'g (1/k) <sigma_a sigma_b>'],
    [power(k, rational(1, 4)), g, 'g (sqrt(k)) <sigma_a sigma_b>'],
    [call('exp', k), g, 'g (exp(k))^2 <sigma_a sigma_b>'],
    [subtract(k, one), g, 'g <sigma_a sigma_b> - 2 g k <sigma_a sigma_b> + g k^2 <sigma_a sigma_b>'],
  ])('%# appear multiplied out', (coefficient, variance, term) => {
    expect(kernelLine(withCoefficients(coefficient, variance))).toBe(`K'[ab] = C_b + ${term}`);
  });

  it('are divided out where sums cancel', async () => {
    const variance = divide(subtract(power(g, rational(2)), one), add(g, one));
    const coefficient = divide(multiply(h, subtract(one, k)), subtract(one, power(k, rational(2))));
    const simpler = await simplifyCoefficients(withCoefficients(coefficient, variance));
    expect(kernelLine(simpler)).toBe(
      "K'[ab] = C_b - h^2 (1/(1 + k)^2) <sigma_a sigma_b> + g h^2 (1/(1 + k)^2) <sigma_a sigma_b>",
    );
  });

  it('include learning rates', async () => {
    const model = mlpModel(1);
    const rate = divide(subtract(power(g, rational(2)), one), add(g, one));
    const withRates = { ...model, groups: model.groups.map((group) => ({ ...group, rate })) };
    const { groups } = await simplifyCoefficients(withRates);
    expect(groups.map((group) => group.rate)).toEqual([subtract(g, one), subtract(g, one)]);
    expect(groups.map(({ variance }) => variance)).toEqual(model.groups.map(({ variance }) => variance));
  });

  it('stay as they are when the answer is wrong or no shorter', async () => {
    const model = withCoefficients(divide(one, add(one, k)), divide(g, add(multiply(g, k), one)));
    for (const answer of ['1', 'ua', '(1+ua)/(1+ua)^2'])
      expect(await simplifyCoefficients(model, { run: () => answer })).toBe(model);
    expect(await simplifyCoefficients(model)).toBe(model);
  });

  it('are not asked about unless a sum is divided by', async () => {
    for (const model of [mlpModel(1), withCoefficients(divide(one, squareRoot(k)), divide(g, k))])
      expect(await simplifyCoefficients(model, unasked)).toBe(model);
  });
});
