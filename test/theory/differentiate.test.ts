import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../../theory/activations.ts';
import { derivatives, differentiate } from '../../theory/differentiate.ts';
import { evaluate } from '../../theory/evaluate.ts';
import {
  add,
  call,
  integer,
  multiply,
  numberExpr,
  power,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import { ACTIVATION_DERIVATIVES } from './activationDerivatives.ts';
import { BINDINGS, randomExpression } from './randomExpression.ts';

const z = symbol('z');

describe('derivatives of the named activations to order 8', () => {
  it('cover every activation', () => {
    expect(Object.keys(ACTIVATION_DERIVATIVES).sort()).toEqual([...NAMED_ACTIVATIONS.keys()].sort());
  });

  it.each([...NAMED_ACTIVATIONS])('%s', (name, activation) => {
    const symbolic = derivatives(activation(z), 'z', 8);
    [-1.3, 0.7].forEach((point, row) => {
      const exact = ACTIVATION_DERIVATIVES[name]![row]!;
      const scale = Math.max(...exact.map(Math.abs));
      symbolic.forEach((expr, order) => {
        const value = evaluate(expr, new Map([['z', point]]));
        expect(Math.abs(value - exact[order]!), `order ${order} at ${point}`).toBeLessThanOrEqual(
          2e-13 * scale,
        );
      });
    });
  });
});

describe('differentiation', () => {
  it('of products, quotients and powers is exact', () => {
    const x = symbol('x');
    const quotient = multiply(power(x, rational(3)), power(add(x, integer(1)), rational(-1)));
    const byHand = add(
      multiply(integer(3), power(x, rational(2)), power(add(x, integer(1)), rational(-1))),
      multiply(integer(-1), power(x, rational(3)), power(add(x, integer(1)), rational(-2))),
    );
    expect(differentiate(quotient, 'x')).toEqual(byHand);
    expect(differentiate(symbol('pi'), 'pi')).toEqual(integer(0));
    expect(differentiate(call('log', x), 'y')).toEqual(integer(0));
  });

  it('agrees with extrapolated central differences on random expressions', () => {
    fc.assert(
      fc.property(randomExpression, ({ expr }) => {
        const at = (x: number): number => evaluate(expr, new Map([...BINDINGS, ['x', x]]));
        const exact = evaluate(differentiate(expr, 'x'), BINDINGS);
        const estimate = extrapolatedSlope(at, BINDINGS.get('x')!);
        // Kinks, poles and steep places tell themselves by an estimate that has not converged.
        if (estimate === undefined || !Number.isFinite(exact)) return;
        expect(Math.abs(exact - estimate.slope)).toBeLessThan(
          100 * estimate.error + 1e-7 * (1 + Math.abs(exact)),
        );
      }),
      { numRuns: 1000, seed: 12 },
    );
  });

  it('shares work: high derivatives of a deep composition stay small', () => {
    let expr: Expr = z;
    for (let k = 0; k < 12; k++) expr = call('tanh', add(expr, numberExpr(rational(1, 10))));
    const third = derivatives(expr, 'z', 3)[3]!;
    expect(Number.isFinite(evaluate(third, new Map([['z', 0.2]])))).toBe(true);
  });
});

describe('activations with parameters', () => {
  it('leaky_relu(1/10) has slope 1/10 below zero and 1 above', () => {
    const leaky = PARAMETRIC_ACTIVATIONS.get('leaky_relu')!.build(z, numberExpr(rational(1, 10)));
    const slope = differentiate(leaky, 'z');
    expect([-2, 3].map((at) => evaluate(leaky, new Map([['z', at]])))).toEqual([-0.2, 3]);
    expect([-2, 3].map((at) => evaluate(slope, new Map([['z', at]])))).toEqual([0.1, 1]);
  });

  it('swish(1) is swish and elu(1) is elu', () => {
    for (const name of ['swish', 'elu']) {
      const built = PARAMETRIC_ACTIVATIONS.get(name)!.build(z, integer(1));
      expect(built).toEqual(NAMED_ACTIVATIONS.get(name)!(z));
    }
  });

  it('keep a symbolic parameter, to be set later', () => {
    const leaky = PARAMETRIC_ACTIVATIONS.get('leaky_relu')!.build(z, symbol('slope'));
    const set = substitute(leaky, new Map([['slope', integer(0)]]));
    expect(set).toEqual(NAMED_ACTIVATIONS.get('relu')!(z));
  });
});

/** Central differences with steps h, h/2, h/4, h/8, extrapolated in h^2 (Richardson); undefined when not converging. */
function extrapolatedSlope(
  f: (x: number) => number,
  x: number,
): { slope: number; error: number } | undefined {
  let row = [0, 1, 2, 3].map((k) => {
    const h = 0.01 / 2 ** k;
    return (f(x + h) - f(x - h)) / (2 * h);
  });
  let error = Infinity;
  for (let factor = 4; row.length > 1; factor *= 4) {
    const next = row.slice(1).map((finer, k) => finer + (finer - row[k]!) / (factor - 1));
    error = Math.abs(next.at(-1)! - row.at(-1)!);
    row = next;
  }
  const slope = row[0]!;
  return Number.isFinite(slope) && error < 1e-4 * (1 + Math.abs(slope)) ? { slope, error } : undefined;
}
