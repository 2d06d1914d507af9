/** Kernels and control variates recorded from networks in the memory of the kernels. */
import { beforeAll, describe, expect, it } from 'vitest';
import { tangentModel, tangentStudy } from '../../bench/tangentStudies.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { simulateKernels } from '../../runtime/simulate/ensemble.ts';
import { openKernels } from '../../runtime/kernels/kernels.ts';
import { createKernelNetwork } from '../../runtime/simulate/kernelNetwork.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import {
  createKernelRecorder,
  recordedControls,
  type RecordedKernels,
} from '../../runtime/simulate/recordKernels.ts';

const [WIDTH, NETWORKS, SEED] = [18, 3000, 4];

const study = tangentStudy({
  activation: 'gelu',
  depth: 4,
  samples: [
    [1, 0.5, -0.3],
    [0.2, -0.7, 0.9],
  ],
  weightVariance: 1.4,
  biasVariance: 0.1,
  widths: [WIDTH],
  observables: ['Theta'],
});
const plan = planNetwork(tangentModel(['Theta']), study, WIDTH);

let backend: Backend;
let recorded: RecordedKernels;
beforeAll(async () => {
  backend = await openBackend('wasm');
  const network = createKernelNetwork(await openKernels(), plan, SEED);
  const recorder = createKernelRecorder(network, true);
  recorded = recorder.start(NETWORKS);
  for (let k = 0; k < NETWORKS; k++) {
    network.run(k);
    recorder.record(recorded, k);
  }
});

describe('recorded kernels', () => {
  it('are those of the same networks on a backend, and so are their controls', async () => {
    for await (const batch of simulateKernels(plan, backend, { seed: SEED, networks: 5, controls: true })) {
      batch.kernels.forEach((value, k) =>
        expect(Math.abs(recorded.kernels[k]! - value)).toBeLessThan(1e-5 * Math.abs(value)),
      );
      batch.controls.forEach((controls, entry) => {
        const [size, all] = [controls.length / batch.count, recordedControls(plan).sizes[entry]!];
        controls.forEach((value, at) => {
          const own = recorded.controls[entry]![Math.floor(at / size) * all + (at % size)]!;
          expect(Math.abs(own - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
        });
      });
    }
  });

  it('have controls of mean zero', () => {
    recorded.controls.forEach((controls, entry) => {
      const size = recordedControls(plan).sizes[entry]!;
      for (let c = 0; c < size; c++) {
        const values = Array.from({ length: NETWORKS }, (_, k) => controls[k * size + c]!);
        const mean = values.reduce((sum, value) => sum + value, 0) / NETWORKS;
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / NETWORKS;
        expect(deviation).toBeGreaterThan(0);
        expect(Math.abs(mean)).toBeLessThan(4.5 * deviation);
      }
    });
  });
});
