import { parameterAtom, scalarAtom, type Atom } from '../../theory/atom.ts';
import type { Expr } from '../../theory/expression.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { isIntegerRational, rationalToNumber } from '../../theory/rational.ts';

/**
 * A scalar of the model as a polynomial in its parameters. What is no polynomial (`C_W / sqrt(k)`) stays
 * one opaque atom, so that the derivation never has to understand it.
 */
export function scalarPolynomial(ring: Ring<Atom>, scalar: Expr): Polynomial<Atom> {
  switch (scalar.kind) {
    case 'number':
      return ring.constant(scalar.value);
    case 'symbol':
      return ring.atom(parameterAtom(scalar.name));
    case 'sum':
      return scalar.terms.map((term) => scalarPolynomial(ring, term)).reduce((p, q) => ring.add(p, q));
    case 'product':
      return scalar.factors
        .map((factor) => scalarPolynomial(ring, factor))
        .reduce((p, q) => ring.multiply(p, q));
    case 'power': {
      const natural = isIntegerRational(scalar.exponent) && scalar.exponent.numerator > 0n;
      if (natural) return ring.power(scalarPolynomial(ring, scalar.base), rationalToNumber(scalar.exponent));
      return ring.atom(scalarAtom(scalar));
    }
    case 'call':
    case 'piecewise':
      return ring.atom(scalarAtom(scalar));
  }
}
