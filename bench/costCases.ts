/** What bench/cost.ts measures. */
import { openBackend, type Backend } from '../runtime/backend.ts';
import { createBlockSimulation } from '../runtime/check/blockAverages.ts';
import { needsOf } from '../runtime/check/measure.ts';
import { observableQuantity } from '../runtime/check/quantity.ts';
import { createConditionalSampler } from '../runtime/simulate/conditionalSampler.ts';
import { simulateKernels } from '../runtime/simulate/ensemble.ts';
import { planNetwork, type NetworkPlan } from '../runtime/simulate/networkPlan.ts';
import { tangentModel, tangentStudy } from './tangentStudies.ts';

export type Varied = 'width' | 'depth' | 'samples' | 'networks';
export type SimulatorName = 'conditional' | 'weights' | 'tangent';

export const SIMULATORS: readonly { readonly name: SimulatorName; readonly title: string }[] = [
  { name: 'conditional', title: 'without weights' },
  { name: 'weights', title: 'with weights' },
  { name: 'tangent', title: 'A, B, D, F' },
];

export interface CostCase {
  readonly name: SimulatorName;
  readonly varied: Varied;
  readonly x: number;
  readonly prepare: () => Promise<{ readonly run: (networks: number) => Promise<void> }>;
}

interface Size {
  readonly width: number;
  readonly depth: number;
  readonly samples: number;
}

const BASE: Size = { width: 64, depth: 5, samples: 1 };
const OBSERVABLES = ['A', 'B', 'D', 'F'];

/** Where powers show: beyond what a network costs by itself, and what tangent kernels can afford. */
const VALUES: Readonly<Record<SimulatorName, Readonly<Record<Varied, readonly number[]>>>> = {
  conditional: {
    width: [64, 128, 256, 512, 1024],
    depth: [8, 16, 32, 64],
    samples: [1, 2, 4, 8, 16],
    networks: [500, 1000, 2000, 4000, 8000],
  },
  weights: {
    width: [64, 128, 256, 512, 1024],
    depth: [8, 16, 32, 64],
    samples: [1, 2, 4, 8, 16],
    networks: [500, 1000, 2000, 4000],
  },
  tangent: {
    width: [32, 64, 128, 256],
    depth: [8, 16, 32, 64],
    samples: [1, 2, 4, 8],
    networks: [500, 1000, 2000, 4000],
  },
};

export function costCases(): readonly CostCase[] {
  const backend = openBackend('wasm');
  return SIMULATORS.flatMap(({ name }) =>
    (['width', 'depth', 'samples', 'networks'] as const).flatMap((varied) =>
      VALUES[name][varied].map((x): CostCase => {
        const size = varied === 'networks' ? BASE : { ...BASE, [varied]: x };
        return { name, varied, x, prepare: async () => ({ run: await prepare(name, size, await backend) }) };
      }),
    ),
  );
}

async function prepare(
  name: SimulatorName,
  { width, depth, samples }: Size,
  backend: Backend,
): Promise<(networks: number) => Promise<void>> {
  const study = tangentStudy({
    activation: 'tanh',
    depth,
    samples: Array.from({ length: samples }, (_, a) => [Math.cos(a), Math.sin(a), 1]),
    weightVariance: 1.2,
    biasVariance: 0.05,
    widths: [width],
    observables: OBSERVABLES,
  });
  const model = tangentModel(OBSERVABLES);
  const plan = planNetwork(model, study, width);
  switch (name) {
    case 'conditional': {
      const { simulate } = await createConditionalSampler(plan, { seed: 1 });
      return (networks) => Promise.resolve(void simulate(0, networks));
    }
    case 'weights':
      return async (networks) => {
        for await (const _ of simulateKernels(plan, backend, { seed: 1, networks }));
      };
    case 'tangent': {
      const { simulate } = await createBlockSimulation(plan, blocksOf(plan, model, study), 1);
      return (networks) => Promise.resolve(void simulate(0, networks));
    }
  }
}

/** Those of A, B, D and F for every pair of samples a <= b: at a, a, b, b. */
function blocksOf(
  { n, samples }: NetworkPlan,
  model: ReturnType<typeof tangentModel>,
  study: ReturnType<typeof tangentStudy>,
) {
  const numbers = Array.from({ length: samples }, (_, a) => a + 1);
  const quantities = numbers.flatMap((a) =>
    numbers
      .filter((b) => b >= a)
      .flatMap((b) =>
        OBSERVABLES.map((observable) => observableQuantity(observable, [a, a, b, b], { model, study, n })),
      ),
  );
  return needsOf(quantities).blocks;
}
