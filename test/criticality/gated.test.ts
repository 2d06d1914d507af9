import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { advise } from '../../runtime/criticality/advise.ts';
import { findCritical } from '../../runtime/criticality/findCritical.ts';
import { phaseDiagram } from '../../runtime/criticality/phaseDiagram.ts';
import type { CriticalPoint, CriticalReport } from '../../runtime/criticality/report.ts';
import { universality } from '../../runtime/criticality/universality.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Model } from '../../theory/model.ts';
import { searchWith } from './studies.ts';

interface GatedText {
  readonly study: string;
  readonly order?: number;
  /** What v reads; h by default, as u. */
  readonly other?: string;
  readonly prior?: string;
}

const PRIOR = `W ~ normal(0, C_W / fan_in)
  U ~ normal(0, C_U / fan_in)
  b ~ normal(0, C_b)
  c ~ normal(0, C_c)`;

function gatedModel({ study, order = 0, other = 'h', prior = PRIOR }: GatedText): Model {
  const define = other === 'h' ? '' : `; ${other}[i] = phi(v[i])`;
  const text = `eft 1
activation bump(z) = exp(-z^2 / 2)
architecture gated {
  input x[n_0]
  width n
  depth L
  activation phi
  layer 1:   u[i] = b[i] + sum(j) W[i,j] * x[j]; v[i] = c[i] + sum(j) U[i,j] * x[j]; h[i] = u[i] * phi(v[i])${define}
  layer l+1: u[i] = b[i] + sum(j) W[i,j] * h[j]; v[i] = c[i] + sum(j) U[i,j] * ${other}[j]; h[i] = u[i] * phi(v[i])${define}
}
prior {
  ${prior}
}
observable {
  G[a,b] = <u[i,a] u[i,b]>
  V[a,b;c,d] = <u[i,a] u[i,b] u[j,c] u[j,d]>_c where i != j
  X[a,b;c,d] = <u[i,a] u[i,b] v[j,c] v[j,d]>_c where i != j
}
expand in 1/n to order ${Math.max(1, order)}
study "s" {
${study}
}
`;
  const { value, diagnostics } = compile({ name: 'test.eft', text }, { readText: () => undefined });
  if (!value) throw new Error(renderDiagnostics(diagnostics));
  return value;
}

function criticalOf(text: GatedText): Promise<CriticalReport> {
  const model = gatedModel(text);
  const [study] = model.studies;
  return findCritical(derive(model, { order: 0 }), study!, study!.searches![0]!);
}

function search(phi: string, biases: readonly [number, number]): Promise<CriticalReport> {
  return criticalOf({
    study: `phi = ${phi}, C_b = ${biases[0]}, C_c = ${biases[1]}\nfind critical (C_W, C_U)`,
  });
}

const swish = (z: number): number => z / (1 + Math.exp(-z));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** < f >_K by the trapezoidal rule. */
function mean(f: (z: number) => number, kernel: number): number {
  let sum = 0;
  for (let x = -9; x <= 9; x += 1 / 16) sum += Math.exp((-x * x) / 2) * f(Math.sqrt(kernel) * x);
  return sum / 16 / Math.sqrt(2 * Math.PI);
}

function kernelsOf({ kernel }: CriticalPoint): Readonly<Record<string, number>> {
  if (kernel.kind === 'any' || !kernel.kernels) throw new Error('two kernels are numbers');
  return kernel.kernels;
}

describe('critical points of gated units', () => {
  it('GLU without biases: the limit K -> 0 at C_W = 1 / sigmoid(0)^2, for any C_U, repels', async () => {
    const { points } = await search('sigmoid', [0, 0]);
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({
      class: 'K* = 0',
      approach: 'repelling',
      parameters: { C_W: { exact: { text: '4' } } },
      drift: { coefficient: { exact: { text: 'C_U/16' } } },
    });
    expect(points[0]!.parameters).not.toHaveProperty('C_U');
    // K' = 4 K <sigmoid^2> at K_v = (C_U / C_W) K.
    const [K, C_U] = [1e-3, 3];
    const next = 4 * K * mean((z) => sigmoid(z) ** 2, (C_U / 4) * K);
    expect((next - K) / K ** 2).toBeCloseTo(C_U / 16, 3);
  });

  it('with a bias of the gate alone: K_v stays, C_W = 1 / <phi^2>', async () => {
    const { points } = await search('sigmoid', [0, 1]);
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({ class: 'K* = 0', approach: 'repelling' });
    expect(kernelsOf(points[0]!)).toEqual({ u: 0, v: 1 });
    expect(points[0]!.parameters.C_W!.value).toBeCloseTo(1 / mean((z) => sigmoid(z) ** 2, 1), 10);
  });

  it('SwiGLU and bilinear layers without biases have none: chi_perp > 1 at every fixed point', async () => {
    for (const phi of ['silu', 'linear']) {
      const { points, none } = await search(phi, [0, 0]);
      expect(points).toEqual([]);
      expect(none).toMatch(/chi_perp is (2|2\.\d+) or more/);
    }
  });

  it('with biases K_v* is where the gate alone is half-stable, and the rest follows', async () => {
    const [{ points }, plain] = await Promise.all([search('silu', [1, 12]), searchWith('swish')]);
    const [point] = points;
    expect(points).toHaveLength(1);
    expect(point).toMatchObject({ class: 'half-stable', approach: 'from below' });
    const { u, v } = kernelsOf(point!);
    const alone = plain.points[0]!.kernel;
    expect(v).toBeCloseTo(alone.kind === 'number' ? alone.value : NaN, 9);
    // C_W Phi = t, C_U K_u Psi = 1 - t, with K_v - C_c = (1 - t) Phi / Psi and K_u (1 - t) = C_b.
    const Phi = mean((z) => swish(z) ** 2, v!);
    const Psi = mean((z) => (sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))) ** 2, v!);
    const rest = ((v! - 12) * Psi) / Phi;
    expect(u).toBeCloseTo(1 / rest, 8);
    expect(point!.parameters.C_W!.value).toBeCloseTo((1 - rest) / Phi, 8);
    expect(point!.parameters.C_U!.value).toBeCloseTo(rest / (u! * Psi), 8);
    const { residuals, brackets } = point!.certificate!;
    for (const residual of Object.values(residuals)) expect(Math.abs(residual)).toBeLessThan(1e-12);
    for (const [name, [low, high]] of Object.entries(brackets!)) {
      expect(low).toBeLessThan(kernelsOf(point!)[name]!);
      expect(high).toBeGreaterThan(kernelsOf(point!)[name]!);
      expect(high / low - 1).toBeLessThan(1e-8);
    }
    // The map iterated from below: K* - K ~ 1 / (c l).
    const { C_W, C_U } = point!.parameters;
    let [x, y] = [u! - 1, v! - C_U!.value / C_W!.value];
    const table = tabulated((kernel) => mean((z) => swish(z) ** 2, kernel), 10, 15);
    const depth = 4000;
    for (let l = 0; l < depth; l++) {
      const average = x * table(y);
      [x, y] = [1 + C_W!.value * average, 12 + C_U!.value * average];
    }
    const front = 1 / point!.drift!.coefficient.value;
    expect(((u! - x) * depth) / front).toBeCloseTo(1, 1);
  });

  it('are found for unknown biases as well, and rejected where a variance would be negative', async () => {
    const found = await criticalOf({ study: 'phi = silu, C_W = 0.03, C_U = 0.5\nfind critical (C_b, C_c)' });
    expect(found.points).toHaveLength(1);
    expect(kernelsOf(found.points[0]!).v).toBeCloseTo(14.320173618, 8);
    const small = await search('silu', [0.5, 0.5]);
    expect(small.none).toMatch(/the variance of `W` would be -0\.0005\d+, which is negative/);
  });

  it("form a line where <phi phi''> vanishes everywhere: bilinear and ReGLU", async () => {
    const shared = `W ~ normal(0, C_W / fan_in)
  U ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
  c ~ normal(0, C_b)`;
    for (const [phi, C_W] of [
      ['linear', '1/(2*K)'],
      ['relu', '1/K'],
    ]) {
      const { points } = await criticalOf({
        prior: shared,
        study: `phi = ${phi}\nfind critical (C_b, C_W)`,
      });
      expect(points).toHaveLength(1);
      expect(points[0]).toMatchObject({
        class: 'critical line',
        approach: 'from below',
        line: { C_b: { text: 'K/2' }, C_W: { text: C_W } },
      });
    }
    const { points, lines } = await search('linear', [1, 1]);
    expect(points[0]!.class).toBe('critical line');
    expect(lines.parallel.length).toBeGreaterThan(5);
    for (const { kernels, parameters } of lines.parallel) {
      expect(parameters.C_W! * kernels!.v! ** 2).toBeCloseTo(1, 9);
      expect(parameters.C_U! / (1 - 1 / kernels!.v!) ** 2).toBeCloseTo(1, 9);
    }
  });

  it('with equal variances there is one kernel, exact for GEGLU', async () => {
    const { points } = await criticalOf({
      prior: `W ~ normal(0, C_W / fan_in)
  U ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
  c ~ normal(0, C_b)`,
      study: 'phi = gelu\nfind critical (C_b, C_W)',
    });
    expect(points[0]!.kernel).toMatchObject({ exact: { text: '3/2 + sqrt(17)/2' } });
  });

  it('are refused where pre-activations read different functions', async () => {
    const different = criticalOf({
      other: 'g',
      study: 'phi = silu, C_b = 1, C_c = 1\nfind critical (C_W, C_U)',
    });
    await expect(different).rejects.toThrow(/`u`, `v` read different ones/);
  });
});

describe('gated units at given parameters', () => {
  const given = 'phi = silu, C_W = 0.3, C_U = 0.5, C_b = 0.4, C_c = 0.4, L = 14';

  it('chi_par and chi_perp are the rates of the flow of two samples', async () => {
    const study = `${given}\nsamples = [[1], [1.2]]\nfind critical (C_W, C_U)`;
    const { fixedPoints } = await criticalOf({ study });
    const point = fixedPoints!.find(({ stable }) => stable)!;
    const model = gatedModel({ study });
    const { layers } = flow(derive(model, { order: 0 }), model.studies[0]!, { from: 5, to: 6 });
    const [before, after] = layers.map(({ values }) => values.G!.orders['0'] as number[][]);
    const ratio = (read: (G: number[][]) => number): number => read(after!) / read(before!);
    expect(ratio((G) => G[0]![0]! - point.kernel)).toBeCloseTo(point.parallel, 3);
    expect(ratio((G) => G[0]![0]! + G[1]![1]! - 2 * G[0]![1]!)).toBeCloseTo(point.perpendicular, 3);
  });

  it('phase diagrams show the fixed point that the flow goes to', async () => {
    const study = `${given}\nsamples = [[1]]\nfind critical (C_W, C_U)\nphase C_W = 0.3 .. 3, C_U = 0.5 .. 3`;
    const { fixedPoints } = await criticalOf({ study });
    const model = gatedModel({ study });
    const [first] = model.studies;
    const diagram = phaseDiagram(derive(model, { order: 0 }), first!, first!.phases![0]!, { points: 4 });
    expect(diagram.phase[0]![0]).toBe('ordered');
    expect(diagram.kernel[0]![0]! / fixedPoints![0]!.kernel).toBeCloseTo(1, 7);
    expect(diagram.perpendicular[0]![0]).toBeCloseTo(fixedPoints![0]!.perpendicular, 7);
    expect(diagram.phase.at(-1)!.at(-1)).toBe('divergent');
  });
});

describe('universality of gated units', () => {
  async function scalingOf(study: string) {
    const model = gatedModel({ study, order: 1 });
    const [first] = model.studies;
    return universality(derive(model), first!, first!.searches![0]!);
  }

  it.each([
    ['half-stable', 'phi = silu, C_b = 1, C_c = 12\nfind critical (C_W, C_U)'],
    ['K* = 0', 'phi = bump, C_b = 0, C_c = 0, C_U = 1\nfind critical (C_W)'],
  ])('the laws of V, X and G1 are those of the flow: %s', async (kind, study) => {
    const { point, couplings, observables } = await scalingOf(study);
    expect(point!.class).toBe(kind);
    const entries = [...couplings, ...observables].filter(({ law }) => law);
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['V', 'X', 'G1']));
    for (const { law, fitted } of entries) {
      expect(Math.abs(fitted!.exponent! - law!.exponent.value)).toBeLessThan(2e-3);
      expect(Math.abs(fitted!.amplitude / law!.amplitude!.value - 1)).toBeLessThan(5e-3);
    }
  });

  it('asks for what a point leaves free', async () => {
    const { none } = await scalingOf('phi = sigmoid, C_b = 0, C_c = 0\nfind critical (C_W, C_U)');
    expect(none).toBe('the point leaves C_U free: give it a value');
  });

  it('advice names the variance of every group', async () => {
    const model = gatedModel({ study: 'phi = silu, C_b = 1, C_c = 12\nfind critical (C_W, C_U)', order: 1 });
    const [first] = model.studies;
    const { lines, code } = await advise(derive(model), first!, first!.searches![0]!, {
      width: 256,
      depth: 8,
    });
    expect(code).toBeUndefined();
    expect(
      lines.some(({ says }) => /b: 1, W: 0\.12\d+ \/ fan_in, c: 12, U: 0\.056\d+ \/ fan_in/.test(says)),
    ).toBe(true);
  });
});

/** Cubic interpolation on a grid fine enough for 1e-9. */
function tabulated(f: (x: number) => number, low: number, high: number): (x: number) => number {
  const step = (high - low) / 200;
  const values = Array.from({ length: 204 }, (_, k) => f(low + (k - 1) * step));
  return (x) => {
    const position = (x - low) / step;
    const k = Math.max(0, Math.min(200, Math.floor(position)));
    const t = position - k;
    const [a, b, c, d] = values.slice(k, k + 4) as [number, number, number, number];
    return (
      (-t * (t - 1) * (t - 2) * a) / 6 +
      ((t + 1) * (t - 1) * (t - 2) * b) / 2 -
      ((t + 1) * t * (t - 2) * c) / 2 +
      ((t + 1) * t * (t - 1) * d) / 6
    );
  };
}
