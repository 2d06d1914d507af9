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
  /** Observable and samples, as in `A 1122`. */
  readonly name: string;
  readonly value: number;
  /** Of one network's contribution. */
  readonly variance: number;
}

/** A, B, D, F as a check on two threads measures them. */
export interface TangentCheck {
  readonly fluctuations: readonly Fluctuation[];
  /** Seconds that so many networks take, and seconds of processor time. */
  readonly time: (networks: number) => Promise<readonly [seconds: number, processor: number]>;
  readonly close: () => Promise<void>;
}

const TANGENT_PILOT = 32_768;

export async function openTangentCheck(backend: Backend): Promise<TangentCheck> {
  const observables = ['A', 'B', 'D', 'F'];
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
    observables,
  });
  const model = tangentModel(observables);
  const wanted = observables.flatMap((observable) =>
    [
      [1, 1, 1, 1],
      [1, 1, 2, 2],
    ].map((indices) => ({ observable, indices })),
  );
  const { items } = checkItems({
    model,
    study,
    request: study.checks[0]!,
    order: 1,
    predictions: wanted.map((one) => ({ ...one, orders: new Map([[1, 1]]) })),
    expandExpectation: () => new Map(),
  });
  const pool = createWorkerPool(2, backend, {
    leastWork: 0,
    start: (name) => startSourceThread('cli/simulationWorker.ts', name),
  });
  const run = (networks: number) =>
    measureWidths([planNetwork(model, study, 64)], items, backend, { networks, seed: 1, simulator: pool });
  const [measured] = await run(TANGENT_PILOT);
  const fluctuations = wanted.map(({ observable, indices }, k) => {
    const { value, standardError } = measured!.measurements[k]!;
    return { name: `${observable} ${indices.join('')}`, value, variance: standardError ** 2 * TANGENT_PILOT };
  });
  const time = async (networks: number): Promise<readonly [number, number]> => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await run(networks);
    const { user, system } = process.cpuUsage(before);
    return [(performance.now() - start) / 1000, (user + system) / 1e6];
  };
  return { fluctuations, time, close: pool.close };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = average(values);
  return average(values.map((value) => (value - mean) ** 2));
}
