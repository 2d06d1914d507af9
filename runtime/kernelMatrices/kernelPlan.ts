/** What the evaluation of kernel matrices needs, as plain data: it travels to worker threads without the theory behind it. */
import type { Operand } from './pairProgram.ts';
import type { PairKernel } from './pairKernel.ts';

/** `coefficient * prod operands` */
export interface RowTerm {
  readonly coefficient: number;
  readonly operands: readonly Operand[];
}

/** The Gaussians of one field of the neurons at one layer. */
export interface FieldPlan {
  /** The place of its K among the couplings. */
  readonly kernel: number;
  /** K_aa and its inverse square root, 0 where it vanishes. */
  readonly variances: Float64Array;
  readonly inverses: Float64Array;
  readonly withArcsine: boolean;
  /** The numbers of the averages over it that are needed. */
  readonly averages: readonly number[];
}

/** The step from layer l to l+1, with what belongs to single samples at layer l. */
export interface LayerPlan {
  /** Those that averages are over. */
  readonly fields: readonly FieldPlan[];
  /** The diagonal of every coupling. */
  readonly diagonals: readonly Float64Array[];
  /** By number; those that nothing needs are absent. */
  readonly averages: readonly (PairKernel | undefined)[];
  readonly averageDiagonals: readonly Float64Array[];
  /** The next value of each coupling. */
  readonly terms: readonly (readonly RowTerm[])[];
}

/** An observable over a pair, in couplings of the last layer. */
export type OutputExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'terms'; readonly terms: readonly RowTerm[] }
  | { readonly kind: 'sum' | 'product'; readonly parts: readonly OutputExpression[] }
  | { readonly kind: 'power'; readonly base: OutputExpression; readonly exponent: number };

export interface KernelOutput {
  readonly name: string;
  /** One index makes a vector over the samples, two a matrix. */
  readonly indices: 1 | 2;
  readonly expression: OutputExpression;
  /** Whether the entry (b, a) is that of (a, b) by its form. */
  readonly symmetric: boolean;
}

export interface KernelPlan {
  readonly study: string;
  readonly layer: number;
  readonly sampleCount: number;
  readonly dimension: number;
  /** Row by row. */
  readonly inputs: Float64Array;
  readonly inputNorms: Float64Array;
  readonly firstLayer: readonly (readonly RowTerm[])[];
  readonly layers: readonly LayerPlan[];
  /** The diagonals at the last layer. */
  readonly diagonals: readonly Float64Array[];
  readonly outputs: readonly KernelOutput[];
  /** Bound on what Hermite series leave out of an average, relative to sqrt(< f_a^2 > < g_b^2 >); 0 for closed forms. */
  readonly truncation: number;
}
