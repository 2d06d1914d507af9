/**
 * Couplings at a kernel that stays where it is: polynomials in m = l - 1, exact at every depth. Entry k is the coefficient of m^k.
 */
import { evaluate } from '../evaluate.ts';
import { add, integer, negate, numberExpr, subtract, type Expr } from '../expression.ts';
import { symbolsOf } from '../foldExpression.ts';
import { rational } from '../rational.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';

export type DepthPolynomial = readonly Expr[];

export function addDepth(a: DepthPolynomial, b: DepthPolynomial): DepthPolynomial {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, k) => add(a[k] ?? NOUGHT, b[k] ?? NOUGHT));
}

export function multiplyDepth(a: DepthPolynomial, b: DepthPolynomial): DepthPolynomial {
  if (a.length === 0 || b.length === 0) return [];
  const sums: Expr[][] = Array.from({ length: a.length + b.length - 1 }, () => []);
  a.forEach((p, i) => b.forEach((q, j) => sums[i + j]!.push(times(p, q))));
  return trimDepth(sums.map((terms) => add(...terms)));
}

function trimDepth(a: DepthPolynomial): DepthPolynomial {
  let length = a.length;
  while (length > 0 && isNought(a[length - 1]!)) length--;
  return a.slice(0, length);
}

/** Factors closer to 1 than this are 1: they are products of susceptibilities at a critical point found numerically. */
const ONE_WITHIN = 1e-8;

/** The polynomial with X(m + 1) = factor X(m) + source(m) and, where factor is 1, X(0) as given. */
export function sumOverDepth(factor: Expr, source: DepthPolynomial, start: Expr): DepthPolynomial {
  const isOne = symbolsOf(factor).length === 0 && Math.abs(evaluate(factor) - 1) < ONE_WITHIN;
  const degree = source.length - 1;
  if (isOne) {
    const terms: Expr[] = [start];
    for (let j = degree; j >= 0; j--) {
      const above = terms.flatMap((p, k) => (k > j + 1 ? [times(integer(binomial(k, j)), p)] : []));
      terms[j + 1] = times(numberExpr(rational(1, j + 1)), subtract(source[j]!, add(...above)));
    }
    return trimDepth(Array.from({ length: degree + 2 }, (_, k) => terms[k] ?? NOUGHT));
  }
  const terms: Expr[] = [];
  for (let j = degree; j >= 0; j--) {
    const above = Array.from({ length: degree - j }, (_, i) =>
      times(integer(binomial(j + i + 1, j)), terms[j + i + 1]!),
    );
    terms[j] = quotient(subtract(source[j]!, add(...above)), add(UNIT, negate(factor)));
  }
  return trimDepth(Array.from({ length: degree + 1 }, (_, k) => terms[k] ?? NOUGHT));
}

/** In powers of l instead of m = l - 1. */
export function inLayers(a: DepthPolynomial): DepthPolynomial {
  return a.reduceRight<DepthPolynomial>(
    (sum, c) => addDepth(multiplyDepth(sum, [integer(-1), UNIT]), [c]),
    [],
  );
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}
