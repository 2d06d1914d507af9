/** A row of pairs as kernels see it. */

/** Pairs (a, from), ..., (a, from + count - 1): one row of each of these arrays. */
export interface PairRow {
  readonly a: number;
  readonly from: number;
  readonly count: number;
  readonly covariance: Float64Array;
  readonly correlation: Float64Array;
  /** sqrt(1 - rho^2) and arcsin(rho), filled where a kernel asks for them. */
  readonly sine: Float64Array;
  readonly arcsine: Float64Array;
}
