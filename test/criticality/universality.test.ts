import { beforeAll, describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { defaultRequest } from '../../runtime/criticality/defaultRequest.ts';
import { fitPowerLaw, leastSquares } from '../../runtime/criticality/fitPowerLaw.ts';
import type { ScalingEntry, UniversalityReport } from '../../runtime/criticality/scalingReport.ts';
import { universality } from '../../runtime/criticality/universality.ts';
import { evolveCouplings } from '../../runtime/flow/evolveCouplings.ts';
import type { Theory } from '../../theory/theory.ts';
import { criticalOf, modelOf, type ModelText } from './studies.ts';

const TANGENT: Omit<ModelText, 'study'> = {
  prior:
    'W ~ normal(0, C_W / fan_in)\n  b ~ normal(0, C_b)\n  learning_rate W = lambda_W / fan_in, b = lambda_b',
  observables: `V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j
  H[i,j;a,b] = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)
  Theta[a,b] = <H[i,i;a,b]>
  A[a,b;c,d] = <H[i,i;a,b] H[j,j;c,d]>_c where i != j
  B[a,b;c,d] = <H[i,j;a,b] H[i,j;c,d]>_c where i != j
  D[a,b;c,d] = <z[i,a] z[i,b] H[j,j;c,d]>_c where i != j
  F[a,b;c,d] = <z[i,a] z[j,b] H[i,j;c,d]>_c where i != j
  ratio[a] = V[a,a;a,a] / (L * G[a,a]^2)`,
  order: 1,
};

const known = new Map<string, Promise<UniversalityReport>>();

function scalingOf(sigma: string, rates = 'lambda_W = 1, lambda_b = 0'): Promise<UniversalityReport> {
  const study = `sigma = ${sigma}, ${rates}\nfind critical (C_b, C_W)`;
  const model = modelOf({ ...TANGENT, study });
  const report = known.get(study) ?? universality(derive(model), model.studies[0]!, defaultRequest(model));
  known.set(study, report);
  return report;
}

function entry(entries: readonly ScalingEntry[], name: string): ScalingEntry {
  const found = entries.find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe('tanh at its critical point', () => {
  let report: UniversalityReport;
  beforeAll(async () => {
    report = await scalingOf('tanh');
  });

  it('K ~ 1 / (2 l)', () => {
    expect(report.kernel).toMatchObject({
      exponent: { exact: { text: '-1' } },
      amplitude: { exact: { text: '1/2' } },
    });
  });

  // theory.md section 5, K = 1 / (2 l) put in: V / (l K^2) -> 2/3 is V -> 1 / (6 l), G1 / (l K) -> -1/3 is G1 -> -1/6.
  it.each([
    ['V', -1, '1/6'],
    ['G1', 0, '-1/6'],
    ['Theta', 0, '1/2'],
    ['F', 0, '1/16'],
    ['B', 1, '1/12'],
    ['Theta1', 1, '-1/8'],
  ])('%s ~ l^%d times %s, derived and fitted', (name, exponent, amplitude) => {
    const { law, fitted } = entry(report.couplings, name);
    expect(law).toMatchObject({
      exponent: { value: exponent },
      amplitude: { exact: { text: amplitude } },
      logarithm: 0,
    });
    expect(Math.abs(fitted!.exponent! - exponent)).toBeLessThan(2e-3);
    expect(Math.abs(fitted!.amplitude / law!.amplitude!.value - 1)).toBeLessThan(5e-3);
  });

  it.each([
    ['D', '-1/16', 1],
    ['A', '3/32', 2],
  ])('%s has logarithms, their amplitude fitted', (name, amplitude, logarithm) => {
    const { law, fitted } = entry(report.couplings, name);
    expect(law).toMatchObject({
      exponent: { value: -1 },
      amplitude: { exact: { text: amplitude } },
      logarithm,
    });
    expect(Math.abs(fitted!.amplitude / law!.amplitude!.value - 1)).toBeLessThan(2e-3);
  });

  it('an observable with the layer in it: V / (L G^2) -> 2/3', () => {
    expect(entry(report.observables, 'ratio').law).toMatchObject({
      exponent: { value: 0 },
      amplitude: { exact: { text: '2/3' } },
    });
  });

  it('what grows with depth compared with its dimension is relevant', () => {
    expect(entry(report.couplings, 'V').dimensionless).toMatchObject({
      exponent: { value: 1 },
      relevance: 'relevant',
    });
    const exponents = Object.fromEntries(
      report.perturbations.map(({ of, exponent }) => [of, exponent.value]),
    );
    expect(exponents).toEqual({ C_b: 2, C_W: 1, parallel: -1, perpendicular: 0 });
  });
});

it('a learning rate of the biases makes the tangent kernel of tanh grow: Theta ~ lambda_b l / 2', async () => {
  const { couplings } = await scalingOf('tanh', 'lambda_W = 1, lambda_b = 1');
  expect(entry(couplings, 'Theta').law).toMatchObject({
    exponent: { value: 1 },
    amplitude: { exact: { text: '1/2' } },
  });
});

it('ReLU is exact at every depth', async () => {
  const { kernel, couplings } = await scalingOf('relu');
  expect(kernel).toBe('fixed');
  const formulas = Object.fromEntries(couplings.map(({ name, exact }) => [name, exact?.text]));
  // theory.md section 5, multiplied out: B = l (l-1) (2l-1) K^2 / 12, A = l (l-1) (7l-2) K^2 / 12.
  expect(formulas).toMatchObject({
    Theta: 'K*l/2',
    V: '5*l*K^2 - 5*K^2',
    F: 'K^2*l^2/2 - l*K^2/2',
    D: '3*K^2*l^2/2 - 3*l*K^2/2',
    B: 'l*K^2/12 - K^2*l^2/4 + K^2*l^3/6',
    A: 'l*K^2/6 - 3*K^2*l^2/4 + 7*K^2*l^3/12',
    G1: undefined,
    Theta1: undefined,
  });
});

it('erf keeps its constants, and rescaling makes it tanh to leading order', async () => {
  const { couplings } = await scalingOf('erf');
  expect(entry(couplings, 'Theta').law!.amplitude!.exact!.text).toBe('2/pi');
  expect(entry(couplings, 'V').law!.amplitude!.exact!.text).toBe('1/6');
});

it('a half-stable point is reported on its fixed point, its fit too', async () => {
  const { point, couplings } = await scalingOf('gelu');
  expect(point!.class).toBe('half-stable');
  const { law, fitted } = entry(couplings, 'V');
  expect(law!.exponent.value).toBe(1);
  expect(Math.abs(fitted!.amplitude / law!.amplitude!.value - 1)).toBeLessThan(1e-3);
});

describe('the approach to a half-stable point', () => {
  const definitions = 'activation snake(z) = z + sin(z)^2';
  const study = 'sigma = snake\nfind critical (C_b, C_W)';
  const V = 'V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j';

  async function reportOf(text: Omit<ModelText, 'study'>): Promise<readonly [UniversalityReport, Theory]> {
    const model = modelOf({ ...text, definitions, study });
    const theory = derive(model);
    return [await universality(theory, model.studies[0]!, defaultRequest(model)), theory];
  }

  /** The flow from twice K*, layer by layer. */
  function valuesOf(
    theory: Theory,
    { point }: UniversalityReport,
    read: (couplings: ReadonlyMap<string, number>) => number,
  ): { depths: number[]; values: number[] } {
    if (point?.kernel.kind !== 'number') throw new Error('K* is a number');
    const { C_b, C_W } = point.parameters;
    const parameters = new Map([
      ['C_b', C_b!.value],
      ['C_W', C_W!.value],
    ]);
    const samples = [[Math.sqrt((2 * point.kernel.value - C_b!.value) / C_W!.value)]];
    const deep = { ...theory.model.studies[0]!, parameters, samples };
    const [depths, values]: [number[], number[]] = [[], []];
    for (const { layer, couplings } of evolveCouplings(theory, deep, 2000))
      if (layer >= 125 && layer % 125 === 0) {
        depths.push(layer);
        values.push(read(couplings));
      }
    return { depths, values };
  }

  it('K - K* ~ 1 / (|c| l), V a fifth and G1 a tenth of what they are at K*: derived and fitted', async () => {
    const [report, theory] = await reportOf({ observables: V, order: 1 });
    const { approach, point } = report;
    const bend = point!.drift!.coefficient.value;
    expect(approach!.side).toBe('above');
    expect(approach!.deviation.exponent.value).toBe(-1);
    expect(approach!.deviation.amplitude!.value).toBeCloseTo(-1 / bend, 6);
    const start = point!.kernel.kind === 'number' ? point!.kernel.value : NaN;
    for (const [key, share, law, offset] of [
      ['c:zz@0:1,1', 1, approach!.deviation, start],
      ['c:zz|zz@1:1,1,1,1', 1 / 5, entry(approach!.couplings, 'V').law!, 0],
      ['c:zz@1:1,1', 1 / 10, entry(approach!.couplings, 'G1').law!, 0],
    ] as const) {
      if (share < 1) {
        const name = share === 1 / 5 ? 'V' : 'G1';
        const there = entry(report.couplings, name).law!;
        expect(law.exponent.value).toBe(there.exponent.value);
        expect(law.amplitude!.value / there.amplitude!.value).toBeCloseTo(share, 6);
      }
      const { depths, values } = valuesOf(theory, report, (couplings) => couplings.get(key)! - offset);
      const fit = fitPowerLaw(depths, values)!;
      expect(Math.abs(fit.exponent! - law.exponent.value)).toBeLessThan(0.01);
      expect(Math.abs(fit.amplitude / law.amplitude!.value - 1)).toBeLessThan(0.1);
    }
  });

  it('chi_perp drifts to 1 from above, so that the tangent kernel grows faster than the depth', async () => {
    const [report, theory] = await reportOf({
      prior: 'W ~ normal(0, C_W / fan_in)\n  b ~ normal(0, C_b)\n  learning_rate W = 1 / fan_in, b = 1',
      observables: `H[i,j;a,b] = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)
  Theta[a,b] = <H[i,i;a,b]>`,
    });
    const { law, note } = entry(report.approach!.couplings, 'Theta');
    expect(note).toContain('first layers decide');
    const { depths, values } = valuesOf(theory, report, (couplings) => couplings.get('c:H.0H.1@0:1,1')!);
    expect(law!.exponent.value).toBeCloseTo(1.8, 3);
    expect(Math.abs(fitPowerLaw(depths, values)!.exponent! - law!.exponent.value)).toBeLessThan(0.02);
  });

  it('from below for swish, far beyond the depths of networks', async () => {
    const { approach } = await scalingOf('swish');
    expect(approach!.side).toBe('below');
    expect(approach!.deviation.amplitude!.value).toBeLessThan(0);
    expect(approach!.onset).toBeGreaterThan(20_000);
    // chi_perp < 1 on the way: every layer but the last few is forgotten, and Theta grows as the depth again.
    expect(entry(approach!.couplings, 'Theta').law!.exponent.value).toBe(1);
  });
});

describe('off criticality', () => {
  const depthsAt = async (sigma: string, C_W: number, C_b: number, definitions = ''): Promise<number> => {
    const { fixedPoints } = await criticalOf({
      definitions,
      study: `sigma = ${sigma}, C_W = ${C_W}, C_b = ${C_b}, L = 2\nsamples = [[1]]\nfind critical (C_b, C_W)`,
    });
    return fixedPoints!.at(-1)!.depths.parallel;
  };
  const slope = async (depths: (delta: number) => Promise<number>): Promise<number> =>
    Math.log((await depths(1e-3)) / (await depths(1e-4))) / Math.log(10);

  it('xi_par ~ |delta|^-nu: tanh 1 for C_W and 1/2 for C_b, half-stable points 1/2', async () => {
    const tanh = await scalingOf('tanh');
    const nu = ({ perturbations }: Pick<UniversalityReport, 'perturbations'>): unknown =>
      Object.fromEntries(perturbations.flatMap(({ of, nu: value }) => (value ? [[of, value.value]] : [])));
    expect(nu(tanh)).toEqual({ C_W: 1, C_b: 1 / 2 });
    expect(await slope((delta) => depthsAt('tanh', 1 + delta, 0))).toBeCloseTo(-1, 1);
    expect(await slope((delta) => depthsAt('tanh', 1, delta))).toBeCloseTo(-1 / 2, 1);
    const gelu = await scalingOf('gelu');
    expect(nu(gelu.approach!)).toEqual({ C_W: 1 / 2, C_b: 1 / 2 });
  });

  it('depths at 1 % off are those of the fixed point', async () => {
    const { offCritical } = await scalingOf('tanh');
    const above = offCritical!.find(({ parameter, delta }) => parameter === 'C_W' && delta > 0)!;
    expect(above.parallel! / (await depthsAt('tanh', 1.01, 0))).toBeCloseTo(1, 5);
    const below = offCritical!.find(({ parameter, delta }) => parameter === 'C_W' && delta < 0)!;
    // K* = 0 there: both susceptibilities are C_W sigma'(0)^2.
    expect(below.parallel).toBeCloseTo(-1 / Math.log(0.99), 2);
    expect(below.perpendicular).toBeCloseTo(-1 / Math.log(0.99), 2);
    expect(offCritical!.some(({ parameter, delta }) => parameter === 'C_b' && delta < 0)).toBe(false);
  });
});

it('says why there is nothing to derive', async () => {
  expect((await scalingOf('softplus')).none).toContain('chi_par');
});

describe('fits', () => {
  it('least squares reproduce what they are made of', () => {
    const rows = [1, 2, 3, 4, 5].map((x) => [1, x, x * x]);
    const solution = leastSquares(
      rows,
      rows.map(([, x, square]) => 2 - 3 * x! + 0.5 * square!),
    );
    [2, -3, 0.5].forEach((value, k) => expect(solution[k]).toBeCloseTo(value, 10));
  });

  it('refuse values of both signs', () => {
    expect(fitPowerLaw([1, 2, 3, 4], [1, -1, 1, -1])).toBeUndefined();
  });
});
