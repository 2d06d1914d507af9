/**
 * A process of its own with a graphics device (graphicsDevice.test.ts): products, buffers before and after many batches, and errors of the device.
 * Argument: batches. Prints JSON.
 */
import { DeviceError } from '../../diagnostics/diagnostic.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { simulateKernels } from '../../runtime/simulate/ensemble.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { call, symbol } from '../../theory/expression.ts';
import { mlpModel, studyOf } from './networks.ts';
import { productErrors } from './randomProducts.ts';

const batches = Number(process.argv[2] ?? 20);
const study = studyOf({
  activation: call('tanh', symbol('z')),
  depth: 3,
  biasVariance: 0.1,
  samples: [
    [1, 0.5],
    [0.2, -0.7],
  ],
});
const plan = planNetwork(mlpModel, study, 8);

async function holdsAfter(backend: Backend, count: number) {
  const options = { seed: 1, networks: 4 * count, batch: 4, controls: true };
  let seen = 0;
  for await (const batch of simulateKernels(plan, backend, options)) seen += batch.count;
  return { ...backend.holds(), seen: seen / count };
}

async function failureOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    return error instanceof DeviceError ? error.message : `another error: ${String(error)}`;
  }
}

/** What is used of Dawn's device to break it. */
interface Breakable {
  createBuffer(options: { size: number; usage: number }): unknown;
  destroy(): void;
}

let device: Breakable | undefined;
const gpu = (): { requestAdapter(): Promise<{ requestDevice(...args: unknown[]): Promise<Breakable> }> } =>
  (globalThis as unknown as { navigator: { gpu: ReturnType<typeof gpu> } }).navigator.gpu;

/** The backend asks for its device here. */
async function openWatched(): Promise<Backend> {
  const { provideWebGpu } = await import('../../runtime/graphicsDevice.ts');
  await provideWebGpu();
  const host = gpu();
  const ask = host.requestAdapter.bind(host);
  host.requestAdapter = async () => {
    const adapter = await ask();
    const open = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (...args) => (device = await open(...args));
    return adapter;
  };
  return openBackend('webgpu');
}

const backend = await openWatched();
const errors = await productErrors(backend);
const before = await holdsAfter(backend, 5);
const after = await holdsAfter(backend, batches);
const lost = process.argv.includes('lose')
  ? await failureOf(async () => {
      device!.destroy();
      await holdsAfter(backend, 1);
    })
  : await failureOf(async () => {
      // A buffer may not be mapped both for reading and for writing.
      device!.createBuffer({ size: 4, usage: 3 });
      await holdsAfter(backend, 1);
    });
// Dawn writes what it thinks of the error there too.
process.stdout.write(
  `\n${JSON.stringify({ errors, before, after, failure: lost, description: backend.description })}`,
);
process.exit(0);
