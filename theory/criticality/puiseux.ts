/** Truncated series in one small variable x, negative powers allowed; coefficients are exact constants. */
import { add, negate, type Expr } from '../expression.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';

/** sum_k terms[k] x^(lowest + k), known through the last term. */
export interface Puiseux {
  readonly lowest: number;
  readonly terms: readonly Expr[];
}

export function monomial(coefficient: Expr, exponent: number, length: number): Puiseux {
  return {
    lowest: exponent,
    terms: Array.from({ length }, (_, k) => (k === 0 ? coefficient : NOUGHT)),
  };
}

/** The first power of x beyond what is known. */
export function endOf({ lowest, terms }: Puiseux): number {
  return lowest + terms.length;
}

export function coefficientAt({ lowest, terms }: Puiseux, exponent: number): Expr {
  return terms[exponent - lowest] ?? NOUGHT;
}

export function addPuiseux(a: Puiseux, b: Puiseux): Puiseux {
  const lowest = Math.min(a.lowest, b.lowest);
  const end = Math.min(endOf(a), endOf(b));
  return build(lowest, end, (k) => add(coefficientAt(a, k), coefficientAt(b, k)));
}

export function multiplyPuiseux(a: Puiseux, b: Puiseux): Puiseux {
  const [p, q] = [trim(a), trim(b)];
  const lowest = p.lowest + q.lowest;
  const end = lowest + Math.min(p.terms.length, q.terms.length);
  return build(lowest, end, (k) => {
    const products: Expr[] = [];
    p.terms.forEach((term, j) => {
      const other = coefficientAt(q, k - p.lowest - j);
      if (term !== NOUGHT && other !== NOUGHT) products.push(times(term, other));
    });
    return add(...products);
  });
}

export function scalePuiseux(factor: Expr, { lowest, terms }: Puiseux): Puiseux {
  return { lowest, terms: terms.map((term) => times(factor, term)) };
}

/** x^shift times the series. */
export function shiftPuiseux({ lowest, terms }: Puiseux, shift: number): Puiseux {
  return { lowest: lowest + shift, terms };
}

/** Whole powers; a negative one needs a term that does not vanish. Throws RangeError otherwise. */
export function powerPuiseux(a: Puiseux, exponent: number): Puiseux {
  if (exponent < 0) return powerPuiseux(inverse(a), -exponent);
  return Array.from({ length: exponent }).reduce<Puiseux>(
    (product) => multiplyPuiseux(product, a),
    monomial(UNIT, 0, Math.max(1, a.terms.length)),
  );
}

function inverse(a: Puiseux): Puiseux {
  const { lowest, terms } = trim(a);
  const [lead, ...rest] = terms;
  if (!lead) throw new RangeError('the inverse of a series that vanishes');
  const result: Expr[] = [quotient(UNIT, lead)];
  rest.forEach((_, i) => {
    const known = result.map((c, j) => times(c, terms[i + 1 - j]!));
    result.push(quotient(negate(add(...known)), lead));
  });
  return { lowest: -lowest, terms: result };
}

/** Without vanishing terms in front; what is known to vanish altogether keeps its end. */
export function trim({ lowest, terms }: Puiseux): Puiseux {
  const first = terms.findIndex((term) => !isNought(term));
  if (first < 0) return { lowest: lowest + terms.length, terms: [] };
  return { lowest: lowest + first, terms: terms.slice(first) };
}

function build(lowest: number, end: number, at: (exponent: number) => Expr): Puiseux {
  return { lowest, terms: Array.from({ length: Math.max(0, end - lowest) }, (_, k) => at(lowest + k)) };
}
