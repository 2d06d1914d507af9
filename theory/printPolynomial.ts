/** Polynomials as text, LaTeX and JSON; the caller says how an atom looks. */
import type { Polynomial, Ring, Term } from './polynomial.ts';
import { formatRational, isOneRational, negateRational, type Rational } from './rational.ts';

export interface PolynomialNotation<A> {
  /** A power of an atom, bracketed as a factor of a product must be. */
  readonly atom: (atom: A, exponent: number) => string;
  /** Of a positive number. */
  readonly number: (value: Rational) => string;
  /** Between the factors of a term. */
  readonly times: string;
}

/** `2*K_11*V + V^2/3`, with atoms printed by the callback. */
export function textPolynomialNotation<A>(printAtom: (atom: A) => string): PolynomialNotation<A> {
  return {
    atom: (atom, exponent) => (exponent === 1 ? printAtom(atom) : `${printAtom(atom)}^${exponent}`),
    number: (value) => (value.denominator === 1n ? formatRational(value) : `(${formatRational(value)})`),
    times: '*',
  };
}

export function latexPolynomialNotation<A>(printAtom: (atom: A) => string): PolynomialNotation<A> {
  return {
    atom: (atom, exponent) => (exponent === 1 ? printAtom(atom) : `{${printAtom(atom)}}^{${exponent}}`),
    number: ({ numerator, denominator }) =>
      denominator === 1n ? `${numerator}` : `\\frac{${numerator}}{${denominator}}`,
    times: ' ',
  };
}

/** Terms in the order of `Ring.terms`, numbers first in each; `0` for the zero polynomial. */
export function printPolynomial<A>(ring: Ring<A>, p: Polynomial<A>, notation: PolynomialNotation<A>): string {
  const printed = ring.terms(p).map((term, k) => {
    const negative = term.coefficient.numerator < 0n;
    const sign = k === 0 ? (negative ? '-' : '') : negative ? ' - ' : ' + ';
    return sign + printTerm(term, notation);
  });
  return printed.join('') || '0';
}

/** Without its sign. */
function printTerm<A>({ coefficient, factors }: Term<A>, notation: PolynomialNotation<A>): string {
  const size = coefficient.numerator < 0n ? negateRational(coefficient) : coefficient;
  const atoms = factors.map(({ atom, exponent }) => notation.atom(atom, exponent));
  const number = isOneRational(size) && atoms.length > 0 ? [] : [notation.number(size)];
  return [...number, ...atoms].join(notation.times);
}

export interface TermJson<J> {
  readonly coefficient: string;
  readonly factors: readonly { readonly atom: J; readonly exponent: number }[];
}

/** Exact: coefficients are strings such as `-3/2`. */
export function polynomialToJson<A, J>(
  ring: Ring<A>,
  p: Polynomial<A>,
  atomToJson: (atom: A) => J,
): TermJson<J>[] {
  return ring.terms(p).map(({ coefficient, factors }) => ({
    coefficient: formatRational(coefficient),
    factors: factors.map(({ atom, exponent }) => ({ atom: atomToJson(atom), exponent })),
  }));
}
