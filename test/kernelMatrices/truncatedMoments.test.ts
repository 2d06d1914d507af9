/** Moments beyond thresholds against integrals over one of the variables, and over all of them where there is no threshold. */
import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../runtime/averages/gaussRules.ts';
import { truncatedMoments } from '../../runtime/kernelMatrices/truncatedMoments.ts';
import { erfc } from '../../theory/specialFunctions.ts';

const RULE = gaussLegendre(24);
const COUNT = 3;

function momentAt(h: number, k: number, rho: number, sine: number, p: number, q: number): number {
  const out = new Float64Array((COUNT + 1) ** 2);
  truncatedMoments(h, k, { rho, sine }, 1, COUNT, out);
  return out[(p + 1) * (COUNT + 1) + q + 1]!;
}

/** int_h (x - h)^p / p! phi(x) < (y - k)_+^q / q! | x > dx, on panels around the line where y crosses k. */
function integral(h: number, k: number, rho: number, sine: number, p: number, q: number): number {
  const crossing = k / rho;
  const edges = [-9, -3, -1, 0, 1, 3, 9]
    .map((step) => crossing + step * sine)
    .concat(
      [0, 1, 2, 4, 7].map((step) => h + step),
      12,
    )
    .filter((x) => x >= h && x <= 12)
    .sort((a, b) => a - b);
  let sum = 0;
  for (let e = 1; e < edges.length; e++)
    RULE.nodes.forEach((node, n) => {
      const [low, high] = [edges[e - 1]!, edges[e]!];
      const x = (low + high) / 2 + (node * (high - low)) / 2;
      const power = (x - h) ** p / (p === 2 ? 2 : 1);
      const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      sum += ((RULE.weights[n]! * (high - low)) / 2) * power * density * beyond(k - rho * x, sine, q);
    });
  return sum;
}

/** < (sine u - m)_+^q / q! > of a standard normal u. */
function beyond(m: number, sine: number, q: number): number {
  const t = m / sine;
  const [density, tail] = [Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI), erfc(t * Math.SQRT1_2) / 2];
  if (q === 0) return tail;
  const first = sine * (density - t * tail);
  return q === 1 ? first : (sine * sine * tail - m * first) / 2;
}

describe('moments beyond thresholds', () => {
  it.each([
    [0.3, 0.8, 0.6],
    [1.2, 1.2, 0.05],
    [0, 0.7, 0.3],
    [2.5, 0.4, 1e-3],
    [0.9, 0.9 + 1e-4, 1e-4],
  ])('h = %d, k = %d, sqrt(1 - rho^2) = %d', (h, k, sine) => {
    for (const side of [1, -1]) {
      const rho = side * Math.sqrt((1 - sine) * (1 + sine));
      for (let p = 0; p < COUNT; p++)
        for (let q = 0; q < COUNT; q++)
          expect(Math.abs(momentAt(h, k, rho, sine, p, q) - integral(h, k, rho, sine, p, q))).toBeLessThan(
            3e-13,
          );
    }
  });

  it('of parallel and opposite variables', () => {
    expect(momentAt(0.4, 0.9, 1, 0, 0, 0)).toBeCloseTo(erfc(0.9 * Math.SQRT1_2) / 2, 15);
    expect(momentAt(0.4, 0.4, 1, 0, 1, 1)).toBeCloseTo(integral(0.4, 0.4, 1, 1e-9, 1, 1), 8);
    expect(momentAt(0.4, 0.9, -1, 0, 1, 1)).toBeCloseTo(0, 15);
    // Without thresholds a quarter of < |x|^2 |y|^2 > = 1 + 2 rho^2 is in each quadrant.
    expect(momentAt(0, 0, 0, 1, 2, 2)).toBeCloseTo(1 / 16, 15);
  });
});
