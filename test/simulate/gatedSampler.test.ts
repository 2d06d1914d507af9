/** Gated units without weights: (u_i, v_i) given the layer below are what they are documented to be, and have the statistics of networks with weights. */
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../../bench/mutants.ts';
import { derive } from '../../index.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { measureWidths } from '../../runtime/check/measureWidths.ts';
import { simulateConditionalKernels } from '../../runtime/simulate/conditionalSampler.ts';
import { MEAN_OF_ZZ } from '../../runtime/simulate/conditionalMeans.ts';
import { simulateKernels, type KernelBatch } from '../../runtime/simulate/ensemble.ts';
import { createFieldProgram } from '../../runtime/simulate/fields.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import { compileText } from '../compileText.ts';

const model = compileText(`eft 1
architecture glu {
  input x[n_0]
  width n
  depth L
  layer 1:   u[i] = sum(j) W[i,j] * x[j]; v[i] = b[i] + sum(j) U[i,j] * x[j]; h[i] = u[i] * sigmoid(v[i])
  layer l+1: u[i] = sum(j) W[i,j] * h[j]; v[i] = b[i] + sum(j) U[i,j] * h[j]; h[i] = u[i] * sigmoid(v[i])
}
prior {
  W ~ normal(0, 3.4 / fan_in)
  U ~ normal(0, 2 / fan_in)
  b ~ normal(0, 0.2)
}
observable {
  G[a,b] = <u[i,a] u[i,b]>
  K[a,b] = <v[i,a] v[i,b]>
  V[a,b;c,d] = <u[i,a] u[i,b] u[j,c] u[j,d]>_c where i != j
  X[a,b;c,d] = <u[i,a] u[i,b] v[j,c] v[j,d]>_c where i != j
  Y[a,b;c,d] = <u[i,a] u[i,b] v[i,c] v[i,d]>_c
}
expand in 1/n to order 1
study "s" {
  L = 3
  samples = [[1, 0.5, -0.3], [0.2, -0.7, 0.9]]
  check G, K, V, X, Y at n = 6 with 100 networks, seed 3
}
`);
const study = model.studies[0]!;
const plan = planNetwork(model, study, 6);

async function collect(batches: AsyncGenerator<KernelBatch>): Promise<number[]> {
  const kernels: number[] = [];
  for await (const batch of batches) kernels.push(...batch.kernels);
  return kernels;
}

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});

describe('gated networks on a backend', () => {
  it('have the parameters of those on the host', async () => {
    const kernels = await collect(simulateKernels(plan, backend, { seed: 4, networks: 3, address: 20 }));
    const places = [
      [0, 0],
      [0, 1],
      [1, 1],
      [2, 2],
      [2, 3],
      [3, 3],
    ];
    const components = places.map((samples) => ({ field: MEAN_OF_ZZ, neurons: [], samples }));
    const { run, values } = await createFieldProgram(plan, components, 4);
    for (const network of [0, 1, 2]) {
      run(20 + network);
      values.forEach((g, entry) =>
        expect(Math.abs(kernels[6 * network + entry]! - g)).toBeLessThan(1e-5 * Math.max(...values)),
      );
    }
  });
});

describe('gated networks without weights', () => {
  /** One network in float64, from the documented addresses of its normals: the kernels of u, then those of v. */
  function reference(network: number, n: number, seed: number): readonly number[] {
    const source = createNormalSource(philoxKey(seed));
    const xi = (direction: number, layer: number, field: number) => {
      const values = new Float32Array(n);
      fillNormals(values, 0, n, 1, source, direction, layer * 65536 + 32767 - field, network);
      return [...values];
    };
    const gram = (rows: readonly (readonly number[])[], factor: number, constant: number) =>
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ].map(
        ([a, b]) =>
          constant + (factor / rows[0]!.length) * rows[a!]!.reduce((sum, x, j) => sum + x * rows[b!]![j]!, 0),
      );
    const both = (rows: readonly (readonly number[])[]) => [gram(rows, 3.4, 0), gram(rows, 2, 0.2)];
    let kernels = both(study.samples);
    for (const layer of [1, 2]) {
      const [u, v] = kernels.map(([g11, g12, g22], field) => {
        const r11 = Math.sqrt(g11!);
        const [r21, first, second] = [g12! / r11, xi(0, layer, field), xi(1, layer, field)];
        const r22 = Math.sqrt(g22! - r21 ** 2);
        return [first.map((x) => r11 * x), first.map((x, j) => r21 * x + r22 * second[j]!)];
      }) as [number[][], number[][]];
      kernels = both(u.map((row, a) => row.map((x, j) => x / (1 + Math.exp(-v[a]![j]!)))));
    }
    return kernels.flat();
  }

  it('are the documented ones, whatever the batch', async () => {
    const options = { seed: 7, networks: 40, address: 3 };
    const kernels = await collect(simulateConditionalKernels(plan, options));
    for (const network of [0, 39])
      reference(3 + network, 6, 7).forEach((g, entry) =>
        expect(Math.abs(kernels[6 * network + entry]! / g - 1)).toBeLessThan(1e-5),
      );
    expect(await collect(simulateConditionalKernels(plan, { ...options, batch: 7 }))).toEqual(kernels);
  });

  it('give every correlator of u and v the value of the full simulation', async () => {
    const items = itemsOf(derive(model, { order: 1 }), study);
    const measure = async (estimator: string, networks: number, seed: number) =>
      (await measureWidths([plan], items, backend, { networks, seed, estimator }))[0]!.measurements;
    const without = await measure('conditional', 20_000, 1);
    const having = await measure('weights', 10_000, 2);
    const sampled = await measure('plain', 2000, 3);
    items.forEach(({ observable, indices }, k) => {
      for (const other of [having[k]!, sampled[k]!]) {
        const { value, standardError } = without[k]!;
        const z = (value - other.value) / Math.hypot(standardError, other.standardError);
        expect(Math.abs(z), `${observable}[${indices.join()}]`).toBeLessThan(4.5);
      }
    });
    // Of the first of each kind, as a share of its value: the test could tell.
    for (const name of ['G', 'V', 'X', 'Y']) {
      const { value, standardError } = without[items.findIndex(({ observable }) => observable === name)]!;
      expect(standardError / value).toBeLessThan(0.1);
    }
  });
});
