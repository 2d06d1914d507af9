import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { phaseDiagram, type PhaseDiagram } from '../../runtime/criticality/phaseDiagram.ts';
import { renderPhaseCsv } from '../../runtime/criticality/renderPhase.ts';
import { criticalOf, modelOf } from './studies.ts';

const AXES = 'phase C_W = 0.5 .. 3, C_b = 0 .. 1';

function diagramOf(study: string, points: number, definitions = ''): PhaseDiagram {
  const model = modelOf({ definitions, study });
  return phaseDiagram(derive(model), model.studies[0]!, model.studies[0]!.phases![0]!, { points });
}

describe.each(['tanh', 'gelu'])('the critical line of %s', (sigma) => {
  const { line } = diagramOf(`sigma = ${sigma}\n${AXES}`, 40);
  const vertices = line.flat().filter(({ at, jump }) => !jump && at[1] > 0);
  const chosen = [0.1, 0.4, 0.7, 0.95].map((t) => vertices[Math.round(t * (vertices.length - 1))]!);

  it.each(chosen)('passes $at, where the root finder has it', async ({ at: [C_W, C_b] }) => {
    // chi_perp of the fixed points at the vertex and a little beside it: the distance to 1 over the slope is that to the line.
    const chi = async (bias: number): Promise<number> => {
      const { fixedPoints } = await criticalOf({
        study: `sigma = ${sigma}, C_W = ${C_W}, C_b = ${bias}, L = 2\nsamples = [[1]]\nfind critical (C_b, C_W)`,
      });
      const values = fixedPoints!.filter(({ stable }) => stable).map(({ perpendicular }) => perpendicular);
      return values.reduce((best, value) => (Math.abs(value - 1) < Math.abs(best - 1) ? value : best));
    };
    const [here, beside] = [await chi(C_b), await chi(C_b + 1e-4)];
    expect(Math.abs((here - 1) / ((beside - here) / 1e-4))).toBeLessThan(1e-6);
  });
});

describe('phases', () => {
  it('of tanh meet at the critical point (0, 1)', () => {
    const { line } = diagramOf(`sigma = tanh\n${AXES}`, 26);
    expect(line).toHaveLength(1);
    const start = line[0]!.find(({ at }) => at[1] === 0)!;
    expect(Math.abs(start.at[0] - 1)).toBeLessThan(1e-6);
  });

  it('of ReLU are divided at C_W = 2, beyond which the kernel grows', () => {
    const { line, kernel, phase, axes } = diagramOf(`sigma = relu\n${AXES}`, 26);
    for (const { at } of line.flat()) expect(at[0]).toBeCloseTo(2, 9);
    // K = C_b / (1 - C_W / 2)
    const [i, j] = [5, 10];
    const [C_W, C_b] = [axes[0].values[i]!, axes[1].values[j]!];
    expect(kernel[j]![i]).toBeCloseTo(C_b / (1 - C_W / 2), 8);
    expect(phase[j]!.at(-1)).toBe('divergent');
    expect(kernel[j]!.at(-1)).toBeNull();
  });

  it('over a parameter of the activation: tanh(k z) is critical where C_W k^2 = 1', () => {
    const study = 'sigma = steep, C_b = 0\nphase C_W = 0.3 .. 3, k = 0.8 .. 1.2';
    const { line } = diagramOf(study, 9, 'activation steep(z) = tanh(k * z)');
    const refined = line
      .flat()
      .filter(({ at }) => [0.8, 0.9, 1, 1.1, 1.2].some((k) => Math.abs(k - at[1]) < 1e-12));
    expect(refined.length).toBeGreaterThan(3);
    for (const { at } of refined) expect(Math.abs(at[0] * at[1] ** 2 - 1)).toBeLessThan(1e-5);
  });

  it('as CSV have a line for each point', () => {
    const diagram = diagramOf(`sigma = tanh\n${AXES}`, 3);
    const lines = renderPhaseCsv([diagram]).trimEnd().split('\n');
    expect(lines[0]).toBe('study,C_W,C_b,K,chi_par,chi_perp,xi_par,xi_perp,phase');
    expect(lines).toHaveLength(1 + 9);
  });

  it('are not mapped over two parameters of one activation', () => {
    const both = () =>
      diagramOf(
        'sigma = own, C_W = 1, C_b = 0\nphase k = 1 .. 2, m = 1 .. 2',
        3,
        'activation own(z) = m * tanh(k * z)',
      );
    expect(both).toThrow(/one axis of a phase diagram may be a parameter of the activation/);
  });
});
