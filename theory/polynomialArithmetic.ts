/**
 * Arithmetic of sparse polynomials over one table of monomials: integer coefficients over one common denominator,
 * so that inner loops never reduce fractions.
 */
import {
  addIntegers,
  divideExactly,
  gcd,
  integerToPower,
  multiplyIntegers,
  negateInteger,
  type Integer,
} from './integers.ts';
import type { MonomialTable } from './monomialTable.ts';

/**
 * `sum coefficients[k] * monomials[k] / denominator`, canonical: monomials ascending, no zero coefficient,
 * denominator positive and without common factor with all coefficients. Equal polynomials are equal term by term.
 */
export interface SparsePolynomial {
  readonly table: MonomialTable;
  readonly monomials: readonly number[];
  readonly coefficients: readonly Integer[];
  readonly denominator: Integer;
}

export function zeroPolynomial(table: MonomialTable): SparsePolynomial {
  return { table, monomials: [], coefficients: [], denominator: 1 };
}

export function singleTerm(
  table: MonomialTable,
  monomial: number,
  numerator: Integer,
  denominator: Integer,
): SparsePolynomial {
  if (numerator === 0) return zeroPolynomial(table);
  return { table, monomials: [monomial], coefficients: [numerator], denominator };
}

/** `p + factor * q` for an integer factor. */
export function addScaled(p: SparsePolynomial, q: SparsePolynomial, factor: Integer): SparsePolynomial {
  if (q.monomials.length === 0 || factor === 0) return p;
  const common = divideExactly(p.denominator, gcd(p.denominator, q.denominator));
  const scaleP = divideExactly(q.denominator, gcd(p.denominator, q.denominator));
  const scaleQ = multiplyIntegers(common, factor);
  const monomials: number[] = [];
  const coefficients: Integer[] = [];
  let j = 0;
  for (let i = 0; i < p.monomials.length; i++) {
    const monomial = p.monomials[i]!;
    for (; j < q.monomials.length && q.monomials[j]! < monomial; j++) {
      monomials.push(q.monomials[j]!);
      coefficients.push(multiplyIntegers(q.coefficients[j]!, scaleQ));
    }
    let sum = multiplyIntegers(p.coefficients[i]!, scaleP);
    if (q.monomials[j] === monomial) sum = addIntegers(sum, multiplyIntegers(q.coefficients[j++]!, scaleQ));
    if (sum !== 0) {
      monomials.push(monomial);
      coefficients.push(sum);
    }
  }
  for (; j < q.monomials.length; j++) {
    monomials.push(q.monomials[j]!);
    coefficients.push(multiplyIntegers(q.coefficients[j]!, scaleQ));
  }
  return inLowestTerms(p.table, monomials, coefficients, multiplyIntegers(common, q.denominator));
}

/** `p * numerator / denominator`, the denominator positive. */
export function scalePolynomial(
  p: SparsePolynomial,
  numerator: Integer,
  denominator: Integer,
): SparsePolynomial {
  if (numerator === 0) return zeroPolynomial(p.table);
  const coefficients = p.coefficients.map((coefficient) => multiplyIntegers(coefficient, numerator));
  return inLowestTerms(p.table, p.monomials, coefficients, multiplyIntegers(p.denominator, denominator));
}

export function negatePolynomial(p: SparsePolynomial): SparsePolynomial {
  return { ...p, coefficients: p.coefficients.map(negateInteger) };
}

export function equalPolynomials(p: SparsePolynomial, q: SparsePolynomial): boolean {
  if (p.monomials.length !== q.monomials.length || p.denominator !== q.denominator) return false;
  return p.monomials.every((id, k) => id === q.monomials[k] && p.coefficients[k] === q.coefficients[k]);
}

/** Collects terms of any order into a polynomial; one a ring, so that its scratch memory is reused. */
export class Accumulator {
  private readonly table: MonomialTable;
  /** Position + 1 of each monomial among the collected terms, or 0. */
  private positions = new Int32Array(256);
  private monomials: number[] = [];
  private values: Integer[] = [];
  /** No collected coefficient is larger in size, as far as sums go that were not checked one by one. */
  private bound = 0;

  constructor(table: MonomialTable) {
    this.table = table;
  }

  /** Adds `factor * p * q` for an integer factor, denominators left aside. */
  addProduct(p: SparsePolynomial, q: SparsePolynomial, factor: Integer = 1): void {
    const [outer, inner] = p.monomials.length <= q.monomials.length ? [p, q] : [q, p];
    // While a bound on every sum stays below 2^53, nothing needs to be checked term by term.
    this.bound += Math.abs(Number(factor)) * largest(outer) * largest(inner) * outer.monomials.length;
    const safe = this.bound <= Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < outer.monomials.length; i++) {
      const coefficient = multiplyIntegers(outer.coefficients[i]!, factor);
      if (safe) this.addSafeMultiple(outer.monomials[i]!, coefficient as number, inner);
      else this.addMultiple(outer.monomials[i]!, coefficient, inner);
    }
  }

  /** Adds `coefficient * monomial * p`, the denominator of p left aside. */
  private addMultiple(monomial: number, coefficient: Integer, p: SparsePolynomial): void {
    const { monomials, coefficients } = p;
    for (let k = 0; k < monomials.length; k++) {
      const position = this.position(this.table.product(monomial, monomials[k]!));
      this.values[position] = addIntegers(
        this.values[position]!,
        multiplyIntegers(coefficient, coefficients[k]!),
      );
    }
  }

  addTerm(monomial: number, coefficient: Integer): void {
    this.bound = Infinity;
    const position = this.position(monomial);
    this.values[position] = addIntegers(this.values[position]!, coefficient);
  }

  /** The collected sum over a denominator; the accumulator is empty afterwards. */
  finish(denominator: Integer): SparsePolynomial {
    const order = sortedAscending(this.monomials);
    const monomials: number[] = [];
    const coefficients: Integer[] = [];
    for (const monomial of order) {
      const value = this.values[this.positions[monomial]! - 1]!;
      if (value === 0) continue;
      monomials.push(monomial);
      coefficients.push(value);
    }
    this.clear();
    return inLowestTerms(this.table, monomials, coefficients, denominator);
  }

  /** Also to be called when something was thrown before `finish`. */
  clear(): void {
    for (const monomial of this.monomials) this.positions[monomial] = 0;
    this.monomials = [];
    this.values = [];
    this.bound = 0;
  }

  /** As `addMultiple` where no sum can leave the safe integers. */
  private addSafeMultiple(monomial: number, coefficient: number, p: SparsePolynomial): void {
    const { monomials } = p;
    const coefficients = p.coefficients as readonly number[];
    const values = this.values as number[];
    for (let k = 0; k < monomials.length; k++) {
      values[this.position(this.table.product(monomial, monomials[k]!))]! += coefficient * coefficients[k]!;
    }
  }

  private position(monomial: number): number {
    if (monomial >= this.positions.length) this.grow();
    const known = this.positions[monomial]!;
    if (known > 0) return known - 1;
    this.values.push(0);
    this.positions[monomial] = this.monomials.push(monomial);
    return this.monomials.length - 1;
  }

  private grow(): void {
    const larger = new Int32Array(Math.max(2 * this.positions.length, this.table.size));
    larger.set(this.positions);
    this.positions = larger;
  }
}

/** `p^exponent` for a single term. */
export function powerOfTerm(p: SparsePolynomial, exponent: number): SparsePolynomial {
  const [monomial, coefficient] = [p.monomials[0]!, p.coefficients[0]!];
  return singleTerm(
    p.table,
    p.table.power(monomial, exponent),
    integerToPower(coefficient, exponent),
    integerToPower(p.denominator, exponent),
  );
}

function inLowestTerms(
  table: MonomialTable,
  monomials: readonly number[],
  coefficients: readonly Integer[],
  denominator: Integer,
): SparsePolynomial {
  let common = denominator;
  for (let k = 0; k < coefficients.length && common !== 1; k++) common = gcd(common, coefficients[k]!);
  if (common === 1) return { table, monomials, coefficients, denominator };
  const reduced = coefficients.map((coefficient) => divideExactly(coefficient, common));
  return { table, monomials, coefficients: reduced, denominator: divideExactly(denominator, common) };
}

function largest({ coefficients }: SparsePolynomial): number {
  let size = 0;
  for (const coefficient of coefficients) size = Math.max(size, Math.abs(Number(coefficient)));
  return size;
}

/** Monomials met for the first time come in order already; typed arrays sort by value and fast. */
function sortedAscending(values: readonly number[]): readonly number[] {
  if (isAscending(values)) return values;
  return values.length < 32 ? [...values].sort((a, b) => a - b) : Array.from(Int32Array.from(values).sort());
}

function isAscending(values: readonly number[]): boolean {
  for (let k = 1; k < values.length; k++) if (values[k - 1]! > values[k]!) return false;
  return true;
}
