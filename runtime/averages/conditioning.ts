/**
 * Conditional Gaussians, one variable at a time. Covariances given some variables are differences of nearly equal numbers
 * where samples are nearly parallel, and their determinants are so once more: entries are kept to twice the digits.
 */
import { determinantOf, quotient, type Double } from './determinant.ts';
import type { Covariance } from './kernelStructure.ts';

/** A Gaussian; `variances` are the unconditional ones, against which a variance counts as zero. */
export interface Gaussian {
  readonly means: readonly Double[];
  readonly covariance: Covariance;
  readonly variances: readonly number[];
}

/** The covariance of the other variables given variable s; row and column s are removed. */
export function conditionalCovariance(covariance: Covariance, s: number): Covariance {
  const row = covariance[s]!;
  const own = row[s]!;
  return withoutVariable(covariance, s).map((others, k) => {
    const t = k < s ? k : k + 1;
    return others.map((entry, m) =>
      quotient(determinantOf(entry, row[t]!, row[m < s ? m : m + 1]!, own), own),
    );
  });
}

/** Removes row and column s. */
export function withoutVariable(covariance: Covariance, s: number): Covariance {
  return covariance.filter((_, t) => t !== s).map((row) => row.filter((_, u) => u !== s));
}

/** 1 - rho^2 of two variables. */
export function independence(covariance: Covariance, s: number, t: number): number {
  const [a, b, c] = [covariance[s]![s]!, covariance[t]![t]!, covariance[s]![t]!];
  return determinantOf(a, c, c, b).high / (a.high * b.high);
}

/** The part of a variance below which a variable counts as a function of the others. */
export const DEPENDENCE = 2e-14;

/** The first two variables that are multiples of each other. */
export function parallelPair(covariance: Covariance): readonly [number, number] | undefined {
  for (let s = 0; s < covariance.length; s++) {
    for (let t = s + 1; t < covariance.length; t++)
      if (independence(covariance, s, t) <= DEPENDENCE) return [s, t];
  }
  return undefined;
}
