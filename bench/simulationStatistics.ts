/** How many networks each estimator needs: from the variance of what one network contributes. */
import type { Backend } from '../runtime/backend.ts';
import { checkItems } from '../runtime/check/items.ts';
import { measureWidths } from '../runtime/check/measureWidths.ts';
import { createWorkerPool } from '../cli/workerPool.ts';
import { createConditionalSampler } from '../runtime/simulate/conditionalSampler.ts';
import { planNetwork, type NetworkPlan } from '../runtime/simulate/networkPlan.ts';
import { createNormalSource, fillNormals } from '../runtime/simulate/normals.ts';
import { philoxKey } from '../runtime/simulate/philox.ts';
import { startSourceThread } from './sourceThread.ts';
import { tangentModel, tangentStudy } from './tangentStudies.ts';

const PILOT = 200_000;

/**
 * Networks until V is known to `relative`, from the conditional kernel g of each network (own), and from its neurons z alone (plain): the
 * average of z_i^2 z_j^2 over pairs less the square of that of z_i^2.
 */
export async function peerNetworks(
  plan: NetworkPlan,
  relative: number,
): Promise<{ own: number; plain: number }> {
  const { simulate } = await createConditionalSampler(plan, { seed: 2 });
  const g = simulate(0, PILOT).kernels;
  const mean = average(g);
  const deviations = g.map((value) => (value - mean) ** 2);
  const variance = average(deviations);
  const width = plan.layers.at(-1)!.width;
  const source = createNormalSource(philoxKey(3));
  const normals = new Float32Array(width);
  const plain = g.map((value, k) => {
    fillNormals(normals, 0, width, 1, source, 0, 0, k);
    let [squares, fourths] = [0, 0];
    for (const x of normals) {
      squares += x ** 2;
      fourths += x ** 4;
    }
    const pairs = (value ** 2 * (squares ** 2 - fourths)) / (width * (width - 1));
    return pairs - (2 * mean * value * squares) / width;
  });
  const need = (spread: number) => Math.ceil(spread / (relative * variance) ** 2);
  return { own: need(varianceOf(deviations)), plain: need(varianceOf(plain)) };
}

export interface Fluctuation {
  readonly name: string;
  readonly value: number;
  /** Of one network's contribution. */
  readonly variance: number;
  /** Of one network, on two threads. */
  readonly seconds: number;
}

/** A, B, D, F at samples 1122 as a check measures them. */
export async function fluctuation(backend: Backend): Promise<readonly Fluctuation[]> {
  const names = ['A', 'B', 'D', 'F'];
  const study = tangentStudy({
    activation: 'tanh',
    depth: 4,
    samples: [
      [1, 0.5, -0.3],
      [0.2, -0.7, 0.9],
    ],
    weightVariance: 1.2,
    biasVariance: 0.05,
    widths: [64],
    observables: names,
  });
  const model = tangentModel(names);
  const { items } = checkItems({
    model,
    study,
    request: study.checks[0]!,
    order: 1,
    predictions: names.map((observable) => ({
      observable,
      indices: [1, 1, 2, 2],
      orders: new Map([[1, 1]]),
    })),
    expandExpectation: () => new Map(),
  });
  const pool = createWorkerPool(2, backend, {
    leastWork: 0,
    start: (name) => startSourceThread('cli/simulationWorker.ts', name),
  });
  const run = (networks: number) =>
    measureWidths([planNetwork(model, study, 64)], items, backend, { networks, seed: 1, simulator: pool });
  await run(512);
  const networks = 16_384;
  const start = performance.now();
  const [measured] = await run(networks);
  const seconds = (performance.now() - start) / 1000 / networks;
  await pool.close();
  return names.map((name, k) => {
    const { value, standardError } = measured!.measurements[k]!;
    return { name, value, variance: standardError ** 2 * networks, seconds };
  });
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = average(values);
  return average(values.map((value) => (value - mean) ** 2));
}
