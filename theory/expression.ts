/**
 * Exact scalar expressions: activation functions of one variable and scalar parameters of a model.
 * Immutable, canonical on construction (sorted, flattened, like terms merged), so equal expressions of the
 * same shape have the same `key`.
 */
import type { Rational } from './rational.ts';

export type Expr =
  | { readonly kind: 'number'; readonly key: string; readonly value: Rational }
  | { readonly kind: 'symbol'; readonly key: string; readonly name: string }
  | { readonly kind: 'sum'; readonly key: string; readonly terms: readonly Expr[] }
  | { readonly kind: 'product'; readonly key: string; readonly factors: readonly Expr[] }
  | { readonly kind: 'power'; readonly key: string; readonly base: Expr; readonly exponent: Rational }
  | { readonly kind: 'call'; readonly key: string; readonly fn: FunctionName; readonly argument: Expr }
  | {
      readonly kind: 'piecewise';
      readonly key: string;
      readonly branches: readonly PiecewiseBranch[];
      readonly otherwise: Expr;
    };

/** `left < right` (or `<=`) chooses `value`; `>` and `>=` are stored with the sides exchanged. */
export interface PiecewiseBranch {
  readonly left: Expr;
  readonly right: Expr;
  readonly strict: boolean;
  readonly value: Expr;
}

/** The elementary functions an expression is built from; named activations are expressions of these. */
export type FunctionName = 'exp' | 'log' | 'sin' | 'cos' | 'tanh' | 'erf' | 'sigmoid' | 'softplus';
