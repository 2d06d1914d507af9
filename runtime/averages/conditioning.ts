/** Conditional Gaussians, one variable at a time, without cancellation in the two-by-two determinants. */
import { determinant } from './determinant.ts';
import type { Matrix } from './kernelStructure.ts';

/** A Gaussian; `variances` are the unconditional ones, against which a variance counts as zero. */
export interface Gaussian {
  readonly means: readonly number[];
  readonly kernel: Matrix;
  readonly variances: readonly number[];
}

/** The covariance of the other variables given variable s; row and column s are removed. */
export function conditionalKernel(kernel: Matrix, s: number): number[][] {
  const own = kernel[s]![s]!;
  const others = kernel.map((_, t) => t).filter((t) => t !== s);
  return others.map((t) =>
    others.map((u) => determinant(kernel[t]![u]!, kernel[t]![s]!, kernel[s]![u]!, own) / own),
  );
}

/** Removes row and column s. */
export function withoutVariable(kernel: Matrix, s: number): number[][] {
  return kernel.filter((_, t) => t !== s).map((row) => row.filter((_, u) => u !== s));
}

/** 1 - rho^2 of two variables. */
export function independence(kernel: Matrix, s: number, t: number): number {
  const [a, b, c] = [kernel[s]![s]!, kernel[t]![t]!, kernel[s]![t]!];
  return determinant(a, c, c, b) / (a * b);
}

/** The part of a variance below which a variable counts as a function of the others. */
export const DEPENDENCE = 2e-14;

/** The first two variables that are multiples of each other. */
export function parallelPair(kernel: Matrix): readonly [number, number] | undefined {
  for (let s = 0; s < kernel.length; s++) {
    for (let t = s + 1; t < kernel.length; t++) if (independence(kernel, s, t) <= DEPENDENCE) return [s, t];
  }
  return undefined;
}
