/** Orthant probabilities P(z_1 > 0, ..., z_n > 0) of a centred Gaussian. */
import { conditionalKernel } from './conditioning.ts';
import { determinant } from './determinant.ts';
import { integrateUnitInterval } from './tanhSinh.ts';
import { scaleEstimate, sumEstimates } from './estimate.ts';
import type { AverageValue } from './averageRequest.ts';
import type { Matrix } from './kernelStructure.ts';

/**
 * Closed forms to three variables, inclusion and exclusion for odd numbers, Plackett's integral for even ones
 * (Plackett, Biometrika 41, 1954). No two variables may be parallel.
 */
export function orthantProbability(kernel: Matrix): AverageValue {
  const n = kernel.length;
  if (n === 0) return { value: 1, error: 0 };
  if (n === 1) return { value: 0.5, error: 0 };
  if (n === 2) return quadrant(kernel);
  return n % 2 === 1 ? oddOrthant(kernel) : evenOrthant(kernel);
}

/** (pi - arccos rho) / (2 pi) with small relative error also near rho = -1. */
function quadrant(kernel: Matrix): AverageValue {
  const [a, b, c] = [kernel[0]![0]!, kernel[1]![1]!, kernel[0]![1]!];
  const value = Math.atan2(Math.sqrt(Math.max(0, determinant(a, c, c, b))), -c) / (2 * Math.PI);
  return { value, error: 4e-16 * value };
}

/** All signs flipped is as likely: 2 P_n = sum over proper subsets S of (-1)^|S| P_S. */
function oddOrthant(kernel: Matrix): AverageValue {
  const n = kernel.length;
  const terms: AverageValue[] = [];
  for (let mask = 0; mask < 2 ** n - 1; mask++) {
    const chosen = kernel.map((_, s) => s).filter((s) => (mask >> s) & 1);
    const probability = orthantProbability(chosen.map((s) => chosen.map((t) => kernel[s]![t]!)));
    terms.push(scaleEstimate(probability, chosen.length % 2 === 0 ? 0.5 : -0.5));
  }
  return sumEstimates(terms);
}

/**
 * P_n(R) = 2^-n + int_0^1 dt sum_(i<j) r_ij phi_2(0, 0; t r_ij) P_(n-2)(R(t) | z_i = z_j = 0), R(t) = 1 + t (R - 1).
 * The integrand may be singular at t = 1, where 1 - t is what the integrator knows exactly.
 */
function evenOrthant(kernel: Matrix): AverageValue {
  const n = kernel.length;
  const correlation = kernel.map((row, s) =>
    row.map((entry, t) => (s === t ? 1 : entry / Math.sqrt(kernel[s]![s]! * kernel[t]![t]!))),
  );
  const pairs = correlation.flatMap((row, i) =>
    row.flatMap((r, j) => (j > i && r !== 0 ? [{ i, j, r }] : [])),
  );
  let innerError = 0;
  const integral = integrateUnitInterval((t, complement) => {
    const path = correlation.map((row, s) => row.map((r, u) => (s === u ? 1 : t * r)));
    return pairs.reduce((sum, { i, j, r }) => {
      // 1 - t |r| = (1 - |r|) + |r| (1 - t)
      const gap = (1 - Math.abs(r) + Math.abs(r) * complement) * (1 + t * Math.abs(r));
      const inner = orthantProbability(conditionOnPair(path, i, j));
      innerError = Math.max(innerError, inner.error);
      return sum + (r * inner.value) / (2 * Math.PI * Math.sqrt(gap));
    }, 0);
  });
  const base = { value: 2 ** -n, error: 0 };
  return sumEstimates([base, { value: integral.value, error: integral.error + innerError * pairs.length }]);
}

function conditionOnPair(kernel: Matrix, i: number, j: number): number[][] {
  return conditionalKernel(conditionalKernel(kernel, j), i);
}
