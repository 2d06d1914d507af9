import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../theory/evaluate.ts';
import {
  PI,
  add,
  call,
  divide,
  integer,
  multiply,
  negate,
  numberExpr,
  piecewise,
  power,
  squareRoot,
  subtract,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { rational } from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import { BINDINGS, randomExpression } from './randomExpression.ts';

const [x, y, z] = ['x', 'y', 'z'].map(symbol) as [Expr, Expr, Expr];
const half = rational(1, 2);
const two = rational(2);

describe('canonical form', () => {
  it.each([
    ['sums commute', add(x, y, z), add(z, add(y, x))],
    ['products commute', multiply(x, y, z), multiply(multiply(z, y), x)],
    ['like terms merge', add(x, x, negate(y), x), subtract(multiply(integer(3), x), y)],
    ['terms cancel', subtract(add(x, y), add(y, x)), integer(0)],
    ['powers merge', multiply(x, x, power(x, half)), power(x, rational(5, 2))],
    ['a quotient of equals is 1', divide(multiply(x, y), multiply(y, x)), integer(1)],
    ['numbers fold', multiply(integer(6), x, numberExpr(rational(1, 3))), multiply(integer(2), x)],
    ['numbers are distributed over sums', multiply(integer(2), add(x, y)), add(x, x, y, y)],
    ['zero annihilates', multiply(integer(0), call('exp', x)), integer(0)],
    ['x^0 is 1', power(add(x, y), rational(0)), integer(1)],
    ['roots are reduced', squareRoot(integer(12)), multiply(integer(2), squareRoot(integer(3)))],
    ['roots of numbers multiply', multiply(squareRoot(integer(8)), squareRoot(integer(2))), integer(4)],
    [
      'roots leave denominators',
      squareRoot(numberExpr(rational(1, 2))),
      divide(squareRoot(integer(2)), integer(2)),
    ],
    ['roots of large squares', squareRoot(integer(1000003n ** 2n)), integer(1000003)],
    [
      'positive factors leave roots',
      squareRoot(multiply(integer(4), PI, x)),
      multiply(integer(2), squareRoot(PI), squareRoot(x)),
    ],
    ['(x^(1/2))^2', power(squareRoot(x), two), x],
    ['odd functions', call('tanh', subtract(y, x)), negate(call('tanh', subtract(x, y)))],
    ['even functions', call('cos', negate(x)), call('cos', x)],
    [
      'values at zero',
      add(...(['exp', 'cos', 'sin', 'tanh', 'erf', 'sigmoid'] as const).map((fn) => call(fn, integer(0)))),
      numberExpr(rational(5, 2)),
    ],
    ['softplus at zero', call('softplus', integer(0)), call('log', integer(2))],
    ['decided branches', piecewise([{ left: integer(1), right: integer(0), strict: true, value: x }], y), y],
    ['strictness decides at equality', piecewise([{ left: x, right: x, strict: false, value: x }], y), x],
    ['branches that agree', piecewise([{ left: x, right: y, strict: true, value: z }], z), z],
  ])('%s', (_, left, right) => {
    expect(left.key).toBe(right.key);
    expect(left).toEqual(right);
  });

  it('never rewrites what does not hold for all real numbers', () => {
    expect(power(power(x, two), half).key).not.toBe(x.key);
    expect(power(multiply(x, y), half).key).not.toBe(multiply(squareRoot(x), squareRoot(y)).key);
    expect(call('log', multiply(x, y)).kind).toBe('call');
    const bindings = new Map([['x', -3]]);
    expect(evaluate(power(power(x, two), half), bindings)).toBe(3);
    expect(evaluate(squareRoot(multiply(integer(-4), x)), bindings)).toBeCloseTo(Math.sqrt(12), 14);
    expect(evaluate(power(power(x, rational(-2)), half), bindings)).toBeCloseTo(1 / 3, 15);
  });

  it('refuses a zero denominator and numbers too large to write out', () => {
    expect(() => divide(x, integer(0))).toThrow(RangeError);
    expect(() => power(integer(0), rational(-1, 2))).toThrow(RangeError);
    expect(() => power(integer(2), rational(10n ** 12n))).toThrow(/bits/);
    expect(power(integer(-1), rational(10n ** 12n + 1n)).key).toBe('-1');
  });

  it('is reached at once: building again changes nothing, and the value is that of the plain formula', () => {
    fc.assert(
      fc.property(randomExpression, ({ expr, value }) => {
        expect(substitute(expr, new Map())).toEqual(expr);
        if (!Number.isFinite(value) || Math.abs(value) > 1e6) return;
        const canonical = evaluate(expr, BINDINGS);
        expect(Math.abs(canonical - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
      }),
      { numRuns: 2000, seed: 11 },
    );
  });
});

describe('keys', () => {
  it('stay short while shared subexpressions double the written size', () => {
    let expr = x;
    for (let k = 0; k < 60; k++) expr = add(call('sin', expr), multiply(y, call('exp', expr)));
    expect(expr.key.length).toBeLessThan(200);
    expect(evaluate(expr, new Map([['x', 0.3], ['y', 0]]))).toBeGreaterThan(0); // prettier-ignore
  });

  it('tell apart long expressions that differ in one character', () => {
    const keys = new Set<string>();
    for (let k = 0; k < 2000; k++) {
      const names = Array.from({ length: 40 }, (_, i) => symbol(`parameter_${i === 20 ? k + 100 : i}`));
      keys.add(add(...names).key);
    }
    expect(keys.size).toBe(2000);
  });

  it('cannot be forged by the name of a symbol', () => {
    expect(symbol('x*y').key).not.toBe(multiply(x, y).key);
    expect(symbol('"x"').key).not.toBe(symbol('x').key);
  });
});

describe('traversals', () => {
  it('substitute at once and only symbols', () => {
    const swapped = substitute(divide(x, y), new Map([['x', y], ['y', x]])); // prettier-ignore
    expect(swapped).toEqual(divide(y, x));
  });

  it('list the free symbols', () => {
    const expr = piecewise([{ left: x, right: integer(0), strict: true, value: multiply(PI, z) }], y);
    expect(symbolsOf(expr)).toEqual(['x', 'y', 'z']);
  });

  it('name a symbol without a value', () => {
    expect(() => evaluate(add(x, y), new Map([['x', 1]]))).toThrow('no value for y');
    expect(evaluate(PI)).toBe(Math.PI);
  });

  it('choose branches by strictness', () => {
    const step = (strict: boolean): Expr =>
      piecewise([{ left: x, right: integer(0), strict, value: integer(-1) }], integer(1));
    expect(evaluate(step(true), new Map([['x', 0]]))).toBe(1);
    expect(evaluate(step(false), new Map([['x', 0]]))).toBe(-1);
  });
});
