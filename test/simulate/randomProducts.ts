/** Products with random matrices, both ways, on a backend and by definition: shared by the tests of all backends. */
import type { Backend } from '../../runtime/backend.ts';
import type { RandomMatrix } from '../../runtime/kernels/randomProduct.ts';
import { lawOf } from '../../runtime/simulate/laws.ts';
import { createNormalSource } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import type { Distribution } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';

const DISTRIBUTIONS: readonly Distribution[] = [
  { kind: 'normal' },
  { kind: 'uniform' },
  { kind: 'rademacher' },
  { kind: 'laplace' },
  { kind: 'sparse', probability: rational(3, 10) },
  { kind: 'sparse', probability: rational(1) },
  { kind: 'mixture', probability: rational(1, 10), ratio: rational(5) },
];

const SHAPES = [
  { count: 3, samples: 1, width: 13, fanIn: 21 },
  { count: 2, samples: 2, width: 4, fanIn: 16 },
  { count: 2, samples: 5, width: 7, fanIn: 3 },
  { count: 1, samples: 3, width: 70, fanIn: 66 },
];

/** For each law and shape the largest difference of the forward and of the backward product from their definitions. */
export async function productErrors(backend: Backend): Promise<readonly string[]> {
  const errors: string[] = [];
  for (const distribution of DISTRIBUTIONS)
    for (const { count, samples, width, fanIn } of SHAPES) {
      const matrix = { seed: 2 ** 40 + 5, stream: 131_074, first: 6, distribution, deviation: 0.3, width };
      const weights = Array.from({ length: count }, (_, k) => rowsOf(matrix, fanIn, k));
      const x = Float32Array.from({ length: count * samples * fanIn }, (_, k) => Math.sin(k + 1));
      const y = Float32Array.from({ length: count * samples * width }, (_, k) => Math.cos(2 * k));
      const forward = await run(backend, x, [count, samples, fanIn], (z) =>
        backend.propagateRandom!(z, matrix),
      );
      const backward = await run(backend, y, [count, samples, width], (z) =>
        backend.propagateRandomTransposed!(z, matrix, fanIn),
      );
      const expected = { forward: new Float64Array(y.length), backward: new Float64Array(x.length) };
      for (let row = 0; row < count * samples; row++) {
        const [below, above] = [row * fanIn, row * width];
        weights[Math.floor(row / samples)]!.forEach((w, at) => {
          const [i, j] = [Math.floor(at / fanIn), at % fanIn];
          expected.forward[above + i]! += w * x[below + j]!;
          expected.backward[below + j]! += w * y[above + i]!;
        });
      }
      const worst = [difference(forward, expected.forward), difference(backward, expected.backward)];
      if (Math.max(...worst) > 3e-5) errors.push(`${distribution.kind} ${width} x ${fanIn}: ${worst.join()}`);
    }
  return errors;
}

function rowsOf(
  { seed, stream, first, distribution, deviation, width }: RandomMatrix,
  fanIn: number,
  k: number,
) {
  const values = new Float32Array(width * fanIn);
  const source = createNormalSource(philoxKey(seed));
  for (let i = 0; i < width; i++)
    lawOf(distribution)(values, i * fanIn, fanIn, deviation, source, i, stream, first + k);
  return values;
}

async function run(
  backend: Backend,
  values: Float32Array,
  shape: readonly number[],
  product: (x: ReturnType<Backend['upload']>) => ReturnType<Backend['upload']>,
): Promise<Float32Array> {
  const x = backend.upload(values, shape);
  const z = product(x);
  const result = await backend.download(z);
  backend.dispose(x);
  backend.dispose(z);
  return result;
}

/** NaN counts as a difference. */
function difference(found: Float32Array, expected: Float64Array): number {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((worst, value, k) => {
    const error = Math.abs(found[k]! - value);
    return error <= worst ? worst : Number.isNaN(error) ? Infinity : error;
  }, 0);
}
