/**
 * TensorFlow.js behind a small interface: the one file that knows it. Backends are loaded when they are opened.
 *
 * Everything here computes in float32. Statistics are taken on the host in float64.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { InternalError, UserError } from '../diagnostics/diagnostic.ts';
import type { Expr } from '../theory/expression.ts';
import { createRandomProduct, type RandomMatrix } from './kernels/randomProduct.ts';
import { applyElementwise, type ElementwiseOperations } from './simulate/elementwise.ts';
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
  add(x: Tensor, y: Tensor): Tensor;
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
    };

/**
 * Opens a backend. `auto` is tfjs-node when it is installed and loads, else wasm.
 * Throws UserError, saying what to install, when the one asked for does not load.
 */
export async function openBackend(
  name: BackendName | 'auto' = 'auto',
  options: BackendOptions = {},
): Promise<Backend> {
  if (name !== 'auto') return load(name, options);
  if (!runsInNode()) return load('wasm', options, ', the default in a browser');
  try {
    return await load('node', options, ', the fastest installed');
  } catch {
    return load('wasm', options, '; @tensorflow/tfjs-node is not installed or does not load');
  }
}

/** Whether a backend works here, and how fast; never throws. */
export async function probeBackend(name: BackendName, options: BackendOptions = {}): Promise<BackendProbe> {
  try {
    const backend = await load(name, options);
    const gigaflops = await measureProduct(backend);
    return { name, works: true, description: backend.description, gigaflops };
  } catch (error) {
    return { name, works: false, reason: messageOf(error) };
  }
}

async function measureProduct(backend: Backend): Promise<number> {
  const [batch, samples, width, repeats] = [64, 2, 128, 3];
  const x = backend.upload(new Float32Array(batch * samples * width).fill(0.5), [batch, samples, width]);
  const weights = backend.upload(new Float32Array(batch * width * width).fill(0.5), [batch, width, width]);
  const once = async () => {
    const product = backend.propagate(x, weights);
    await backend.download(product);
    backend.dispose(product);
  };
  await once();
  const start = performance.now();
  for (let k = 0; k < repeats; k++) await once();
  const seconds = (performance.now() - start) / 1000;
  backend.dispose(x);
  backend.dispose(weights);
  return (2 * batch * samples * width * width * repeats) / seconds / 1e9;
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

/** The fused random product as a kernel of TensorFlow.js for a backend whose data can be read and written at once. */
async function registerRandomProduct(tf: typeof TensorFlow, backendName: string): Promise<void> {
  if (tf.getKernel(RANDOM_PRODUCT, backendName)) return;
  const product = await createRandomProduct();
  tf.registerKernel({
    kernelName: RANDOM_PRODUCT,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x } = inputs as { x: TensorFlow.TensorInfo };
      const matrix = attrs as unknown as RandomMatrix;
      const data = backend as TensorFlow.KernelBackend;
      const [count, samples, fanIn] = x.shape as [number, number, number];
      const z = product(data.readSync(x.dataId) as Float32Array, [count, samples, fanIn], matrix);
      const shape = [count, samples, matrix.width];
      return { dataId: data.write(z, shape, 'float32') as object, shape, dtype: 'float32' };
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
    return wrap(tf, name, registeredAs, description + reason);
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
    ...(tf.getKernel(RANDOM_PRODUCT, registeredAs)
      ? {
          propagateRandom: (x, matrix) => current(() => runRandomProduct(tf, own(x), matrix)),
        }
      : {}),
    add: (x, y) => current(() => tf.add(own(x), own(y))),
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
