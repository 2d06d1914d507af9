import { describe, expect, it } from 'vitest';
import { isNormal, lawOf } from '../../runtime/simulate/laws.ts';
import { createNormalSource } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import type { Distribution } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';

const COUNT = 400_000;

/** E x^4 and E x^6 of unit variance, by hand. */
const LAWS: readonly (readonly [string, Distribution, number, number])[] = [
  ['normal', { kind: 'normal' }, 3, 15],
  ['uniform', { kind: 'uniform' }, 9 / 5, 27 / 7],
  ['rademacher', { kind: 'rademacher' }, 1, 1],
  ['laplace', { kind: 'laplace' }, 6, 90],
  ['sparse', { kind: 'sparse', probability: rational(1, 4) }, 12, 240],
  // Variances 9 s and s with probabilities 1/5 and 4/5: s = 5/13.
  [
    'mixture',
    { kind: 'mixture', probability: rational(1, 5), ratio: rational(3) },
    (3 * (81 / 5 + 4 / 5) * 25) / 169,
    (15 * (729 / 5 + 4 / 5) * 125) / 2197,
  ],
];

function draw(distribution: Distribution, count: number, scale = 1): Float32Array {
  const target = new Float32Array(count);
  lawOf(distribution)(target, 0, count, scale, createNormalSource(philoxKey(5)), 3, 65536, 9);
  return target;
}

describe.each(LAWS)('draws of the %s law', (_, distribution, fourth, sixth) => {
  const values = draw(distribution, COUNT);
  const moment = (power: number): number => values.reduce((sum, v) => sum + v ** power, 0) / COUNT;
  /** Five standard deviations of an average of x^power, estimated from the draws. */
  const margin = (power: number): number =>
    5 * Math.sqrt(Math.max(moment(2 * power) - moment(power) ** 2, 1e-12) / COUNT) + 1e-6;

  it.each([
    [1, 0],
    [2, 1],
    [3, 0],
    [4, fourth],
    [6, sixth],
  ])('have moment %d equal to %f', (power, expected) => {
    expect(Math.abs(moment(power) - expected)).toBeLessThan(margin(power));
  });

  it('are uncorrelated with their neighbours', () => {
    const products = values.subarray(1).reduce((sum, v, k) => sum + v * values[k]!, 0) / COUNT;
    expect(Math.abs(products)).toBeLessThan(5 / Math.sqrt(COUNT));
  });

  it('have addresses: a longer row begins with a shorter one, and the scale multiplies', () => {
    expect([...draw(distribution, 10)]).toEqual([...values.subarray(0, 10)]);
    draw(distribution, 2000, 0.5).forEach((v, k) => expect(v).toBeCloseTo(values[k]! / 2, 6));
  });
});

describe('laws', () => {
  it('cannot be drawn when only cumulants are known', () => {
    expect(() => lawOf({ kind: 'cumulants' })).toThrow(/cannot be sampled/);
  });

  it('are normal by default', () => {
    expect([undefined, { kind: 'normal' } as const, { kind: 'uniform' } as const].map(isNormal)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
