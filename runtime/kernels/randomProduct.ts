/** Products with random matrices that are never stored, for backends whose numbers are in this process's memory. */
import type { Distribution } from '../../theory/model.ts';
import { openKernels, paddedLength, uploadKeys, type Kernels, type Pointer } from './kernels.ts';
import { lawArguments } from './law.ts';

/** The weights of one matrix of networks `first ... first + count - 1`, by the addresses of their numbers (ensemble.ts). */
export interface RandomMatrix {
  readonly seed: number;
  /** 2^16 layer + group. */
  readonly stream: number;
  readonly first: number;
  readonly distribution: Distribution;
  readonly deviation: number;
  /** Rows: neurons of the layer. */
  readonly width: number;
}

/** `z[k, a, i] = sum_j W_k[i, j] x[k, a, j]`: [count, samples, fanIn] gives [count, samples, width], in float32. */
export type RandomProduct = (
  x: Float32Array,
  shape: readonly [count: number, samples: number, length: number],
  matrix: RandomMatrix,
  /** Columns of the matrix, which the transposed product has to be told. */
  fanIn?: number,
) => Float32Array;

/** Numbers at work at a time. */
const CHUNK_NUMBERS = 1 << 18;

export async function createRandomProduct(): Promise<RandomProduct> {
  const kernels = await openKernels();
  const keysOf = createKeys(kernels);
  const room = createRoom(kernels);
  return (x, [count, samples, fanIn], matrix) => {
    const { seed, stream, first, distribution, deviation, width } = matrix;
    const keys = keysOf(seed);
    const padded = paddedLength(fanIn);
    const law = lawArguments(distribution, deviation);
    const chunk = Math.max(1, Math.min(count, Math.floor(CHUNK_NUMBERS / (samples * (padded + width)))));
    const [buffer, from, to] = room(4 * padded, chunk * samples * padded, chunk * samples * width);
    const result = new Float32Array(count * samples * width);
    for (let done = 0; done < count; done += chunk) {
      const some = Math.min(chunk, count - done);
      const rows = x.subarray(done * samples * fanIn, (done + some) * samples * fanIn);
      padRows(kernels.f32(from, some * samples * padded), rows, fanIn, padded);
      kernels.f32(to, some * samples * width).fill(0);
      kernels.randomProduct(
        to,
        from,
        buffer,
        some,
        samples,
        width,
        padded,
        keys,
        stream,
        first + done,
        ...law,
      );
      result.set(kernels.f32(to, some * samples * width), done * samples * width);
    }
    return result;
  };
}

/** The backward form `x[k, a, j] = sum_i W_k[i, j] y[k, a, i]`: [count, samples, width] gives [count, samples, fanIn]. */
export async function createRandomTransposedProduct(): Promise<RandomProduct> {
  const kernels = await openKernels();
  const keysOf = createKeys(kernels);
  const room = createRoom(kernels);
  return (y, [count, samples, width], { seed, stream, first, distribution, deviation }, fanIn = 0) => {
    const keys = keysOf(seed);
    const padded = paddedLength(fanIn);
    const law = lawArguments(distribution, deviation);
    const chunk = Math.max(1, Math.min(count, Math.floor(CHUNK_NUMBERS / (samples * (padded + width)))));
    const [buffer, to, from] = room(4 * padded, chunk * samples * padded, chunk * samples * width);
    const result = new Float32Array(count * samples * fanIn);
    for (let done = 0; done < count; done += chunk) {
      const some = Math.min(chunk, count - done);
      const size = samples * width;
      kernels.f32(from, some * size).set(y.subarray(done * size, (done + some) * size));
      kernels.f32(to, some * samples * padded).fill(0);
      const shape = [some, samples, width, padded] as const;
      kernels.randomTransposedProduct(to, from, buffer, ...shape, keys, stream, first + done, ...law);
      const rows = kernels.f32(to, some * samples * padded);
      for (let row = 0; row < some * samples; row++)
        result.set(rows.subarray(row * padded, row * padded + fanIn), (done * samples + row) * fanIn);
    }
    return result;
  };
}

/** The round keys of each seed, uploaded once. */
function createKeys(kernels: Kernels): (seed: number) => Pointer {
  const known = new Map<number, Pointer>();
  return (seed) => {
    const keys = known.get(seed) ?? uploadKeys(kernels, seed);
    known.set(seed, keys);
    return keys;
  };
}

/** Three arrays of at least these lengths; the same ones again while they are long enough. */
function createRoom(kernels: Kernels) {
  const held = [0, 1, 2].map(() => ({ at: 0, length: 0 }));
  return (...lengths: readonly [number, number, number]): [Pointer, Pointer, Pointer] => {
    const places = lengths.map((length, k) => {
      if (held[k]!.length < length) held[k] = { at: kernels.allocate(4 * length), length };
      return held[k]!.at;
    });
    return places as [Pointer, Pointer, Pointer];
  };
}

function padRows(target: Float32Array, rows: Float32Array, length: number, padded: number): void {
  if (length === padded) return target.set(rows);
  target.fill(0);
  for (let row = 0; row * length < rows.length; row++)
    target.set(rows.subarray(row * length, (row + 1) * length), row * padded);
}
