/** Reproducible random inputs: the same arguments give the same samples on every machine. */

const MASK = (1n << 64n) - 1n;
const INCREMENT = 0x9e3779b97f4a7c15n;

/**
 * Word `counter` (from 1) of SplitMix64 (Steele, Lea, Flood 2014) with the given seed: 64 uniform bits that depend on
 * the counter alone, not on the words drawn before.
 */
export function splitMix64(seed: bigint, counter: bigint): bigint {
  let word = (seed + counter * INCREMENT) & MASK;
  word = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return word ^ (word >> 31n);
}

/** Uniform in the open interval (0, 1): the upper 53 bits, centred. */
function uniform(seed: bigint, counter: number): number {
  return (Number(splitMix64(seed, BigInt(counter + 1)) >> 11n) + 0.5) / 2 ** 53;
}

/** Standard normal number `k` by Box and Muller 1958; numbers 2m and 2m+1 share two uniforms. */
function normal(seed: bigint, k: number): number {
  const first = k - (k % 2);
  const radius = Math.sqrt(-2 * Math.log(uniform(seed, first)));
  const angle = 2 * Math.PI * uniform(seed, first + 1);
  return radius * (k % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
}

/** `count` points uniform on the sphere |x| = `radius` in `dimension` dimensions: normalised Gaussian vectors. */
export function samplesOnSphere(count: number, dimension: number, radius: number, seed: number): number[][] {
  return Array.from({ length: count }, (_, sample) => {
    const direction = Array.from({ length: dimension }, (__, j) =>
      normal(BigInt(seed), sample * dimension + j),
    );
    const length = Math.hypot(...direction);
    return direction.map((component) => (component * radius) / length);
  });
}

/** `count` points a dimension, equally spaced from `low` to `high`; all combinations, the last component fastest. */
export function samplesOnGrid(low: number, high: number, count: number, dimension: number): number[][] {
  const step = count === 1 ? 0 : (high - low) / (count - 1);
  const point = (k: number): number => (k === count - 1 && count > 1 ? high : low + k * step);
  return Array.from({ length: count ** dimension }, (_, index) =>
    Array.from({ length: dimension }, (__, j) =>
      point(Math.floor(index / count ** (dimension - 1 - j)) % count),
    ),
  );
}
