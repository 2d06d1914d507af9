import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing, type Ring } from '../../theory/polynomial.ts';
import { formatRational, rational } from '../../theory/rational.ts';
import {
  addSeries,
  coefficientOf,
  constantSeries,
  divideSeries,
  inverseSeries,
  monomialSeries,
  multiplySeries,
  negateSeries,
  powerSeries,
  scaleSeries,
  shiftSeries,
  subtractSeries,
  zeroSeries,
  type Series,
} from '../../theory/series.ts';

const ring: Ring<string> = createRing<string>({ key: (name) => name });

function numeric(values: readonly number[]): Series<string> {
  return values.map((value) => ring.constant(rational(value)));
}

function same(a: Series<string>, b: Series<string>): boolean {
  return a.length === b.length && a.every((p, k) => ring.equal(p, b[k]!));
}

const small = fc.integer({ min: -5, max: 5 });
const series = fc.array(small, { minLength: 5, maxLength: 5 }).map(numeric);

describe('series in 1/n', () => {
  it('form a ring', () => {
    fc.assert(
      fc.property(series, series, series, (a, b, c) => {
        const left = multiplySeries(ring, a, addSeries(ring, b, c));
        const right = addSeries(ring, multiplySeries(ring, a, b), multiplySeries(ring, a, c));
        expect(same(left, right)).toBe(true);
        expect(same(subtractSeries(ring, a, b), addSeries(ring, a, negateSeries(ring, b)))).toBe(true);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('expands 1 / (1 - a/n) as the geometric series in a symbol', () => {
    const a = ring.atom('a');
    const one = constantSeries(ring, ring.one, 6);
    const inverse = inverseSeries(ring, subtractSeries(ring, one, monomialSeries(ring, a, 1, 6)));
    inverse.forEach((p, k) => expect(ring.equal(p, ring.power(a, k))).toBe(true));
  });

  it('has the binomial coefficients of (1 + 2/n)^7 and of its inverse', () => {
    const base = numeric([1, 2, 0, 0]);
    const read = (s: Series<string>): string[] => s.map((p) => formatRational(ring.constantValue(p)!));
    expect(read(powerSeries(ring, base, 7))).toEqual(['1', '14', '84', '280']);
    expect(read(powerSeries(ring, base, -2))).toEqual(['1', '-4', '12', '-32']);
    expect(read(inverseSeries(ring, numeric([3, 1])))).toEqual(['1/3', '-1/9']);
  });

  it('divides back what it multiplied', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        fc.pre(!ring.isZero(b[0]!));
        expect(same(divideSeries(ring, multiplySeries(ring, a, b), b), a)).toBe(true);
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  it('has an inverse only when that is exact', () => {
    expect(() => inverseSeries(ring, numeric([0, 1]))).toThrow(RangeError);
    expect(() => inverseSeries(ring, [ring.atom('a'), ring.one])).toThrow(RangeError);
  });

  it('shifts by powers of 1/n and back, losing the orders it cannot know', () => {
    const a = numeric([1, 2, 3]);
    expect(same(shiftSeries(ring, a, 1), numeric([0, 1, 2]))).toBe(true);
    expect(same(shiftSeries(ring, shiftSeries(ring, a, 1), -1), numeric([1, 2]))).toBe(true);
    expect(same(shiftSeries(ring, a, 0), a)).toBe(true);
    expect(() => shiftSeries(ring, a, -1)).toThrow(RangeError);
  });

  it('knows no more than its operands', () => {
    expect(multiplySeries(ring, zeroSeries(ring, 5), zeroSeries(ring, 2))).toHaveLength(3);
    expect(ring.isZero(coefficientOf(ring, numeric([1]), 4))).toBe(true);
    expect(same(scaleSeries(ring, numeric([1, 2]), ring.constant(rational(3))), numeric([3, 6]))).toBe(true);
  });
});
