import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { FlowResult, Nested } from '../../runtime/flow/flowResult.ts';
import { mlpModel } from '../derive/mlp.ts';
import { mlpStudy } from './studies.ts';

const ORDER_1 = derive(mlpModel(1));
const ORDER_2 = derive(mlpModel(2));

/** A component of an observable's coefficient of n^-order at a layer. */
function at(result: FlowResult, layer: number, name: string, order: number, ...indices: number[]): number {
  const values = result.layers.find((entry) => entry.layer === layer)?.values[name]?.orders[String(order)];
  return indices.reduce<Nested>(
    (nested, index) => (nested as readonly Nested[])[index] as Nested,
    values as Nested,
  ) as number;
}

describe('flow of one input', () => {
  it('ReLU at criticality: K constant, V = 5 (l-1) K^2, G1 = 0', () => {
    const result = flow(ORDER_1, mlpStudy('relu', { C_W: 2, depth: 16, samples: [[0.7]] }));
    const K = 2 * 0.49;
    for (let l = 1; l <= 16; l++) {
      expect(at(result, l, 'G', 0, 0, 0)).toBeCloseTo(K, 12);
      expect(at(result, l, 'G', 1, 0, 0)).toBeCloseTo(0, 12);
      expect(at(result, l, 'V', 1, 0, 0, 0, 0)).toBeCloseTo(5 * (l - 1) * K * K, 10);
    }
  });

  it('linear: V/K^2 = 2 (l-1), and the 1/n^2 coefficient is 2 (l-1)(l-2)', () => {
    const result = flow(ORDER_2, mlpStudy('linear', { depth: 8 }));
    for (let l = 1; l <= 8; l++) {
      expect(at(result, l, 'V', 1, 0, 0, 0, 0)).toBeCloseTo(2 * (l - 1), 12);
      expect(at(result, l, 'V', 2, 0, 0, 0, 0)).toBeCloseTo(2 * (l - 1) * (l - 2), 11);
      expect(at(result, l, 'G', 2, 0, 0)).toBeCloseTo(0, 12);
    }
  });

  it('tanh at criticality approaches 2 l K -> 1, V/(l K^2) -> 2/3, G1/(l K) -> -1/3', () => {
    const depth = 1000;
    const result = flow(ORDER_1, mlpStudy('tanh', { depth }), { from: depth });
    const [K, V, G1] = [
      at(result, depth, 'G', 0, 0, 0),
      at(result, depth, 'V', 1, 0, 0, 0, 0),
      at(result, depth, 'G', 1, 0, 0),
    ];
    // Corrections fall as log(l)/l: half a percent at l = 1000.
    expect(2 * depth * K).toBeCloseTo(1, 1.7);
    expect(V / (depth * K * K)).toBeCloseTo(2 / 3, 1.7);
    expect(G1 / (depth * K)).toBeCloseTo(-1 / 3, 1.7);
  });
});

describe('unequal widths', () => {
  it('linear: the fourth moment is 3 K^2 prod over hidden layers of (1 + 2/n_l)', () => {
    const model = mlpModel(2);
    const perLayer = {
      ...model,
      architecture: { ...model.architecture, width: { name: 'n', perLayer: true } },
    };
    const widths = [1, 2, 0.5, 4];
    const result = flow(derive(perLayer), mlpStudy('linear', { depth: 4, widths }));
    const inverse = widths.slice(0, 3).map((width) => 2 / width);
    const pairs = inverse.flatMap((x, i) => inverse.slice(i + 1).map((y) => x * y));
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    expect(at(result, 4, 'V', 1, 0, 0, 0, 0)).toBeCloseTo(sum(inverse), 12);
    expect(at(result, 4, 'V', 2, 0, 0, 0, 0)).toBeCloseTo(sum(pairs), 12);
  });
});

describe('flow of several inputs', () => {
  const samples = [
    [1, 0.5, -0.3],
    [0.2, -0.7, 0.9],
  ];

  it('equal inputs flow as one', () => {
    for (const activation of ['tanh', 'relu', 'gelu']) {
      const one = flow(ORDER_1, mlpStudy(activation, { samples: [samples[0]!], C_W: 1.6, C_b: 0.1 }));
      const two = flow(
        ORDER_1,
        mlpStudy(activation, { samples: [samples[0]!, samples[0]!], C_W: 1.6, C_b: 0.1 }),
      );
      for (const [name, order] of [
        ['G', 0],
        ['G', 1],
        ['V', 1],
      ] as const) {
        const slots = name === 'G' ? 2 : 4;
        const single = at(one, 4, name, order, ...Array.from({ length: slots }, () => 0));
        const mixed = at(two, 4, name, order, ...Array.from({ length: slots }, (_, k) => k % 2));
        expect(mixed, `${activation} ${name}${order}`).toBeCloseTo(single, 10);
      }
    }
  });

  it('opposite and rescaled inputs of a homogeneous activation are related by their factor', () => {
    const parallel = [samples[0]!, samples[0]!.map((x) => 3 * x)];
    const result = flow(ORDER_1, mlpStudy('relu', { samples: parallel, C_W: 2 }));
    expect(at(result, 4, 'G', 0, 0, 1)).toBeCloseTo(3 * at(result, 4, 'G', 0, 0, 0), 10);
    expect(at(result, 4, 'V', 1, 0, 1, 1, 1)).toBeCloseTo(27 * at(result, 4, 'V', 1, 0, 0, 0, 0), 8);
  });

  it('linear: V_(ab)(cd) = (l-1) (K_ac K_bd + K_ad K_bc) for four different inputs', () => {
    const four = [...samples, [0.4, 0.1, 0.8], [-1, 0.3, 0.6]];
    const result = flow(ORDER_1, mlpStudy('linear', { samples: four, depth: 3 }));
    const K = (a: number, b: number): number => at(result, 1, 'G', 0, a, b);
    for (const [a, b, c, d] of [
      [0, 1, 2, 3],
      [0, 2, 1, 3],
      [0, 0, 1, 2],
      [3, 3, 3, 1],
    ] as const)
      expect(at(result, 3, 'V', 1, a, b, c, d)).toBeCloseTo(2 * (K(a, c) * K(b, d) + K(a, d) * K(b, c)), 12);
  });

  it('V is symmetric in each pair and under exchange of pairs', () => {
    const result = flow(ORDER_1, mlpStudy('gelu', { samples, C_W: 1.9, C_b: 0.2 }));
    expect(at(result, 4, 'V', 1, 0, 1, 1, 1)).toBe(at(result, 4, 'V', 1, 1, 1, 1, 0));
    expect(at(result, 4, 'V', 1, 0, 0, 1, 1)).toBe(at(result, 4, 'V', 1, 1, 1, 0, 0));
    expect(at(result, 4, 'V', 1, 0, 1, 0, 1)).not.toBeCloseTo(at(result, 4, 'V', 1, 0, 0, 1, 1), 6);
  });
});
