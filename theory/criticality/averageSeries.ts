/**
 * Gaussian averages for a small kernel, exactly: series in x = sqrt(K). A function that is smooth at zero gives even powers only;
 * one with a kink there gives odd powers as well, because <|z|^k> = m_k K^(k/2) for every k.
 */
import type { AverageAtom, LocalFunction } from '../atom.ts';
import { PI, add, divide, integer, negate, numberExpr, squareRoot, type Expr } from '../expression.ts';
import { rational } from '../rational.ts';
import { NOUGHT, UNIT, times } from './constants.ts';
import { productOf, type TaylorSeries, type TwoSidedSeries } from './oneSidedSeries.ts';
import type { Puiseux } from './puiseux.ts';

/** The series of each activation on both sides of zero. */
export type ActivationSeries = (name: string) => TwoSidedSeries;

/**
 * < d^m f >, all at one sample. By parts it is < He_m f > (He_m of z with variance K), which holds for kinks too; local
 * functions are differentiated on either side, as networks are.
 */
export function averageSeries({ locals, derivatives }: AverageAtom, activations: ActivationSeries): Puiseux {
  const m = derivatives.length;
  const plus = productOfLocals(locals, (name) => activations(name).plus, 1);
  const minus = productOfLocals(locals, (name) => activations(name).minus, -1);
  const terms = plus.map((right, k) => {
    const left = m % 2 === 0 ? minus[k]! : negate(minus[k]!);
    const even = add(right, left);
    if (even === NOUGHT) return NOUGHT;
    return times(times(numberExpr(rational(1, 2)), even), hermiteMoment(m, k));
  });
  return { lowest: 0 - m, terms };
}

function productOfLocals(
  locals: readonly LocalFunction[],
  seriesOf: (name: string) => TaylorSeries,
  sign: 1 | -1,
): TaylorSeries {
  const factors = locals.flatMap((local) => {
    const series = differentiate(seriesOf(local.fn), local.derivative, sign);
    return Array.from({ length: local.power }, () => series);
  });
  return factors.reduce(productOf);
}

/** The derivatives of f(-z) in its own argument carry a sign each. */
function differentiate(series: TaylorSeries, times_: number, sign: 1 | -1): TaylorSeries {
  if (times_ === 0) return series;
  const once = series.slice(1).map((c, k) => times(integer(sign * (k + 1)), c));
  return differentiate(once, times_ - 1, sign);
}

/** < He_m(z) |z|^k > / x^(m + k) without the sign of z^m: sum_j (-1)^j m! / (j! (m - 2j)! 2^j) m_(k + m - 2j). */
function hermiteMoment(m: number, k: number): Expr {
  const terms = Array.from({ length: Math.floor(m / 2) + 1 }, (_, j) => {
    const weight = rational(
      (j % 2 === 0 ? 1n : -1n) * factorial(m),
      factorial(j) * factorial(m - 2 * j) * 2n ** BigInt(j),
    );
    return times(numberExpr(weight), absoluteMoment(k + m - 2 * j));
  });
  return add(...terms);
}

/** m_k = <|z|^k> at unit variance: (k - 1)!! for even k, sqrt(2/pi) (k - 1)!! for odd k. */
function absoluteMoment(k: number): Expr {
  let product = 1n;
  for (let j = k - 1; j > 1; j -= 2) product *= BigInt(j);
  return times(integer(product), k % 2 === 0 ? UNIT : ODD);
}

const ODD = squareRoot(divide(integer(2), PI));

function factorial(k: number): bigint {
  return k <= 1 ? 1n : BigInt(k) * factorial(k - 1);
}
