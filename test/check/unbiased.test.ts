import { describe, expect, it } from 'vitest';
import { moebius, pairings, setPartitions } from '../../runtime/partitions.ts';
import {
  cumulantEstimator,
  evaluateEstimator,
  momentEstimator,
  type Monomial,
} from '../../runtime/check/unbiased.ts';

/** Three correlated variables with few values and exact probabilities. */
const OUTCOMES = [
  { probability: 1 / 2, x: [1, -2, 0.5] },
  { probability: 1 / 3, x: [3, 1, -1] },
  { probability: 1 / 6, x: [-2, 4, 2] },
] as const;

function expectation(monomial: Monomial): number {
  return OUTCOMES.reduce(
    (sum, { probability, x }) => sum + probability * monomial.reduce((p, v) => p * x[v]!, 1),
    0,
  );
}

/** Joint cumulants written out by hand in central moments. */
function exactCumulant(v: Monomial): number {
  const mean = v.map((k) => expectation([k]));
  const central = (slots: readonly number[]) =>
    OUTCOMES.reduce(
      (sum, { probability, x }) => sum + probability * slots.reduce((p, s) => p * (x[v[s]!]! - mean[s]!), 1),
      0,
    );
  if (v.length === 1) return mean[0]!;
  if (v.length === 2) return central([0, 1]);
  if (v.length === 3) return central([0, 1, 2]);
  return (
    central([0, 1, 2, 3]) -
    central([0, 1]) * central([2, 3]) -
    central([0, 2]) * central([1, 3]) -
    central([0, 3]) * central([1, 2])
  );
}

/** The expectation of an estimate from `draws` draws, by running through all samples. */
function exactExpectation(
  draws: number,
  estimate: (sample: readonly (readonly number[])[]) => number,
): number {
  const visit = (sample: readonly (readonly number[])[], probability: number): number => {
    if (sample.length === draws) return probability * estimate(sample);
    return OUTCOMES.reduce(
      (sum, outcome) => sum + visit([...sample, outcome.x], probability * outcome.probability),
      0,
    );
  };
  return visit([], 1);
}

function sumOver(sample: readonly (readonly number[])[]): (monomial: Monomial) => number {
  return (monomial) => sample.reduce((sum, x) => sum + monomial.reduce((p, v) => p * x[v]!, 1), 0);
}

describe('estimators', () => {
  const cases: readonly Monomial[] = [
    [0],
    [1],
    [0, 0],
    [0, 1],
    [0, 0, 0],
    [0, 1, 2],
    [1, 1, 2],
    [0, 0, 1, 1],
    [0, 0, 0, 0],
    [0, 1, 1, 2],
  ];

  it.each(cases.map((variables) => ({ variables })))(
    'of the cumulant of $variables are unbiased, exactly',
    ({ variables }) => {
      const estimator = cumulantEstimator(variables);
      expect(estimator.minimumDraws).toBe(variables.length);
      for (const draws of [variables.length, variables.length + 2]) {
        const value = exactExpectation(draws, (sample) =>
          evaluateEstimator(estimator, draws, sumOver(sample)),
        );
        expect(value).toBeCloseTo(exactCumulant(variables), 10);
      }
    },
  );

  it.each(cases.map((variables) => ({ variables })))(
    'of the moment of $variables undo a shift',
    ({ variables }) => {
      const shift = [0.3, -1.2, 2];
      const estimator = momentEstimator(variables, (v) => shift[v]!);
      const value = exactExpectation(2, (sample) => {
        const shifted = sample.map((x) => x.map((value_, v) => value_ - shift[v]!));
        return evaluateEstimator(estimator, 2, sumOver(shifted));
      });
      expect(value).toBeCloseTo(expectation(variables), 10);
    },
  );

  it('of two variables is the sample covariance', () => {
    const sample = [
      [1, 5],
      [2, -1],
      [4, 3],
      [7, 2],
    ];
    const [x, y] = [3.5, 2.25];
    const covariance = sample.reduce((sum, [p = 0, q = 0]) => sum + (p - x) * (q - y), 0) / 3;
    expect(evaluateEstimator(cumulantEstimator([0, 1]), 4, sumOver(sample))).toBeCloseTo(covariance, 12);
  });
});

describe('partitions', () => {
  it('are counted by the Bell numbers and the double factorials', () => {
    const counts = [0, 1, 2, 3, 4, 5, 6].map((size) => setPartitions(Array.from({ length: size })).length);
    expect(counts).toEqual([1, 1, 2, 5, 15, 52, 203]);
    expect(
      [0, 2, 4, 6, 8, 3].map((size) => pairings(Array.from({ length: size }, (_, k) => k)).length),
    ).toEqual([1, 1, 3, 15, 105, 0]);
    expect([1, 2, 3, 4].map(moebius)).toEqual([1, -1, 2, -6]);
  });
});
