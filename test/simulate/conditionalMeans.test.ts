import { describe, expect, it } from 'vitest';
import { tangentModel, tangentStudy } from '../../bench/tangentStudies.ts';
import { MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZ, MEAN_OF_ZZH } from '../../runtime/simulate/conditionalMeans.ts';
import { createFieldProgram, type FieldComponent } from '../../runtime/simulate/fields.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { numberExpr } from '../../theory/expression.ts';
import { NTK, Z } from '../../theory/field.ts';
import type { Distribution, Model } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';

const WIDTH = 48;
const NETWORKS = 100;

function modelWith(distribution: Distribution, skip: boolean): Model {
  const model = tangentModel(['Theta']);
  const { architecture, groups } = model;
  const { span } = architecture;
  const term = { kind: 'skip', coefficient: numberExpr(rational(4, 5)), span } as const;
  return {
    ...model,
    architecture: { ...architecture, layer: skip ? [...architecture.layer, term] : architecture.layer },
    groups: groups.map((group) => ({ ...group, distribution })),
  };
}

const CASES = [
  ['Gaussian', modelWith({ kind: 'normal' }, false), false],
  ['uniform', modelWith({ kind: 'uniform' }, false), false],
  ['Gaussian with a skip connection', modelWith({ kind: 'normal' }, true), true],
] as const;

describe.each(CASES)('%s parameters', (_, model, skip) => {
  const study = tangentStudy({
    activation: 'gelu',
    depth: 3,
    samples: [
      [1, 0.5, -0.3],
      [0.2, -0.7, 0.9],
    ],
    weightVariance: 1.4,
    biasVariance: 0.1,
    widths: [WIDTH],
    observables: ['Theta'],
  });
  const plan = planNetwork(model, study, WIDTH);

  it.each([
    ['z z', MEAN_OF_ZZ],
    ['H', MEAN_OF_H],
  ] as const)('the conditional mean of %s is what neurons scatter about', async (name, mean) => {
    const neurons = Array.from({ length: WIDTH }, (_unused, i) => i);
    const at = (i: number, field: FieldComponent['field'], samples: number[]): FieldComponent => ({
      field,
      neurons: samples.map(() => i),
      samples,
    });
    const components = neurons.flatMap((i): FieldComponent[] =>
      name === 'H' ? [at(i, NTK, [0, 1]), at(i, NTK, [0, 1])] : [at(i, Z, [0]), at(i, Z, [1])],
    );
    const means = neurons.map((i) =>
      skip ? at(i, mean, [0, 1]) : { field: mean, neurons: [], samples: [0, 1] },
    );
    const program = await createFieldProgram(plan, [...components, ...means], 4);
    const differences: number[] = [];
    for (let network = 0; network < NETWORKS; network++) {
      program.run(network);
      const { values } = program;
      // Neurons of a network are independent given the layers below, networks are independent.
      neurons.forEach((i) => {
        const sampled = name === 'H' ? values[2 * i]! : values[2 * i]! * values[2 * i + 1]!;
        differences.push(sampled - values[2 * WIDTH + i]!);
      });
    }
    const count = differences.length;
    const average = differences.reduce((sum, d) => sum + d, 0) / count;
    const deviation = Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0)) / count;
    expect(Math.abs(average)).toBeLessThan(4 * deviation);
    // Leaving out any one term would be seen.
    expect(deviation).toBeLessThan(0.02);
  });

  it.skipIf(skip).each([
    ['H H', MEAN_OF_HH],
    ['z z H', MEAN_OF_ZZH],
  ] as const)('the conditional mean of %s of two neurons is what pairs scatter about', async (name, mean) => {
    const samples = [0, 1, 1, 1];
    const pairs = Array.from({ length: WIDTH / 2 }, (_unused, k): [number, number] => [2 * k, 2 * k + 1]);
    const components = pairs.flatMap(([i, j]): FieldComponent[] => [
      ...(name === 'H H'
        ? [{ field: NTK, neurons: [i, j], samples: [0, 1] }]
        : [
            { field: Z, neurons: [i], samples: [0] },
            { field: Z, neurons: [j], samples: [1] },
          ]),
      { field: NTK, neurons: [i, j], samples: [1, 1] },
    ]);
    const each = components.length / pairs.length;
    const program = await createFieldProgram(plan, [...components, { field: mean, neurons: [], samples }], 4);
    const differences: number[] = [];
    for (let network = 0; network < NETWORKS; network++) {
      program.run(network);
      const values = [...program.values];
      pairs.forEach((_unused, k) => {
        const sampled = values.slice(k * each, (k + 1) * each).reduce((product, value) => product * value, 1);
        differences.push(sampled - values.at(-1)!);
      });
    }
    const average = differences.reduce((sum, d) => sum + d, 0) / differences.length;
    const deviation = Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0)) / differences.length;
    expect(Math.abs(average)).toBeLessThan(4 * deviation);
    // Zero in the place of the mean would be seen.
    expect(Math.abs(program.values.at(-1)!)).toBeGreaterThan(5 * deviation);
  });
});
