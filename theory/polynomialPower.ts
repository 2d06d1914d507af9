/** Powers of polynomials. */
import { binomials, integerToPower, multiplyIntegers, type Integer } from './integers.ts';
import {
  powerOfTerm,
  singleTerm,
  zeroPolynomial,
  type Accumulator,
  type SparsePolynomial,
} from './polynomialArithmetic.ts';

/** `p^exponent` for an integer exponent of at least 0, with the ring's accumulator as scratch memory. */
export function powerOfPolynomial(
  p: SparsePolynomial,
  exponent: number,
  accumulator: Accumulator,
): SparsePolynomial {
  if (exponent === 0) return singleTerm(p.table, 0, 1, 1);
  if (p.monomials.length === 0) return zeroPolynomial(p.table);
  if (p.monomials.length === 1) return powerOfTerm(p, exponent);
  if (exponent > 2 && hasIndependentTerms(p)) return multinomialPower(p, exponent, accumulator);
  // For sparse operands one factor at a time forms fewer products than squaring (Fateman 1974).
  let result = p;
  for (let k = 1; k < exponent; k++) {
    accumulator.addProduct(result, p);
    result = accumulator.finish(multiplyIntegers(result.denominator, p.denominator));
  }
  return result;
}

/**
 * Whether every term but a constant has a variable that no other term has: then all terms of the multinomial
 * expansion are distinct and can be written down one by one.
 */
function hasIndependentTerms({ table, monomials }: SparsePolynomial): boolean {
  const owners = new Map<number, number>();
  const eachVariable = (monomial: number, visit: (variable: number) => void): void =>
    table.forEachFactor(monomial, visit);
  for (const monomial of monomials) {
    eachVariable(monomial, (variable) => owners.set(variable, (owners.get(variable) ?? 0) + 1));
  }
  return monomials.every((monomial) => {
    let own = monomial === 0;
    eachVariable(monomial, (variable) => (own ||= owners.get(variable) === 1));
    return own;
  });
}

function multinomialPower(p: SparsePolynomial, exponent: number, accumulator: Accumulator): SparsePolynomial {
  const { table } = p;
  // A constant term is monomial 0, the first in order: taken last, its factor costs nothing.
  const order = p.monomials.map((_, k) => p.monomials.length - 1 - k);
  const powers = order.map((k) => upTo(exponent, (count) => table.power(p.monomials[k]!, count)));
  const weights = order.map((k) => upTo(exponent, (count) => integerToPower(p.coefficients[k]!, count)));
  const choose = upTo(exponent, binomials);
  const last = order.length - 1;
  const expand = (k: number, left: number, monomial: number, weight: Integer): void => {
    if (k === last) {
      accumulator.addTerm(
        table.product(monomial, powers[k]![left]!),
        multiplyIntegers(weight, weights[k]![left]!),
      );
      return;
    }
    for (let count = 0; count <= left; count++) {
      const ways = multiplyIntegers(weight, multiplyIntegers(choose[left]![count]!, weights[k]![count]!));
      expand(k + 1, left - count, table.product(monomial, powers[k]![count]!), ways);
    }
  };
  expand(0, exponent, 0, 1);
  return accumulator.finish(integerToPower(p.denominator, exponent));
}

function upTo<T>(last: number, item: (k: number) => T): T[] {
  return Array.from({ length: last + 1 }, (_, k) => item(k));
}
