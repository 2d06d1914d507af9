import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { criticalOf, modelOf, searchWith } from './studies.ts';

/** theory.md section 5, after PDLT sections 5.2 and 5.3. */
const EXACT: readonly (readonly [activation: string, C_W: string, kernel: string])[] = [
  ['linear', '1', 'any'],
  ['relu', '2', 'any'],
  ['abs', '1', 'any'],
  ['leaky_relu(1 / 10)', '200/101', 'any'],
  ['tanh', '1', 'zero'],
  ['sin', '1', 'zero'],
  ['erf', 'pi/4', 'zero'],
];

describe('critical points', () => {
  it.each(EXACT)('of %s are exact', async (activation, C_W, kernel) => {
    const { points, none } = await searchWith(activation);
    expect(none).toBeUndefined();
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({
      kernel: { kind: kernel },
      parameters: { C_b: { exact: { text: '0' } }, C_W: { exact: { text: C_W } } },
    });
  });

  it.each([
    ['gelu', 0.17292239, 1.98305826, 3.5615528128, 'from above'],
    ['swish', 0.55514317, 1.98800468, 14.3201736, 'from below'],
  ] as const)('of %s are half-stable, and its K* = 0 repels', async (activation, C_b, C_W, K, approach) => {
    const { points } = await searchWith(activation);
    const [half, zero] = points;
    expect(half).toMatchObject({ class: 'half-stable', approach });
    expect(half!.parameters.C_b!.value).toBeCloseTo(C_b, 8);
    expect(half!.parameters.C_W!.value).toBeCloseTo(C_W, 8);
    if (half!.kernel.kind !== 'number') throw new Error('K* is a number');
    expect(Math.abs(half!.kernel.value / K - 1)).toBeLessThan(5e-9);
    expect(zero).toMatchObject({
      class: 'K* = 0',
      approach: 'repelling',
      parameters: { C_W: { exact: { text: '4' } } },
    });
  });

  it('of gelu carry a certificate', async () => {
    const { points } = await searchWith('gelu');
    const { kernel, certificate } = points[0]!;
    if (kernel.kind !== 'number') throw new Error('K* is a number');
    expect(Math.abs(kernel.value - (3 + Math.sqrt(17)) / 2)).toBeLessThan(1e-10);
    const { residuals, bracket } = certificate!;
    for (const residual of Object.values(residuals)) expect(Math.abs(residual)).toBeLessThan(1e-13);
    expect(bracket![0]).toBeLessThan(kernel.value);
    expect(bracket![1]).toBeGreaterThan(kernel.value);
    expect(bracket![1] - bracket![0]).toBeLessThan(1e-10);
  });

  it.each([
    ['sigmoid', /as K -> 0 the variance of `b` would be -4, which is negative/],
    ['softplus', /where chi_perp = 1, chi_par is 1\.\d+ or more/],
    ['cubic', /where chi_perp = 1, chi_par is 1\.66667 or more/],
    ['step', /jumps at z = 0/],
  ])('of %s do not exist, for a reason', async (activation, reason) => {
    const definitions = `activation cubic(z) = z^3
activation step(z) = piecewise(z < 0: 0, otherwise: 1)`;
    const { points, none } = await searchWith(activation, definitions);
    expect(points).toEqual([]);
    expect(none).toMatch(reason);
  });

  it('of functions with a bend at zero have half-integer powers: elu, selu', async () => {
    const { points } = await searchWith('elu');
    expect(points[0]).toMatchObject({
      class: 'K* = 0',
      approach: 'attracting',
      parameters: { C_W: { exact: { text: '1' } } },
      drift: { power: 1.5, coefficient: { exact: { text: '-sqrt(2)/sqrt(pi)' } } },
    });
    // (a+^2 + a-^2) C_W / 2 = 1 with the slopes of SELU.
    const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];
    const selu = await searchWith('selu');
    const slopes = (scale ** 2 * (1 + alpha ** 2)) / 2;
    expect(selu.points[0]!.parameters.C_W!.value).toBeCloseTo(1 / slopes, 12);
  });

  it('of a function of the user: rescaling its argument rescales the kernel', async () => {
    const [one, ten] = await Promise.all([
      searchWith('snake', 'activation snake(z) = z + sin(z)^2'),
      searchWith('snake', 'activation snake(z) = z + sin(10 * z)^2 / 10'),
    ]);
    const half = one.points.find((point) => point.class === 'half-stable')!;
    const scaled = ten.points.find((point) => point.class === 'half-stable')!;
    if (half.kernel.kind !== 'number' || scaled.kernel.kind !== 'number') throw new Error('K* is a number');
    expect(scaled.kernel.value).toBeCloseTo(half.kernel.value / 100, 12);
    expect(scaled.parameters.C_W!.value).toBeCloseTo(half.parameters.C_W!.value, 10);
    expect(scaled.parameters.C_b!.value).toBeCloseTo(half.parameters.C_b!.value / 100, 12);
  });
});

describe('architectures', () => {
  const RESIDUAL = 'z[i] = gamma * z[i] + b[i] + sum(j) W[i,j] * sigma(z[j])';

  it('a residual layer needs C_W = (1 - gamma^2) / s1^2, and at gamma = 1 nothing may be added', async () => {
    const half = await criticalOf({
      layer: RESIDUAL,
      study: 'sigma = tanh, gamma = 1 / 2\nfind critical (C_b, C_W)',
    });
    expect(half.points[0]!.parameters.C_W!.exact!.text).toBe('3/4');
    const whole = await criticalOf({
      layer: RESIDUAL,
      study: 'sigma = tanh, gamma = 1\nfind critical (C_b, C_W)',
    });
    expect(whole.points).toEqual([]);
    expect(whole.none).toContain('the variance of `W` would be 0: nothing passes');
  });

  it('searches gamma itself: both of its signs', async () => {
    const { points } = await criticalOf({
      layer: RESIDUAL,
      study: 'sigma = relu, C_W = 1\nfind critical (C_b, gamma)',
    });
    expect(points.map(({ parameters }) => parameters.gamma!.value).sort()).toEqual([
      -Math.SQRT1_2,
      Math.SQRT1_2,
    ]);
  });

  it('refuses unknowns it would not be linear in', async () => {
    const twice = criticalOf({
      layer: RESIDUAL,
      study: 'sigma = tanh, C_W = 1\nfind critical (gamma, C_b)',
      prior: 'W ~ normal(0, C_W * gamma / fan_in)\n  b ~ normal(0, C_b)',
    });
    await expect(twice).rejects.toThrow(
      /cannot search `gamma`: the kernel recursion contains it in several powers/,
    );
  });

  it('refuses what a study gives layer by layer', async () => {
    const listed = criticalOf({
      study: 'sigma = tanh, C_W = [1, 2], C_b = 0, L = 2\nsamples = [[1]]\nfind critical (C_b, C_W)',
    });
    await expect(listed).rejects.toThrow(/gives `C_W` layer by layer/);
  });
});

describe('fixed points at given parameters', () => {
  it('are those that the flow goes to, with correlation depths', async () => {
    const study = 'sigma = tanh, C_W = 1.2, C_b = 0.02, L = 80\nsamples = [[1]]\nfind critical (C_b, C_W)';
    const { fixedPoints } = await criticalOf({ study });
    expect(fixedPoints).toHaveLength(1);
    const [point] = fixedPoints!;
    expect(point).toMatchObject({ stable: true, phase: 'ordered' });
    expect(point!.depths.perpendicular).toBeCloseTo(-1 / Math.log(point!.perpendicular), 12);
    const model = modelOf({ study });
    const { layers } = flow(derive(model), model.studies[0]!, { from: 60, to: 61 });
    const [before, after] = layers.map(({ values }) => (values.G!.orders['0'] as number[][])[0]![0]!);
    expect(after).toBeCloseTo(point!.kernel, 9);
    expect((after! - point!.kernel) / (before! - point!.kernel)).toBeCloseTo(point!.parallel, 4);
  });
});
