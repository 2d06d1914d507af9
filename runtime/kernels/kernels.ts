/**
 * The WebAssembly kernels (source/) and the memory they work in. One instance belongs to one thread; memory is handed out in
 * order and only given back all at once, so whoever makes an instance decides what it is for.
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { philoxKey } from '../simulate/philox.ts';
import { MODULE } from './module.ts';

/** Address of an array in the kernels' memory, a multiple of 16 bytes. */
export type Pointer = number;

/** Law of a parameter: what follows `first` in the arguments of the kernels that draw. */
export type LawArguments = readonly [
  kind: number,
  scale: number,
  wide: number,
  narrow: number,
  threshold: number,
];

/** What source/*.c export; their comments say the shapes. */
export interface KernelFunctions {
  philoxWords(
    target: Pointer,
    groups: number,
    keys: Pointer,
    c0: number,
    c1: number,
    c2: number,
    c3: number,
  ): void;
  drawMatrix(
    target: Pointer,
    rows: number,
    padded: number,
    keys: Pointer,
    stream: number,
    network: number,
    ...law: LawArguments
  ): void;
  randomProduct(z: Pointer, x: Pointer, buffer: Pointer, ...rest: ProductArguments): void;
  randomTransposedProduct(x: Pointer, y: Pointer, buffer: Pointer, ...rest: ProductArguments): void;
  storedProduct(z: Pointer, x: Pointer, weights: Pointer, ...shape: ProductShape): void;
  storedTransposedProduct(x: Pointer, y: Pointer, weights: Pointer, ...shape: ProductShape): void;
  runProgram(
    out: Pointer,
    z: Pointer,
    count: number,
    code: Pointer,
    instructions: number,
    values: Pointer,
    constants: number,
    result: number,
    registers: Pointer,
  ): void;
  conditionalLayer(
    z: Pointer,
    g: Pointer,
    normals: Pointer,
    factor: Pointer,
    count: number,
    samples: number,
    padded: number,
    keys: Pointer,
    stream: number,
    first: number,
  ): void;
  addGram(
    g: Pointer,
    f: Pointer,
    count: number,
    samples: number,
    width: number,
    padded: number,
    factor: number,
  ): void;
  wickAverages(
    target: Pointer,
    g: Pointer,
    z: Pointer,
    count: number,
    samples: number,
    width: number,
    padded: number,
  ): void;
  transposedProduct(
    out: Pointer,
    a: Pointer,
    b: Pointer,
    scale: Pointer,
    factor: number,
    inner: number,
    rows: number,
    columns: number,
    strideA: number,
    strideB: number,
    strideOut: number,
    upper: 0 | 1,
  ): void;
  mirror(out: Pointer, rows: number, stride: number): void;
  addTransposed(
    out: Pointer,
    w: Pointer,
    scale: Pointer,
    rows: number,
    columns: number,
    strideW: number,
    strideOut: number,
  ): void;
  addColumnProducts(
    out: Pointer,
    x: Pointer,
    y: Pointer,
    factor: number,
    rows: number,
    columns: number,
    stride: number,
  ): void;
  weighedProduct(
    x: Pointer,
    y: Pointer,
    rows: Pointer,
    columns: Pointer,
    count: number,
    padded: number,
  ): number;
}

export type ProductShape = readonly [count: number, samples: number, width: number, padded: number];
export type ProductArguments = readonly [
  ...shape: ProductShape,
  keys: Pointer,
  stream: number,
  first: number,
  ...law: LawArguments,
];

export interface Kernels extends KernelFunctions {
  /** Room for `bytes`, not cleared. */
  allocate(bytes: number): Pointer;
  /** Views of the memory; invalid after the next `allocate`, which may move it. */
  f32(at: Pointer, length: number): Float32Array;
  f64(at: Pointer, length: number): Float64Array;
  i32(at: Pointer, length: number): Int32Array;
}

const PAGE = 65536;
const ALIGNMENT = 16;

/** What is used of the host's WebAssembly: its types are not those of every host. */
interface WebAssemblyHost {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object): Promise<{ readonly exports: object }>;
}

const host = (globalThis as unknown as { readonly WebAssembly: WebAssemblyHost }).WebAssembly;
let compiled: Promise<object> | undefined;

/** A new instance with memory of its own. Throws UserError where WebAssembly has no SIMD. */
export async function openKernels(): Promise<Kernels> {
  try {
    compiled ??= host.compile(bytesOf(MODULE));
    return wrap((await host.instantiate(await compiled)).exports as Exports);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`the WebAssembly kernels do not load here (they need SIMD): ${reason}`);
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

type Exports = KernelFunctions & {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __heap_base: { readonly value: number };
};

function wrap(exports: Exports): Kernels {
  const { memory } = exports;
  let next = align(exports.__heap_base.value);
  const allocate = (bytes: number): Pointer => {
    const at = next;
    next = align(at + bytes);
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return at;
  };
  return {
    ...exports,
    allocate,
    f32: (at, length) => new Float32Array(memory.buffer, at, length),
    f64: (at, length) => new Float64Array(memory.buffer, at, length),
    i32: (at, length) => new Int32Array(memory.buffer, at, length),
  };
}

function align(address: number): Pointer {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** The round keys of a seed (philox.ts), where the kernels read them. */
export function uploadKeys(kernels: Kernels, seed: number): Pointer {
  const keys = philoxKey(seed);
  const at = kernels.allocate(keys.byteLength);
  kernels.i32(at, keys.length).set(keys);
  return at;
}

/** Rows are padded to whole groups of 16 numbers, what four Philox counters give. */
export function paddedLength(length: number): number {
  return Math.ceil(length / 16) * 16;
}
