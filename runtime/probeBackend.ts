/** What `eft doctor` finds out about a backend. */
import { openBackend, type Backend, type BackendName, type BackendOptions, type Tensor } from './backend.ts';
import { drawMatrix } from './simulate/draw.ts';
import { createNormalSource } from './simulate/normals.ts';
import { philoxKey } from './simulate/philox.ts';

/** What `eft doctor` reports of one backend. */
export type BackendProbe =
  | { readonly name: BackendName; readonly works: false; readonly reason: string }
  | {
      readonly name: BackendName;
      readonly works: true;
      readonly description: string;
      /** Billions of operations a second, batched products [B,2,128] x [B,128,128], B at most 64. */
      readonly gigaflops: number;
      /** Random weights made and applied a second, the same shapes; of one thread. */
      readonly weightsPerSecond: number;
    };

/**
 * Whether a backend works here, and how fast; never throws. `ready` is called when it has loaded, before anything is measured.
 */
export async function probeBackend(
  name: BackendName,
  options: BackendOptions = {},
  ready: () => Promise<void> = () => Promise.resolve(),
): Promise<BackendProbe> {
  try {
    const backend = await openBackend(name, options);
    await ready();
    const gigaflops = await measureProduct(backend);
    const weightsPerSecond = await measureWeights(backend);
    return { name, works: true, description: backend.description, gigaflops, weightsPerSecond };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name, works: false, reason: message };
  }
}

const [SAMPLES, WIDTH] = [2, 128];
/** Networks in one call: the first call compiles, the others are timed, and those that would take too long are left out. */
const BATCHES = [1, 8, 8, 64, 64, 64];
/** Seconds for one measurement. */
const TIME_BOX = 0.5;

/** Networks a second in the best call, since other work on the machine only slows them down. */
async function networksPerSecond(run: (batch: number) => Promise<void>): Promise<number> {
  let [speed, spent] = [0, 0];
  for (const [call, batch] of BATCHES.entries()) {
    if (speed > 0 && spent + batch / speed > TIME_BOX) break;
    const start = performance.now();
    await run(batch);
    const seconds = (performance.now() - start) / 1000;
    if (call === 0) continue;
    spent += seconds;
    speed = Math.max(speed, batch / seconds);
  }
  return speed;
}

async function drain(backend: Backend, product: Tensor): Promise<void> {
  await backend.download(product);
  backend.dispose(product);
}

async function measureProduct(backend: Backend): Promise<number> {
  const speed = await networksPerSecond(async (batch) => {
    const x = backend.upload(new Float32Array(batch * SAMPLES * WIDTH).fill(0.5), [batch, SAMPLES, WIDTH]);
    const weights = backend.upload(new Float32Array(batch * WIDTH * WIDTH).fill(0.5), [batch, WIDTH, WIDTH]);
    await drain(backend, backend.propagate(x, weights));
    backend.dispose(x);
    backend.dispose(weights);
  });
  return (2 * SAMPLES * WIDTH * WIDTH * speed) / 1e9;
}

/** As the simulation makes them: by the backend's own kernel, or drawn here and uploaded. */
async function measureWeights(backend: Backend): Promise<number> {
  const parameter = {
    group: 0,
    field: 0,
    deviation: 0.1,
    rate: 0,
    distribution: { kind: 'normal' },
  } as const;
  const source = createNormalSource(philoxKey(1));
  const matrix = { seed: 1, stream: 65536, first: 0, ...parameter, width: WIDTH };
  const drawn = (x: Tensor, batch: number): Tensor => {
    const values = new Float32Array(batch * WIDTH * WIDTH);
    for (let network = 0; network < batch; network++)
      drawMatrix(values, network * WIDTH * WIDTH, parameter, 1, WIDTH, WIDTH, { source, network });
    return backend.scope(() => backend.propagate(x, backend.upload(values, [batch, WIDTH, WIDTH])));
  };
  const speed = await networksPerSecond(async (batch) => {
    const x = backend.upload(new Float32Array(batch * SAMPLES * WIDTH).fill(0.5), [batch, SAMPLES, WIDTH]);
    await drain(backend, backend.propagateRandom?.(x, matrix) ?? drawn(x, batch));
    backend.dispose(x);
  });
  return WIDTH * WIDTH * speed;
}
