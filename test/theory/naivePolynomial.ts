/** The oracle: polynomials as maps from written-out monomials to rationals, nothing clever. */
import { addRationals, multiplyRationals, rational, type Rational } from '../../theory/rational.ts';

export type Naive = ReadonlyMap<string, Rational>;

/** A term as the generators make it: coefficient and exponents of x, y, z. */
export interface RawTerm {
  readonly numerator: number | bigint;
  readonly denominator: number;
  readonly exponents: readonly [number, number, number];
}

export function naive(terms: readonly RawTerm[]): Naive {
  const result = new Map<string, Rational>();
  for (const { numerator, denominator, exponents } of terms) {
    accumulate(result, exponents.join(), rational(numerator, denominator));
  }
  return withoutZeros(result);
}

export function naiveAdd(p: Naive, q: Naive): Naive {
  const result = new Map(p);
  for (const [monomial, value] of q) accumulate(result, monomial, value);
  return withoutZeros(result);
}

export function naiveMultiply(p: Naive, q: Naive): Naive {
  const result = new Map<string, Rational>();
  for (const [m, a] of p) {
    for (const [k, b] of q) {
      const exponents = m.split(',').map((e, i) => Number(e) + Number(k.split(',')[i]));
      accumulate(result, exponents.join(), multiplyRationals(a, b));
    }
  }
  return withoutZeros(result);
}

function accumulate(terms: Map<string, Rational>, monomial: string, value: Rational): void {
  terms.set(monomial, addRationals(terms.get(monomial) ?? rational(0), value));
}

function withoutZeros(terms: Map<string, Rational>): Naive {
  return new Map([...terms].filter(([, { numerator }]) => numerator !== 0n));
}
