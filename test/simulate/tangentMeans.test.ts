/** Conditional means as the kernels compute them, against their formulas with H of the layer below by gradients of single neurons. */
import { describe, expect, it } from 'vitest';
import { tangentModel, tangentStudy } from '../../bench/tangentStudies.ts';
import { compileFunction, derivativesAt } from '../../runtime/averages/univariate.ts';
import { MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZ, MEAN_OF_ZZH } from '../../runtime/simulate/conditionalMeans.ts';
import { createFieldProgram, type FieldComponent } from '../../runtime/simulate/fields.ts';
import { planNetwork, type NetworkPlan } from '../../runtime/simulate/networkPlan.ts';
import { numberExpr, symbol } from '../../theory/expression.ts';
import { NTK, Z } from '../../theory/field.ts';
import { ONE, rational } from '../../theory/rational.ts';
import type { LayerTerm, Model } from '../../theory/model.ts';

const SEED = 5;
const MEANS = [
  [MEAN_OF_ZZ, [0, 1]],
  [MEAN_OF_H, [0, 1]],
  [MEAN_OF_H, [1, 1]],
  [MEAN_OF_HH, [0, 0, 1, 1]],
  [MEAN_OF_HH, [0, 1, 1, 0]],
  [MEAN_OF_ZZH, [0, 1, 1, 0]],
  [MEAN_OF_ZZH, [0, 0, 1, 1]],
] as const;

const plain = tangentModel(['Theta']);
const { span } = plain.architecture;
const [bias, weights] = plain.architecture.layer as [LayerTerm, LayerTerm];
const skip: LayerTerm = { kind: 'skip', coefficient: numberExpr(rational(4, 5)), span };

function withLayer(layer: readonly LayerTerm[], law?: 'uniform'): Model {
  const distribution = { kind: law ?? 'normal' } as const;
  const extra = { name: 'U', kind: 'weights', variance: symbol('C_W'), rate: numberExpr(ONE), span } as const;
  const groups = [...plain.groups, extra].map((group) => ({ ...group, distribution }));
  return { ...plain, architecture: { ...plain.architecture, layer }, groups };
}

/** A second matrix that multiplies tanh squared. */
const second = { ...weights, group: 'U', local: [{ activation: 'sigma', power: 2 }] } as LayerTerm;

const CASES: readonly (readonly [name: string, Model, activation: string, ratios: readonly number[]])[] = [
  ['one layer', plain, 'tanh', [18]],
  ['two layers', plain, 'tanh', [18, 18]],
  ['five layers', plain, 'relu', [16, 16, 16, 16, 16]],
  ['layers of several widths', plain, 'gelu', [7, 18, 33, 5]],
  ['uniform parameters', withLayer([bias, weights], 'uniform'), 'tanh', [20, 20, 20]],
  ['two matrices', withLayer([bias, weights, second]), 'tanh', [9, 18, 9]],
  ['a skip connection', withLayer([bias, weights, skip]), 'gelu', [18, 18, 18, 18]],
];

describe.each(CASES)('conditional means with %s', (name, model, activation, widths) => {
  const ratios = widths.map((width) => rational(width));
  const samples = [
    [1, 0.5, -0.3],
    [0.2, -0.7, 0.9],
  ];
  const study = tangentStudy({
    activation,
    depth: widths.length,
    samples,
    weightVariance: 1.3,
    biasVariance: 0.1,
    ratios,
    widths: [1],
    observables: ['Theta'],
  });
  const plan = planNetwork(model, study, 1);
  const hasSkip = name === 'a skip connection';

  it('are what their formulas give', async () => {
    const chosen = hasSkip ? MEANS.slice(0, 3) : MEANS;
    const components = chosen.map(([field, at]): FieldComponent => ({
      field,
      neurons: hasSkip ? [3, 3] : [],
      samples: at,
    }));
    const program = await createFieldProgram(plan, components, SEED);
    for (const network of [0, 1]) {
      program.run(network);
      const expected = await byFormula(plan, network, components);
      expected.forEach((value, k) => {
        expect(Math.abs(program.values[k]! - value)).toBeLessThan(3e-6 * Math.max(1, Math.abs(value)));
      });
    }
  });
});

/** In float64. */
async function byFormula(
  plan: NetworkPlan,
  network: number,
  components: readonly FieldComponent[],
): Promise<readonly number[]> {
  const { biases, weights: matrices, skip: gamma, fanIn } = plan.layers.at(-1)!;
  const [neurons, inputs] = [Array.from({ length: fanIn }, (_, k) => k), [0, 1]];
  const layers = plan.layers.slice(0, -1);
  const isHidden = layers.length > 0;
  const { z, H } = isHidden ? await layerBelow({ ...plan, layers }, network, neurons, inputs) : NOTHING;
  // F and its derivative of every matrix, sample and neuron below.
  const F = matrices.map(({ terms }) =>
    inputs.map((a) =>
      neurons.map((k): readonly [number, number] => {
        if (!isHidden) return [plan.inputs[a * fanIn + k]!, 0];
        const [{ coefficient, functions }] = terms as [(typeof terms)[0]];
        const [value, slope] = derivativesAt(compileFunction(functions[0]!.fn), z(a, k), 1);
        return [coefficient * value!, coefficient * slope!];
      }),
    ),
  );
  const sum = (each: (k: number) => number): number => neurons.reduce((total, k) => total + each(k), 0);
  const weighed = (a: number, p: 0 | 1, b: number, q: 0 | 1, by: 'variance' | 'rate') => (k: number) =>
    matrices.reduce(
      (total, { deviation, rate }, m) =>
        total + (by === 'rate' ? rate : deviation ** 2) * F[m]![a]![k]![p] * F[m]![b]![k]![q],
      0,
    );
  return components.map(({ field, samples: [a, b, c, d], neurons: [i] }) => {
    switch (field.name) {
      case MEAN_OF_ZZ.name: {
        const own = biases.reduce((total, { deviation }) => total + deviation ** 2, 0);
        const passed = i === undefined ? 0 : gamma ** 2 * z(a!, i) * z(b!, i);
        return own + sum(weighed(a!, 0, b!, 0, 'variance')) + passed;
      }
      case MEAN_OF_H.name: {
        const own = biases.reduce((total, { rate }) => total + rate, 0);
        const chain = weighed(a!, 1, b!, 1, 'variance');
        const passed = i === undefined ? 0 : gamma ** 2 * H(a!, b!, i, i);
        return own + sum(weighed(a!, 0, b!, 0, 'rate')) + sum((k) => chain(k) * H(a!, b!, k, k)) + passed;
      }
      case MEAN_OF_HH.name: {
        const [left, right] = [weighed(a!, 1, c!, 1, 'variance'), weighed(b!, 1, d!, 1, 'variance')];
        return sum((k) => left(k) * sum((m) => right(m) * H(a!, b!, k, m) * H(c!, d!, k, m)));
      }
      default: {
        const [left, right] = [weighed(a!, 0, c!, 1, 'variance'), weighed(b!, 0, d!, 1, 'variance')];
        return sum((k) => left(k) * sum((m) => right(m) * H(c!, d!, k, m)));
      }
    }
  });
}

interface Below {
  readonly z: (a: number, k: number) => number;
  readonly H: (a: number, b: number, k: number, m: number) => number;
}

const NOTHING: Below = { z: () => 0, H: () => 0 };

/** The last hidden layer, all neurons of it. */
async function layerBelow(
  plan: NetworkPlan,
  network: number,
  neurons: readonly number[],
  inputs: readonly number[],
): Promise<Below> {
  const z = inputs.flatMap((a) => neurons.map((k) => ({ field: Z, neurons: [k], samples: [a] })));
  const H = inputs.flatMap((a) =>
    inputs.flatMap((b) =>
      neurons.flatMap((k) => neurons.map((m) => ({ field: NTK, neurons: [k, m], samples: [a, b] }))),
    ),
  );
  const program = await createFieldProgram(plan, [...z, ...H], SEED);
  program.run(network);
  const { values } = program;
  const n = neurons.length;
  return {
    z: (a, k) => values[a * n + k]!,
    H: (a, b, k, m) => values[z.length + ((2 * a + b) * n + k) * n + m]!,
  };
}
