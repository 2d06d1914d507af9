import { describe, expect, it } from 'vitest';
import { CUMULANT_COUNT } from '../../compiler/readDistribution.ts';
import { cumulantsOf, evenMoment } from '../../compiler/standardCumulants.ts';
import type { Distribution } from '../../theory/model.ts';
import { formatRational, rational, rationalToNumber } from '../../theory/rational.ts';

function cumulants(law: Distribution): string[] {
  return cumulantsOf((k) => evenMoment(law, k), CUMULANT_COUNT).map(formatRational);
}

/** Bernoulli numbers B_2, B_4, ...: the cumulants of a uniform law on an interval of length c are B_k c^k / k. */
const BERNOULLI = [
  [1, 6],
  [-1, 30],
  [1, 42],
  [-1, 30],
  [5, 66],
  [-691, 2730],
  [7, 6],
  [-3617, 510],
] as const;

/** log cosh t = sum over k of T_k t^2k / (2k)!, the tangent numbers with alternating signs. */
const TANGENT = ['1', '-2', '16', '-272', '7936', '-353792', '22368256', '-1903757312'];

describe('standard cumulants 4, 6, ... 16', () => {
  it('of a Gaussian are zero', () => {
    expect(cumulants({ kind: 'normal' })).toEqual(Array.from({ length: CUMULANT_COUNT }, () => '0'));
    expect(cumulants({ kind: 'sparse', probability: rational(1) })).toEqual(cumulants({ kind: 'normal' }));
    const equal: Distribution = { kind: 'mixture', probability: rational(1, 3), ratio: rational(1) };
    expect(cumulants(equal)).toEqual(cumulants({ kind: 'normal' }));
  });

  it('of a uniform law are Bernoulli numbers', () => {
    const expected = BERNOULLI.slice(1).map(([numerator, denominator], k) =>
      // c = sqrt(12) for variance 1, so that c^(2k) = 12^k.
      formatRational(rational(BigInt(numerator) * 12n ** BigInt(k + 2), denominator * (2 * k + 4))),
    );
    expect(expected.slice(0, 2)).toEqual(['-6/5', '48/7']);
    expect(cumulants({ kind: 'uniform' })).toEqual(expected);
  });

  it('of two equally likely values are tangent numbers', () => {
    expect(cumulants({ kind: 'rademacher' })).toEqual(TANGENT.slice(1));
  });

  it('of a Laplace law are those of an exponential difference', () => {
    // 2 (k-1)! b^k, b^2 = 1/2.
    const expected = ['3', '30', '630', '22680', '1247400', '97297200', '10216206000'];
    expect(cumulants({ kind: 'laplace' })).toEqual(expected);
  });

  it('of a mixture have its closed fourth one, and sparse is its limit', () => {
    const [p, r] = [1 / 4, 3];
    const fourth = (3 * (p * r ** 4 + 1 - p)) / (p * r ** 2 + 1 - p) ** 2 - 3;
    const mixture = cumulantsOf(
      (k) => evenMoment({ kind: 'mixture', probability: rational(1, 4), ratio: rational(3) }, k),
      CUMULANT_COUNT,
    );
    expect(rationalToNumber(mixture[0]!)).toBeCloseTo(fourth, 12);
    const wide: Distribution = { kind: 'mixture', probability: rational(1, 4), ratio: rational(1e9) };
    const sparse: Distribution = { kind: 'sparse', probability: rational(1, 4) };
    const [near, limit] = [wide, sparse].map((law) => cumulantsOf((k) => evenMoment(law, k), CUMULANT_COUNT));
    expect(formatRational(limit![0]!)).toBe('9');
    near!.forEach((value, k) => {
      expect(rationalToNumber(value) / rationalToNumber(limit![k]!)).toBeCloseTo(1, 12);
    });
  });
});
