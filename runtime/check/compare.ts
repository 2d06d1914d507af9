/**
 * Measurements at several widths against a claim.
 *
 * The deviation d(n) = measured - value - neglected is modelled as
 *
 *     d(n) = slip part(n) + sum over unknown terms of u n^-power + noise
 *
 * with u ~ N(0, deviation^2), the same at each width, and noise of the standard error (plus float32 rounding). `slip` is the relative error
 * of the coefficient on trial. Generalised least squares gives it from all widths together: where truncation spoils a single
 * narrow width, its shape in n tells it from a wrong coefficient. With one width this is that width's own test.
 */
import { choleskyFactor, solveWithFactor } from './linear.ts';
import type { Claim } from './prediction.ts';
import type { Measurement } from './measure.ts';

export interface MeasuredPoint {
  readonly n: number;
  readonly measurement: Measurement;
}

/** A quantity that vanishes if the claim is right, in units of its own deviation. */
export interface Test {
  readonly z: number;
  readonly degrees: number;
  /** The deviation, as a fraction of the part on trial; Infinity when that part is zero. */
  readonly relativeDeviation: number;
}

export interface PointComparison {
  readonly point: MeasuredPoint;
  readonly predicted: number;
  readonly neglected: number | null;
  /** Deviation allowed to the orders beyond. */
  readonly truncation: number;
  readonly test: Test;
}

/** Single precision rounds each network's signals; systematic errors of a float32 exp or erf stay below this. */
const RELATIVE_ROUNDING = 1e-6;

export function comparePoint(claim: Claim, point: MeasuredPoint): PointComparison {
  const deviation = Math.sqrt(covarianceOf(claim, point, point));
  const difference = deviationOf(claim, point);
  return {
    point,
    predicted: claim.value(point.n),
    neglected: claim.neglected(point.n),
    truncation: Math.sqrt(truncationCovariance(claim, point.n, point.n)),
    test: {
      z: difference === 0 ? 0 : difference / deviation,
      degrees: point.measurement.degrees,
      relativeDeviation: deviation === 0 ? 0 : deviation / claim.part(point.n),
    },
  };
}

/** The slip fitted to all points; undefined when there is nothing on trial or no uncertainty to weigh the points with. */
export function compareAll(claim: Claim, points: readonly MeasuredPoint[]): Test | undefined {
  const parts = points.map(({ n }) => claim.part(n));
  const covariance = covarianceMatrix(claim, points);
  // In units of the part on trial the matrix is well scaled.
  const scaled = covariance.map((row, i) => row.map((value, j) => value / (parts[i]! * parts[j]!)));
  const factor = choleskyFactor(scaled);
  if (!factor) return undefined;
  const weights = solveWithFactor(
    factor,
    parts.map(() => 1),
  );
  const precision = weights.reduce((sum, weight) => sum + weight, 0);
  const slip =
    points.reduce((sum, p, i) => sum + (weights[i]! * deviationOf(claim, p)) / parts[i]!, 0) / precision;
  return {
    z: slip * Math.sqrt(precision),
    degrees: Math.min(...points.map(({ measurement }) => measurement.degrees)),
    relativeDeviation: 1 / Math.sqrt(precision),
  };
}

/** Of the deviations, points by points. */
export function covarianceMatrix(
  claim: Claim,
  points: readonly MeasuredPoint[],
): readonly (readonly number[])[] {
  return points.map((p) => points.map((q) => covarianceOf(claim, p, q)));
}

export function deviationOf(claim: Claim, { n, measurement }: MeasuredPoint): number {
  return measurement.value - claim.value(n) - (claim.neglected(n) ?? 0);
}

function covarianceOf(claim: Claim, p: MeasuredPoint, q: MeasuredPoint): number {
  const shared = truncationCovariance(claim, p.n, q.n);
  return p === q ? shared + noiseVariance(claim, p) : shared;
}

function truncationCovariance({ unknown }: Claim, n: number, m: number): number {
  return unknown.reduce((sum, { power, deviation }) => sum + deviation ** 2 * (n * m) ** -power, 0);
}

function noiseVariance(claim: Claim, { n, measurement }: MeasuredPoint): number {
  const rounding = RELATIVE_ROUNDING * Math.max(Math.abs(measurement.value), Math.abs(claim.value(n)));
  return measurement.standardError ** 2 + rounding ** 2;
}
