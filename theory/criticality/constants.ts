/**
 * Exact constants as expressions without variables, such as 4/pi or sqrt(2)/3: products are multiplied out, so that sums of equal
 * monomials merge, and whether one is zero is decided by value where it is not seen at once.
 */
import { evaluate } from '../evaluate.ts';
import { add, integer, multiply, power, type Expr } from '../expression.ts';
import { symbolsOf } from '../foldExpression.ts';
import { rational } from '../rational.ts';

export const NOUGHT = integer(0);
export const UNIT = integer(1);

/** The product, multiplied out over sums. */
export function times(a: Expr, b: Expr): Expr {
  if (a.kind === 'sum') return add(...a.terms.map((term) => times(term, b)));
  if (b.kind === 'sum') return add(...b.terms.map((term) => times(a, term)));
  return multiply(a, b);
}

/** a / b */
export function quotient(a: Expr, b: Expr): Expr {
  return times(a, power(b, rational(-1)));
}

/** Parts of its largest term below which a sum of constants counts as zero. */
const ROUNDOFF = 1e-13;

/** Whether it vanishes; expressions with variables only when that is seen at once. */
export function isNought(a: Expr): boolean {
  if (a.kind === 'number') return a.value.numerator === 0n;
  if (symbolsOf(a).length > 0) return false;
  const terms = a.kind === 'sum' ? a.terms.map((term) => evaluate(term)) : [evaluate(a)];
  const largest = Math.max(...terms.map(Math.abs));
  return Math.abs(terms.reduce((sum, term) => sum + term, 0)) <= (a.kind === 'sum' ? ROUNDOFF * largest : 0);
}
