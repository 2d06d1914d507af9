import { describe, expect, it } from 'vitest';
import { openBackend } from '../../runtime/backend.ts';
import { applyElementwise, type ElementwiseOperations } from '../../runtime/simulate/elementwise.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { evaluate, FUNCTION_VALUES } from '../../theory/evaluate.ts';
import { add, call, integer, multiply, PI, power, symbol, type Expr } from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';

const z = symbol('z');
const points = Float32Array.of(-6, -2.5, -1, -0.3, -1e-3, 0, 1e-4, 0.2, 0.7, 1, 1.9, 3.3, 5);
const activations: readonly (readonly [string, Expr])[] = [
  ...[...NAMED_ACTIVATIONS].map(([name, build]): [string, Expr] => [name, build(z)]),
  ['z^3 - 2 z', add(power(z, rational(3)), multiply(integer(-2), z))],
  ['1 / (1 + z^2)', power(add(integer(1), power(z, rational(2))), rational(-1))],
  ['sqrt(1 + z^2)', power(add(integer(1), power(z, rational(2))), rational(1, 2))],
  ['sin(pi z)', call('sin', multiply(PI, z))],
  ['log(1 + z^2)', call('log', add(integer(1), power(z, rational(2))))],
  ['a constant', integer(3)],
];

describe.each(['wasm', 'cpu'] as const)('activations on %s', (name) => {
  it.each(activations)('%s agrees with float64', async (_, fn) => {
    const backend = await openBackend(name);
    const result = backend.apply(fn, backend.upload(points, [1, 1, points.length]));
    expect(result.shape).toEqual([1, 1, points.length]);
    const values = await backend.download(result);
    points.forEach((x, at) => {
      const expected = evaluate(fn, new Map([['z', x]]));
      expect(Math.abs(values[at]! - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
    });
  });
});

describe('composed functions', () => {
  /** A tensor library with nothing but arithmetic, exp and log: every other function must be composed. */
  const bare: ElementwiseOperations<number> = {
    constant: (value) => value,
    add: (x, y) => x + y,
    multiply: (x, y) => x * y,
    divide: (x, y) => x / y,
    pow: Math.pow,
    sqrt: Math.sqrt,
    abs: Math.abs,
    select: (left, right, strict, yes, no) => ((strict ? left < right : left <= right) ? yes : no),
    functions: { exp: Math.exp, log: Math.log },
  };

  it.each(['erf', 'sigmoid', 'softplus', 'tanh'] as const)('%s', (fn) => {
    for (const x of [-800, -30, -2, -0.1, 0, 0.4, 3, 30, 800]) {
      expect(Math.abs(applyElementwise(call(fn, z), 'z', x, bare) - FUNCTION_VALUES[fn](x))).toBeLessThan(
        2e-7,
      );
    }
  });

  it('refuses a symbol without a value', () => {
    expect(() => applyElementwise(symbol('k'), 'z', 1, bare)).toThrow(/unbound symbol k/);
  });
});
