/** One thread of bench/simulation.ts: random products of its share of the networks, as often as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRandomProduct } from '../runtime/kernels/randomProduct.ts';

export interface Share {
  readonly first: number;
  readonly networks: number;
  readonly width: number;
}

const { first, networks, width } = workerData as Share;
const product = await createRandomProduct();

const matrix = {
  seed: 1,
  stream: 65536,
  first,
  distribution: { kind: 'normal' },
  deviation: width ** -0.5,
  width,
} as const;
let work = (): void => undefined;

/** A number of samples prepares a round, anything else starts it. */
parentPort!.on('message', (message: unknown) => {
  if (typeof message === 'number') {
    const x = new Float32Array(networks * message * width).fill(0.5);
    work = () => void product(x, [networks, message, width], matrix);
  } else {
    work();
  }
  parentPort!.postMessage('done');
});
