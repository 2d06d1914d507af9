import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { FlowResult, Nested } from '../../runtime/flow/flowResult.ts';
import { tangentModel, withRates } from '../derive/tangentModel.ts';
import { mlpStudy } from './studies.ts';

/** The tangent kernel's numbers of theory.md section 5: derived, then evaluated. */
const theory = derive(tangentModel(1, ['Theta', 'A', 'B', 'D', 'F']));

/** The coefficient of n^-order of an observable of one sample, layer by layer. */
function series({ layers }: FlowResult, name: string, order: number): number[] {
  const first = (nested: Nested): number =>
    typeof nested === 'number' ? nested : first(nested[0] as Nested);
  return layers.map(({ values }) => first(values[name]?.orders[String(order)] as Nested));
}

describe('a ReLU network at criticality, learning rates of the weights only', () => {
  const depth = 16;
  const K = 2;
  const result = flow(theory, withRates(mlpStudy('relu', { C_W: 2, samples: [[1]], depth })));
  const exact: Readonly<Record<string, readonly [order: number, (l: number) => number]>> = {
    G: [1, () => 0],
    V: [1, (l) => 5 * (l - 1) * K ** 2],
    Theta: [0, (l) => (K * l) / 2],
    F: [1, (l) => (l * (l - 1) * K ** 2) / 2],
    D: [1, (l) => (3 * l * (l - 1) * K ** 2) / 2],
    B: [1, (l) => (l * (l - 1) * (2 * l - 1) * K ** 2) / 12],
    A: [1, (l) => (l * (l - 1) * (7 * l - 2) * K ** 2) / 12],
  };

  it.each(Object.keys(exact))('%s is exact in the layer', (name) => {
    const [order, formula] = exact[name]!;
    series(result, name, order).forEach((value, k) => {
      const expected = formula(k + 1);
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
    });
  });

  it('the mean tangent kernel has no correction', () => {
    for (const value of series(result, 'Theta', 1)) expect(Math.abs(value)).toBeLessThan(1e-9);
  });
});

describe('a tanh network at criticality', () => {
  const l = 3000;
  const result = flow(theory, withRates(mlpStudy('tanh', { samples: [[1]], depth: l })), { from: l });
  const at = (name: string, order: number): number => series(result, name, order)[0]!;
  const K = at('G', 0);

  // Corrections to the limits fall as log(l) / l.
  it.each([
    ['2 l K', 2 * l * K, 1],
    ['V / (l K^2)', at('V', 1) / (l * K ** 2), 2 / 3],
    ['G1 / (l K)', at('G', 1) / (l * K), -1 / 3],
    ['Theta', at('Theta', 0), 1 / 2],
    ['F', at('F', 1), 1 / 16],
    ['B / l', at('B', 1) / l, 1 / 12],
    ['Theta1 / l', at('Theta', 1) / l, -1 / 8],
  ])('%s goes to its limit', (_, value, limit) => {
    expect(Math.abs(value / limit - 1)).toBeLessThan(0.006);
  });
});

describe('several samples', () => {
  const all = derive(tangentModel(1));

  it('that are equal give the values of one', () => {
    const one = flow(
      all,
      withRates(mlpStudy('tanh', { C_W: 1.3, C_b: 0.1, samples: [[1, 0.5]], depth: 4 }), 1, 0.3),
    );
    const two = flow(
      all,
      withRates(
        mlpStudy('tanh', {
          C_W: 1.3,
          C_b: 0.1,
          samples: [
            [1, 0.5],
            [1, 0.5],
          ],
          depth: 4,
        }),
        1,
        0.3,
      ),
    );
    const last = ({ layers }: FlowResult): FlowResult['layers'][number] => layers.at(-1)!;
    for (const [name, { orders }] of Object.entries(last(two).values))
      for (const [order, nested] of Object.entries(orders)) {
        const values = [nested].flat(9) as number[];
        const [single] = [last(one).values[name]!.orders[order]!].flat(9) as [number];
        for (const value of values)
          expect(Math.abs(value - single)).toBeLessThan(1e-8 * (1 + Math.abs(single)));
      }
  });
});
