/** Rational powers of positive numbers in lowest terms: `12^(1/2) = 2 * 3^(1/2)`, `(1/2)^(1/2) = 1/2 * 2^(1/2)`. */
import {
  addRationals,
  isIntegerRational,
  multiplyRationals,
  powerOfRational,
  rational,
  type Rational,
} from './rational.ts';

/** `base^exponent` with an integer base above 1 and an exponent strictly between 0 and 1. */
export interface Radical {
  readonly base: bigint;
  readonly exponent: Rational;
}

/** Trial division stops here; what is left stays under the root as one number. */
const LARGEST_TRIAL_DIVISOR = 1000n;

/** No exact number may need more bits than this. */
const LARGEST_SIZE = 200_000;

/** `base^exponent` for an integer exponent; throws RangeError for a result too large to be meant, or 0 to a negative power. */
export function integerPower(base: Rational, exponent: bigint): Rational {
  const digits = Math.max(base.numerator.toString(16).length, base.denominator.toString(16).length);
  const size = exponent < 0n ? -exponent : exponent;
  if (BigInt(4 * digits) * size > BigInt(LARGEST_SIZE) && !isUnit(base)) {
    throw new RangeError(`a power with more than ${LARGEST_SIZE} bits: ${size} times ${4 * digits}`);
  }
  return isUnit(base) ? powerOfUnit(base, exponent) : powerOfRational(base, Number(exponent));
}

/** A positive number to a rational power as a rational coefficient times radicals of distinct bases. */
export function splitRadicals(
  base: Rational,
  exponent: Rational,
): { readonly coefficient: Rational; readonly radicals: readonly Radical[] } {
  let coefficient = rational(1);
  const radicals: Radical[] = [];
  for (const [prime, count] of primePowers(base)) {
    const total = multiplyRationals(rational(count), exponent);
    const whole = floorRational(total);
    coefficient = multiplyRationals(coefficient, integerPower(rational(prime), whole));
    const rest = addRationals(total, rational(-whole));
    if (rest.numerator !== 0n) radicals.push({ base: prime, exponent: rest });
  }
  return { coefficient, radicals };
}

/** Primes of numerator (positive powers) and denominator (negative powers). */
function primePowers({ numerator, denominator }: Rational): [bigint, bigint][] {
  const below = factor(denominator).map(([prime, count]): [bigint, bigint] => [prime, -count]);
  return [...factor(numerator), ...below];
}

function factor(value: bigint): [bigint, bigint][] {
  const found: [bigint, bigint][] = [];
  let rest = value;
  for (let divisor = 2n; divisor <= LARGEST_TRIAL_DIVISOR && divisor * divisor <= rest; divisor++) {
    let count = 0n;
    for (; rest % divisor === 0n; rest /= divisor) count++;
    if (count > 0n) found.push([divisor, count]);
  }
  if (rest > 1n) found.push([...asSquare(rest)]);
  return found;
}

/** What trial division leaves may still be the square of a large prime. */
function asSquare(value: bigint): readonly [bigint, bigint] {
  const root = integerSquareRoot(value);
  return root * root === value ? [root, 2n] : [value, 1n];
}

function integerSquareRoot(value: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function floorRational(value: Rational): bigint {
  const quotient = value.numerator / value.denominator;
  return value.numerator < 0n && !isIntegerRational(value) ? quotient - 1n : quotient;
}

function isUnit({ numerator, denominator }: Rational): boolean {
  return denominator === 1n && numerator >= -1n && numerator <= 1n;
}

function powerOfUnit(base: Rational, exponent: bigint): Rational {
  if (base.numerator === 0n) return powerOfRational(base, exponent < 0n ? -1 : exponent === 0n ? 0 : 1);
  return exponent % 2n === 0n ? rational(1) : base;
}
