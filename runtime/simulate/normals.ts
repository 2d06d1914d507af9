/**
 * Standard normals from counter-based random words by the Box-Muller transform.
 *
 * Everything is additions, multiplications, divisions and square roots of doubles, which IEEE 754 rounds the same way
 * everywhere (`Math.log` and `Math.cos` are not so specified): a seed gives the same bits on every engine.
 *
 * Two words `k, m` give two normals: radius sqrt(-2 ln u) with u = (k + 1/2) / 2^32 and angle 2 pi (m + 1/2) / 2^32.
 * The series are accurate to 1e-13; the largest magnitude is sqrt(66 ln 2) = 6.76, and the resolution of u in
 * the bulk 2^-32, which moves no moment by more than 1e-8.
 */
import { philoxBlocks, type PhiloxKey } from './philox.ts';

const LN2 = 0.6931471805599453;
const SQRT2 = 1.4142135623730951;
/** Radians of one step of the 29 bits that place an angle inside its octant. */
const OCTANT_STEP = 0.7853981633974483 / 2 ** 29;

/** Words produced at a time: small enough for the first-level cache. */
const CHUNK_WORDS = 1024;

/** Scratch memory of one generator; not shared between concurrent users. */
export interface NormalSource {
  readonly key: PhiloxKey;
  readonly words: Int32Array;
}

export function createNormalSource(key: PhiloxKey): NormalSource {
  return { key, words: new Int32Array(CHUNK_WORDS) };
}

/**
 * `scale` times standard normals number 0 ... count-1 of the stream `(*, c1, c2, c3)`, rounded to float32 into
 * `target[offset ...]`. Normal number j comes from counter `(floor(j / 4), c1, c2, c3)`.
 */
export function fillNormals(
  target: Float32Array,
  offset: number,
  count: number,
  scale: number,
  source: NormalSource,
  c1: number,
  c2: number,
  c3: number,
): void {
  fillWords(count, source, c1, c2, c3, (words, wanted, done) =>
    transformWords(words, target, offset + done, wanted, scale),
  );
}

/** Hands out words 0 ... count-1 of a stream in pieces: `wanted` words, the first of them number `done`. */
export function fillWords(
  count: number,
  source: NormalSource,
  c1: number,
  c2: number,
  c3: number,
  use: (words: Int32Array, wanted: number, done: number) => void,
): void {
  for (let done = 0; done < count; done += CHUNK_WORDS) {
    const wanted = Math.min(CHUNK_WORDS, count - done);
    philoxBlocks(source.words, (wanted + 3) >> 2, source.key, done >> 2, c1, c2, c3);
    use(source.words, wanted, done);
  }
}

/** Box-Muller on pairs of words; an odd last normal leaves its partner unused. */
function transformWords(
  words: Int32Array,
  target: Float32Array,
  offset: number,
  count: number,
  scale: number,
): void {
  for (let at = 0; at < count; at += 2) {
    const radius = scale * Math.sqrt(-2 * logarithmOfUniform(words[at]!));
    const angle = words[at + 1]!;
    const octant = angle >>> 29;
    // Odd octants are measured back from their end, so that x stays within [0, pi/4].
    const steps = (octant & 1 ? ~angle : angle) & 0x1fffffff;
    const x = (steps + 0.5) * OCTANT_STEP;
    const y = x * x;
    const sine = x * sineSeries(y);
    const cosine = cosineSeries(y);
    const swap = ((octant + 1) & 2) !== 0;
    const c = swap ? sine : cosine;
    const s = swap ? cosine : sine;
    target[offset + at] = ((octant + 2) & 4) !== 0 ? -radius * c : radius * c;
    if (at + 1 < count) target[offset + at + 1] = octant & 4 ? -radius * s : radius * s;
  }
}

/** ln((word + 1/2) / 2^32), word read as unsigned. */
export function logarithmOfUniform(word: number): number {
  const shift = Math.clz32(word);
  // Mantissa in [1, 2) of word + 1/2; the shifted integer is exact below 2^53.
  let mantissa = ((word >>> 0) + 0.5) * POWERS_OF_TWO[shift]!;
  let exponent = -1 - shift;
  if (mantissa > SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  return exponent * LN2 + 2 * s * inverseHyperbolicTangentSeries(s * s);
}

/** 2^(shift - 31), which takes a word with `shift` leading zeros to [1, 2). */
const POWERS_OF_TWO = Float64Array.from({ length: 33 }, (_, shift) => 2 ** (shift - 31));

/** artanh(s) / s as a series in y = s^2 <= 0.0295. */
function inverseHyperbolicTangentSeries(y: number): number {
  return (
    1 + y * (1 / 3 + y * (1 / 5 + y * (1 / 7 + y * (1 / 9 + y * (1 / 11 + y * (1 / 13 + y * (1 / 15)))))))
  );
}

/** sin(x) / x as a series in y = x^2 <= (pi/4)^2. */
function sineSeries(y: number): number {
  return (
    1 +
    y *
      (-1 / 6 +
        y * (1 / 120 + y * (-1 / 5040 + y * (1 / 362880 + y * (-1 / 39916800 + y * (1 / 6227020800))))))
  );
}

/** cos(x) as a series in y = x^2 <= (pi/4)^2. */
function cosineSeries(y: number): number {
  return (
    1 +
    y *
      (-1 / 2 +
        y *
          (1 / 24 +
            y * (-1 / 720 + y * (1 / 40320 + y * (-1 / 3628800 + y * (1 / 479001600 - y / 87178291200))))))
  );
}
