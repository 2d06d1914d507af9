/** Polynomials in one variable in double precision: entry k is the coefficient of z^k; no trailing zeros. */
import { evaluate } from '../../theory/evaluate.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { isIntegerRational, rationalToNumber } from '../../theory/rational.ts';
import type { Expr } from '../../theory/expression.ts';

export type Coefficients = readonly number[];

const HIGHEST_DEGREE = 256;

/** The coefficients of an expression that is a polynomial in `variable`, else undefined. */
export function polynomialOf(
  expr: Expr,
  variable: string,
  bindings: ReadonlyMap<string, number> = new Map(),
): Coefficients | undefined {
  const of = (e: Expr): Coefficients | undefined => polynomialOf(e, variable, bindings);
  if (!symbolsOf(expr).includes(variable)) return trim([evaluate(expr, bindings)]);
  switch (expr.kind) {
    case 'symbol':
      return [0, 1];
    case 'sum':
      return combine(expr.terms.map(of), addPolynomials, []);
    case 'product':
      return combine(expr.factors.map(of), multiplyPolynomials, [1]);
    case 'power':
      return isIntegerRational(expr.exponent)
        ? powerOf(of(expr.base), rationalToNumber(expr.exponent))
        : undefined;
    case 'number':
    case 'call':
    case 'piecewise':
      return undefined;
  }
}

function combine(
  parts: readonly (Coefficients | undefined)[],
  operation: (a: Coefficients, b: Coefficients) => Coefficients,
  start: Coefficients,
): Coefficients | undefined {
  let result = start;
  for (const part of parts) {
    if (!part) return undefined;
    result = operation(result, part);
  }
  return result.length <= HIGHEST_DEGREE ? result : undefined;
}

function powerOf(base: Coefficients | undefined, exponent: number): Coefficients | undefined {
  if (!base || exponent < 0 || (base.length - 1) * exponent > HIGHEST_DEGREE) return undefined;
  return powerOfPolynomial(base, exponent);
}

export function addPolynomials(a: Coefficients, b: Coefficients): Coefficients {
  return trim(Array.from({ length: Math.max(a.length, b.length) }, (_, k) => (a[k] ?? 0) + (b[k] ?? 0)));
}

export function scalePolynomial(a: Coefficients, factor: number): Coefficients {
  return trim(a.map((coefficient) => coefficient * factor));
}

export function multiplyPolynomials(a: Coefficients, b: Coefficients): Coefficients {
  const product = new Array<number>(Math.max(0, a.length + b.length - 1)).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => (product[i + j]! += x * y)));
  return trim(product);
}

export function powerOfPolynomial(base: Coefficients, exponent: number): Coefficients {
  let result: Coefficients = [1];
  for (let k = 0; k < exponent; k++) result = multiplyPolynomials(result, base);
  return result;
}

/** The `times`-th derivative. */
export function differentiatePolynomial(a: Coefficients, times = 1): Coefficients {
  let result = a;
  for (let n = 0; n < times; n++) result = result.slice(1).map((coefficient, k) => coefficient * (k + 1));
  return result;
}

/** p(scale * z) as a polynomial in z. */
export function rescalePolynomial(a: Coefficients, scale: number): Coefficients {
  return trim(a.map((coefficient, k) => coefficient * scale ** k));
}

export function evaluatePolynomial(a: Coefficients, z: number): number {
  return a.reduceRight((sum, coefficient) => sum * z + coefficient, 0);
}

function trim(a: readonly number[]): Coefficients {
  let length = a.length;
  while (length > 0 && a[length - 1] === 0) length--;
  return a.slice(0, length);
}

/** The real roots, ascending, found between the roots of the derivative; none for the zero polynomial. */
export function realRoots(a: Coefficients): number[] {
  if (a.length <= 1) return [];
  if (a.length === 2) return [-a[0]! / a[1]!];
  const bound = 1 + Math.max(...a.slice(0, -1).map((c) => Math.abs(c / a.at(-1)!)));
  const ends = [-bound, ...realRoots(differentiatePolynomial(a)), bound];
  const roots = ends.flatMap((end, k) =>
    k === 0 ? [] : rootBetween((z) => evaluatePolynomial(a, z), ends[k - 1]!, end),
  );
  return [...new Set(roots)];
}

/** The zero of a function that changes sign between `low` and `high`, to the last digit. */
export function rootBetween(f: (z: number) => number, low: number, high: number): number[] {
  const [atLow, atHigh] = [f(low), f(high)];
  if (atLow === 0) return [low];
  if (atHigh === 0) return [high];
  if (!(atLow < 0 !== atHigh < 0)) return [];
  let [a, b] = [low, high];
  for (let step = 0; step < 200; step++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    const value = f(middle);
    if (value === 0) return [middle];
    if (value < 0 === atLow < 0) a = middle;
    else b = middle;
  }
  return [Math.abs(f(a)) < Math.abs(f(b)) ? a : b];
}
