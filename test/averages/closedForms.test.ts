import { describe, expect, it } from 'vitest';
import {
  gaussianAverages,
  type AverageFactor,
  type AverageValue,
} from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import type { UnivariateFunction } from '../../runtime/averages/univariate.ts';
import { functionNamed, monomial } from './functions.ts';

type Matrix = readonly (readonly number[])[];

const factor = (fn: UnivariateFunction, sample: number, power = 1, derivative = 0): AverageFactor => ({
  fn,
  sample,
  power,
  derivative,
});

function average(
  kernel: Matrix,
  factors: readonly AverageFactor[],
  derivatives: readonly number[] = [],
): AverageValue {
  return gaussianAverages([{ factors, derivatives }], analyseKernel(kernel))[0]!;
}

/** Relative agreement, and within what the estimate says. */
function expectValue({ value, error }: AverageValue, exact: number, message: string, accuracy = 1e-12): void {
  const off = Math.abs(value - exact);
  const report = `${message}: ${value}, exactly ${exact}, error estimate ${error}`;
  expect(off, report).toBeLessThanOrEqual(accuracy * Math.abs(exact));
  expect(off, report).toBeLessThanOrEqual(2 * error + 2e-14 * Math.abs(exact));
}

/** Correlations of two samples as 1 - rho and 1 + rho, both exact. */
const CORRELATIONS = [0, 2 ** -2, 1.5, 2 ** -20, 2 ** -40, 2 - 2 ** -20, 2 - 2 ** -40].map((gap) => ({
  gap,
  rho: 1 - gap,
  sine: Math.sqrt(gap * (2 - gap)),
}));
const SCALES = [2 ** -26, 2 ** -4, 1, 2 ** 13];

describe('two samples, from very small to very large kernels and to equal and opposite samples', () => {
  const cases = SCALES.flatMap((K) =>
    [...CORRELATIONS, { gap: 2, rho: -1, sine: 0 }].map((c) => ({ K, ...c })),
  );

  const wide = [2 ** -2, 2 ** -20, 2 ** -40].map((gap) => ({ K: 2 ** 40, gap, rho: 1 - gap }));

  it.each([...cases, ...wide])('erf: arcsine, K = $K, rho = $rho', ({ K, rho, gap }) => {
    const erf = functionNamed('erf');
    const kernel = [
      [K, K * rho],
      [K * rho, K],
    ];
    const u = (2 * K * rho) / (1 + 2 * K);
    // 1 - u^2 without cancellation.
    const rest = ((1 + 2 * K * gap) * (1 + 2 * K * (2 - gap))) / (1 + 2 * K) ** 2;
    const value = (2 / Math.PI) * Math.atan2(u, Math.sqrt(rest));
    expectValue(average(kernel, [factor(erf, 0), factor(erf, 1)]), value, '<erf erf>', 1e-11);
    const slope = 4 / (Math.PI * (1 + 2 * K) * Math.sqrt(rest));
    const product = [factor(erf, 0, 1, 1), factor(erf, 1, 1, 1)];
    expectValue(average(kernel, product), slope, "<erf' erf'>", 1e-11);
  });

  it.each(cases)('ReLU: arc-cosine kernels of order 0, 1, 2, K = $K, rho = $rho', ({ K, rho, sine }) => {
    const relu = functionNamed('relu');
    const kernel = [
      [4 * K, 2 * K * rho],
      [2 * K * rho, K],
    ];
    // Cho, Saul 2009: J_0, J_1, J_2 of the angle pi - rest, rest to full relative accuracy.
    const rest = Math.atan2(sine, -rho);
    const J0 = rest / (2 * Math.PI);
    const J1 = (sine + rest * rho) / (2 * Math.PI);
    const J2 = (3 * sine * rho + rest * (1 + 2 * rho * rho)) / (2 * Math.PI);
    const pair = (power: number, derivative = 0): AverageFactor[] => [
      factor(relu, 0, power, derivative),
      factor(relu, 1, power, derivative),
    ];
    expectValue(average(kernel, pair(1, 1)), J0, "<s's'>", 1e-10);
    if (rho > -0.9) {
      expectValue(average(kernel, pair(1)), 2 * K * J1, '<ss>');
      expectValue(average(kernel, pair(2)), 4 * K * K * J2, '<s^2 s^2>');
    } else {
      // J_1 cancels to its third order in the angle: the loss of digits has to show in the error estimate.
      const { value, error } = average(kernel, pair(1));
      const exact = (2 * K * (rest ** 3 / 3 - rest ** 5 / 30)) / (2 * Math.PI);
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(2 * error);
      expect(error).toBeLessThan(1e-14 * K);
    }
    if (sine === 0) return;
    const density = 1 / (2 * Math.PI * 2 * K * sine);
    expectValue(average(kernel, pair(1, 2)), density, "<s''s''>");
    expectValue(average(kernel, pair(1), [0, 0, 1, 1]), density, '<d d d d ss>');
    expectValue(average(kernel, pair(1), [0, 1]), J0, '<d d ss>', 1e-10);
  });
});

describe('one sample with a kink', () => {
  const K = 0.8125;
  const sigma = Math.sqrt(K);
  const gamma = [Math.sqrt(Math.PI), 1]; // Gamma(1/2), Gamma(1)
  const gammaHalf = (twice: number): number =>
    twice <= 2 ? gamma[twice - 1]! : (twice / 2 - 1) * gammaHalf(twice - 2);
  /** < |z|^p > */
  const absolute = (p: number): number => ((2 * K) ** (p / 2) * gammaHalf(p + 1)) / Math.sqrt(Math.PI);

  it.each([1, 2, 3, 4, 5, 6, 8])('moment %i of ReLU, leaky ReLU and |z|', (p) => {
    const of = (name: string): AverageValue => average([[K]], [factor(functionNamed(name), 0, p)]);
    expectValue(of('relu'), absolute(p) / 2, `<relu^${p}>`);
    expectValue(of('leaky'), (absolute(p) * (1 + (-0.25) ** p)) / 2, `<leaky^${p}>`);
    expectValue(of('abs'), absolute(p), `<|z|^${p}>`);
  });

  it('derivatives beyond the kink are those of deltas', () => {
    const relu = functionNamed('relu');
    const delta = 1 / (sigma * Math.sqrt(2 * Math.PI));
    const along = (power: number, times: number): AverageValue =>
      average([[K]], [factor(relu, 0, power)], new Array<number>(times).fill(0));
    expectValue(along(1, 2), delta, "<s''>");
    expect(along(1, 3).value).toBe(0);
    expectValue(along(1, 4), -delta / K, "<s''''>");
    expectValue(along(1, 6), (3 * delta) / K ** 2, '<s^(6)>');
    expectValue(along(2, 3), 2 * delta, '<d^3 s^2>');
    expectValue(along(4, 5), 24 * delta, '<d^5 s^4>');
    expectValue(along(4, 7), (-24 * delta) / K, '<d^7 s^4>');
    expectValue(average([[K]], [factor(relu, 0, 1, 2), factor(relu, 0, 2, 0)]), 0, "<s'' s^2>");
  });

  it('a hard limit: <s s> and its derivative in K in terms of the error function', () => {
    // hard_tanh: d/dK <s^2> = <s'^2> = P(|z| < 1), since s s'' vanishes but for the edges, where 2 s s'' = -2 delta.
    const hard = functionNamed('hard_tanh');
    const edge = Math.exp(-1 / (2 * K)) / (sigma * Math.sqrt(2 * Math.PI));
    const inside = average([[K]], [factor(hard, 0, 2, 1)]);
    expectValue(inside, 0.7327425068456121, "<s'^2>"); // mpmath: erf(1 / sqrt(1.625))
    expectValue(average([[K]], [factor(hard, 0, 2)], [0, 0]), 2 * inside.value - 4 * edge, '<d d s^2>');
  });
});

describe('three and four samples of ReLU', () => {
  it('the orthant probabilities of three samples', () => {
    const kernel = [
      [1, 0.5, -0.25],
      [0.5, 2, 0.75],
      [-0.25, 0.75, 1.5],
    ];
    const relu = functionNamed('relu');
    const angle = (s: number, t: number): number =>
      Math.acos(kernel[s]![t]! / Math.sqrt(kernel[s]![s]! * kernel[t]![t]!));
    const slopes = [0, 1, 2].map((s) => factor(relu, s, 1, 1));
    const exact = (2 * Math.PI - angle(0, 1) - angle(0, 2) - angle(1, 2)) / (4 * Math.PI);
    expectValue(average(kernel, slopes), exact, "<s's's'>");
    expectValue(
      average(
        kernel,
        [0, 1, 2].map((s) => factor(relu, s)),
        [0, 1, 2],
      ),
      exact,
      '<d d d sss>',
    );
  });

  it('four equicorrelated samples with correlation 1/2 are all positive with probability 1/5', () => {
    const relu = functionNamed('relu');
    const kernel = [0, 1, 2, 3].map((s) => [0, 1, 2, 3].map((t) => (s === t ? 2 : 1)));
    expectValue(
      average(
        kernel,
        [0, 1, 2, 3].map((s) => factor(relu, s, 1, 1)),
      ),
      0.2,
      "<s's's's'>",
      1e-11,
    );
  });

  it('independent samples factorise, derivatives and all', () => {
    const relu = functionNamed('relu');
    const kernel = [0, 1, 2, 3].map((s) => [0, 1, 2, 3].map((t) => (s === t ? 1 + s : 0)));
    const mean = (K: number): number => Math.sqrt(K / (2 * Math.PI));
    const all = [0, 1, 2, 3].map((s) => factor(relu, s));
    expectValue(average(kernel, all), mean(1) * mean(2) * mean(3) * mean(4), '<ssss>');
    const exact = (mean(1) / 2) * mean(3) * (1 / Math.sqrt(8 * Math.PI));
    expectValue(average(kernel, all, [1, 3, 3]), exact, '<d d d ssss>');
  });
});

/** Signs and phases: < prod cos or sin (z_s) > and their derivatives as sums of characteristic functions. */
function trigonometric(
  kernel: Matrix,
  functions: readonly ('sin' | 'cos')[],
  derivatives: readonly number[],
): number {
  let total = 0;
  for (let mask = 0; mask < 2 ** functions.length; mask++) {
    const signs = functions.map((_, s) => ((mask >> s) & 1 ? -1 : 1));
    const exponent = signs.reduce(
      (sum, a, s) => sum + signs.reduce((inner, b, t) => inner + a * b * kernel[s]![t]!, 0),
      0,
    );
    // sin = (e^iz - e^-iz) / 2i, and each derivative brings down i times the sign: count powers of i.
    const sines = functions.filter((fn) => fn === 'sin').length;
    const sign =
      functions.reduce((product, fn, s) => product * (fn === 'sin' ? signs[s]! : 1), 1) *
      derivatives.reduce((product, s) => product * signs[s]!, 1);
    const phase = (((derivatives.length - sines) % 4) + 4) % 4;
    const real = [1, 0, -1, 0][phase]!;
    total += (sign * real * Math.exp(-exponent / 2)) / 2 ** functions.length;
  }
  return total;
}

const FOUR: Matrix = [
  [1, 0.5, -0.25, 0.25],
  [0.5, 1.25, 0.125, 0],
  [-0.25, 0.125, 0.75, 0.375],
  [0.25, 0, 0.375, 1.5],
];

describe('elementary functions of one to four samples', () => {
  const kernelOf = (count: number): Matrix => FOUR.slice(0, count).map((row) => row.slice(0, count));

  it.each([
    { names: ['sin', 'sin'] as const, derivatives: [0, 1] },
    { names: ['sin', 'cos', 'sin'] as const, derivatives: [0, 2] },
    { names: ['sin', 'cos', 'sin'] as const, derivatives: [1, 1, 0, 2, 1, 1] },
    { names: ['cos', 'cos', 'cos', 'cos'] as const, derivatives: [] },
    { names: ['sin', 'sin', 'sin', 'sin'] as const, derivatives: [0, 1, 2, 3] },
    { names: ['sin', 'cos', 'cos', 'sin'] as const, derivatives: [0, 0, 1, 1, 2, 2, 3, 3] },
  ])('$names, derivatives $derivatives', ({ names, derivatives }) => {
    const kernel = kernelOf(names.length);
    const factors = names.map((name, s) => factor(functionNamed(name), s));
    const exact = trigonometric(kernel, names, derivatives);
    expectValue(average(kernel, factors, derivatives), exact, names.join(' '), 1e-10);
  });

  it.each([2 ** -2, 2 ** -10, 2 ** -20])(
    'sin of two samples of standard deviation 700, 1 - rho = %d',
    (gap) => {
      const kernel = [
        [700 ** 2, 700 ** 2 * (1 - gap)],
        [700 ** 2 * (1 - gap), 700 ** 2],
      ];
      const { value, error } = average(kernel, [
        factor(functionNamed('sin'), 0),
        factor(functionNamed('sin'), 1),
      ]);
      expect(Math.abs(value - Math.exp(-(700 ** 2) * gap) / 2)).toBeLessThan(1e-10);
      expect(error).toBeLessThan(1e-10);
    },
  );

  it.each([1, 2, 3, 4])('exp of %i sample(s): exp(1 K 1 / 2), unchanged by derivatives', (count) => {
    const exp = functionNamed('exp');
    const kernel = kernelOf(count);
    const factors = kernel.map((_, s) => factor(exp, s));
    const exact = Math.exp(kernel.flat().reduce((sum, entry) => sum + entry, 0) / 2);
    expectValue(average(kernel, factors), exact, '<exp>', 1e-11);
    expectValue(average(kernel, factors, [0, count - 1]), exact, '<d d exp>', 1e-11);
    const square = kernel.map((_, s) => factor(exp, s, 2));
    expectValue(average(kernel, square, [0]), 2 * exact ** 4, '<d exp^2>', 1e-10);
  });

  it('exp(-z^2/2) of two samples: det(1 + K)^(-1/2) and its derivative', () => {
    const bell = functionNamed('gaussian');
    const kernel = kernelOf(2);
    const determinant = (1 + kernel[0]![0]!) * (1 + kernel[1]![1]!) - kernel[0]![1]! ** 2;
    const pair = [factor(bell, 0), factor(bell, 1)];
    expectValue(average(kernel, pair), determinant ** -0.5, '<ss>', 1e-12);
    expectValue(average(kernel, pair, [0, 1]), kernel[0]![1]! * determinant ** -1.5, '<d d ss>', 1e-11);
  });
});

/** Sum over all pairings of the samples: Isserlis' theorem. */
function isserlis(kernel: Matrix, samples: readonly number[]): number {
  if (samples.length === 0) return 1;
  const [first, ...rest] = samples;
  return rest.reduce(
    (sum, partner, k) =>
      sum +
      kernel[first!]![partner]! *
        isserlis(
          kernel,
          rest.filter((_, j) => j !== k),
        ),
    0,
  );
}

describe('monomials by Isserlis', () => {
  it.each([[[2]], [[4]], [[1, 1]], [[3, 5]], [[2, 2, 4]], [[1, 2, 3]], [[1, 1, 1, 1]], [[3, 2, 2, 3]]])(
    'degrees %j',
    (degrees) => {
      const kernel = FOUR.slice(0, degrees.length).map((row) => row.slice(0, degrees.length));
      const factors = degrees.map((degree, s) => factor(monomial(degree), s));
      const samples = degrees.flatMap((degree, s) => new Array<number>(degree).fill(s));
      expectValue(average(kernel, factors), isserlis(kernel, samples), 'moment');
      const last = degrees.length - 1;
      const lowered = samples.slice(1, -1);
      const exact =
        (degrees.length === 1 ? degrees[0]! - 1 : degrees[last]!) * degrees[0]! * isserlis(kernel, lowered);
      expectValue(average(kernel, factors, [0, last]), exact, 'derivative');
    },
  );

  it('works at kernels of 1e-8 and 1e4, for equal, opposite and vanishing samples', () => {
    for (const [K, c] of [
      [1e-8, 1],
      [1e4, -1],
      [1, 0],
    ] as const) {
      const kernel = [
        [K, c * K],
        [c * K, c * c * K],
      ];
      const pair = [factor(monomial(2), 0), factor(monomial(2), 1)];
      const exact = 3 * c * c * K * K;
      expectValue(average(kernel, pair), exact, `${K}, ${c}`);
    }
  });
});
