import { describe, expect, it } from 'vitest';
import { compareAll, comparePoint } from '../../runtime/check/compare.ts';
import { compareItems, type MeasuredWidth } from '../../runtime/check/compareItems.ts';
import { fitExponent } from '../../runtime/check/fitExponent.ts';
import { significant, withError } from '../../runtime/check/formatNumber.ts';
import type { CheckItem } from '../../runtime/check/items.ts';
import type { Measurement } from '../../runtime/check/measure.ts';
import { derivedClaim, statedClaim } from '../../runtime/check/prediction.ts';
import { criticalValue, twoSidedTail, upperTail } from '../../runtime/check/distributions.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';

const WIDTHS = [16, 32, 64];

/** Standard normals of one seed. */
function normals(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  fillNormals(values, 0, count, 1, createNormalSource(philoxKey(seed)), 0, 0, 0);
  return values;
}

/** Twelve components V_k = c1/n + c2/n^2, whose true third coefficient is as large as a ratio of 4 per order makes it. */
const SERIES = Array.from({ length: 12 }, (_, k) => ({ c1: 1 + k / 6, c2: -4 - k / 2, c3: 16 - 3 * k }));

function items(scale = 1): readonly CheckItem[] {
  return SERIES.map(({ c1, c2 }, k) => ({
    observable: 'V',
    indices: [k + 1],
    order: 1,
    claim: derivedClaim(
      new Map([
        [0, 0],
        [1, scale * c1],
        [2, c2],
      ]),
      1,
      4,
    ),
    quantityAt: () => ({ key: '', statistics: [], value: () => 0 }),
  }));
}

/** Gaussian noise of `relative` times the leading term, the error itself estimated from 64 groups as in a real check. */
function measurements(seed: number, relative: number): readonly MeasuredWidth[] {
  const groups = 64;
  const noise = normals(WIDTHS.length * SERIES.length * groups, seed);
  return WIDTHS.map((n, w) => ({
    n,
    networks: 1000,
    measurements: SERIES.map(({ c1, c2, c3 }, k) => {
      const start = (w * SERIES.length + k) * groups;
      const draws = [...noise.subarray(start, start + groups)].map(
        (x) => x * Math.sqrt(groups) * relative * (c1 / n),
      );
      const mean = draws.reduce((sum, x) => sum + x, 0) / groups;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (groups * (groups - 1));
      return {
        value: c1 / n + c2 / n ** 2 + c3 / n ** 3 + mean,
        standardError: Math.sqrt(variance),
        degrees: groups - 1,
      };
    }),
  }));
}

describe('verdicts', () => {
  it('reject a correct theory in at most 2 % of 500 seeds, with noise large or small', () => {
    for (const relative of [0.001, 0.01, 0.05]) {
      const rejections = Array.from(
        { length: 500 },
        (_, seed) => compareItems(items(), measurements(seed, relative)).verdict,
      ).filter((verdict) => verdict === 'disagree').length;
      expect(rejections).toBeLessThanOrEqual(10);
    }
  });

  it('reject a leading coefficient 10 % wrong when the noise allows, and say agree when it is right', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(compareItems(items(1.1), measurements(seed, 0.01)).verdict).toBe('disagree');
      expect(compareItems(items(0.9), measurements(seed, 0.01)).verdict).toBe('disagree');
    }
    expect(compareItems(items(), measurements(1, 0.01)).verdict).toBe('agree');
  });

  it('are inconclusive when noise hides an error of 10 %', () => {
    const { verdict, rows } = compareItems(items(), measurements(3, 0.2));
    expect(verdict).toBe('inconclusive');
    expect(rows.every((row) => row.verdict === 'inconclusive' && row.detectable! > 0.1)).toBe(true);
  });

  it('keep their promise about the detectable error', () => {
    const one = items(1).slice(0, 1);
    const only = (seed: number) =>
      measurements(seed, 0.02).map((width) => ({ ...width, measurements: width.measurements.slice(0, 1) }));
    const detectable = Math.min(...compareItems(one, only(0)).scaling.map((row) => row.detectable!));
    const wrong = items(1 + detectable).slice(0, 1);
    const caught = Array.from({ length: 200 }, (_, seed) => compareItems(wrong, only(seed)).verdict).filter(
      (v) => v === 'disagree',
    );
    expect(caught.length / 200).toBeGreaterThan(0.85);
  });

  it('never pass what could not be computed', () => {
    const broken = measurements(1, 0.01).map((width) => ({
      ...width,
      measurements: width.measurements.map((): Measurement => ({
        value: NaN,
        standardError: 1,
        degrees: 63,
      })),
    }));
    expect(compareItems(items(), broken).verdict).toBe('disagree');
    expect(compareItems(items(), []).verdict).toBe('inconclusive');
  });
});

describe('claims', () => {
  const orders = new Map([
    [0, 2],
    [1, 0.5],
    [2, -3],
    [3, 7],
  ]);

  it('keep orders up to p and name the next', () => {
    const claim = derivedClaim(orders, 1, 4);
    expect(claim.value(10)).toBeCloseTo(2.05, 14);
    expect(claim.neglected(10)).toBeCloseTo(-0.03, 14);
    expect([claim.power, claim.part(10), claim.expectedExponent]).toEqual([1, 0.05, 2]);
    // Growth 6 per order: the next coefficients are expected to be about 18 and 108.
    expect(claim.unknown).toEqual([
      { power: 3, deviation: 18 },
      { power: 4, deviation: 108 },
    ]);
  });

  it('know a series that ends', () => {
    const claim = derivedClaim(
      new Map([
        [0, 3],
        [1, 0],
        [2, 0],
      ]),
      1,
      4,
    );
    expect([claim.power, claim.part(8), claim.unknown.length, claim.expectedExponent]).toEqual([
      0,
      3,
      0,
      null,
    ]);
  });

  it('widen when the next order is not known', () => {
    const claim = derivedClaim(new Map([[1, 2]]), 1, 5);
    expect(claim.neglected(10)).toBeNull();
    expect(claim.unknown[0]).toEqual({ power: 2, deviation: 10 });
  });

  it('let a stated formula differ by the orders after its own', () => {
    const point = (n: number, value: number) => ({
      n,
      measurement: { value, standardError: 1e-4, degrees: 63 },
    });
    const truth = (n: number) => 5 / n + 20 / n ** 2;
    const points = [32, 64, 128].map((n) => point(n, truth(n)));
    const derived = new Map([
      [1, 5],
      [2, 20],
    ]);
    const right = statedClaim(new Map([[1, 5]]), derived, 4);
    const wrong = statedClaim(new Map([[1, 6]]), derived, 4);
    expect(Math.abs(compareAll(right, points)!.z)).toBeLessThan(1.5);
    expect(Math.abs(compareAll(wrong, points)!.z)).toBeGreaterThan(5);
  });

  it('hold a stated formula to every power it has', () => {
    const derived = new Map([
      [1, 5],
      [2, 20],
      [3, 0],
    ]);
    const points = [32, 64, 128].map((n) => ({
      n,
      measurement: { value: 5 / n + 20 / n ** 2, standardError: 1e-4, degrees: 63 },
    }));
    const stated = (second: number) =>
      statedClaim(
        new Map([
          [1, 5],
          [2, second],
        ]),
        derived,
        4,
      );
    expect(stated(20).unknown).toEqual([]);
    expect(Math.abs(compareAll(stated(20), points)!.z)).toBeLessThan(1e-6);
    expect(Math.abs(compareAll(stated(22), points)!.z)).toBeGreaterThan(5);
  });

  it('test a deterministic value exactly', () => {
    const measurement = { value: 0, standardError: 0, degrees: 63 };
    const zero = derivedClaim(
      new Map([
        [1, 0],
        [2, 0],
      ]),
      1,
      1,
    );
    expect(comparePoint(zero, { n: 8, measurement }).test).toEqual({
      z: 0,
      degrees: 63,
      relativeDeviation: 0,
    });
    expect(comparePoint(zero, { n: 8, measurement: { ...measurement, value: 1 } }).test.z).toBeGreaterThan(
      1e5,
    );
  });
});

describe('unknown orders larger than the series lets one expect', () => {
  // The 1/n^2 coefficient is small by cancellation, the next is not: a case met with gelu (docs/checks.md).
  const WIDE = [12, 24, 48];
  const known = new Map([
    [0, 2.02],
    [1, 2.17],
    [2, -1.58],
  ]);
  const item = (observable: string): CheckItem => ({
    observable,
    indices: [1],
    order: 1,
    claim: derivedClaim(known, 1, 4),
    quantityAt: () => ({ key: '', statistics: [], value: () => 0 }),
  });
  const measured = (seed: number, slip: number, third: number): readonly MeasuredWidth[] => {
    const noise = normals(WIDE.length, seed);
    return WIDE.map((n, k) => {
      const standardError = 0.03 / n;
      const value = 2.02 + (2.17 * (1 + slip)) / n - 1.58 / n ** 2 + third / n ** 3;
      const measurement = { value: value + standardError * noise[k]!, standardError, degrees: 63 };
      return { n, networks: 1000, measurements: [measurement] };
    });
  };
  const reports = (slip: number, third: number) =>
    Array.from({ length: 100 }, (_, seed) => compareItems([item('Theta')], measured(seed, slip, third)));
  const count = (all: ReturnType<typeof reports>, verdict: string): number =>
    all.filter((report) => report.verdict === verdict).length;

  it('do not reject a correct theory, and the fit still sees ten percent', () => {
    const all = reports(0, -115);
    expect(all.every(({ scaling: [row] }) => row!.tail > 3)).toBe(true);
    expect(count(all, 'disagree')).toBeLessThanOrEqual(2);
    expect(count(all, 'agree')).toBeGreaterThan(95);
  });

  it('do not hide a wrong coefficient', () => {
    expect(count(reports(0.1, -115), 'disagree')).toBeGreaterThan(95);
    expect(count(reports(0.1, 0), 'disagree')).toBeGreaterThan(95);
  });

  it('are left alone where the widths agree', () => {
    const raised = reports(0, 0).filter(({ scaling: [row] }) => row!.tail > 1);
    expect(raised.length).toBeLessThan(12);
  });
});

describe('the scaling fit', () => {
  it.each([1, 2, 3])('recovers the exponent %d', (exponent) => {
    const noise = normals(4, exponent);
    const residuals = [8, 16, 32, 64].map((n, k) => {
      const deviation = 0.02 * 8 ** -exponent * (8 / n);
      return { n, value: 3 * n ** -exponent + deviation * noise[k]!, deviation };
    });
    const fit = fitExponent(residuals)!;
    expect(fit.error).toBeLessThan(0.2);
    expect(Math.abs(fit.exponent - exponent)).toBeLessThan(3 * fit.error);
  });

  it('is not resolved within noise, with one width, or without errors', () => {
    const noise = normals(3, 9);
    expect(fitExponent([8, 16, 32].map((n, k) => ({ n, value: noise[k]!, deviation: 1 })))).toBeUndefined();
    expect(fitExponent([{ n: 8, value: 9, deviation: 0.1 }])).toBeUndefined();
    expect(fitExponent([8, 16].map((n) => ({ n, value: 1 / n, deviation: 0 })))).toBeUndefined();
  });
});

describe("Student's t", () => {
  it('has the tabulated critical values', () => {
    // Two-sided; Abramowitz and Stegun table 26.10.
    const table = [
      [0.05, 1, 12.706],
      [0.01, 10, 3.169],
      [0.05, 60, 2.0],
      [0.001, 30, 3.646],
      [0.01, 120, 2.617],
    ] as const;
    for (const [p, degrees, t] of table) expect(criticalValue(p, degrees)).toBeCloseTo(t, 2);
  });

  it('has the closed forms of one and two degrees of freedom', () => {
    for (const t of [0.1, 1, 5, 100]) {
      expect(twoSidedTail(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
      expect(twoSidedTail(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
    }
    expect(twoSidedTail(Infinity, 5)).toBe(0);
    for (const f of [0.2, 1, 4]) {
      expect(upperTail(f, 1, 7)).toBeCloseTo(twoSidedTail(Math.sqrt(f), 7), 12);
      expect(upperTail(f, 2, 9)).toBeCloseTo((1 + (2 * f) / 9) ** -4.5, 12);
    }
  });
});

describe('numbers', () => {
  it.each([
    [0.01234567, 0.00056, '0.01235(56)'],
    [3.00673, 0.0141, '3.007(14)'],
    [-0.0076, 0.0058, '-0.0076(58)'],
    [123.4, 2.3, '123.4(2.3)'],
    [1.2345e-7, 3.1e-9, '1.235(31)e-7'],
    [5, 0, '5.000'],
    [null, 1, '-'],
  ])('%f with error %f is %s', (value, error, text) => {
    expect(withError(value, error)).toBe(text);
  });

  it('keeps four digits', () => {
    expect([0, 1 / 3, 1234.5, -2e-6, null].map(significant)).toEqual([
      '0',
      '0.3333',
      '1235',
      '-2.000e-6',
      '-',
    ]);
  });
});
