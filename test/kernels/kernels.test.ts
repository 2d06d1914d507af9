/** The WebAssembly kernels against the plain TypeScript they stand for. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openKernels, paddedLength, uploadKeys, type Kernels } from '../../runtime/kernels/kernels.ts';
import { lawArguments } from '../../runtime/kernels/law.ts';
import { SOURCE_DIGEST } from '../../runtime/kernels/module.ts';
import { lawOf } from '../../runtime/simulate/laws.ts';
import { createNormalSource } from '../../runtime/simulate/normals.ts';
import { philoxBlocks, philoxKey } from '../../runtime/simulate/philox.ts';
import { rational } from '../../theory/rational.ts';
import type { Distribution } from '../../theory/model.ts';
import { sourceDigest } from '../../scripts/kernelSources.ts';

const SEED = 2 ** 40 + 12345;

let kernels: Kernels;
let keys: number;
beforeAll(async () => {
  kernels = await openKernels();
  keys = uploadKeys(kernels, SEED);
});

const DISTRIBUTIONS: readonly Distribution[] = [
  { kind: 'normal' },
  { kind: 'uniform' },
  { kind: 'rademacher' },
  { kind: 'laplace' },
  { kind: 'sparse', probability: rational(3, 10) },
  { kind: 'sparse', probability: rational(1) },
  { kind: 'mixture', probability: rational(1, 10), ratio: rational(5) },
];

/** Rows of a matrix by runtime/simulate/laws.ts. */
function drawnRows(
  law: Distribution,
  rows: number,
  length: number,
  scale: number,
  stream: number,
  network: number,
) {
  const source = createNormalSource(philoxKey(SEED));
  const values = new Float32Array(rows * length);
  for (let i = 0; i < rows; i++) lawOf(law)(values, i * length, length, scale, source, i, stream, network);
  return values;
}

function worstDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Array.from(x).reduce((worst, value, at) => Math.max(worst, Math.abs(value - y[at]!)), 0);
}

describe('the kernels', () => {
  it('are built from the sources that are there', () => {
    expect(SOURCE_DIGEST, 'run `npm run kernels`').toBe(sourceDigest());
  });

  it('give the known answers of Random123', () => {
    const target = kernels.allocate(64);
    const answer = (words: readonly number[], roundKeyOf: readonly [number, number]) => {
      const at = kernels.allocate(80);
      const [low, high] = roundKeyOf;
      kernels
        .i32(at, 20)
        .set(
          Array.from({ length: 10 }, (_, r) => [
            (low + Math.imul(r, 0x9e3779b9)) | 0,
            (high + Math.imul(r, 0xbb67ae85)) | 0,
          ]).flat(),
        );
      const [c0, c1, c2, c3] = words as [number, number, number, number];
      kernels.philoxWords(target, 1, at, c0, c1, c2, c3);
      return [...kernels.i32(target, 4)].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
    };
    expect(answer([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    expect(answer([-1, -1, -1, -1], [-1, -1])).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
    expect(answer([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });

  it('have the integers of the TypeScript generator', () => {
    const groups = 1000;
    const target = kernels.allocate(64 * groups);
    kernels.philoxWords(target, groups, keys, 7, 1, 2 ** 31, 3);
    const words = new Int32Array(16 * groups);
    philoxBlocks(words, 4 * groups, philoxKey(SEED), 7, 1, (2 ** 31) | 0, 3);
    expect([...kernels.i32(target, 16 * groups)]).toEqual([...words]);
  });

  it.each(DISTRIBUTIONS)('draw the numbers of the $kind law within 1e-5', (law) => {
    const [rows, length] = [3, 16 * 2000];
    const target = kernels.allocate(4 * rows * length);
    kernels.drawMatrix(target, rows, length, keys, 65541, 9, ...lawArguments(law, 1));
    const expected = drawnRows(law, rows, length, 1, 65541, 9);
    expect(worstDifference(kernels.f32(target, rows * length), expected)).toBeLessThan(1e-5);
  });

  describe.each([
    { width: 13, fanIn: 21, samples: 1 },
    { width: 4, fanIn: 16, samples: 2 },
    { width: 7, fanIn: 3, samples: 5 },
  ])('multiply: $width x $fanIn, $samples samples', ({ width, fanIn, samples }) => {
    const [count, first, stream, scale] = [3, 5, 131074, 0.3];
    const padded = paddedLength(fanIn);
    const x = Array.from({ length: count * samples * fanIn }, (_, k) => Math.sin(k + 1));
    const y = Array.from({ length: count * samples * width }, (_, k) => Math.cos(2 * k));
    const law: Distribution = { kind: 'normal' };
    const weights = Array.from({ length: count }, (_, k) =>
      drawnRows(law, width, fanIn, scale, stream, first + k),
    );
    const forward = Array.from({ length: count * samples * width }, (_, at) => {
      const [k, a, i] = [Math.floor(at / (samples * width)), Math.floor(at / width) % samples, at % width];
      let sum = 0;
      for (let j = 0; j < fanIn; j++) sum += weights[k]![i * fanIn + j]! * x[(k * samples + a) * fanIn + j]!;
      return sum;
    });
    const backward = Array.from({ length: count * samples * fanIn }, (_, at) => {
      const [k, a, j] = [Math.floor(at / (samples * fanIn)), Math.floor(at / fanIn) % samples, at % fanIn];
      let sum = 0;
      for (let i = 0; i < width; i++) sum += weights[k]![i * fanIn + j]! * y[(k * samples + a) * width + i]!;
      return sum;
    });
    const uploadX = (values: readonly number[]) => {
      const at = kernels.allocate(4 * count * samples * padded);
      const view = kernels.f32(at, count * samples * padded).fill(0);
      values.forEach((value, k) => (view[Math.floor(k / fanIn) * padded + (k % fanIn)] = value));
      return at;
    };
    const unpad = (at: number) =>
      [...kernels.f32(at, count * samples * padded)].filter((_, k) => k % padded < fanIn);
    const zeros = (length: number) => {
      const at = kernels.allocate(4 * length);
      kernels.f32(at, length).fill(0);
      return at;
    };

    it('with random weights, both ways', () => {
      const buffer = kernels.allocate(16 * padded);
      const address = [keys, stream, first, ...lawArguments(law, scale)] as const;
      const z = zeros(y.length);
      kernels.randomProduct(z, uploadX(x), buffer, count, samples, width, padded, ...address);
      expect(worstDifference(kernels.f32(z, y.length), forward)).toBeLessThan(1e-5);
      const below = uploadX(x.map(() => 0));
      const from = kernels.allocate(4 * y.length);
      kernels.f32(from, y.length).set(y);
      kernels.randomTransposedProduct(below, from, buffer, count, samples, width, padded, ...address);
      expect(worstDifference(unpad(below), backward)).toBeLessThan(1e-5);
    });

    it('with stored weights, both ways', () => {
      const rows = Math.ceil(width / 4) * 4;
      const stored = zeros(count * rows * padded);
      for (let k = 0; k < count; k++) {
        const at = stored + 4 * k * rows * padded;
        kernels.drawMatrix(at, width, padded, keys, stream, first + k, ...lawArguments(law, scale));
      }
      const z = zeros(y.length);
      kernels.storedProduct(z, uploadX(x), stored, count, samples, width, padded);
      expect(worstDifference(kernels.f32(z, y.length), forward)).toBeLessThan(1e-5);
      const below = uploadX(x.map(() => 0));
      const from = kernels.allocate(4 * y.length);
      kernels.f32(from, y.length).set(y);
      kernels.storedTransposedProduct(below, from, stored, count, samples, width, padded);
      expect(worstDifference(unpad(below), backward)).toBeLessThan(1e-5);
    });
  });
});
