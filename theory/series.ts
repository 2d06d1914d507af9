/**
 * Power series in 1/n, truncated: entry k is the coefficient of n^-k, and a series of length p + 1 is known
 * through 1/n^p. Operations keep what both operands know.
 */
import type { Polynomial, Ring } from './polynomial.ts';
import { ONE, divideRationals } from './rational.ts';

export type Series<A> = readonly Polynomial<A>[];

export function zeroSeries<A>(ring: Ring<A>, maxOrder: number): Series<A> {
  return Array.from({ length: maxOrder + 1 }, () => ring.zero);
}

/** `value / n^order`; beyond `maxOrder` it is zero. */
export function monomialSeries<A>(
  ring: Ring<A>,
  value: Polynomial<A>,
  order: number,
  maxOrder: number,
): Series<A> {
  return zeroSeries(ring, maxOrder).map((zero, k) => (k === order ? value : zero));
}

export function constantSeries<A>(ring: Ring<A>, value: Polynomial<A>, maxOrder: number): Series<A> {
  return monomialSeries(ring, value, 0, maxOrder);
}

export function addSeries<A>(ring: Ring<A>, a: Series<A>, b: Series<A>): Series<A> {
  return a.slice(0, b.length).map((p, k) => ring.add(p, b[k]!));
}

export function subtractSeries<A>(ring: Ring<A>, a: Series<A>, b: Series<A>): Series<A> {
  return a.slice(0, b.length).map((p, k) => ring.subtract(p, b[k]!));
}

export function negateSeries<A>(ring: Ring<A>, a: Series<A>): Series<A> {
  return a.map(ring.negate);
}

/** Every coefficient times one polynomial. */
export function scaleSeries<A>(ring: Ring<A>, a: Series<A>, factor: Polynomial<A>): Series<A> {
  return a.map((p) => ring.multiply(p, factor));
}

export function multiplySeries<A>(ring: Ring<A>, a: Series<A>, b: Series<A>): Series<A> {
  return a
    .slice(0, b.length)
    .map((_, order) => ring.sumOfProducts(a.slice(0, order + 1).map((p, k) => [p, b[order - k]!] as const)));
}

/** Integer powers; a negative one needs an invertible series, see `inverseSeries`. */
export function powerSeries<A>(ring: Ring<A>, a: Series<A>, exponent: number): Series<A> {
  if (!Number.isSafeInteger(exponent)) throw new RangeError(`a series to the power ${exponent}`);
  if (exponent < 0) return powerSeries(ring, inverseSeries(ring, a), -exponent);
  let result = constantSeries(ring, ring.one, a.length - 1);
  let square = a;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplySeries(ring, result, square);
    if (rest > 1) square = multiplySeries(ring, square, square);
  }
  return result;
}

/** `1 / a`. Throws RangeError unless the leading coefficient is a number other than zero: nothing else is exact. */
export function inverseSeries<A>(ring: Ring<A>, a: Series<A>): Series<A> {
  const leading = a[0] && ring.constantValue(a[0]);
  if (!leading || leading.numerator === 0n) {
    throw new RangeError('only a series that begins with a number other than zero has an exact inverse');
  }
  const factor = divideRationals(ONE, leading);
  const inverse = [ring.constant(factor)];
  for (let order = 1; order < a.length; order++) {
    const known = ring.sumOfProducts(inverse.map((p, k) => [p, a[order - k]!] as const));
    inverse.push(ring.negate(ring.scale(known, factor)));
  }
  return inverse;
}

export function divideSeries<A>(ring: Ring<A>, a: Series<A>, b: Series<A>): Series<A> {
  return multiplySeries(ring, a, inverseSeries(ring, b));
}

/** `a / n^powers`, of the same length; a negative shift multiplies by n and forgets the orders it can no longer know. */
export function shiftSeries<A>(ring: Ring<A>, a: Series<A>, powers: number): Series<A> {
  if (powers >= 0) return [...zeroSeries(ring, powers - 1), ...a].slice(0, a.length);
  if (!a.slice(0, -powers).every(ring.isZero)) {
    throw new RangeError(`the series has terms below 1/n^${-powers}`);
  }
  return a.slice(-powers);
}

/** The coefficient of n^-order, zero beyond what is kept. */
export function coefficientOf<A>(ring: Ring<A>, a: Series<A>, order: number): Polynomial<A> {
  return a[order] ?? ring.zero;
}
