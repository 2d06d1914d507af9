/** Orthant probabilities P(z_1 > 0, ..., z_n > 0) of a centred Gaussian. */
import { conditionalCovariance, independence } from './conditioning.ts';
import { determinantOf, exact, product, sum } from './determinant.ts';
import { integrateUnitInterval } from './tanhSinh.ts';
import { scaleEstimate, sumEstimates } from './estimate.ts';
import type { AverageValue } from './averageRequest.ts';
import type { Covariance } from './kernelStructure.ts';

/**
 * Closed forms to three variables, inclusion and exclusion for odd numbers, Plackett's integral for even ones
 * (Plackett, Biometrika 41, 1954). No two variables may be parallel.
 */
export function orthantProbability(covariance: Covariance): AverageValue {
  const n = covariance.length;
  if (n === 0) return { value: 1, error: 0 };
  if (n === 1) return { value: 0.5, error: 0 };
  if (n === 2) return quadrant(covariance);
  return n % 2 === 1 ? oddOrthant(covariance) : evenOrthant(covariance);
}

/** (pi - arccos rho) / (2 pi) with small relative error also near rho = -1. */
function quadrant(covariance: Covariance): AverageValue {
  const [a, b, c] = [covariance[0]![0]!, covariance[1]![1]!, covariance[0]![1]!];
  const value = Math.atan2(Math.sqrt(Math.max(0, determinantOf(a, c, c, b).high)), -c.high) / (2 * Math.PI);
  return { value, error: 4e-16 * value };
}

/** All signs flipped is as likely: 2 P_n = sum over proper subsets S of (-1)^|S| P_S. */
function oddOrthant(covariance: Covariance): AverageValue {
  const n = covariance.length;
  const terms: AverageValue[] = [];
  for (let mask = 0; mask < 2 ** n - 1; mask++) {
    const chosen = covariance.map((_, s) => s).filter((s) => (mask >> s) & 1);
    const probability = orthantProbability(chosen.map((s) => chosen.map((t) => covariance[s]![t]!)));
    terms.push(scaleEstimate(probability, chosen.length % 2 === 0 ? 0.5 : -0.5));
  }
  return sumEstimates(terms);
}

/**
 * P_n(R) = 2^-n + int_0^1 dt sum_(i<j) r_ij phi_2(0, 0; t r_ij) P_(n-2)(R(t) | z_i = z_j = 0), R(t) = 1 + t (R - 1).
 * The integrand may be singular at t = 1, where 1 - t is what the integrator knows exactly.
 */
function evenOrthant(covariance: Covariance): AverageValue {
  const n = covariance.length;
  const pairs = covariance.flatMap((row, i) =>
    row.flatMap(({ high }, j) =>
      j > i && high !== 0 ? [{ i, j, r: high / Math.sqrt(row[i]!.high * covariance[j]![j]!.high) }] : [],
    ),
  );
  let innerError = 0;
  const integral = integrateUnitInterval((_, complement) => {
    const t = sum(exact(1), exact(-complement));
    const path = covariance.map((row, s) => row.map((entry, u) => (s === u ? entry : product(t, entry))));
    return pairs.reduce((total, { i, j, r }) => {
      const inner = orthantProbability(conditionOnPair(path, i, j));
      innerError = Math.max(innerError, inner.error);
      return total + (r * inner.value) / (2 * Math.PI * Math.sqrt(independence(path, i, j)));
    }, 0);
  });
  const base = { value: 2 ** -n, error: 0 };
  return sumEstimates([base, { value: integral.value, error: integral.error + innerError * pairs.length }]);
}

function conditionOnPair(covariance: Covariance, i: number, j: number): Covariance {
  return conditionalCovariance(conditionalCovariance(covariance, j), i);
}
