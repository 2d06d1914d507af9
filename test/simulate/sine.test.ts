import { describe, expect, it } from 'vitest';
import { reducedSine, type RoundingOperations } from '../../runtime/simulate/sine.ts';

/** Arithmetic in float32, one rounding an operation. */
const float32: RoundingOperations<number> = {
  constant: Math.fround,
  add: (x, y) => Math.fround(x + y),
  multiply: (x, y) => Math.fround(x * y),
  floor: Math.floor,
};

describe.each([
  ['sine', 0, Math.sin],
  ['cosine', 1, Math.cos],
] as const)('%s', (_, quarters, exact) => {
  it('agrees with float64 to float32 rounding, in all quadrants and far out', () => {
    for (let k = -4000; k <= 4000; k++) {
      const x = Math.fround(k * 0.0497);
      expect(Math.abs(reducedSine(x, quarters, float32) - exact(x))).toBeLessThan(3e-7);
    }
  });
});
