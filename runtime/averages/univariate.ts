/**
 * Activation functions as the averages see them: analytic between breakpoints, with all derivatives from Taylor
 * arithmetic.
 */
import type { Expr } from '../../theory/expression.ts';
import { compileProgram, type TaylorRows } from './program.ts';
import { polynomialOf, type Coefficients } from './polynomials.ts';
import { splitAtBreakpoints } from './breakpoints.ts';

/** A function analytic on an open interval and, if it has limits there, at the ends. */
export interface AnalyticPiece {
  readonly rows: TaylorRows;
  /** Coefficients where the piece is a polynomial. */
  readonly polynomial: Coefficients | undefined;
}

/** `pieces[k]` holds between `breakpoints[k - 1]` and `breakpoints[k]`. */
export interface UnivariateFunction {
  /** Equal for equal functions. */
  readonly key: string;
  readonly breakpoints: readonly number[];
  readonly pieces: readonly AnalyticPiece[];
}

/**
 * The function of `variable` that an expression stands for; other symbols take their values from `bindings`.
 * Throws RangeError for a symbol without a value.
 */
export function compileFunction(
  expr: Expr,
  variable = 'z',
  bindings: ReadonlyMap<string, number> = new Map(),
): UnivariateFunction {
  const { breakpoints, expressions } = splitAtBreakpoints(expr, variable, bindings);
  const pieces = expressions.map((piece) => ({
    rows: compileProgram(piece, variable, bindings),
    polynomial: polynomialOf(piece, variable, bindings),
  }));
  return { key: keyOf(expr, variable, bindings), breakpoints, pieces };
}

function keyOf(expr: Expr, variable: string, bindings: ReadonlyMap<string, number>): string {
  const values = [...bindings].map(([name, value]) => `${name}=${value}`).sort();
  return `${variable}:${expr.key}${values.length > 0 ? `;${values.join(';')}` : ''}`;
}

/** Value and derivatives 0..order at a point; at a breakpoint those from the right. */
export function derivativesAt(fn: UnivariateFunction, z: number, order: number): Float64Array {
  const piece = fn.pieces[fn.breakpoints.filter((breakpoint) => breakpoint <= z).length]!;
  return pieceDerivatives(piece, z, order);
}

/** Value and derivatives 0..order of one piece. */
export function pieceDerivatives(piece: AnalyticPiece, z: number, order: number): Float64Array {
  const out = new Float64Array(order + 1);
  piece.rows(Float64Array.of(z), 1, order, out);
  for (let k = 2, factorial = 1; k <= order; k++) out[k]! *= factorial *= k;
  return out;
}

/** f(z); at a breakpoint the limit from the right. */
export function valueAt(fn: UnivariateFunction, z: number): number {
  return derivativesAt(fn, z, 0)[0]!;
}
