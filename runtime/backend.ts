/**
 * TensorFlow.js behind a small interface: the one file that knows it. Backends are loaded when they are opened.
 *
 * Everything here computes in float32. Statistics are taken on the host in float64.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { DeviceError, InternalError, UserError } from '../diagnostics/diagnostic.ts';
import type { Expr } from '../theory/expression.ts';
import {
  adapterNotes,
  importOptional,
  provideWebGpu,
  runsInNode,
  watchDevice,
  type GpuDevice,
} from './graphicsDevice.ts';
import {
  createRandomProduct,
  createRandomTransposedProduct,
  type RandomMatrix,
  type RandomProduct,
} from './kernels/randomProduct.ts';
import {
  MAX_SHADER_SAMPLES,
  randomProductProgram,
  randomTransposedProductProgram,
  type ShaderProgram,
  type ShaderUniforms,
} from './kernels/webgpuProduct.ts';
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
  /** The backward form `x[b,a,j] = sum_i W_b[i,j] y[b,a,i]` of a matrix with that fan-in: [B,M,width] gives [B,M,fanIn]. */
  readonly propagateRandomTransposed?: (y: Tensor, matrix: RandomMatrix, fanIn: number) => Tensor;
  /** Samples that these can take at a time. */
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
  /** What it holds now: tensors and, on a graphics device, buffers, those kept for reuse included. */
  holds(): { readonly tensors: number; readonly buffers?: number };
}

export interface BackendOptions {
  /** Folder of the wasm binaries, for browsers whose bundler moved them. */
  readonly wasmPath?: string;
}

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
const RANDOM_TRANSPOSED_PRODUCT = 'EftRandomTransposedProduct';

function hasRandomProduct(tf: typeof TensorFlow, backendName: string): boolean {
  return tf.getKernelsForBackend(backendName).some(({ kernelName }) => kernelName === RANDOM_PRODUCT);
}

/** What is used of the WebGPU backend beyond TensorFlow.js's own interface. */
interface WebGpuBackend {
  readonly device: GpuDevice;
  readonly bufferManager: { getNumUsedBuffers(): number; getNumFreeBuffers(): number };
  runWebGPUProgram(
    program: ShaderProgram,
    inputs: readonly TensorFlow.TensorInfo[],
    dtype: 'float32',
    uniforms: ShaderUniforms,
  ): TensorFlow.TensorInfo;
}

/** A matrix as the attributes of a kernel of TensorFlow.js; the transposed one needs its fan-in as well. */
interface ProductAttributes extends RandomMatrix {
  readonly fanIn: number;
}

type KernelArguments = Parameters<TensorFlow.KernelFunc>[0];

function argumentsOf({ inputs, attrs }: KernelArguments) {
  const { x } = inputs as { x: TensorFlow.TensorInfo };
  return { x, shape: x.shape as [number, number, number], matrix: attrs as unknown as ProductAttributes };
}

function registerRandomProductShaders(tf: typeof TensorFlow): void {
  if (hasRandomProduct(tf, 'webgpu')) return;
  const register = (kernelName: string, programOf: typeof randomTransposedProductProgram): void => {
    const kernelFunc = (call: KernelArguments): TensorFlow.TensorInfo => {
      const { x, shape, matrix } = argumentsOf(call);
      const { program, uniforms } = programOf(shape, matrix, matrix.fanIn);
      return (call.backend as WebGpuBackend).runWebGPUProgram(program, [x], 'float32', uniforms);
    };
    tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
  };
  register(RANDOM_PRODUCT, randomProductProgram);
  register(RANDOM_TRANSPOSED_PRODUCT, randomTransposedProductProgram);
}

/** The fused random products as kernels of TensorFlow.js for a backend whose data can be read and written at once. */
async function registerRandomProducts(tf: typeof TensorFlow, backendName: string): Promise<void> {
  if (hasRandomProduct(tf, backendName)) return;
  const register = (kernelName: string, product: RandomProduct, isTransposed: boolean): void => {
    const kernelFunc = (call: KernelArguments): TensorFlow.TensorInfo => {
      const { x, shape: from, matrix } = argumentsOf(call);
      const data = call.backend as Pick<TensorFlow.KernelBackend, 'readSync' | 'write'>;
      const z = product(data.readSync(x.dataId) as Float32Array, from, matrix, matrix.fanIn);
      const shape = [from[0], from[1], isTransposed ? matrix.fanIn : matrix.width];
      return { dataId: data.write(z, shape, 'float32'), shape, dtype: 'float32' };
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  };
  register(RANDOM_PRODUCT, await createRandomProduct(), false);
  register(RANDOM_TRANSPOSED_PRODUCT, await createRandomTransposedProduct(), true);
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
    if (loader.isInMemory) await registerRandomProducts(tf, registeredAs);
    if (name !== 'webgpu') return wrap(tf, name, registeredAs, description + reason);
    registerRandomProductShaders(tf);
    return watched(wrap(tf, name, registeredAs, description + reason + adapterNotes()), tf.backend());
  } catch (error) {
    throw new UserError(`the ${name} backend does not load: ${messageOf(error)}\nto install it: ${install}`);
  }
}

/** Throws DeviceError from the first error of the device on that nobody else has caught: its numbers may be zeros. */
function watched(backend: Backend, own: TensorFlow.KernelBackend): Backend {
  const { device, bufferManager } = own as unknown as WebGpuBackend;
  const watch = watchDevice(device);
  return {
    ...backend,
    mostRandomSamples: MAX_SHADER_SAMPLES,
    download: async (x) => {
      // A lost device need not answer at all.
      const values = await Promise.race([backend.download(x), watch.failed]).catch(async (error: unknown) => {
        throw error instanceof DeviceError ? error : await watch.reasonFor(error);
      });
      watch.check();
      return values;
    },
    holds: () => ({
      ...backend.holds(),
      buffers: bufferManager.getNumUsedBuffers() + bufferManager.getNumFreeBuffers(),
    }),
  };
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
          propagateRandom: (x, matrix) => current(() => runProduct(tf, RANDOM_PRODUCT, own(x), matrix)),
          propagateRandomTransposed: (y, matrix, fanIn) =>
            current(() => runProduct(tf, RANDOM_TRANSPOSED_PRODUCT, own(y), matrix, fanIn)),
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
    holds: () => ({ tensors: tf.memory().numTensors }),
  };
}

function runProduct(
  tf: typeof TensorFlow,
  kernel: string,
  x: TensorFlow.Tensor,
  matrix: RandomMatrix,
  fanIn = 0,
): TensorFlow.Tensor {
  // A kernel's attributes are typed as numbers and strings; these only hand them through.
  const attributes = { ...matrix, fanIn } as unknown as TensorFlow.NamedAttrMap;
  return tf.engine().runKernel<TensorFlow.Tensor>(kernel, { x }, attributes);
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

/** tfjs-node 4.22 calls two functions that Node 23 removed from `util`. */
async function restoreNodeUtilities(): Promise<void> {
  const { default: util } = (await importOptional('node:util')) as { default: Record<string, unknown> };
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function messageOf(error: unknown): string {
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(
    error instanceof Error ? error.message : '',
  );
  if (missing?.[1] !== undefined) return `${missing[1]} is not installed`;
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
