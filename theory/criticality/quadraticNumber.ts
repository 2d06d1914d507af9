/** Numbers p + q s with rational p, q and s = sqrt(d) for one rational d: the field that a root of a quadratic equation lives in. */
import { add, multiply, numberExpr, squareRoot, type Expr } from '../expression.ts';
import {
  ONE,
  ZERO,
  addRationals,
  divideRationals,
  isZeroRational,
  multiplyRationals,
  negateRational,
  rational,
  rationalToNumber,
  subtractRationals,
  type Rational,
} from '../rational.ts';

export interface QuadraticNumber {
  readonly p: Rational;
  readonly q: Rational;
  /** s^2, the same for all numbers of a calculation. */
  readonly d: Rational;
}

/** The roots of c + b x + a x^2, real and distinct ones only; coefficients in this order, lower degrees too. */
export function quadraticRoots([c = ZERO, b = ZERO, a = ZERO]: readonly Rational[]): QuadraticNumber[] {
  if (isZeroRational(a))
    return isZeroRational(b) ? [] : [{ p: negateRational(divideRationals(c, b)), q: ZERO, d: ONE }];
  const d = subtractRationals(
    multiplyRationals(b, b),
    multiplyRationals(rational(4), multiplyRationals(a, c)),
  );
  if (d.numerator <= 0n) return [];
  const half = divideRationals(ONE, multiplyRationals(rational(2), a));
  const p = negateRational(multiplyRationals(b, half));
  return [
    { p, q: half, d },
    { p, q: negateRational(half), d },
  ];
}

export function addQuadratic(a: QuadraticNumber, b: QuadraticNumber): QuadraticNumber {
  return { p: addRationals(a.p, b.p), q: addRationals(a.q, b.q), d: a.d };
}

export function multiplyQuadratic(a: QuadraticNumber, b: QuadraticNumber): QuadraticNumber {
  const cross = addRationals(multiplyRationals(a.p, b.q), multiplyRationals(a.q, b.p));
  const square = multiplyRationals(multiplyRationals(a.q, b.q), a.d);
  return { p: addRationals(multiplyRationals(a.p, b.p), square), q: cross, d: a.d };
}

export function scaleQuadratic(factor: Rational, { p, q, d }: QuadraticNumber): QuadraticNumber {
  return { p: multiplyRationals(factor, p), q: multiplyRationals(factor, q), d };
}

/** Any whole power. Throws RangeError for the inverse of zero. */
export function powerOfQuadratic(a: QuadraticNumber, exponent: number): QuadraticNumber {
  const base = exponent < 0 ? inverse(a) : a;
  return Array.from({ length: Math.abs(exponent) }).reduce<QuadraticNumber>(
    (product) => multiplyQuadratic(product, base),
    { p: ONE, q: ZERO, d: a.d },
  );
}

function inverse({ p, q, d }: QuadraticNumber): QuadraticNumber {
  const norm = subtractRationals(multiplyRationals(p, p), multiplyRationals(multiplyRationals(q, q), d));
  return { p: divideRationals(p, norm), q: negateRational(divideRationals(q, norm)), d };
}

/** A polynomial, entry k the coefficient of x^k, at x: exact. */
export function polynomialAt(coefficients: readonly Rational[], x: QuadraticNumber): QuadraticNumber {
  return coefficients.reduceRight<QuadraticNumber>(
    (sum, c) => addQuadratic(multiplyQuadratic(sum, x), { p: c, q: ZERO, d: x.d }),
    { p: ZERO, q: ZERO, d: x.d },
  );
}

export function isZeroQuadratic({ p, q, d }: QuadraticNumber): boolean {
  return isZeroRational(p) && (isZeroRational(q) || isZeroRational(d));
}

export function quadraticToNumber({ p, q, d }: QuadraticNumber): number {
  return rationalToNumber(p) + rationalToNumber(q) * Math.sqrt(rationalToNumber(d));
}

export function quadraticExpr({ p, q, d }: QuadraticNumber): Expr {
  return add(numberExpr(p), multiply(numberExpr(q), squareRoot(numberExpr(d))));
}
