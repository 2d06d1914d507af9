import { beforeAll, describe, expect, it } from 'vitest';
import { tangentModel, tangentObservable, tangentStudy } from '../../bench/tangentStudies.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { createBlockSimulation, observedNeurons } from '../../runtime/check/blockAverages.ts';
import { fieldStatistic, type Block, type FieldStatistic } from '../../runtime/check/fieldCorrelators.ts';
import type { CheckItem } from '../../runtime/check/items.ts';
import { measureWidths, type MeasureOptions } from '../../runtime/check/measureWidths.ts';
import { derivedClaim } from '../../runtime/check/prediction.ts';
import { observableQuantity } from '../../runtime/check/quantity.ts';
import { createFieldProgram } from '../../runtime/simulate/fields.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { NTK } from '../../theory/field.ts';
import type { CorrelatorField } from '../../theory/model.ts';

function statistic(name: string, samples: readonly number[], even = true): FieldStatistic {
  const { body, indices } = tangentObservable(name);
  if (body.kind !== 'correlator') throw new Error('not a correlator');
  const bound = new Map(indices.flat().map((letter, k) => [letter, samples[k]!]));
  return fieldStatistic(body.fields, body.connected, { bound, samples: 2, names: [] }, even);
}

const texts = ({ products }: FieldStatistic): string[] =>
  products.map(({ weight, blocks }) => `${weight} ${blocks.map(({ key }) => key).join(' . ')}`);

describe('correlators of fields', () => {
  it('are products of expectations, the last layer averaged where it can be', () => {
    expect(texts(statistic('A', [0, 1, 0, 0]))).toEqual([
      '-1 <H>[;0,1] . <H>[;0,0]',
      '1 <H>[;0,0] <H>[;0,1]',
    ]);
    expect(texts(statistic('D', [0, 1, 1, 0]))).toEqual([
      '-1 <zz>[;0,1] . <H>[;0,1]',
      '1 <H>[;0,1] <zz>[;0,1]',
    ]);
  });

  it('leave out what is odd on a neuron, unless neurons continue from below', () => {
    expect(texts(statistic('B', [0, 1, 0, 1]))).toEqual(['1 <HH>[;0,1,0,1]']);
    expect(texts(statistic('F', [0, 1, 1, 0]))).toEqual(['1 <zzH>[;0,1,1,0]']);
    expect(statistic('B', [0, 1, 0, 1], false).products).toHaveLength(2);
    // E[dH] E[z] is zero all the same: the mean of one z vanishes.
    expect(statistic('P', [0, 0, 0, 0], false).products).toHaveLength(1);
    const odd: CorrelatorField = {
      field: NTK,
      nodes: [1, 2].map((neuron) => ({ neuron, sample: { sample: 0 } })),
    };
    expect(fieldStatistic([odd], false, { bound: new Map(), samples: 2, names: [] }, true).products).toEqual(
      [],
    );
  });

  it('have equal keys where they are equal by symmetry', () => {
    const equal = (name: string, p: number[], q: number[]): boolean =>
      statistic(name, p).key === statistic(name, q).key;
    expect(equal('A', [0, 1, 1, 1], [1, 1, 1, 0])).toBe(true);
    expect(equal('A', [0, 1, 0, 1], [0, 0, 1, 1])).toBe(false);
    expect(equal('B', [0, 1, 1, 0], [1, 0, 0, 1])).toBe(true);
    expect(equal('F', [0, 1, 0, 0], [1, 0, 0, 0])).toBe(true);
    expect(equal('P', [0, 1, 0, 1], [0, 0, 1, 1])).toBe(true);
    expect(equal('P', [0, 1, 0, 1], [1, 0, 0, 1])).toBe(false);
    expect(equal('R', [0, 1, 0, 1], [0, 1, 1, 0])).toBe(true);
    expect(equal('T', [0, 1, 0, 1], [1, 0, 1, 0])).toBe(true);
  });
});

const options = {
  activation: 'tanh',
  depth: 3,
  samples: [[1, 0.5, -0.3]],
  weightVariance: 1.2,
  biasVariance: 0.05,
  widths: [6],
  observables: ['G', 'Theta', 'A', 'B', 'F', 'P'],
};
const model = tangentModel(options.observables);
const study = tangentStudy(options);
const plan = planNetwork(model, study, 6);
const items = options.observables.map((observable): CheckItem => ({
  observable,
  indices: [1, 1, 1, 1],
  order: 1,
  claim: derivedClaim(new Map([[1, 1]]), 1, 1),
  quantityAt: (n) => observableQuantity(observable, [1, 1, 1, 1], { model, study, n }),
}));

describe('block averages', () => {
  // Beside a skip connection, where the last layer is not averaged.
  const { products } = statistic('B', [0, 0, 0, 0], false);
  const [block] = products.find(({ weight }) => weight === 1)!.blocks as [Block];

  it('run over all pairs of neurons', async () => {
    const neurons = observedNeurons(plan, [block]);
    const indices = Array.from({ length: neurons }, (_, i) => i);
    const pairs = indices.flatMap((i) => indices.flatMap((j) => (i === j ? [] : [[i, j]])));
    const program = await createFieldProgram(
      plan,
      pairs.map((pair) => ({ field: NTK, neurons: pair, samples: [0, 0] })),
      3,
    );
    program.run(2);
    const expected = program.values.reduce((sum, h) => sum + h * h, 0) / pairs.length;
    const { simulate } = await createBlockSimulation(plan, [block], 3);
    const [, , third] = simulate(0, 3).averages;
    expect(third).toBeCloseTo(expected, 12);
  });

  it('are refused where the layer has too few neurons', () => {
    const narrow = planNetwork(model, study, 1);
    expect(() => observedNeurons(narrow, [block])).toThrow(/1 neurons, and a correlator speaks of 2/);
  });
});

describe('measurements of fields', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
  });
  const measure = (more: Partial<MeasureOptions> = {}) =>
    measureWidths([plan, plan], items, backend, { networks: 500, seed: 8, ...more });

  it('are the same when made again, and others for other networks', async () => {
    const [first, second] = await measure();
    expect((await measure())[0]).toEqual(first);
    expect(second!.measurements).not.toEqual(first!.measurements);
    expect(first!.measurements.every((one) => one!.standardError > 0)).toBe(true);
  });

  it('keep what was measured when interrupted', async () => {
    const controller = new AbortController();
    const fractions: number[] = [];
    const measured = await measure({
      signal: controller.signal,
      onProgress: (fraction) => {
        fractions.push(fraction);
        if (fraction > 0.1) controller.abort();
      },
    });
    expect(measured).toHaveLength(1);
    expect(measured[0]!.networks).toBeGreaterThan(50);
    expect(measured[0]!.networks).toBeLessThan(500);
    expect(fractions.every((fraction, k) => k === 0 || fraction >= fractions[k - 1]!)).toBe(true);
  });
});
