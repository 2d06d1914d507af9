import type { UnivariateFunction } from './univariate.ts';

/** `fn^(derivative)(z(sample))^power`, the derivative taken before the power. */
export interface AverageFactor {
  readonly fn: UnivariateFunction;
  readonly derivative: number;
  readonly power: number;
  readonly sample: number;
}

/**
 * < d/dz(e1) d/dz(e2) ... prod of factors >_K. The derivatives act on the whole product, each the total derivative
 * along a basis sample of the kernel, with the other samples the linear combinations they are.
 */
export interface AverageRequest {
  readonly factors: readonly AverageFactor[];
  readonly derivatives: readonly number[];
}

/** `error` bounds |value - exact| as far as the method can tell. */
export interface AverageValue {
  readonly value: number;
  readonly error: number;
}
