import { describe, expect, it } from 'vitest';
import { gaussianAverages } from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { NumericsError } from '../../runtime/averages/numericsError.ts';
import { compileFunction } from '../../runtime/averages/univariate.ts';
import { call, divide, integer, power, symbol, type Expr } from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';
import { expressionNamed } from './functions.ts';

type Matrix = readonly (readonly number[])[];

const z = symbol('z');

function thrownBy(run: () => unknown): NumericsError {
  try {
    run();
  } catch (error) {
    if (error instanceof NumericsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('kernels that are none', () => {
  const cases: { what: string; kernel: Matrix; code: string; message: string }[] = [
    {
      what: 'a negative variance',
      kernel: [[1, 0], [0, -0.5]], // prettier-ignore
      code: 'not-positive',
      message: 'negative variance -0.5 (sample 2), layer 7',
    },
    {
      what: 'a correlation above one',
      kernel: [[1, 0, 0], [0, 1, 1.1], [0, 1.1, 1]], // prettier-ignore
      code: 'not-positive',
      message: 'covariance 1.1 exceeds the variances 1 and 1 (samples 2, 3), layer 7',
    },
    {
      what: 'three correlations that exclude each other',
      kernel: [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], // prettier-ignore
      code: 'not-positive',
      message: 'kernel is not positive (samples 1, 2, 3), layer 7',
    },
    {
      what: 'NaN',
      kernel: [[1, NaN], [NaN, 1]], // prettier-ignore
      code: 'not-finite',
      message: 'kernel entry is NaN (samples 1, 2), layer 7',
    },
    {
      what: 'overflow',
      kernel: [[Infinity]],
      code: 'not-finite',
      message: 'kernel entry is Infinity (sample 1), layer 7',
    },
    {
      what: 'asymmetry',
      kernel: [[1, 0.5], [0.25, 1]], // prettier-ignore
      code: 'not-symmetric',
      message: 'kernel is not symmetric: 0.5 and 0.25 (samples 1, 2), layer 7',
    },
  ];

  it.each(cases)('$what', ({ kernel, code, message }) => {
    const error = thrownBy(() => analyseKernel(kernel, { layer: 7 }));
    expect(error.code).toBe(code);
    expect(error.message).toBe(message);
    expect(error.layer).toBe(7);
  });

  it('names samples by their labels where there are some', () => {
    const error = thrownBy(() => analyseKernel([[-1]], { labels: ['setosa'] }));
    expect(error.message).toBe('negative variance -1 (sample setosa)');
  });

  it('rounding is no reason to refuse: what is lacking is taken as zero', () => {
    const kernel = [[1, 1 + 1e-15], [1 + 1e-15, 1]]; // prettier-ignore
    const { rank, basis } = analyseKernel(kernel);
    expect(rank).toBe(1);
    expect(basis).toEqual([0]);
  });
});

describe('averages that are no numbers', () => {
  /** <f(z_2) f(z_3)> with derivatives, at layer 4. */
  const average = (f: Expr, K: number, derivatives: readonly number[] = [], derivative = 0): NumericsError =>
    thrownBy(() => {
      const fn = compileFunction(f);
      const kernel = [[1, 0, 0], [0, K, K / 2], [0, K / 2, K]]; // prettier-ignore
      const factors = [1, 2].map((sample) => ({ fn, sample, power: 1, derivative }));
      gaussianAverages([{ factors, derivatives }], analyseKernel(kernel, { layer: 4 }));
    });

  it('exp of a large kernel overflows', () => {
    const error = average(expressionNamed('exp'), 600);
    expect(['overflow', 'not-converged']).toContain(error.code);
    expect(error.message).toContain('(samples 2, 3), layer 4');
  });

  it('polynomials overflow by name too', () => {
    const error = average(power(z, rational(40)), 1e8);
    expect(error.code).toBe('overflow');
    expect(error.message).toContain('(samples 2, 3), layer 4');
  });

  it('exp(z^2) has no average', () => {
    expect(average(call('exp', power(z, rational(2))), 1).message).toContain('(samples 2, 3), layer 4');
  });

  it.each([
    ['the logarithm of a negative number', call('log', z)],
    ['the root of a negative number', power(z, rational(1, 2))],
  ])('%s is not a number', (_, f) => {
    const error = average(f, 1);
    expect(error.code).toBe('not-finite');
    expect(error.message).toContain('(samples 2, 3), layer 4');
  });

  it.each([
    ['1/z', divide(integer(1), z)],
    ['1/(z - 1/3)', divide(integer(1), expressionNamed('shifted_pole'))],
  ])('%s has no average', (_, f) => {
    const error = average(power(f, rational(2)), 1);
    expect(['overflow', 'not-finite', 'not-converged']).toContain(error.code);
    expect(error.message).toContain('(samples 2, 3), layer 4');
  });

  it('a delta at a sample that others determine diverges, and says where', () => {
    const error = thrownBy(() => {
      const fn = compileFunction(expressionNamed('relu'));
      const factors = [0, 1].map((sample) => ({ fn, sample, power: 1, derivative: 2 }));
      const kernel = [[1, 1], [1, 1]]; // prettier-ignore
      gaussianAverages([{ factors, derivatives: [] }], analyseKernel(kernel, { layer: 2 }));
    });
    expect(error.code).toBe('divergent');
    expect(error.message).toMatch(/diverges|not defined/);
    expect(error.message).toContain('(samples 1, 2), layer 2');
  });

  it('a delta at a sample that vanishes diverges, and says where', () => {
    const error = thrownBy(() => {
      const fn = compileFunction(expressionNamed('relu'));
      const factors = [{ fn, sample: 1, power: 1, derivative: 2 }];
      gaussianAverages([{ factors, derivatives: [] }], analyseKernel([[1, 0], [0, 0]], { layer: 2 })); // prettier-ignore
    });
    expect(error.code).toBe('divergent');
    expect(error.message).toContain('(sample 2), layer 2');
  });
});
