/** How the kernel answers to small changes of parameters and inputs: recursions like those of the couplings. */
import type { Atom } from '../../theory/atom.ts';
import type { OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';

/** dK/dp follows X' = chi_par X + dK'/dp; of gated units the sum over their kernels, which moves with the same factor. */
export interface Response {
  readonly of: string;
  readonly factor: Polynomial<Atom>;
  readonly source: Polynomial<Atom>;
}

/** One for each parameter that enters the kernel recursion as a polynomial. */
export function responsesOf(
  { ring, kernels }: OneSampleSystem,
  factor: Polynomial<Atom>,
  parameters: readonly string[],
): Response[] {
  return parameters.flatMap((of) => {
    const source = ring.sum(kernels.map((kernel) => parameterDerivative(ring, kernel, of)));
    return ring.isZero(source) ? [] : [{ of, factor, source }];
  });
}

function parameterDerivative(ring: Ring<Atom>, value: Polynomial<Atom>, name: string): Polynomial<Atom> {
  return ring.sum(
    ring.terms(value).flatMap(({ coefficient, factors }) => {
      const own = factors.find(({ atom }) => atom.kind === 'parameter' && atom.name === name);
      if (!own) return [];
      const rest = factors.map((factor) =>
        factor === own ? { atom: own.atom, exponent: own.exponent - 1 } : factor,
      );
      const kept = rest.filter(({ exponent }) => exponent > 0);
      return [ring.scale(ring.fromTerms([{ coefficient, factors: kept }]), rational(own.exponent))];
    }),
  );
}
