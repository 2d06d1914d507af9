/**
 * Functions whose average over a pair, < f(z_a) g(z_b) >, has a closed form in the three entries of the kernel:
 *
 *   ramps p z + q |z|    sqrt(K_aa K_bb) (p p' rho + q q' (2/pi)(sqrt(1 - rho^2) + rho arcsin rho))    (Cho, Saul 2009)
 *   steps p + q sgn z    p p' + q q' (2/pi) arcsin rho
 *   erf                  (2/pi) arcsin(2 K_ab / sqrt((1 + 2 K_aa)(1 + 2 K_bb)))                       (Williams 1997)
 *   exp, sin, cos        exp(half the variance of the exponent)
 *   exp(-k z^2)          det(1 + 2 k K)^(-1/2), with z in front K_ab det(1 + 2 k K)^(-3/2)
 */
import { evaluate } from '../../theory/evaluate.ts';
import type { Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { polynomialOf } from '../averages/polynomials.ts';
import type { UnivariateFunction } from '../averages/univariate.ts';

/** A function with closed forms, its parameters as numbers. */
export type ClosedForm =
  | { readonly kind: 'ramp'; readonly linear: number; readonly absolute: number }
  | { readonly kind: 'step'; readonly constant: number; readonly sign: number }
  /** constant + factor erf(rate z) */
  | { readonly kind: 'erf'; readonly constant: number; readonly factor: number; readonly rate: number }
  /** factor * fn(rate z) */
  | { readonly kind: 'exp' | 'sin' | 'cos'; readonly factor: number; readonly rate: number }
  /** factor * exp(-rate z^2), and the same times z; rate > 0. */
  | { readonly kind: 'bump' | 'odd-bump'; readonly factor: number; readonly rate: number };

/** The closed form of a function of `z`, if it is one of these. */
export function closedFormOf(expr: Expr, fn: UnivariateFunction): ClosedForm | undefined {
  if (fn.breakpoints.length > 0) return homogeneousForm(fn);
  if (expr.kind !== 'sum') return productForm(expr);
  const constants = expr.terms.filter((term) => !dependsOnZ(term));
  const [rest, ...more] = expr.terms.filter(dependsOnZ);
  const form = rest && more.length === 0 ? productForm(rest) : undefined;
  if (form?.kind !== 'erf') return undefined;
  return { ...form, constant: constants.reduce((sum, term) => sum + evaluate(term), 0) };
}

/** Linear on both sides of zero, or constant there. */
function homogeneousForm({ breakpoints, pieces }: UnivariateFunction): ClosedForm | undefined {
  if (breakpoints.length !== 1 || breakpoints[0] !== 0) return undefined;
  const [left, right] = pieces.map(({ polynomial }) => polynomial);
  if (!left || !right || left.length > 2 || right.length > 2) return undefined;
  const [[constantLeft = 0, slopeLeft = 0], [constantRight = 0, slopeRight = 0]] = [left, right];
  if (constantLeft === 0 && constantRight === 0)
    return {
      kind: 'ramp',
      linear: (slopeRight + slopeLeft) / 2,
      absolute: (slopeRight - slopeLeft) / 2,
    };
  if (slopeLeft !== 0 || slopeRight !== 0) return undefined;
  return {
    kind: 'step',
    constant: (constantRight + constantLeft) / 2,
    sign: (constantRight - constantLeft) / 2,
  };
}

function dependsOnZ(expr: Expr): boolean {
  return symbolsOf(expr).includes('z');
}

/** A constant times one function, or times z and one function. */
function productForm(expr: Expr): ClosedForm | undefined {
  const factors = expr.kind === 'product' ? expr.factors : [expr];
  const factor = factors
    .filter((each) => !dependsOnZ(each))
    .reduce((product, each) => product * evaluate(each), 1);
  const rest = factors.filter(dependsOnZ);
  const calls = rest.filter((each) => each.kind === 'call');
  const [call] = calls;
  if (!call || calls.length > 1) return undefined;
  const others = rest.filter((each) => each !== call);
  const isTimesZ = others.length === 1 && others[0]?.kind === 'symbol';
  if (others.length > 0 && !isTimesZ) return undefined;
  return callForm(call, factor, isTimesZ);
}

function callForm(
  { fn, argument }: Extract<Expr, { kind: 'call' }>,
  factor: number,
  isTimesZ: boolean,
): ClosedForm | undefined {
  const [constant, rate = 0, curvature = 0, ...higher] = polynomialOf(argument, 'z') ?? [NaN];
  if (constant !== 0 || higher.length > 0) return undefined;
  if (curvature !== 0) {
    if (fn !== 'exp' || rate !== 0 || curvature > 0) return undefined;
    return { kind: isTimesZ ? 'odd-bump' : 'bump', factor, rate: -curvature };
  }
  if (isTimesZ) return undefined;
  if (fn === 'erf') return { kind: 'erf', constant: 0, factor, rate };
  return fn === 'exp' || fn === 'sin' || fn === 'cos' ? { kind: fn, factor, rate } : undefined;
}
