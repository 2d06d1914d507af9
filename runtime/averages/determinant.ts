/**
 * Two-by-two determinants without cancellation: what is left of a variance when a parallel part is taken off. What is left
 * of nearly parallel samples is a small difference again in the next step, so it is kept as an unevaluated sum of two
 * doubles (Dekker, Numerische Mathematik 18, 1971): some 32 digits.
 */

/** high + low, with low below the last digit of high. */
export interface Double {
  readonly high: number;
  readonly low: number;
}

export function exact(high: number): Double {
  return { high, low: 0 };
}

/** a d - b c with one rounding. */
export function determinant(a: number, b: number, c: number, d: number): number {
  const [high, low] = twoProduct(a, d);
  const [otherHigh, otherLow] = twoProduct(b, c);
  return high - otherHigh + (low - otherLow);
}

/** a d - b c */
export function determinantOf(a: Double, b: Double, c: Double, d: Double): Double {
  const [first, second] = [product(a, d), product(b, c)];
  return sum(first, scaleExactly(second, -1));
}

export function sum(a: Double, b: Double): Double {
  const high = a.high + b.high;
  const back = high - a.high;
  return normalised(high, a.high - (high - back) + (b.high - back) + (a.low + b.low));
}

export function product(a: Double, b: Double): Double {
  const [high, low] = twoProduct(a.high, b.high);
  return normalised(high, low + (a.high * b.low + a.low * b.high));
}

/** By a power of two, or its negative. */
export function scaleExactly({ high, low }: Double, factor: number): Double {
  return { high: high * factor, low: low * factor };
}

export function quotient(a: Double, b: Double): Double {
  const first = a.high / b.high;
  const [high, low] = twoProduct(first, b.high);
  const rest = a.high - high - low + a.low - first * b.low;
  return normalised(first, rest / b.high);
}

function normalised(high: number, low: number): Double {
  const total = high + low;
  return { high: total, low: low - (total - high) };
}

function twoProduct(a: number, b: number): readonly [high: number, low: number] {
  const high = a * b;
  const [a1, a2] = split(a);
  const [b1, b2] = split(b);
  return [high, a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2)];
}

function split(a: number): readonly [high: number, low: number] {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}
