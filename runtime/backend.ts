/**
 * TensorFlow.js behind a small interface: the one file that knows it. Backends are loaded when they are opened.
 *
 * Everything here computes in float32. Statistics are taken on the host in float64.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { InternalError, UserError } from '../diagnostics/diagnostic.ts';
import type { Expr } from '../theory/expression.ts';
import { createRandomProduct, type RandomMatrix } from './kernels/randomProduct.ts';
import {
  MAX_SHADER_SAMPLES,
  randomProductProgram,
  type ShaderProgram,
  type ShaderUniforms,
} from './kernels/webgpuProduct.ts';
import { applyElementwise, type ElementwiseOperations } from './simulate/elementwise.ts';
import { drawMatrix } from './simulate/draw.ts';
import { createNormalSource } from './simulate/normals.ts';
import { philoxKey } from './simulate/philox.ts';
import { reducedSine, type RoundingOperations } from './simulate/sine.ts';

export const BACKEND_NAMES = ['wasm', 'node', 'webgpu', 'cpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** A float32 array on the device. */
export interface Tensor {
  readonly shape: readonly number[];
}

export interface Backend {
  readonly name: BackendName;
  /** One line for people: what it is, and why it was chosen. */
  readonly description: string;
  upload(values: Float32Array, shape: readonly number[]): Tensor;
  /** `y[b,a,i] = sum_j weights[b,i,j] x[b,a,j]`: shapes [B,M,in] and [B,out,in] give [B,M,out]. */
  propagate(x: Tensor, weights: Tensor): Tensor;
  /**
   * The same with a random matrix that is never stored: [B,M,in] gives [B,M,width]. Absent where the backend has no such kernel.
   */
  readonly propagateRandom?: (x: Tensor, matrix: RandomMatrix) => Tensor;
  /** Samples that it can take at a time. */
  readonly mostRandomSamples?: number;
  add(x: Tensor, y: Tensor): Tensor;
  multiply(x: Tensor, y: Tensor): Tensor;
  scale(x: Tensor, factor: number): Tensor;
  /** `fn` of the symbol `z`, elementwise. */
  apply(fn: Expr, z: Tensor): Tensor;
  /** Runs `body` and frees every tensor it made except its result. */
  scope(body: () => Tensor): Tensor;
  download(x: Tensor): Promise<Float32Array>;
  dispose(x: Tensor): void;
}

export interface BackendOptions {
  /** Folder of the wasm binaries, for browsers whose bundler moved them. */
  readonly wasmPath?: string;
}

/** What `eft doctor` reports of one backend. */
export type BackendProbe =
  | { readonly name: BackendName; readonly works: false; readonly reason: string }
  | {
      readonly name: BackendName;
      readonly works: true;
      readonly description: string;
      /** Billions of operations a second, batched products [64,2,128] x [64,128,128]. */
      readonly gigaflops: number;
      /** Random weights made and applied a second, the same shapes; of one thread. */
      readonly weightsPerSecond: number;
    };

/**
 * Opens a backend. `auto` is wasm: its kernels make weights several times faster, on every processor, than any other makes them on the host,
 * and a graphics device is only chosen by name, since moments are taken on the host.
 * Throws UserError, saying what to install, when the one asked for does not load.
 */
export async function openBackend(
  name: BackendName | 'auto' = 'auto',
  options: BackendOptions = {},
): Promise<Backend> {
  if (name !== 'auto') return load(name, options);
  try {
    return await load('wasm', options, ', the fastest that needs no graphics device');
  } catch {
    return load('cpu', options, '; WebAssembly does not load here');
  }
}

/** Whether a backend works here, and how fast; never throws. */
export async function probeBackend(name: BackendName, options: BackendOptions = {}): Promise<BackendProbe> {
  try {
    const backend = await load(name, options);
    const gigaflops = await measureProduct(backend);
    const weightsPerSecond = await measureWeights(backend);
    return { name, works: true, description: backend.description, gigaflops, weightsPerSecond };
  } catch (error) {
    return { name, works: false, reason: messageOf(error) };
  }
}

const [PROBE_BATCH, PROBE_SAMPLES, PROBE_WIDTH, PROBE_REPEATS] = [64, 2, 128, 3];

/** As the simulation makes them: by the backend's own kernel, or drawn here and uploaded. */
async function measureWeights(backend: Backend): Promise<number> {
  const [batch, samples, width] = [PROBE_BATCH, PROBE_SAMPLES, PROBE_WIDTH];
  const x = backend.upload(new Float32Array(batch * samples * width).fill(0.5), [batch, samples, width]);
  const parameter = {
    group: 0,
    field: 0,
    deviation: 0.1,
    rate: 0,
    distribution: { kind: 'normal' },
  } as const;
  const source = createNormalSource(philoxKey(1));
  const values = new Float32Array(batch * width * width);
  const drawn = (): Tensor => {
    for (let network = 0; network < batch; network++)
      drawMatrix(values, network * width * width, parameter, 1, width, width, { source, network });
    return backend.scope(() => backend.propagate(x, backend.upload(values, [batch, width, width])));
  };
  const matrix = { seed: 1, stream: 65536, first: 0, ...parameter, width };
  const seconds = await timed(backend, () => backend.propagateRandom?.(x, matrix) ?? drawn());
  backend.dispose(x);
  return (batch * width * width) / seconds;
}

/** Seconds that a tensor takes to be made and downloaded, after a first time. */
async function timed(backend: Backend, make: () => Tensor): Promise<number> {
  const once = async () => {
    const product = make();
    await backend.download(product);
    backend.dispose(product);
  };
  await once();
  const start = performance.now();
  for (let k = 0; k < PROBE_REPEATS; k++) await once();
  return (performance.now() - start) / 1000 / PROBE_REPEATS;
}

async function measureProduct(backend: Backend): Promise<number> {
  const [batch, samples, width] = [PROBE_BATCH, PROBE_SAMPLES, PROBE_WIDTH];
  const x = backend.upload(new Float32Array(batch * samples * width).fill(0.5), [batch, samples, width]);
  const weights = backend.upload(new Float32Array(batch * width * width).fill(0.5), [batch, width, width]);
  const seconds = await timed(backend, () => backend.propagate(x, weights));
  backend.dispose(x);
  backend.dispose(weights);
  return (2 * batch * samples * width * width) / seconds / 1e9;
}

/** How each backend enters: the name TensorFlow.js knows it by, its description, and the modules to load. */
interface Loader {
  readonly registeredAs: string;
  readonly description: string;
  readonly install: string;
  register(tf: typeof TensorFlow, options: BackendOptions): Promise<void>;
  /** Tensors are in this process's memory, where the kernels of runtime/kernels reach them. */
  readonly isInMemory: boolean;
}

const RANDOM_PRODUCT = 'EftRandomProduct';

function hasRandomProduct(tf: typeof TensorFlow, backendName: string): boolean {
  return tf.getKernelsForBackend(backendName).some(({ kernelName }) => kernelName === RANDOM_PRODUCT);
}

/** What is used of the WebGPU backend beyond TensorFlow.js's own interface. */
interface WebGpuBackend {
  readonly device: GpuDevice;
  runWebGPUProgram(
    program: ShaderProgram,
    inputs: readonly TensorFlow.TensorInfo[],
    dtype: 'float32',
    uniforms: ShaderUniforms,
  ): TensorFlow.TensorInfo;
}

interface GpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: Error }) => void): void;
}

function registerRandomProductShader(tf: typeof TensorFlow): void {
  if (hasRandomProduct(tf, 'webgpu')) return;
  tf.registerKernel({
    kernelName: RANDOM_PRODUCT,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x } = inputs as { x: TensorFlow.TensorInfo };
      const shape = x.shape as [number, number, number];
      const { program, uniforms } = randomProductProgram(shape, attrs as unknown as RandomMatrix);
      return (backend as WebGpuBackend).runWebGPUProgram(program, [x], 'float32', uniforms);
    },
  });
}

/** Throws from the first error on that nobody else has caught: its numbers may be zeros. */
function watchDevice(device: GpuDevice): () => void {
  let failure: string | undefined;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= `the graphics device reported an error: ${error.message}`;
  });
  void device.lost.then(({ reason, message }) => {
    failure ??= `the graphics device was lost (${reason}): ${message}`;
  });
  return () => {
    if (failure !== undefined) throw new UserError(failure);
  };
}

/** The fused random product as a kernel of TensorFlow.js for a backend whose data can be read and written at once. */
async function registerRandomProduct(tf: typeof TensorFlow, backendName: string): Promise<void> {
  if (hasRandomProduct(tf, backendName)) return;
  const product = await createRandomProduct();
  tf.registerKernel({
    kernelName: RANDOM_PRODUCT,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x } = inputs as { x: TensorFlow.TensorInfo };
      const matrix = attrs as unknown as RandomMatrix;
      const data = backend as Pick<TensorFlow.KernelBackend, 'readSync' | 'write'>;
      const [count, samples, fanIn] = x.shape as [number, number, number];
      const z = product(data.readSync(x.dataId) as Float32Array, [count, samples, fanIn], matrix);
      const shape = [count, samples, matrix.width];
      return { dataId: data.write(z, shape, 'float32'), shape, dtype: 'float32' };
    },
  });
}

const LOADERS: Readonly<Record<BackendName, Loader>> = {
  wasm: {
    registeredAs: 'wasm',
    description: 'tfjs WebAssembly',
    isInMemory: true,
    install: 'npm install @tensorflow/tfjs-backend-wasm',
    register: async (_tf, { wasmPath }) => {
      const wasm = await import('@tensorflow/tfjs-backend-wasm');
      if (wasmPath !== undefined) wasm.setWasmPaths(wasmPath);
    },
  },
  cpu: {
    registeredAs: 'cpu',
    description: 'tfjs plain JavaScript',
    isInMemory: true,
    install: 'npm install @tensorflow/tfjs-backend-cpu',
    register: async () => {
      await import('@tensorflow/tfjs-backend-cpu');
    },
  },
  node: {
    registeredAs: 'tensorflow',
    description: 'tfjs-node (native TensorFlow)',
    isInMemory: false,
    install: 'npm install @tensorflow/tfjs-node (its installer downloads libtensorflow)',
    register: async () => {
      if (!runsInNode()) throw new Error('it needs Node.js');
      await restoreNodeUtilities();
      // Otherwise TensorFlow greets whoever reads standard error.
      process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
      await importOptional('@tensorflow/tfjs-node');
    },
  },
  webgpu: {
    registeredAs: 'webgpu',
    description: 'tfjs WebGPU',
    isInMemory: false,
    install: 'npm install @tensorflow/tfjs-backend-webgpu webgpu, and a Vulkan, Metal or D3D12 driver',
    register: async () => {
      await provideWebGpu();
      await import('@tensorflow/tfjs-backend-webgpu');
    },
  },
};

async function load(name: BackendName, options: BackendOptions, reason = ''): Promise<Backend> {
  const loader = LOADERS[name];
  const { registeredAs, description, install } = loader;
  try {
    const tf = await import('@tensorflow/tfjs-core');
    // Silences the advertisement the JavaScript backend prints and skips checks of every intermediate value.
    tf.enableProdMode();
    await loader.register(tf, options);
    if (!(await tf.setBackend(registeredAs))) throw new Error('it did not initialise');
    if (loader.isInMemory) await registerRandomProduct(tf, registeredAs);
    if (name !== 'webgpu') return wrap(tf, name, registeredAs, description + reason);
    registerRandomProductShader(tf);
    const check = watchDevice((tf.backend() as unknown as WebGpuBackend).device);
    const backend = wrap(tf, name, registeredAs, description + reason);
    return {
      ...backend,
      mostRandomSamples: MAX_SHADER_SAMPLES,
      download: async (x) => {
        const values = await backend.download(x);
        check();
        return values;
      },
    };
  } catch (error) {
    throw new UserError(`the ${name} backend does not load: ${messageOf(error)}\nto install it: ${install}`);
  }
}

/** Every operation first makes its own backend the current one: TensorFlow.js has one current backend a process. */
function wrap(tf: typeof TensorFlow, name: BackendName, registeredAs: string, description: string): Backend {
  const current = <T>(body: () => T): T => {
    if (tf.getBackend() !== registeredAs) void tf.setBackend(registeredAs);
    return body();
  };
  const own = (tensor: Tensor): TensorFlow.Tensor => {
    if (tensor instanceof tf.Tensor) return tensor as TensorFlow.Tensor;
    throw new InternalError('a tensor of another library');
  };
  const operations = elementwiseOperations(tf, registeredAs);
  return {
    name,
    description,
    upload: (values, shape) => current(() => tf.tensor(values, [...shape], 'float32')),
    propagate: (x, weights) => current(() => tf.matMul(own(x), own(weights), false, true)),
    ...(hasRandomProduct(tf, registeredAs)
      ? {
          propagateRandom: (x, matrix) => current(() => runRandomProduct(tf, own(x), matrix)),
        }
      : {}),
    add: (x, y) => current(() => tf.add(own(x), own(y))),
    multiply: (x, y) => current(() => tf.mul(own(x), own(y))),
    scale: (x, factor) => current(() => tf.mul(own(x), factor)),
    apply: (fn, z) =>
      current(() => tf.tidy(() => broadcast(tf, applyElementwise(fn, 'z', own(z), operations), own(z)))),
    scope: (body) => current(() => tf.tidy(() => own(body()))),
    download: (x) => own(x).data<'float32'>(),
    dispose: (x) => own(x).dispose(),
  };
}

function runRandomProduct(
  tf: typeof TensorFlow,
  x: TensorFlow.Tensor,
  matrix: RandomMatrix,
): TensorFlow.Tensor {
  // A kernel's attributes are typed as numbers and strings; this one only hands them through.
  const attributes = { ...matrix } as unknown as TensorFlow.NamedAttrMap;
  return tf.engine().runKernel<TensorFlow.Tensor>(RANDOM_PRODUCT, { x }, attributes);
}

/** A constant function still returns an array of the shape of its argument. */
function broadcast(tf: typeof TensorFlow, value: TensorFlow.Tensor, z: TensorFlow.Tensor): TensorFlow.Tensor {
  return value.rank === z.rank ? tf.clone(value) : tf.add(tf.zerosLike(z), value);
}

function elementwiseOperations(
  tf: typeof TensorFlow,
  registeredAs: string,
): ElementwiseOperations<TensorFlow.Tensor> {
  const kernels = new Set(tf.getKernelsForBackend(registeredAs).map(({ kernelName }) => kernelName));
  const native = (kernel: string, op: (x: TensorFlow.Tensor) => TensorFlow.Tensor) =>
    kernels.has(kernel) ? op : undefined;
  const arithmetic: RoundingOperations<TensorFlow.Tensor> = {
    constant: (value) => tf.scalar(value, 'float32'),
    add: (x, y) => tf.add(x, y),
    multiply: (x, y) => tf.mul(x, y),
    floor: (x) => tf.floor(x),
  };
  const isExact = registeredAs !== 'webgpu';
  return {
    ...arithmetic,
    divide: (x, y) => tf.div(x, y),
    pow: (x, exponent) => tf.pow(x, exponent),
    sqrt: (x) => tf.sqrt(x),
    abs: (x) => tf.abs(x),
    select: (left, right, strict, yes, no) => {
      const condition = strict ? tf.less(left, right) : tf.lessEqual(left, right);
      return tf.where(condition, spread(tf, yes, condition), spread(tf, no, condition));
    },
    functions: {
      exp: (x) => tf.exp(x),
      log: native('Log', (x) => tf.log(x)),
      sin: isExact ? native('Sin', (x) => tf.sin(x)) : (x) => reducedSine(x, 0, arithmetic),
      cos: isExact ? native('Cos', (x) => tf.cos(x)) : (x) => reducedSine(x, 1, arithmetic),
      tanh: native('Tanh', (x) => tf.tanh(x)),
      erf: native('Erf', (x) => tf.erf(x)),
      sigmoid: native('Sigmoid', (x) => tf.sigmoid(x)),
      softplus: native('Softplus', (x) => tf.softplus(x)),
    },
  };
}

/** `where` broadcasts its branches only on some backends. */
function spread(tf: typeof TensorFlow, value: TensorFlow.Tensor, like: TensorFlow.Tensor): TensorFlow.Tensor {
  return value.rank >= like.rank ? value : tf.add(tf.fill(like.shape, 0), value);
}

function runsInNode(): boolean {
  return typeof process !== 'undefined' && 'node' in process.versions;
}

/** Packages that exist only in Node: the name is a variable so that no bundler looks for it. */
async function importOptional(specifier: string): Promise<Record<string, unknown>> {
  return (await import(/* @vite-ignore */ specifier)) as Record<string, unknown>;
}

/** tfjs-node 4.22 calls two functions that Node 23 removed from `util`. */
async function restoreNodeUtilities(): Promise<void> {
  const { default: util } = (await importOptional('node:util')) as { default: Record<string, unknown> };
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

interface GpuNavigator {
  gpu?: { requestAdapter(): Promise<unknown> };
}

/** In Node the package `webgpu` (Dawn) plays the browser's part. */
async function provideWebGpu(): Promise<void> {
  const host = globalThis as { navigator?: GpuNavigator };
  if (!host.navigator?.gpu) await installDawn(host);
  if (!(await host.navigator?.gpu?.requestAdapter())) throw new Error('no graphics adapter was found');
}

async function installDawn(host: { navigator?: GpuNavigator }): Promise<void> {
  if (!runsInNode()) throw new Error('this browser has no WebGPU');
  const dawn = await importOptional('webgpu');
  Object.assign(globalThis, dawn.globals);
  const gpu = (dawn.create as (options: readonly string[]) => GpuNavigator['gpu'])([]);
  const navigator = host.navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  if (!host.navigator)
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

function messageOf(error: unknown): string {
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(
    error instanceof Error ? error.message : '',
  );
  if (missing?.[1] !== undefined) return `${missing[1]} is not installed`;
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
