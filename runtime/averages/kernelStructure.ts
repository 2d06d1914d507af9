/**
 * The linear relations between the samples of a Gaussian kernel: found once, so that no later step inverts it.
 */
import { determinantOf, exact, quotient, scaleExactly, type Double } from './determinant.ts';
import { NumericsError, type KernelContext } from './numericsError.ts';

export type Matrix = readonly (readonly number[])[];

/** A kernel whose entries have twice the digits: what is left of one given some of its variables. */
export type Covariance = readonly (readonly Double[])[];

export function covarianceOf(kernel: Matrix): Covariance {
  return kernel.map((row) => row.map(exact));
}

/** z(s) = sum_b coefficients[s][b] z(basis[b]) almost surely, for z ~ N(0, kernel). */
export interface KernelStructure {
  readonly kernel: Matrix;
  readonly rank: number;
  /** Samples that are linearly independent, ascending. */
  readonly basis: readonly number[];
  /** One row a sample, one column a basis sample. */
  readonly coefficients: Matrix;
  /** Every sample as a multiple of the first sample parallel to it; scale 0 for samples that vanish. */
  readonly directions: readonly Direction[];
  readonly context: KernelContext;
}

export interface Direction {
  readonly sample: number;
  readonly scale: number;
}

export interface KernelOptions extends KernelContext {
  /** A sample is taken as dependent when less than this part of its variance is its own. Default 2e-14. */
  readonly rankTolerance?: number;
  /** Part of a variance by which a kernel may fail to be positive through rounding. Default 1e-10. */
  readonly positivityTolerance?: number;
}

/**
 * Checks that a kernel is finite, symmetric and positive semidefinite, and finds its rank and a basis by pivoted
 * Cholesky decomposition of the correlations. Throws NumericsError naming the samples.
 */
export function analyseKernel(kernel: Matrix, options: KernelOptions = {}): KernelStructure {
  const { rankTolerance = 2e-14, positivityTolerance = 1e-10, ...context } = options;
  checkEntries(kernel, positivityTolerance, context);
  const covariance = covarianceOf(kernel);
  const { pivots, factor } = pivotedCholesky(covariance, rankTolerance, positivityTolerance, context);
  const order = pivots.map((_, k) => k).sort((a, b) => pivots[a]! - pivots[b]!);
  const basis = order.map((k) => pivots[k]!);
  const coefficients = kernel.map((_, s) => {
    const row = basisCoefficients(factor, pivots, s);
    return order.map((k) => row[k]!);
  });
  const directions = kernel.map((_, s) => directionOf(kernel, s, rankTolerance, basis));
  return { kernel, rank: basis.length, basis, coefficients, directions, context };
}

function checkEntries(kernel: Matrix, tolerance: number, context: KernelContext): void {
  kernel.forEach((row, s) => {
    if (row[s]! < 0) throw new NumericsError('not-positive', `negative variance ${row[s]!}`, [s], context);
  });
  kernel.forEach((row, s) =>
    row.forEach((entry, t) => {
      const pair = s === t ? [s] : [Math.min(s, t), Math.max(s, t)];
      if (!Number.isFinite(entry))
        throw new NumericsError('not-finite', `kernel entry is ${entry}`, pair, context);
      const [a, b, mirror] = [kernel[s]![s]!, kernel[t]![t]!, kernel[t]![s]!];
      const scale = Math.sqrt(Math.abs(a)) * Math.sqrt(Math.abs(b));
      if (Math.abs(entry - mirror) > tolerance * Math.max(scale, Math.abs(entry))) {
        throw new NumericsError(
          'not-symmetric',
          `kernel is not symmetric: ${entry} and ${mirror}`,
          pair,
          context,
        );
      }
      if (Math.abs(entry) > scale * (1 + tolerance)) {
        throw new NumericsError(
          'not-positive',
          `covariance ${entry} exceeds the variances ${a} and ${b}`,
          pair,
          context,
        );
      }
    }),
  );
}

interface Cholesky {
  readonly pivots: readonly number[];
  /** kernel = factor factor^T; one row a sample, one column a pivot. */
  readonly factor: Matrix;
}

/**
 * K = L L^T, pivot by pivot; the next pivot is the sample with the largest part of its variance left. What is left comes
 * from determinants with twice the digits, so that samples with correlation 1 - 1e-12 keep theirs, also where the pivots
 * before are others.
 */
export function pivotedCholesky(
  kernel: Covariance,
  rankTolerance: number,
  positivityTolerance: number,
  context: KernelContext,
): Cholesky {
  const scales = kernel.map((row, s) => powerOfTwoNear(row[s]!.high));
  const scaled = kernel.map((row, s) =>
    row.map((entry, t) => scaleExactly(scaleExactly(entry, 1 / scales[s]!), 1 / scales[t]!)),
  );
  const factor: number[][] = kernel.map(() => []);
  const pivots: number[] = [];
  for (let left: Covariance = scaled; ;) {
    const parts = left.map((row, s) =>
      scaled[s]![s]!.high > 0 && !pivots.includes(s) ? row[s]!.high / scaled[s]![s]!.high : 0,
    );
    const worst = parts.findIndex((part) => part < -positivityTolerance);
    if (worst >= 0) {
      throw new NumericsError(
        'not-positive',
        'kernel is not positive',
        [...pivots, worst].sort((a, b) => a - b),
        context,
      );
    }
    const pivot = parts.reduce((best, part, s) => (part > (parts[best] ?? 0) * (1 + 1e-9) ? s : best), 0);
    if (!((parts[pivot] ?? 0) > rankTolerance)) return { pivots, factor };
    const root = Math.sqrt(left[pivot]![pivot]!.high);
    left.forEach((row, s) => factor[s]!.push(row[s]!.high > 0 ? (scales[s]! * row[pivot]!.high) / root : 0));
    left = withoutPivot(left, pivot);
    pivots.push(pivot);
  }
}

/** Of the order of the deviation: scaling by it is exact and keeps products of entries within range. */
function powerOfTwoNear(variance: number): number {
  return variance > 0 ? 2 ** Math.round(Math.log2(variance) / 2) : 1;
}

/** The covariances given the pivot; its own row and column vanish. */
function withoutPivot(left: Covariance, pivot: number): Covariance {
  const own = left[pivot]![pivot]!;
  return left.map((row, s) =>
    row.map((entry, t) =>
      s === pivot || t === pivot
        ? ZERO
        : quotient(determinantOf(entry, row[pivot]!, left[pivot]![t]!, own), own),
    ),
  );
}

const ZERO = exact(0);

/** Solves c L_B = L_s for the coefficients c of a sample in the pivots B (L_B is lower triangular). */
function basisCoefficients(factor: Matrix, pivots: readonly number[], sample: number): number[] {
  const own = pivots.indexOf(sample);
  if (own >= 0) return pivots.map((_, k) => (k === own ? 1 : 0));
  const result = pivots.map(() => 0);
  for (let k = pivots.length - 1; k >= 0; k--) {
    let rest = factor[sample]![k]!;
    for (let j = k + 1; j < pivots.length; j++) rest -= result[j]! * factor[pivots[j]!]![k]!;
    result[k] = rest / factor[pivots[k]!]![k]!;
  }
  return result;
}

/**
 * Two samples of the basis are never merged, also when rounding has their correlation on either side of the
 * tolerance: a derivative along one of them would get lost.
 */
function directionOf(kernel: Matrix, sample: number, tolerance: number, basis: readonly number[]): Direction {
  const variance = kernel[sample]![sample]!;
  if (variance === 0) return { sample, scale: 0 };
  for (let t = 0; t < sample; t++) {
    if (basis.includes(sample) && basis.includes(t)) continue;
    const own = kernel[t]![t]!;
    const covariance = kernel[t]![sample]!;
    if (own > 0 && 1 - (covariance / own) * (covariance / variance) <= tolerance) {
      return { sample: t, scale: Math.sign(covariance) * Math.sqrt(variance / own) };
    }
  }
  return { sample, scale: 1 };
}
