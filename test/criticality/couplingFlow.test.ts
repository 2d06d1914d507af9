/** The flow in the plane of two couplings, against linear layers in closed form, against `flow` and against the search for critical points. */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { readCouplingAxis } from '../../compiler/readCouplingAxis.ts';
import { couplingFlow, defaultAxes, type CouplingFlow } from '../../runtime/criticality/couplingFlow.ts';
import { createCouplingMap } from '../../runtime/criticality/couplingMap.ts';
import { couplingSymbols } from '../../theory/couplingAxis.ts';
import { criticalOf, modelOf } from './studies.ts';

const OBSERVABLES = 'V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j';
const TANGENT = {
  prior:
    'W ~ normal(0, C_W / fan_in)\n  b ~ normal(0, C_b)\n  learning_rate W = lambda_W / fan_in, b = lambda_b',
  observables: `${OBSERVABLES}
  H[i,j;a,b] = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)
  Theta[a,b] = <H[i,i;a,b]>
  A[a,b;c,d] = <H[i,i;a,b] H[j,j;c,d]>_c where i != j`,
};

function studyOf(study: string, tangent = false) {
  const rest = tangent ? TANGENT : { observables: OBSERVABLES };
  const model = modelOf({ ...rest, order: 1, study: `${study}\nL = 6\nsamples = [[0.8]]` });
  return { theory: derive(model), study: model.studies[0]! };
}

function flowOf(study: string, x?: string, y?: string, tangent = false): CouplingFlow {
  const { theory, study: only } = studyOf(study, tangent);
  const [own] = defaultAxes(theory);
  const axis = (text: string) =>
    readCouplingAxis({ name: 'axis', text }, couplingSymbols(theory)).value ?? expect.fail(text);
  return couplingFlow(theory, only, [x ? axis(x) : own![0], y ? axis(y) : own![1]]);
}

describe('one layer as a map of couplings', () => {
  it.each(['sigma = tanh, C_W = 1.3, C_b = 0.1', 'sigma = relu, C_W = 2, C_b = 0'])(
    'is that of the flow: %s',
    (text) => {
      const { theory, study } = studyOf(`${text}, lambda_W = 1, lambda_b = 0.3`, true);
      const map = createCouplingMap(theory, study);
      const layers = map.layers(6);
      layers.slice(1).forEach((layer, k) => {
        const next = map.step(layers[k]!)!;
        next.forEach((value, place) => expect(value).toBeCloseTo(layer[place]!, 7));
      });
    },
  );

  it('leaves out what the couplings named do not need', () => {
    const { theory, study } = studyOf('sigma = tanh, C_W = 1, C_b = 0, lambda_W = 1, lambda_b = 0', true);
    expect(createCouplingMap(theory, study, ['Theta']).names).toEqual(['K', 'Theta']);
    expect(createCouplingMap(theory, study, ['V']).names).toEqual(['K', 'V']);
  });
});

describe('linear layers', () => {
  // K' = C_b + C_W K and V' = C_W^2 (V + 2 K^2).
  it('have the fixed point of their recursions, and lines along its arrows', () => {
    const { fixedPoints, walks, axes, isClosed } = flowOf('sigma = linear, C_W = 0.5, C_b = 0.4');
    const kernel = 0.4 / (1 - 0.5);
    const vertex = (2 * 0.25) / (1 - 0.25);
    expect(fixedPoints).toEqual([
      {
        kernel: expect.closeTo(kernel, 9) as number,
        x: expect.closeTo(kernel, 9) as number,
        y: expect.closeTo(vertex, 9) as number,
        stability: 'stable',
      },
    ]);
    expect(isClosed).toBe(true);
    expect(walks.length).toBeGreaterThan(40);
    const [width, height] = axes.map(({ range: [low, high] }) => high - low) as [number, number];
    for (const walk of walks)
      walk.slice(2).forEach(([x, y], k) => {
        const [left, right] = [walk[k]!, [x, y]] as const;
        const [K, ratio] = walk[k + 1]!;
        const next = 0.4 + 0.5 * K;
        const arrow = [
          (next - K) / width,
          ((0.25 * (ratio + 2) * K * K) / next ** 2 - ratio) / height,
        ] as const;
        const tangent = [(right[0] - left[0]) / width, (right[1] - left[1]) / height] as const;
        const size = Math.hypot(...arrow) * Math.hypot(...tangent);
        // Where arrows are short the line has come to rest.
        if (Math.hypot(...arrow) < 0.02) return;
        expect((arrow[0] * tangent[0] + arrow[1] * tangent[1]) / size).toBeGreaterThan(0.9);
      });
  });

  it('drive a kernel away from a fixed point that is none for K = 0', () => {
    const { fixedPoints } = flowOf('sigma = linear, C_W = 1.5, C_b = 0', 'K = 0 .. 2', 'V / K^2');
    expect(fixedPoints).toEqual([{ kernel: 0, x: 0, stability: 'unstable' }]);
  });

  it('without a scale keep every kernel: V / K^2 grows by 2 in each layer', () => {
    const { everyKernel, fixedPoints, walks, own } = flowOf('sigma = linear, C_W = 1, C_b = 0');
    expect([everyKernel, fixedPoints]).toEqual([true, []]);
    own.slice(1).forEach(([, y], k) => expect(y - own[k]![1]).toBeCloseTo(2, 10));
    for (const walk of walks) {
      for (const [x] of walk) expect(x).toBeCloseTo(walk[0]![0], 6);
      expect(walk.at(-1)![1]).toBeGreaterThan(walk[0]![1]);
    }
  });
});

describe('fixed points', () => {
  it.each(['C_W = 1.6, C_b = 0.05', 'C_W = 2, C_b = 0'])(
    'of tanh are those of the search: %s',
    async (values) => {
      const { fixedPoints } = flowOf(`sigma = tanh, ${values}`, 'K = 0 .. 3', 'V / K^2 = 0 .. 20');
      const text = `sigma = tanh, ${values}, L = 2\nsamples = [[1]]\nfind critical (C_b, C_W)`;
      const found = (await criticalOf({ study: text })).fixedPoints!;
      const positive = fixedPoints.filter(({ kernel }) => kernel > 0);
      expect(positive.map(({ kernel }) => kernel)).toEqual(
        found.map(({ kernel }) => expect.closeTo(kernel, 8) as number),
      );
      expect(positive.map(({ stability }) => stability)).toEqual(['stable']);
      // K = 0 is a fixed point without a bias, and not otherwise.
      expect(fixedPoints.some(({ kernel }) => kernel === 0)).toBe(values.endsWith('C_b = 0'));
    },
  );

  it('of tanh at criticality: the kernel falls to zero, V / K^2 grows', () => {
    expect(flowOf('sigma = tanh, C_W = 1, C_b = 0').fixedPoints).toEqual([
      { kernel: 0, x: 0, stability: 'stable' },
    ]);
  });

  it('of GELU at criticality: half-stable at (3 + sqrt 17) / 2, a line, for V has no fixed value', () => {
    const { fixedPoints } = flowOf(
      'sigma = gelu, C_W = 1.98305825743640, C_b = 0.17292239075600',
      'K = 3.3 .. 4',
    );
    const kernel = expect.closeTo((3 + Math.sqrt(17)) / 2, 2) as number;
    expect(fixedPoints).toEqual([{ kernel, x: kernel, stability: 'half-stable' }]);
  });

  it('of the tangent kernel: Theta = lambda_b / (1 - C_W) where the kernel falls to zero', () => {
    const { fixedPoints } = flowOf(
      'sigma = tanh, C_W = 0.6, C_b = 0, lambda_W = 1, lambda_b = 0.5',
      'K',
      'Theta',
      true,
    );
    expect(fixedPoints).toEqual([
      { kernel: 0, x: 0, y: expect.closeTo(0.5 / 0.4, 3) as number, stability: 'stable' },
    ]);
  });
});

describe('axes', () => {
  const NTK = 'sigma = tanh, C_W = 1.2, C_b = 0.1, lambda_W = 1, lambda_b = 0';

  it('may be any expressions of couplings, susceptibilities and observables; what else they need is said', () => {
    const { shared, isClosed, own, orders } = flowOf(NTK, 'chi_perp', 'A / Theta^2 = 0 .. 1', true);
    expect([isClosed, Object.keys(shared).sort(), orders]).toEqual([
      false,
      ['D', 'Theta', 'V'],
      { Theta: 0, A: 1 },
    ]);
    expect(shared).toMatchObject({ V: 0, D: 0 });
    expect(own[0]![1]).toBe(0);
    // G stands for its leading coefficient, which is K.
    expect(flowOf(NTK, 'G', 'V / G^2', true).own).toEqual(flowOf(NTK, 'K', 'V / K^2', true).own);
  });

  it('are read with their ranges, which may be formulas', () => {
    const read = (text: string) => readCouplingAxis({ name: 'axis', text }, ['K', 'V']);
    expect(read('V  / K^2 = -1 .. pi/2').value).toMatchObject({ text: 'V / K^2', range: [-1, Math.PI / 2] });
    expect(read('K').value).toMatchObject({ text: 'K' });
  });

  it.each([
    ['V / Q', 'EFT201', 4, 5],
    ['K = 2 .. 1', 'EFT512', 3, 10],
    ['K = x .. 1', 'EFT514', 4, 5],
    ['K +', undefined, 3, 3],
    ['', undefined, 0, 0],
    ['K\nV = 2', undefined, 0, 2],
  ])('%j is refused at its place', (text, code, start, end) => {
    const { value, diagnostics } = readCouplingAxis({ name: 'axis', text }, ['K', 'V']);
    expect(value).toBeUndefined();
    const [{ span, code: found }] = diagnostics as [(typeof diagnostics)[number]];
    if (code) expect([found, span.start, span.end]).toEqual([code, start, end]);
    expect(span.file.text).toBe(text);
    expect(span.end).toBeLessThanOrEqual(text.length);
  });

  it('of one coupling make no plane', () => {
    expect(() => flowOf(NTK, 'K', 'chi_perp', true)).toThrow('are functions of one coupling');
    expect(() => flowOf(NTK, 'K', '2', true)).toThrow('`2` does not change from layer to layer');
  });
});
