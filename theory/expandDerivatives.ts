/**
 * A normal form of averages: derivatives that act on a product of local functions are carried out, so that
 * `<d_a (s'_a s_b)>` and `1/2 <d_a d_a (s_a s_a)>` at a = b become the same `<s'_a s'_a> + <s''_a s_a>`.
 */
import { averageAtom, type Atom, type AverageAtom, type LocalFunction } from './atom.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { rational } from './rational.ts';

/** Applies to averages with numbered or free samples; contracted diagrams are left as they are. */
export function expandDerivatives(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.substitute(value, (atom) =>
    atom.kind === 'average' && atom.derivatives.length > 0 ? expandAverage(ring, atom) : undefined,
  );
}

function expandAverage(ring: Ring<Atom>, { locals, derivatives }: AverageAtom): Polynomial<Atom> {
  const [sample, ...rest] = derivatives;
  if (sample === undefined) return ring.atom(averageAtom(locals));
  return ring.sum(
    locals.flatMap((local, k) => {
      if (local.sample !== sample) return [];
      const inner = derivativeOf(local);
      if (!inner) return [];
      const factors = [
        ...locals.filter((_, other) => other !== k),
        ...(local.power > 1 ? [{ ...local, power: local.power - 1 }] : []),
        ...inner,
      ];
      const term = expandAverage(ring, averageAtom(factors, rest));
      return [ring.scale(term, rational(local.power))];
    }),
  );
}

/** `fn^(m+1)` with its zeroth power written as no factor; z has the derivative 1, and 1 the derivative 0. */
function derivativeOf(local: LocalFunction): LocalFunction[] | undefined {
  if (local.fn !== 'identity') return [{ ...local, derivative: local.derivative + 1, power: 1 }];
  return local.derivative === 0 ? [] : undefined;
}
