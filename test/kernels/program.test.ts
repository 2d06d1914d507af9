/** Activation functions as the kernels compute them, in float32, against float64. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openKernels, type Kernels } from '../../runtime/kernels/kernels.ts';
import { compileProgram } from '../../runtime/kernels/program.ts';
import { compileFunction, valueAt } from '../../runtime/averages/univariate.ts';
import {
  add,
  call,
  integer,
  multiply,
  numberExpr,
  piecewise,
  power,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';

const z = symbol('z');
const square = multiply(z, z);

const FUNCTIONS: readonly (readonly [string, Expr])[] = [
  ['tanh', call('tanh', z)],
  ['erf', call('erf', z)],
  ['exp', call('exp', z)],
  ['sin', call('sin', multiply(integer(16), z))],
  ['cos', call('cos', z)],
  ['sigmoid', call('sigmoid', z)],
  ['softplus', call('softplus', z)],
  ['swish', multiply(z, call('sigmoid', z))],
  ['log', call('log', add(integer(1), square))],
  ['gelu', multiply(numberExpr(rational(1, 2)), z, add(integer(1), call('erf', z)))],
  ['cubic over quadratic', multiply(z, z, z, power(add(integer(1), square), rational(-1)))],
  ['root', power(add(integer(1), square), rational(1, 2))],
  ['odd root', power(add(integer(1), square), rational(1, 3))],
  ['constant', integer(3)],
  [
    'leaky relu',
    piecewise(
      [{ left: z, right: integer(0), strict: true, value: multiply(numberExpr(rational(1, 10)), z) }],
      z,
    ),
  ],
];

let kernels: Kernels;
beforeAll(async () => {
  kernels = await openKernels();
});

describe('programs of the kernels', () => {
  it.each(FUNCTIONS)('compute %s', (_, fn) => {
    const count = 2000;
    const [from, to] = [kernels.allocate(4 * count), kernels.allocate(4 * count)];
    kernels.f32(from, count).set(Float64Array.from({ length: count }, (__, k) => (k - 1000) * 0.00871));
    compileProgram(kernels, [{ coefficient: 2, fn }, { coefficient: -0.5 }])(to, from, count);
    const exact = compileFunction(fn);
    const [x, y] = [kernels.f32(from, count), kernels.f32(to, count)];
    x.forEach((value, k) => {
      const [f, linear] = [2 * valueAt(exact, value), -0.5 * value];
      const size = Math.max(Math.abs(f), Math.abs(linear));
      expect(Math.abs(y[k]! - (f + linear))).toBeLessThan(6e-7 * Math.max(size, 0.3));
    });
  });

  it('keep the digits of small arguments', () => {
    const points = [1e-30, 1e-6, -1e-4, 0.01];
    const [from, to] = [kernels.allocate(16), kernels.allocate(16)];
    kernels.f32(from, 4).set(points);
    for (const name of ['tanh', 'erf', 'sin'] as const) {
      compileProgram(kernels, [{ coefficient: 1, fn: call(name, z) }])(to, from, 4);
      const exact = compileFunction(call(name, z));
      kernels.f32(to, 4).forEach((value, k) => {
        const wanted = valueAt(exact, kernels.f32(from, 4)[k]!);
        expect(Math.abs(value / wanted - 1)).toBeLessThan(4e-7);
      });
    }
  });

  it('have the limits of the functions', () => {
    const [from, to] = [kernels.allocate(32), kernels.allocate(32)];
    const at = (name: 'exp' | 'log' | 'tanh' | 'erf' | 'sigmoid' | 'softplus', values: readonly number[]) => {
      kernels.f32(from, 8).fill(0).set(values);
      compileProgram(kernels, [{ coefficient: 1, fn: call(name, z) }])(to, from, 8);
      return [...kernels.f32(to, values.length)];
    };
    expect(at('exp', [-Infinity, -200, 100, Infinity])).toEqual([0, 0, Infinity, Infinity]);
    expect(at('exp', [-100])[0]! / Math.exp(-100)).toBeCloseTo(1, 1);
    expect(at('log', [0, -1, Infinity])).toEqual([-Infinity, NaN, Infinity]);
    expect(at('log', [1e-40])[0]).toBeCloseTo(Math.log(1e-40), 4);
    expect(at('tanh', [-Infinity, Infinity, 30])).toEqual([-1, 1, 1]);
    expect(at('erf', [-Infinity, Infinity])).toEqual([-1, 1]);
    expect(at('sigmoid', [-Infinity, Infinity, -200])).toEqual([0, 1, 0]);
    expect(at('softplus', [-Infinity, 1000])).toEqual([0, 1000]);
  });
});
