/**
 * Sparse polynomials in any number of atoms with exact rational coefficients. A ring belongs to one derivation:
 * it numbers the atoms and monomials it meets, and its polynomials must not be mixed with those of another ring.
 */
import { compact, divideExactly, gcd, multiplyIntegers, type Integer } from './integers.ts';
import { MonomialTable } from './monomialTable.ts';
import {
  Accumulator,
  addScaled,
  equalPolynomials,
  negatePolynomial,
  scalePolynomial,
  singleTerm,
  zeroPolynomial,
  type SparsePolynomial,
} from './polynomialArithmetic.ts';
import { powerOfPolynomial } from './polynomialPower.ts';
import { createTermLister, type Term } from './polynomialTerms.ts';
import { rational, type Rational } from './rational.ts';

/** Immutable and canonical: equal polynomials hold equal data. Read it with `Ring.terms`. */
export interface Polynomial<A> extends SparsePolynomial {
  /** Only for the type checker: what the atoms are. */
  readonly atomType?: A;
}

export type { Term };

export interface RingOptions<A> {
  /** Equal exactly for equal atoms. */
  readonly key: (atom: A) => string;
  /** The order atoms are listed in; by key when absent. */
  readonly compare?: (a: A, b: A) => number;
}

export interface Ring<A> {
  readonly zero: Polynomial<A>;
  readonly one: Polynomial<A>;
  readonly constant: (value: Rational) => Polynomial<A>;
  /** `atom^exponent`; the exponent is an integer of at least 0 and 1 when absent. */
  readonly atom: (atom: A, exponent?: number) => Polynomial<A>;
  readonly add: (p: Polynomial<A>, q: Polynomial<A>) => Polynomial<A>;
  readonly subtract: (p: Polynomial<A>, q: Polynomial<A>) => Polynomial<A>;
  /** The sum of many, faster than one by one. */
  readonly sum: (polynomials: Iterable<Polynomial<A>>) => Polynomial<A>;
  /** The sum of the products of pairs, without forming them one by one. */
  readonly sumOfProducts: (pairs: Iterable<readonly [Polynomial<A>, Polynomial<A>]>) => Polynomial<A>;
  readonly negate: (p: Polynomial<A>) => Polynomial<A>;
  readonly multiply: (p: Polynomial<A>, q: Polynomial<A>) => Polynomial<A>;
  readonly scale: (p: Polynomial<A>, factor: Rational) => Polynomial<A>;
  /** The exponent is an integer of at least 0. */
  readonly power: (p: Polynomial<A>, exponent: number) => Polynomial<A>;
  readonly isZero: (p: Polynomial<A>) => boolean;
  readonly equal: (p: Polynomial<A>, q: Polynomial<A>) => boolean;
  /** The value of a polynomial without atoms, otherwise undefined. */
  readonly constantValue: (p: Polynomial<A>) => Rational | undefined;
  /** The number of terms. */
  readonly termCount: (p: Polynomial<A>) => number;
  /** Replaces atoms by polynomials, all at once; atoms answered with undefined stay. */
  readonly substitute: (
    p: Polynomial<A>,
    replacement: (atom: A) => Polynomial<A> | undefined,
  ) => Polynomial<A>;
  /** By total degree, then by atoms, in an order that depends on the polynomial alone and not on how it was made. */
  readonly terms: (p: Polynomial<A>) => readonly Term<A>[];
  readonly fromTerms: (terms: Iterable<Term<A>>) => Polynomial<A>;
}

/** Throws RangeError in every operation on a polynomial of another ring and for exponents that are no natural numbers. */
export function createRing<A>({ key, compare }: RingOptions<A>): Ring<A> {
  const table = new MonomialTable();
  const accumulator = new Accumulator(table);
  const atoms: A[] = [];
  const variables = new Map<string, number>();

  const variableOf = (atom: A): number => {
    const name = key(atom);
    const known = variables.get(name);
    if (known !== undefined) return known;
    variables.set(name, atoms.length);
    return atoms.push(atom) - 1;
  };
  const own = (p: Polynomial<A>): Polynomial<A> => {
    if (p.table !== table) throw new RangeError('a polynomial of another ring');
    return p;
  };
  /** Runs a computation on the accumulator, which is left empty even when it throws. */
  const accumulate = (compute: () => SparsePolynomial): Polynomial<A> => {
    try {
      return compute();
    } catch (error) {
      accumulator.clear();
      throw error;
    }
  };

  const zero: Polynomial<A> = zeroPolynomial(table);
  const one: Polynomial<A> = singleTerm(table, 0, 1, 1);
  const constant = ({ numerator, denominator }: Rational): Polynomial<A> =>
    singleTerm(table, 0, compact(numerator), compact(denominator));
  const atom = (a: A, exponent = 1): Polynomial<A> =>
    natural(exponent) === 0 ? one : singleTerm(table, table.variable(variableOf(a), exponent), 1, 1);
  const sumOfProducts = (pairs: Iterable<readonly [Polynomial<A>, Polynomial<A>]>): Polynomial<A> => {
    const products = [...pairs].map(([p, q]) => {
      const denominator = multiplyIntegers(own(p).denominator, own(q).denominator);
      return { p, q, denominator };
    });
    const common = products.reduce<Integer>(
      (lcm, { denominator }) => leastCommonMultiple(lcm, denominator),
      1,
    );
    return accumulate(() => {
      for (const { p, q, denominator } of products) {
        accumulator.addProduct(p, q, divideExactly(common, denominator));
      }
      return accumulator.finish(common);
    });
  };
  const sum = (polynomials: Iterable<Polynomial<A>>): Polynomial<A> =>
    sumOfProducts(Array.from(polynomials, (p) => [p, one]));
  const multiply = (p: Polynomial<A>, q: Polynomial<A>): Polynomial<A> => {
    if (own(q) === one) return own(p);
    return p === one ? q : sumOfProducts([[p, q]]);
  };
  const power = (p: Polynomial<A>, exponent: number): Polynomial<A> =>
    accumulate(() => powerOfPolynomial(own(p), natural(exponent), accumulator));
  const scale = (p: Polynomial<A>, { numerator, denominator }: Rational): Polynomial<A> =>
    scalePolynomial(own(p), compact(numerator), compact(denominator));
  const term = ({ coefficient, factors }: Term<A>): Polynomial<A> => {
    const monomial = factors.reduce((product, { atom: a, exponent }) => {
      const factor = natural(exponent) === 0 ? 0 : table.variable(variableOf(a), exponent);
      return table.product(product, factor);
    }, 0);
    return singleTerm(table, monomial, compact(coefficient.numerator), compact(coefficient.denominator));
  };

  return {
    zero,
    one,
    constant,
    atom,
    add: (p, q) => addScaled(own(p), own(q), 1),
    subtract: (p, q) => addScaled(own(p), own(q), -1),
    sum,
    sumOfProducts,
    negate: (p) => negatePolynomial(own(p)),
    multiply,
    scale,
    power,
    isZero: (p) => own(p).monomials.length === 0,
    equal: (p, q) => equalPolynomials(own(p), own(q)),
    constantValue: (p) => {
      if (own(p).monomials.length === 0) return rational(0);
      const isConstant = p.monomials.length === 1 && p.monomials[0] === 0;
      return isConstant ? rational(p.coefficients[0]!, p.denominator) : undefined;
    },
    termCount: (p) => own(p).monomials.length,
    substitute: (p, replacement) => substituteAtoms(own(p), replacement),
    terms: createTermLister(atoms, key, compare),
    fromTerms: (terms) => sum([...terms].map(term)),
  };

  /** Terms that share the replaced factors are collected first, so each product of replacements is formed once. */
  function substituteAtoms(
    p: Polynomial<A>,
    replacement: (atom: A) => Polynomial<A> | undefined,
  ): Polynomial<A> {
    const replacements = new Map<number, Polynomial<A> | undefined>();
    const replacementOf = (variable: number): Polynomial<A> | undefined => {
      if (!replacements.has(variable)) replacements.set(variable, replacement(atoms[variable]!));
      return replacements.get(variable);
    };
    const groups = new Map<number, { kept: number; index: number }[]>();
    p.monomials.forEach((monomial, index) => {
      let [replaced, kept] = [0, 0];
      table.forEachFactor(monomial, (variable, exponent) => {
        const factor = table.variable(variable, exponent);
        if (replacementOf(variable)) replaced = table.product(replaced, factor);
        else kept = table.product(kept, factor);
      });
      const members = groups.get(replaced);
      if (members) members.push({ kept, index });
      else groups.set(replaced, [{ kept, index }]);
    });
    if (groups.size === 1 && groups.has(0)) return p;
    const parts = [...groups].map(([replaced, members]) => {
      const rest = members.map(({ kept, index }) => singleTerm(table, kept, p.coefficients[index]!, 1));
      let product = sum(rest);
      table.forEachFactor(replaced, (variable, exponent) => {
        product = multiply(product, power(replacementOf(variable)!, exponent));
      });
      return product;
    });
    return scalePolynomial(sum(parts), 1, p.denominator);
  }
}

function natural(exponent: number): number {
  if (!Number.isSafeInteger(exponent) || exponent < 0) {
    throw new RangeError(`an exponent must be a natural number, not ${exponent}`);
  }
  return exponent;
}

function leastCommonMultiple(a: Integer, b: Integer): Integer {
  return multiplyIntegers(divideExactly(a, gcd(a, b)), b);
}
