import type { SparsePolynomial } from './polynomialArithmetic.ts';
import { rational, type Rational } from './rational.ts';

export interface Term<A> {
  readonly coefficient: Rational;
  /** Exponents are at least 1, atoms distinct and in the order of the ring. */
  readonly factors: readonly { readonly atom: A; readonly exponent: number }[];
}

interface SortableTerm {
  readonly degree: number;
  /** Rank of an atom and its exponent, ascending by rank. */
  readonly factors: readonly (readonly [rank: number, exponent: number])[];
  readonly index: number;
}

/**
 * Lists terms by total degree, then lexicographically with the first atoms in front (`x^2, x y, y^2`). Atoms are
 * ranked within the polynomial at hand, so the order does not depend on what else the ring has seen.
 */
export function createTermLister<A>(
  atoms: readonly A[],
  key: (atom: A) => string,
  compare: (a: A, b: A) => number = () => 0,
): (p: SparsePolynomial) => readonly Term<A>[] {
  const listed = new WeakMap<SparsePolynomial, readonly Term<A>[]>();
  const keys: string[] = [];
  const keyOf = (variable: number): string => (keys[variable] ??= key(atoms[variable]!));
  const compareVariables = (v: number, w: number): number =>
    compare(atoms[v]!, atoms[w]!) || (keyOf(v) < keyOf(w) ? -1 : keyOf(v) > keyOf(w) ? 1 : 0);

  const list = (p: SparsePolynomial): readonly Term<A>[] => {
    const ranked = variablesOf(p).sort(compareVariables);
    const rank = new Map(ranked.map((variable, k) => [variable, k]));
    const terms = p.monomials.map((_, index) => sortable(p, index, rank)).sort(compareTerms);
    return terms.map(({ factors, index }) => ({
      coefficient: rational(p.coefficients[index]!, p.denominator),
      factors: factors.map(([position, exponent]) => ({ atom: atoms[ranked[position]!]!, exponent })),
    }));
  };

  return (p) => {
    const terms = listed.get(p) ?? list(p);
    listed.set(p, terms);
    return terms;
  };
}

function variablesOf({ table, monomials }: SparsePolynomial): number[] {
  const variables = new Set<number>();
  for (const monomial of monomials) table.forEachFactor(monomial, (variable) => variables.add(variable));
  return [...variables];
}

function sortable(
  { table, monomials }: SparsePolynomial,
  index: number,
  rank: Map<number, number>,
): SortableTerm {
  const factors: [number, number][] = [];
  let degree = 0;
  table.forEachFactor(monomials[index]!, (variable, exponent) => {
    degree += exponent;
    factors.push([rank.get(variable)!, exponent]);
  });
  return { degree, factors: factors.sort(([a], [b]) => a - b), index };
}

function compareTerms(s: SortableTerm, t: SortableTerm): number {
  if (s.degree !== t.degree) return s.degree - t.degree;
  for (let k = 0; k < Math.min(s.factors.length, t.factors.length); k++) {
    const [rankS, exponentS] = s.factors[k]!;
    const [rankT, exponentT] = t.factors[k]!;
    if (rankS !== rankT) return rankS - rankT;
    if (exponentS !== exponentT) return exponentT - exponentS;
  }
  return 0;
}
