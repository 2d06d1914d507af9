import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { simulateKernels, simulateOutputs, type EnsembleOptions } from '../../runtime/simulate/ensemble.ts';
import { planNetwork, type NetworkPlan } from '../../runtime/simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../../runtime/simulate/pairs.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import { call, integer, symbol } from '../../theory/expression.ts';
import type { Model } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { mlpModel, studyOf, testSpan } from './networks.ts';

const z = symbol('z');
const samples = [
  [1, 0.5, -0.3],
  [0.2, -0.7, 0.9],
];
const tanhStudy = studyOf({
  activation: call('tanh', z),
  depth: 3,
  weightVariance: 1.5,
  biasVariance: 0.1,
  samples,
});

let wasm: Backend;
let cpu: Backend;
beforeAll(async () => {
  wasm = await openBackend('wasm');
  cpu = await openBackend('cpu');
});

async function kernels(
  plan: NetworkPlan,
  backend: Backend,
  options: EnsembleOptions,
): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const batch of simulateKernels(plan, backend, options)) all.push(...batch.kernels);
  return all;
}

async function outputs(plan: NetworkPlan, options: EnsembleOptions): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const batch of simulateOutputs(plan, wasm, options)) all.push(...batch.outputs);
  return all;
}

/** One network in plain float64 arithmetic from the documented addresses of its random numbers. */
function referenceKernel(network: number, n: number, seed: number): readonly number[] {
  const source = createNormalSource(philoxKey(seed));
  const draw = (count: number, i: number, layer: number, group: number) => {
    const values = new Float32Array(count);
    fillNormals(values, 0, count, 1, source, i, layer * 65536 + group, network);
    return [...values];
  };
  const nextLayer = (signals: readonly (readonly number[])[], layer: number) => {
    const fanIn = signals[0]!.length;
    const biases = draw(n, 0, layer, 1);
    const rows = Array.from({ length: n }, (_, i) => draw(fanIn, i, layer, 0));
    return signals.map((signal) =>
      rows.map((row, i) => {
        const sum = row.reduce((total, w, j) => total + w * signal[j]!, 0);
        return Math.sqrt(1.5 / fanIn) * sum + Math.sqrt(0.1) * biases[i]!;
      }),
    );
  };
  const hidden = nextLayer(
    nextLayer(samples, 1).map((row) => row.map(Math.tanh)),
    2,
  ).map((row) => row.map(Math.tanh));
  const gram = (a: number, b: number) =>
    0.1 + (1.5 / n) * hidden[a]!.reduce((sum, value, j) => sum + value * hidden[b]![j]!, 0);
  return [gram(0, 0), gram(0, 1), gram(1, 1)];
}

describe('the ensemble', () => {
  const plan = planNetwork(mlpModel, tanhStudy, 12);

  it('is the documented network', async () => {
    const simulated = await kernels(plan, wasm, { seed: 7, networks: 3 });
    for (const network of [0, 1, 2]) {
      const expected = referenceKernel(network, 12, 7);
      simulated
        .slice(3 * network, 3 * network + 3)
        .forEach((g, at) => expect(g).toBeCloseTo(expected[at]!, 5));
    }
  });

  it('does not depend on the batch, bit for bit', async () => {
    const whole = await kernels(plan, wasm, { seed: 7, networks: 20 });
    expect(await kernels(plan, wasm, { seed: 7, networks: 20, batch: 3 })).toEqual(whole);
    expect(await kernels(plan, wasm, { seed: 7, networks: 20, batch: 1 })).toEqual(whole);
    const later = await kernels(plan, wasm, { seed: 7, networks: 5, address: 15 });
    expect(later).toEqual(whole.slice(15 * 3));
  });

  it('is the same on every backend within single precision', async () => {
    const one = await kernels(plan, wasm, { seed: 3, networks: 50 });
    const other = await kernels(plan, cpu, { seed: 3, networks: 50, batch: 7 });
    one.forEach((g, at) => expect(Math.abs(g - other[at]!)).toBeLessThan(2e-6));
    expect(await kernels(plan, wasm, { seed: 4, networks: 50 })).not.toEqual(one);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    let seen = 0;
    for await (const { count } of simulateKernels(plan, wasm, {
      seed: 1,
      networks: 40,
      batch: 10,
      signal: controller.signal,
    })) {
      seen += count;
      controller.abort();
    }
    expect(seen).toBe(10);
  });

  it('has the exact kernel when there is one layer', async () => {
    const study = studyOf({ activation: z, depth: 1, weightVariance: 2, biasVariance: 0.5, samples });
    const g = await kernels(planNetwork(mlpModel, study, 4), wasm, { seed: 1, networks: 2 });
    const dot = (a: number, b: number) => samples[a]!.reduce((sum, x, j) => sum + x * samples[b]![j]!, 0);
    const expected = [dot(0, 0), dot(0, 1), dot(1, 1)].map((value) => 0.5 + (2 / 3) * value);
    [...expected, ...expected].forEach((value, at) => expect(g[at]).toBeCloseTo(value, 6));
  });

  it('agrees with really sampled last layers', async () => {
    const n = 10;
    const small = planNetwork(mlpModel, tanhStudy, n);
    const options = { seed: 5, networks: 3000 };
    const [g, z3] = [await kernels(small, wasm, options), await outputs(small, options)];
    const size = pairCount(2);
    // Differences of the two estimators of G and of E[z_i^2 z_j^2], i != j, over the same lower layers.
    const differences = Array.from({ length: options.networks }, (_, k) => {
      const row = (a: number) => z3.slice((2 * k + a) * n, (2 * k + a + 1) * n);
      const [one, two] = [row(0), row(1)];
      const average = one.reduce((sum, value, i) => sum + value * two[i]!, 0) / n;
      const squares = one.reduce((sum, value) => sum + value ** 2, 0);
      const fourths = one.reduce((sum, value) => sum + value ** 4, 0);
      const pairs = (squares ** 2 - fourths) / (n * (n - 1));
      return [average - g[size * k + pairIndex(2, 0, 1)]!, pairs - g[size * k]! ** 2];
    });
    for (const part of [0, 1]) {
      const values = differences.map((row) => row[part]!);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / values.length;
      expect(Math.abs(mean)).toBeLessThan(4 * spread);
    }
  });

  it('refuses widths that are not whole', () => {
    const study = { ...tanhStudy, widths: [rational(1), rational(3, 2), rational(1)] };
    expect(planNetwork(mlpModel, study, 8).layers.map(({ width }) => width)).toEqual([8, 12, 8]);
    expect(() => planNetwork(mlpModel, study, 9)).toThrow(/layer 2 would have 13.5 neurons at n = 9/);
  });

  it('adds terms that share a weight matrix before it acts', async () => {
    const [bias, term] = mlpModel.architecture.layer as [
      Model['architecture']['layer'][0],
      Model['architecture']['layer'][1],
    ];
    const half = { ...term, coefficient: integer(1) };
    const identity = {
      kind: 'weights',
      group: 'W',
      coefficient: integer(-1),
      local: [{ activation: 'identity', power: 1 }],
      span: testSpan,
    } as const;
    const model: Model = {
      ...mlpModel,
      architecture: { ...mlpModel.architecture, layer: [bias, half, identity] },
    };
    // sigma = z: W sigma(z) - W z vanishes, so only the biases are left.
    const study = studyOf({ activation: z, depth: 2, biasVariance: 0.25, samples });
    const g = await kernels(planNetwork(model, study, 6), wasm, { seed: 1, networks: 2 });
    expect(g).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
  });
});
