/** Expressions as quotients of polynomials, in which equality is decided exactly. */
import type { Expr } from './expression.ts';
import { foldExpression } from './foldExpression.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { isIntegerRational } from './rational.ts';

export interface RationalFunction {
  readonly numerator: Polynomial<Expr>;
  readonly denominator: Polynomial<Expr>;
}

/**
 * Roots, functions and piecewise parts count as independent atoms, so functions found equal are equal, and
 * functions that are equal only through an identity between atoms are found different. Throws RangeError for a
 * zero denominator.
 */
export function toRationalFunction(ring: Ring<Expr>, expr: Expr): RationalFunction {
  const whole = (numerator: Polynomial<Expr>): RationalFunction => ({ numerator, denominator: ring.one });
  const product = (a: RationalFunction, b: RationalFunction): RationalFunction => ({
    numerator: ring.multiply(a.numerator, b.numerator),
    denominator: ring.multiply(a.denominator, b.denominator),
  });
  const sum = (a: RationalFunction, b: RationalFunction): RationalFunction =>
    ring.equal(a.denominator, b.denominator)
      ? { numerator: ring.add(a.numerator, b.numerator), denominator: a.denominator }
      : {
          numerator: ring.sumOfProducts([
            [a.numerator, b.denominator],
            [b.numerator, a.denominator],
          ]),
          denominator: ring.multiply(a.denominator, b.denominator),
        };
  const integerPower = ({ numerator, denominator }: RationalFunction, exponent: number): RationalFunction => {
    if (exponent < 0 && ring.isZero(numerator)) throw new RangeError('division by zero');
    const [top, bottom] = exponent < 0 ? [denominator, numerator] : [numerator, denominator];
    const size = Math.abs(exponent);
    return { numerator: ring.power(top, size), denominator: ring.power(bottom, size) };
  };
  const atom = (node: Expr): RationalFunction => whole(ring.atom(node));
  return foldExpression<RationalFunction>({
    number: ({ value }) => whole(ring.constant(value)),
    symbol: atom,
    sum: ({ terms }, into) => terms.map(into).reduce(sum),
    product: ({ factors }, into) => factors.map(into).reduce(product),
    power: (node, into) =>
      isIntegerRational(node.exponent)
        ? integerPower(into(node.base), Number(node.exponent.numerator))
        : atom(node),
    call: atom,
    piecewise: atom,
  })(expr);
}

export function equalRationalFunctions(ring: Ring<Expr>, a: RationalFunction, b: RationalFunction): boolean {
  const left = ring.multiply(a.numerator, b.denominator);
  return ring.equal(left, ring.multiply(b.numerator, a.denominator));
}
