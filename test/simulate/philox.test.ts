import { describe, expect, it } from 'vitest';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxBlocks, philoxKey, roundKeys } from '../../runtime/simulate/philox.ts';

/** Known answers of Random123 (kat_vectors, philox4x32 10): counter, key, result. */
const KNOWN_ANSWERS = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [-1, -1, -1, -1],
    [-1, -1],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

function unsigned(words: Int32Array): readonly number[] {
  return [...words].map((word) => word >>> 0);
}

function normals(
  count: number,
  seed = 7,
  stream: readonly [number, number, number] = [1, 2, 3],
): Float32Array {
  const target = new Float32Array(count);
  fillNormals(target, 0, count, 1, createNormalSource(philoxKey(seed)), ...stream);
  return target;
}

describe('Philox4x32-10', () => {
  it.each(KNOWN_ANSWERS)('gives the known answer for counter %j and key %j', (counter, key, answer) => {
    const words = new Int32Array(4);
    const [c0, c1, c2, c3] = counter;
    philoxBlocks(words, 1, roundKeys(key[0], key[1]), c0 | 0, c1 | 0, c2 | 0, c3 | 0);
    expect(unsigned(words)).toEqual([...answer]);
  });

  it('takes consecutive counters', () => {
    const key = philoxKey(123456789012345);
    const [together, apart] = [new Int32Array(12), new Int32Array(4)];
    philoxBlocks(together, 3, key, 41, 5, 6, 7);
    philoxBlocks(apart, 1, key, 43, 5, 6, 7);
    expect([...together.subarray(8)]).toEqual([...apart]);
  });

  it('keeps both halves of a 53-bit seed and refuses what is no seed', () => {
    expect(philoxKey(2 ** 32 + 5).slice(0, 2)).toEqual(Int32Array.of(5, 1));
    for (const seed of [-1, 0.5, 2 ** 53, NaN]) expect(() => philoxKey(seed)).toThrow(RangeError);
  });
});

describe('normals', () => {
  it('follow Box-Muller with library functions', () => {
    const words = new Int32Array(8192);
    philoxBlocks(words, 2048, philoxKey(7), 0, 1, 2, 3);
    const ours = normals(8192);
    for (let at = 0; at < 8192; at += 2) {
      const u = ((words[at]! >>> 0) + 0.5) / 2 ** 32;
      const angle = (2 * Math.PI * ((words[at + 1]! >>> 0) + 0.5)) / 2 ** 32;
      const radius = Math.sqrt(-2 * Math.log(u));
      expect(Math.abs(ours[at]! - radius * Math.cos(angle))).toBeLessThan(4e-7);
      expect(Math.abs(ours[at + 1]! - radius * Math.sin(angle))).toBeLessThan(4e-7);
    }
  });

  it('have the moments of a standard normal', () => {
    const count = 400_000;
    const values = normals(count);
    const moment = (k: number) => values.reduce((sum, x) => sum + x ** k, 0) / count;
    // Five standard errors: the variance of x^k is the 2k-th moment less the square of the k-th.
    const expected = [0, 1, 0, 3, 0, 15, 0, 105];
    const doubled = [1, 3, 15, 105, 945, 10395, 135135, 2027025];
    expected.forEach((value, at) => {
      const error = Math.sqrt((doubled[at]! - value ** 2) / count);
      expect(Math.abs(moment(at + 1) - value)).toBeLessThan(5 * error);
    });
  });

  it('have the distribution of a standard normal', () => {
    const values = normals(200_000, 11);
    // P(|x| < t) from tables (Abramowitz and Stegun 26.2).
    const table = [
      [0.5, 0.3829249225480262],
      [1, 0.6826894921370859],
      [2, 0.9544997361036416],
      [3, 0.9973002039367398],
    ] as const;
    for (const [t, probability] of table) {
      const share = values.filter((x) => Math.abs(x) < t).length / values.length;
      expect(Math.abs(share - probability)).toBeLessThan(
        5 * Math.sqrt((probability * (1 - probability)) / values.length),
      );
    }
  });

  it('do not depend on how many are asked for, and differ between streams', () => {
    const [few, many] = [normals(1021), normals(5000)];
    expect([...many.subarray(0, 1021)]).toEqual([...few]);
    const streams = [
      [1, 2, 3],
      [2, 2, 3],
      [1, 3, 3],
      [1, 2, 4],
    ] as const;
    expect(new Set(streams.map((stream) => normals(1, 7, stream)[0])).size).toBe(4);
    expect(normals(1, 8)[0]).not.toBe(normals(1, 7)[0]);
  });
});
