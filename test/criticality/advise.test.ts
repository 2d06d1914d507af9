import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { openBackend } from '../../runtime/backend.ts';
import { advise, type AdviseOptions } from '../../runtime/criticality/advise.ts';
import type { Advice } from '../../runtime/criticality/adviceReport.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { defaultRequest } from '../../runtime/criticality/defaultRequest.ts';
import { initialisationCode } from '../../runtime/criticality/initialisationCode.ts';
import { modelOf, type ModelText } from './studies.ts';

function adviceOn(text: ModelText, options?: AdviseOptions): Promise<Advice> {
  const model = modelOf(text);
  return advise(derive(model), model.studies[0]!, defaultRequest(model), options);
}

const search = (sigma: string): ModelText => ({
  order: 1,
  study: `sigma = ${sigma}\nfind critical (C_b, C_W)`,
});

describe('the best ratio of depth to width', () => {
  // PDLT appendix A, one output.
  it.each([
    ['relu', 0.0348],
    ['linear', 0.087],
    ['tanh', 0.261],
  ])('of %s is %d', async (sigma, ratio) => {
    const { aspect } = await adviceOn(search(sigma));
    expect(aspect!.ratio.toPrecision(3)).toBe(ratio.toPrecision(3));
  });

  it('falls with the number of outputs as 4 / (20 + 3 n_L)', async () => {
    const { aspect } = await adviceOn(search('relu'), { outputs: 10 });
    expect(aspect!.ratio).toBeCloseTo(4 / 50 / 5, 12);
  });

  it('rests on the third moment of the fluctuation of a Gaussian density: m (m + 2) (m + 8) for m outputs', () => {
    // p = < N(0, g) > over a kernel of relative variance e: p / N = 1 + (e/2) P + ..., P = u^2 - 2 (q+1) u + q (q+1) with u = |z|^2 / 2
    // distributed as Gamma(q), q = m/2. The relative entropy is e^2/8 <P^2> - e^3/48 <P^3>.
    for (const m of [1, 2, 3, 7]) {
      const q = m / 2;
      const moment = (k: number): number =>
        Array.from({ length: k }).reduce<number>((product, _, j) => product * (q + j), 1);
      const P = [q * (q + 1), -2 * (q + 1), 1];
      const times = (a: readonly number[], b: readonly number[]): number[] =>
        Array.from({ length: a.length + b.length - 1 }, (_, k) =>
          a.reduce((sum, c, j) => sum + c * (b[k - j] ?? 0), 0),
        );
      const mean = (a: readonly number[]): number => a.reduce((sum, c, k) => sum + c * moment(k), 0);
      expect(mean(times(P, P))).toBeCloseTo((m * (m + 2)) / 2, 8);
      expect(mean(times(P, times(P, P)))).toBeCloseTo(m * (m + 2) * (m + 8), 6);
    }
  });
});

describe('advice', () => {
  it('gives learning rates layer by layer: 1/L without a scale, 1/l for the biases of tanh', async () => {
    const rates = async (sigma: string): Promise<string[]> =>
      (await adviceOn(search(sigma))).lines
        .filter(({ topic }) => topic === 'learning rates')
        .map(({ says }) => says);
    expect(await rates('relu')).toEqual([
      'weights of layer l: (lambda_W / fan_in) times L^(-1)',
      'biases of layer l: lambda_b times L^(-1)',
    ]);
    expect(await rates('tanh')).toEqual([
      'weights of layer l: (lambda_W / fan_in) in every layer',
      'biases of layer l: lambda_b times l^(-1)',
    ]);
  });

  it('these rates keep the tangent kernel of a deep tanh network of order one', () => {
    const thetaAt = (depth: number, rates: (l: number) => string): number => {
      const list = Array.from({ length: depth }, (_, k) => rates(k + 1)).join(', ');
      const model = modelOf({
        prior:
          'W ~ normal(0, C_W / fan_in)\n  b ~ normal(0, C_b)\n  learning_rate W = lambda_W / fan_in, b = lambda_b',
        observables:
          'H[i,j;a,b] = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)\n  Theta[a,b] = <H[i,i;a,b]>',
        study: `sigma = tanh, C_W = 1, C_b = 0, lambda_W = 1, L = ${depth}
lambda_b = [${list}]
samples = [[1]]`,
      });
      const { layers } = flow(derive(model), model.studies[0]!, { from: depth });
      return (layers[0]!.values.Theta!.orders['0'] as number[][])[0]![0]!;
    };
    const advised = [60, 120].map((depth) => thetaAt(depth, (l) => `1 / ${l}`));
    expect(Math.abs(advised[1]! / advised[0]! - 1)).toBeLessThan(0.05);
    const equal = [60, 120].map((depth) => thetaAt(depth, () => '1'));
    expect(equal[1]! / equal[0]!).toBeGreaterThan(1.9);
  });

  it('says how large finite-width effects are and where the expansion ends', async () => {
    const study =
      'sigma = relu, C_W = 2, C_b = 0, L = 11\nsamples = [[1]]\nflow G for L = 1 .. 11 at n = 100';
    const { finiteWidth } = await adviceOn({ order: 1, study });
    // V = 5 (l - 1) K^2
    expect(finiteWidth).toMatchObject({ depth: 11, width: 100 });
    expect(finiteWidth!.relative).toBeCloseTo(0.5, 9);
    expect(finiteWidth!.limit).toBeCloseTo(20, 9);
  });

  it('names an equation for every line', async () => {
    const { lines } = await adviceOn(search('gelu'), { width: 128, depth: 8 });
    expect(new Set(lines.map(({ topic }) => topic))).toEqual(
      new Set(['initialisation', 'learning rates', 'shape', 'finite width', 'scaling']),
    );
    for (const { says, from } of lines) expect([says, from].every((text) => text.length > 10)).toBe(true);
  });

  it('of a residual layer at order 0 stays with what is derived', async () => {
    const advice = await adviceOn({
      layer: 'z[i] = gamma * z[i] + b[i] + sum(j) W[i,j] * sigma(z[j])',
      study: 'sigma = tanh, gamma = 0.9\nfind critical (C_b, C_W)',
    });
    expect(advice.aspect).toBeUndefined();
    expect(advice.code!.pytorch).toContain('math.sqrt(0.19 / module.in_features)');
  });

  it('gives none where there is no critical point', async () => {
    expect((await adviceOn(search('softplus'))).none).toContain('chi_par');
  });
});

describe('the code for tfjs', () => {
  it('draws weights and biases with the critical variances', async () => {
    const { tfjs } = initialisationCode([
      { name: 'W', kind: 'weights', variance: 1.98305826 },
      { name: 'b', kind: 'bias', variance: 0.17292239 },
    ]);
    await openBackend('cpu');
    const tf = await import('@tensorflow/tfjs-core');
    const module = (await import(`data:text/javascript,${encodeURIComponent(tfjs)}`)) as {
      initialLayer: (
        library: typeof tf,
        fanIn: number,
        fanOut: number,
        seed: number,
      ) => Record<'W' | 'b', { dataSync: () => Float32Array }>;
    };
    const { W, b } = module.initialLayer(tf, 250, 400, 7);
    const variance = (values: Float32Array): number =>
      values.reduce((sum, x) => sum + x * x, 0) / values.length;
    // Relative standard errors: sqrt(2 / 100,000) = 0.0045 and sqrt(2 / 400) = 0.07.
    expect(Math.abs((250 * variance(W.dataSync())) / 1.98305826 - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance(b.dataSync()) / 0.17292239 - 1)).toBeLessThan(0.3);
  });
});
