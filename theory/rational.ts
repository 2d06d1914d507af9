/** Exact rational numbers on BigInt, always in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

/** `numerator / denominator` in lowest terms. Throws RangeError for a zero denominator. */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  if (d === 0n) throw new RangeError('division by zero');
  const divisor = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { numerator: n / divisor, denominator: d / divisor };
}

export function addRationals(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtractRationals(a: Rational, b: Rational): Rational {
  return addRationals(a, negateRational(b));
}

export function multiplyRationals(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divideRationals(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function negateRational(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** `a^exponent` for any integer exponent; throws RangeError for zero to a negative power. */
export function powerOfRational(a: Rational, exponent: number): Rational {
  const power = BigInt(Math.abs(exponent));
  const result = { numerator: a.numerator ** power, denominator: a.denominator ** power };
  return exponent < 0 ? rational(result.denominator, result.numerator) : result;
}

export function compareRationals(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZeroRational(a: Rational): boolean {
  return a.numerator === 0n;
}

export function isOneRational(a: Rational): boolean {
  return a.numerator === 1n && a.denominator === 1n;
}

export function isIntegerRational(a: Rational): boolean {
  return a.denominator === 1n;
}

/** The nearest double. */
export function rationalToNumber(a: Rational): number {
  const direct = Number(a.numerator) / Number(a.denominator);
  if (Number.isFinite(direct)) return direct;
  // Both sides overflow a double: shift them down together, which keeps 53 significant bits.
  const bits = BigInt(
    Math.max(0, Math.min(a.numerator.toString(2).length, a.denominator.toString(2).length) - 1000),
  );
  return Number(a.numerator >> bits) / Number(a.denominator >> bits);
}

/** `-3/2`, `7` */
export function formatRational(a: Rational): string {
  return a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`;
}

/** Reads `12`, `0.1`, `1.5e-3` exactly: `0.1` is 1/10. Throws RangeError when the text is no such number. */
export function parseRational(text: string): Rational {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (!match || whole + fraction === '') throw new RangeError(`not a number: ${text}`);
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > 4000) throw new RangeError(`exponent out of range: ${text}`);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return power < 0 ? rational(digits, 10n ** BigInt(-power)) : rational(digits * 10n ** BigInt(power));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
