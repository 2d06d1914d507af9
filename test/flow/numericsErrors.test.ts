/** A flow that leaves the numbers says in which layer and for which samples. */
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { NumericsError } from '../../runtime/averages/numericsError.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { call, divide, integer, power, symbol } from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';
import { mlpModel } from '../derive/mlp.ts';
import { mlpStudy, type StudyOptions } from './studies.ts';

const THEORY = derive(mlpModel(1));
const z = symbol('z');
const two = [
  [1, 0.5],
  [0.2, -0.7],
];

function errorOf(activation: Parameters<typeof mlpStudy>[0], options: StudyOptions): NumericsError {
  try {
    flow(THEORY, mlpStudy(activation, options));
  } catch (error) {
    if (error instanceof NumericsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('kernels', () => {
  it('a negative variance of the first layer', () => {
    const { code, message } = errorOf('tanh', { C_b: -0.5, samples: two });
    expect(code).toBe('not-positive');
    expect(message).toMatch(/^negative variance -0.235\d* \(sample 2\), layer 1$/);
  });

  it('a kernel that only becomes impossible in a later layer', () => {
    const { code, layer, samples } = errorOf('tanh', { C_W: 1, C_b: -0.1, samples: [[1]], depth: 12 });
    expect(code).toBe('not-positive');
    expect(layer).toBeGreaterThan(1);
    expect(samples).toEqual([0]);
  });

  it('two samples whose covariance exceeds their variances', () => {
    const { code, message } = errorOf('tanh', { C_W: -1, C_b: 2, samples: two });
    expect(code).toBe('not-positive');
    expect(message).toMatch(/^covariance .* exceeds the variances .* \(samples 1, 2\), layer 1$/);
  });

  it('the last layer is checked too', () => {
    expect(errorOf('tanh', { C_b: -3, samples: two, depth: 1 }).message).toContain('(sample 1), layer 1');
  });

  it('inputs whose square overflows', () => {
    const { code, message } = errorOf('tanh', { samples: [[0.1], [1e200]] });
    expect(code).toBe('overflow');
    expect(message).toContain('sample');
    expect(message).toMatch(/, layer 1$/);
  });

  it('inputs that are not numbers', () => {
    const { code, message } = errorOf('tanh', { samples: [[NaN]] });
    expect(code).toBe('not-finite');
    expect(message).toMatch(/\(sample 1\), layer 1$/);
  });
});

describe('the place', () => {
  const file = { name: 'mlp.eft', text: 'study "s" {\n  C_b = -3\n  samples = [[1]]\n}\n' };
  const span = { file, start: 0, end: file.text.length - 1 };
  const samplesSpan = { file, start: file.text.indexOf('[['), end: file.text.indexOf(']]') + 2 };
  const settings = { parameters: new Map(), activations: new Map(), samplesSpan };

  function placeOf(options: StudyOptions): string {
    try {
      flow(THEORY, { ...mlpStudy('tanh', options), span, settings });
    } catch (error) {
      if (error instanceof NumericsError) return renderDiagnostics(error.diagnostics);
    }
    throw new Error('nothing was thrown');
  }

  it('of the kernel of layer 1 is the samples', () => {
    const place = placeOf({ C_b: -3 });
    expect(place).toContain(
      'mlp.eft:3:13: error EFT601: no Gaussian has the kernel that the flow arrives at:',
    );
    expect(place).toContain('negative variance -2 (sample 1), layer 1');
  });

  it('of a later kernel is the head of the study', () => {
    const place = placeOf({ C_W: 1, C_b: -0.1, depth: 12 });
    expect(place).toMatch(/^mlp\.eft:1:1: error EFT601: .* layer \d+$/m);
    expect(place).toContain('1 | study "s" {');
  });
});

describe('averages and couplings', () => {
  it('exp grows beyond the numbers in a few layers', () => {
    const { message, layer } = errorOf('exp', { C_W: 2, samples: [[1]], depth: 6 });
    expect(layer).toBeLessThanOrEqual(3);
    expect(message).toMatch(/\(sample 1\), layer \d$/);
  });

  it('a vertex overflows before the kernel does', () => {
    const cubic = power(z, rational(3));
    const { code, message, layer } = errorOf(cubic, { C_W: 3, samples: [[1]], depth: 12 });
    expect(code).toBe('overflow');
    expect(layer).toBeGreaterThan(3);
    expect(message).toMatch(/\(sample 1\), layer \d$/);
  });

  it.each([
    ['the logarithm of negative numbers', call('log', z)],
    ['the root of negative numbers', power(z, rational(1, 2))],
    ['a pole', divide(integer(1), z)],
  ])('%s', (_, activation) => {
    const { message } = errorOf(activation, { samples: two });
    expect(message).toMatch(/\(samples? [12](, 2)?\), layer 1$/);
  });
});

it('nearly parallel samples of a function with a kink have corrections that do not depend on their order', () => {
  const near = (by: number): number[][] => [
    [1, 0.5, -0.3],
    [1 + 0.3 * by, 0.5 - 0.7 * by, -0.3 + 0.2 * by],
    [1 - 0.5 * by, 0.5 - 0.2 * by, -0.3 + 0.9 * by],
  ];
  const correction = (samples: readonly (readonly number[])[]): number[][] =>
    flow(THEORY, mlpStudy('relu', { samples, depth: 3 })).layers.at(-1)!.values.G!.orders['1'] as number[][];
  const [there, back] = [correction(near(0.03)), correction(near(0.03).toReversed())];
  there.forEach((row, a) =>
    row.forEach((value, b) => expect(Math.abs(value - back[2 - a]![2 - b]!)).toBeLessThan(1e-11)),
  );
});
