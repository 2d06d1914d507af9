/** Averages over pairs as a kernel matrix takes them, against the quadrature of the flow. */
import { describe, expect, it } from 'vitest';
import { derivatives } from '../../theory/differentiate.ts';
import { erfc } from '../../theory/specialFunctions.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { call, integer, multiply, symbol } from '../../theory/expression.ts';
import { gaussianAverages } from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { compileFunction } from '../../runtime/averages/univariate.ts';
import { hermiteSeries } from '../../runtime/kernelMatrices/hermite.ts';
import { createKernelBuilder } from '../../runtime/kernelMatrices/layerKernels.ts';
import { fillCorrelations, fillRow } from '../../runtime/kernelMatrices/pairKernel.ts';
import { mlpStudy } from '../flow/studies.ts';

const z = symbol('z');

/** Numbers in (0, 1), the same every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

interface Pair {
  readonly variances: Float64Array;
  readonly covariance: number;
}

/** Variances over three decades, correlations everywhere and within 1e-10 of both ends. */
function randomPairs(count: number, widest: number): Pair[] {
  const random = generator(7);
  return Array.from({ length: count }, (_, k) => {
    const variances = Float64Array.from([0, 1], () => widest * 10 ** (-3 * random()));
    const end = 1 - 10 ** (-1 - 9 * random());
    const rho = [2 * random() - 1, end, -end][k % 3]!;
    return { variances, covariance: rho * Math.sqrt(variances[0]! * variances[1]!) };
  });
}

const one = (): Float64Array => new Float64Array(1);

describe.each([
  ['relu', 8],
  ['abs', 8],
  ['erf', 8],
  ['sin', 4],
  ['cos', 4],
  ['exp', 1],
  ['gaussian', 4],
  ['linear', 8],
  ['tanh', 3],
  ['sigmoid', 8],
  ['softplus', 8],
  ['gelu', 3],
  ['swish', 4],
  ['hard_tanh', 8],
  ['elu', 4],
  ['selu', 2],
])('%s over random pairs', (name, widest) => {
  const builder = createKernelBuilder(mlpStudy(name));
  const activation = NAMED_ACTIVATIONS.get(name)!(z);

  it.each([0, 1])('agrees with quadrature to 1e-12: derivative %i', (derivative) => {
    const fn = compileFunction(derivatives(activation, 'z', derivative)[derivative]!);
    const local = { fn: 'sigma', derivative, sample: 'a', power: 1 };
    // The quadrature takes a second for every pair where pieces between kinks are no polynomials.
    const pairs = ['elu', 'selu'].includes(name) ? 3 : 30;
    for (const { variances, covariance } of randomPairs(pairs, widest)) {
      const { kernels } = builder.layerKernels([{ left: [local], right: [local] }], variances, 1);
      const row = { a: 0, from: 1, count: 1, covariance: Float64Array.of(covariance) };
      const filled = { ...row, correlation: one(), sine: one(), arcsine: one() };
      fillCorrelations(
        filled,
        variances,
        variances.map((variance) => 1 / Math.sqrt(variance)),
        true,
      );
      const out = one();
      fillRow(kernels[0]!, filled, out);
      const structure = analyseKernel([
        [variances[0]!, covariance],
        [covariance, variances[1]!],
      ]);
      const average = (...samples: readonly number[]) => {
        const factors = samples.map((sample) => ({ fn, derivative: 0, power: 1, sample }));
        return gaussianAverages([{ factors, derivatives: [] }], structure)[0]!.value;
      };
      const scale = Math.sqrt(average(0, 0) * average(1, 1));
      expect(Math.abs(out[0]! - average(0, 1))).toBeLessThanOrEqual(1e-12 * scale);
    }
  });
});

describe('tables in the angle', () => {
  const variances = Float64Array.from({ length: 60 }, (_, s) => 0.6 * 1.015 ** s);
  const builder = createKernelBuilder(mlpStudy('elu'));
  const local = { fn: 'sigma', derivative: 0, sample: 'a', power: 1 };
  const tableOver = (of: Float64Array) => {
    const { kernels, truncation } = builder.layerKernels([{ left: [local], right: [local] }], of, 1);
    const valueAt = (a: number, b: number, rho: number): number => {
      const [correlation, arcsine] = [Float64Array.of(rho), Float64Array.of(Math.asin(rho))];
      const row = { a, from: b, count: 1, covariance: one(), correlation, sine: one(), arcsine };
      const out = one();
      fillRow(kernels[0]!, row, out);
      return out[0]!;
    };
    return { valueAt, truncation };
  };

  it('over many variances are those of two', () => {
    const { valueAt, truncation } = tableOver(variances);
    const [first, last] = [variances[0]!, variances[59]!];
    const two = tableOver(Float64Array.of(first, last));
    for (const rho of [0.7, 0.99, -0.999])
      expect(valueAt(0, 59, rho)).toBeCloseTo(two.valueAt(0, 1, rho), 12);
    expect(truncation).toBeLessThan(1e-12);
  });

  it('take samples without variance', () => {
    const { valueAt } = tableOver(Float64Array.of(0, 1.25));
    expect(valueAt(0, 1, 0)).toBe(0);
    // < ELU > = < z, z > 0 > + < exp(z) - 1, z < 0 >
    const mean = Math.sqrt(1.25 / (2 * Math.PI)) + (Math.exp(0.625) * erfc(Math.sqrt(0.625))) / 2 - 0.5;
    expect(valueAt(1, 1, 0)).toBeCloseTo(mean ** 2, 13);
  });
});

describe('Hermite series', () => {
  const variances = Float64Array.from({ length: 200 }, (_, s) => 0.3 * 1.015 ** s);

  it('of erf, at many variances, sum to the closed form', () => {
    const series = hermiteSeries(compileFunction(call('erf', z)), variances, 1);
    const at = (s: number, j: number): number => series.coefficients[s * series.count + j]!;
    for (const [a, b, rho] of [
      [0, 199, 0.7],
      [17, 120, -0.99],
      [150, 151, 1],
    ] as const) {
      let sum = 0;
      for (let j = 0; j < series.count; j++)
        sum += at(a, j) * at(b, j) * rho ** (series.first + series.step * j);
      const [u, v] = [variances[a]!, variances[b]!];
      const argument = (2 * rho * Math.sqrt(u * v)) / Math.sqrt((1 + 2 * u) * (1 + 2 * v));
      expect(sum).toBeCloseTo((2 / Math.PI) * Math.asin(argument), 13);
    }
  });

  it('bound what they neglect', () => {
    const { tails, count, coefficients, first, step } = hermiteSeries(
      compileFunction(call('tanh', z)),
      variances,
      1,
    );
    expect([first, step]).toEqual([1, 2]);
    const isBounded = Array.from(variances, (_, s) => {
      const row = coefficients.subarray(s * count, (s + 1) * count);
      const whole = row.reduce((sum, c) => sum + c * c, 0);
      const restFrom = (from: number): number => row.subarray(from).reduce((sum, c) => sum + c * c, 0);
      return tails.every((tail, j) => restFrom(j) <= tail * whole * (1 + 1e-12));
    });
    expect(isBounded).not.toContain(false);
    expect(tails[count]).toBeLessThan(1e-12);
  });

  it('of polynomials end', () => {
    const cubic = multiply(z, z, z);
    const { count, first, step, coefficients } = hermiteSeries(compileFunction(cubic), variances, 1);
    expect([first, step, count]).toEqual([1, 2, 2]);
    // z^3 = s^3 (3 h_1 + sqrt(6) h_3)
    expect(coefficients[0]! / variances[0]! ** 1.5).toBeCloseTo(3, 12);
    expect(coefficients[1]! / variances[0]! ** 1.5).toBeCloseTo(Math.sqrt(6), 12);
  });

  it('of functions that vary too fast or whose averages diverge are refused', () => {
    const fast = compileFunction(call('sin', multiply(integer(100_000), z)));
    const divergent = compileFunction(call('exp', multiply(z, z)));
    for (const fn of [fast, divergent])
      expect(() => hermiteSeries(fn, Float64Array.of(4), 3)).toThrow(/converges too slowly.*layer 3/);
  });
});
