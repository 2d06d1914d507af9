/** A small generator of pseudo-random numbers, deterministic in the seed: enough to choose mutations. */
export type Random = () => number;

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer from 0 to limit - 1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** One of the items; undefined, whatever the type says, when there are none. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[below(random, items.length)] as T;
}
