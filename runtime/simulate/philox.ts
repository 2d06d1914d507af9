/**
 * Philox4x32-10: counter-based random numbers (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). The output is a keyed bijection of the counter, so any number of the stream is
 * computed directly from its address, in any order and on any machine.
 */

/** The constants of the paper, the multipliers split into 16-bit halves for 32-bit integer arithmetic. */
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M0 = 0xd2511f53 | 0;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
const M1 = 0xcd9e8d57 | 0;
const WEYL0 = 0x9e3779b9 | 0;
const WEYL1 = 0xbb67ae85 | 0;
const ROUNDS = 10;

/** A 64-bit key with its round keys worked out: `[low, high]` for each of the ten rounds. */
export type PhiloxKey = Int32Array;

/** The key of a seed: a non-negative safe integer, low and high 32 bits. Throws RangeError otherwise. */
export function philoxKey(seed: number): PhiloxKey {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`not a seed: ${seed}`);
  return roundKeys(seed | 0, Math.floor(seed / 2 ** 32) | 0);
}

/** Round keys of the 64-bit key `(low, high)`. */
export function roundKeys(low: number, high: number): PhiloxKey {
  const keys = new Int32Array(2 * ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    keys[2 * round] = (low + Math.imul(round, WEYL0)) | 0;
    keys[2 * round + 1] = (high + Math.imul(round, WEYL1)) | 0;
  }
  return keys;
}

/**
 * Four 32-bit words (as signed integers) for each of `count` consecutive counters
 * `(c0, c1, c2, c3), (c0 + 1, c1, c2, c3), ...`, written to `words[0 .. 4 count - 1]`.
 */
export function philoxBlocks(
  words: Int32Array,
  count: number,
  key: PhiloxKey,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
): void {
  for (let block = 0; block < count; block++) {
    let x0 = (c0 + block) | 0;
    let x1 = c1;
    let x2 = c2;
    let x3 = c3;
    for (let round = 0; round < 2 * ROUNDS; round += 2) {
      // High words of the two 32 x 32 -> 64 bit products; no partial sum exceeds 32 unsigned bits.
      const low0 = x0 & 0xffff;
      const high0 = x0 >>> 16;
      const middle0 = Math.imul(high0, M0_LOW) + (Math.imul(low0, M0_LOW) >>> 16);
      const cross0 = Math.imul(low0, M0_HIGH) + (middle0 & 0xffff);
      const product0 = Math.imul(high0, M0_HIGH) + (middle0 >>> 16) + (cross0 >>> 16);
      const low2 = x2 & 0xffff;
      const high2 = x2 >>> 16;
      const middle2 = Math.imul(high2, M1_LOW) + (Math.imul(low2, M1_LOW) >>> 16);
      const cross2 = Math.imul(low2, M1_HIGH) + (middle2 & 0xffff);
      const product2 = Math.imul(high2, M1_HIGH) + (middle2 >>> 16) + (cross2 >>> 16);
      const next1 = Math.imul(x2, M1);
      const next3 = Math.imul(x0, M0);
      x0 = product2 ^ x1 ^ key[round]!;
      x2 = product0 ^ x3 ^ key[round + 1]!;
      x1 = next1;
      x3 = next3;
    }
    const at = 4 * block;
    words[at] = x0;
    words[at + 1] = x1;
    words[at + 2] = x2;
    words[at + 3] = x3;
  }
}
