/** Networks without weights are what they are documented to be, and have the statistics of networks with weights. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { simulateConditionalKernels } from '../../runtime/simulate/conditionalSampler.ts';
import { controlLayout, createControls, writeControls } from '../../runtime/simulate/controls.ts';
import { simulateKernels, type EnsembleOptions, type KernelBatch } from '../../runtime/simulate/ensemble.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { call, symbol } from '../../theory/expression.ts';
import { mlpModel, studyOf } from './networks.ts';

const samples = [
  [1, 0.5, -0.3],
  [0.2, -0.7, 0.9],
];
const tanhStudy = studyOf({
  activation: call('tanh', symbol('z')),
  depth: 3,
  weightVariance: 1.5,
  biasVariance: 0.1,
  samples,
});
const [C_W, C_b] = [1.5, 0.1];

async function collect(batches: AsyncGenerator<KernelBatch>) {
  const kernels: number[] = [];
  const controls: number[][] = [];
  for await (const batch of batches) {
    kernels.push(...batch.kernels);
    batch.controls.forEach((values, entry) => (controls[entry] ??= []).push(...values));
  }
  return { kernels, controls };
}

/** One network in float64, from the documented addresses of its normals: its kernel and its hidden pre-activations. */
function reference(network: number, n: number, seed: number) {
  const source = createNormalSource(philoxKey(seed));
  const xi = (direction: number, layer: number) => {
    const values = new Float32Array(n);
    fillNormals(values, 0, n, 1, source, direction, layer * 65536 + 32767, network);
    return [...values];
  };
  const gram = (rows: readonly (readonly number[])[]) =>
    rows.map((p) => rows.map((q) => C_b + (C_W / p.length) * p.reduce((sum, x, j) => sum + x * q[j]!, 0)));
  let g = gram(samples);
  const hidden = [1, 2].map((layer) => {
    const r11 = Math.sqrt(g[0]![0]!);
    const r21 = g[0]![1]! / r11;
    const r22 = Math.sqrt(g[1]![1]! - r21 ** 2);
    const [first, second] = [xi(0, layer), xi(1, layer)];
    const z = [first.map((x) => r11 * x), first.map((x, j) => r21 * x + r22 * second[j]!)];
    const metric = [g[0]![0]!, g[0]![1]!, g[1]![1]!];
    g = gram(z.map((row) => row.map(Math.tanh)));
    return { z, metric };
  });
  return { kernel: [g[0]![0]!, g[0]![1]!, g[1]![1]!], hidden };
}

describe('networks without weights', () => {
  const plan = planNetwork(mlpModel, tanhStudy, 13);
  const run = (options: Partial<EnsembleOptions> = {}) =>
    collect(simulateConditionalKernels(plan, { seed: 7, networks: 50, controls: true, ...options }));

  it('are the documented ones, and so are their control variates', async () => {
    const { kernels, controls } = await run({ networks: 3, address: 40 });
    const layout = controlLayout(2, 2);
    const expected = createControls(layout, 3);
    const all = [0, 1, 2].map((network) => reference(40 + network, 13, 7));
    all
      .flatMap(({ kernel }) => kernel)
      .forEach((g, at) => expect(Math.abs(kernels[at]! - g)).toBeLessThan(1e-6));
    for (const layer of [1, 2]) {
      const metric = Float64Array.from(all.flatMap(({ hidden }) => hidden[layer - 1]!.metric));
      const z = Float32Array.from(all.flatMap(({ hidden }) => hidden[layer - 1]!.z.flat()));
      writeControls(expected, layout, layer, metric, z);
    }
    expected.forEach((values, entry) =>
      values.forEach((value, at) => expect(Math.abs(controls[entry]![at]! - value)).toBeLessThan(1e-4)),
    );
  });

  it('do not depend on the batch, bit for bit', async () => {
    const whole = await run();
    expect(await run({ batch: 7 })).toEqual(whole);
    const later = await run({ address: 45, networks: 5 });
    expect(later.kernels).toEqual(whole.kernels.slice(45 * 3));
  });

  it('may have samples that determine each other', async () => {
    const study = { ...tanhStudy, samples: [samples[0]!, samples[0]!, samples[1]!] };
    const twice = planNetwork(mlpModel, study, 20);
    const { kernels } = await collect(simulateConditionalKernels(twice, { seed: 1, networks: 10 }));
    for (let k = 0; k < 10; k++) {
      const [g11, g12, g13, g22, g23] = kernels.slice(6 * k, 6 * k + 5);
      expect([g12, g22]).toEqual([g11, g11]);
      expect(g23).toBe(g13);
    }
  });
});

describe('networks with and without weights', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
  });

  /** Means of g_ab, g_ab g_cd, g_11^3 and g_22^4 about the exact-width mean of a pilot, with their errors. */
  function moments(kernels: readonly number[], centre: readonly number[]) {
    const functions = [
      (g: readonly number[]) => g[0]!,
      (g: readonly number[]) => g[1]!,
      (g: readonly number[]) => g[2]!,
      (g: readonly number[]) => g[0]! * g[0]!,
      (g: readonly number[]) => g[0]! * g[1]!,
      (g: readonly number[]) => g[0]! * g[2]!,
      (g: readonly number[]) => g[1]! * g[1]!,
      (g: readonly number[]) => g[1]! * g[2]!,
      (g: readonly number[]) => g[2]! * g[2]!,
      (g: readonly number[]) => g[0]! ** 3,
      (g: readonly number[]) => g[2]! ** 4,
    ];
    const count = kernels.length / 3;
    return functions.map((fn) => {
      let [sum, squares] = [0, 0];
      for (let k = 0; k < count; k++) {
        const value = fn([0, 1, 2].map((e) => kernels[3 * k + e]! - centre[e]!));
        sum += value;
        squares += value ** 2;
      }
      return { mean: sum / count, variance: (squares / count - (sum / count) ** 2) / count };
    });
  }

  it.each(['tanh', 'relu', 'gelu', 'erf'] as const)(
    'have the same moments of the kernel through fourth order: %s',
    async (name) => {
      const study = {
        ...tanhStudy,
        activations: new Map([['sigma', [{ name, expression: NAMED_ACTIVATIONS.get(name)!(symbol('z')) }]]]),
      };
      const plan = planNetwork(mlpModel, study, 8);
      const without = await collect(simulateConditionalKernels(plan, { seed: 3, networks: 40_000 }));
      const having = await collect(simulateKernels(plan, backend, { seed: 3, networks: 20_000 }));
      const centre = [0, 1, 2].map(
        (e) => without.kernels.reduce((sum, g, at) => sum + (at % 3 === e ? g : 0), 0) / 40_000,
      );
      const [p, q] = [moments(without.kernels, centre), moments(having.kernels, centre)];
      p.forEach(({ mean, variance }, at) => {
        const deviation = Math.sqrt(variance + q[at]!.variance);
        expect(Math.abs(mean - q[at]!.mean) / deviation).toBeLessThan(4);
      });
    },
  );
});
