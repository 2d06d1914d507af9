/**
 * Where the orders beyond turn out larger than the series let one expect.
 *
 * Their size is extrapolated from the coefficients known (`prediction.ts`), and a coefficient that is small only because its terms
 * cancel misleads that. Widths tell: a wrong coefficient on trial has one shape in n. When no value of it brings all widths together
 * within what is allowed, the deviations of the unknown orders are raised, by one factor, until they account for the rest (as Birge
 * 1932 does for scattered measurements). Narrow widths then count for less; they are not what rejects a correct theory.
 */
import { covarianceMatrix, deviationOf, type MeasuredPoint } from './compare.ts';
import { upperTail } from './distributions.ts';
import { choleskyFactor, solveWithFactor } from './linear.ts';
import type { Claim } from './prediction.ts';

/** Chance alone, with the sizes expected, misfits one series in twenty. */
const MISFIT = 0.05;
/** Far more than any series could need; beyond it the unknown orders do not have the shape of the rest. */
const LARGEST = 1e6;

/** The factor, at least 1, by which the deviations of the unknown orders must be raised. */
export function tailFactor(claim: Claim, points: readonly MeasuredPoint[]): number {
  const freedom = points.length - 1;
  if (freedom < 1 || claim.unknown.length === 0) return 1;
  const rest = (factor: number): number => misfit(raiseTail(claim, factor), points) / freedom;
  const degrees = Math.min(...points.map(({ measurement }) => measurement.degrees));
  if (!(upperTail(rest(1), freedom, degrees) < MISFIT) || !(rest(LARGEST) <= 1)) return 1;
  let [low, high] = [1, LARGEST];
  while (high > 1.001 * low) {
    const middle = Math.sqrt(low * high);
    if (rest(middle) > 1) low = middle;
    else high = middle;
  }
  return high;
}

export function raiseTail(claim: Claim, factor: number): Claim {
  return {
    ...claim,
    unknown: claim.unknown.map(({ power, deviation }) => ({ power, deviation: deviation * factor })),
  };
}

/** Chi^2 of the deviations after the best multiple of the part on trial is taken out (of n^-power where that part is zero). */
function misfit(claim: Claim, points: readonly MeasuredPoint[]): number {
  const scales = points.map((point) => Math.sqrt(covarianceMatrix(claim, [point])[0]![0]!));
  const correlations = covarianceMatrix(claim, points).map((row, i) =>
    row.map((value, j) => value / (scales[i]! * scales[j]!)),
  );
  const factor = choleskyFactor(correlations);
  if (!factor) return 0;
  const deviations = points.map((point, i) => deviationOf(claim, point) / scales[i]!);
  const shape = points.map(({ n }, i) => (claim.part(n) || n ** -claim.power) / scales[i]!);
  const weighted = solveWithFactor(factor, shape);
  const product = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * weighted[i]!, 0);
  const slip = product(deviations) / product(shape);
  const left = deviations.map((value, i) => value - slip * shape[i]!);
  return solveWithFactor(factor, left).reduce((sum, value, i) => sum + value * left[i]!, 0);
}
