/** The recursion of a coupling that ends on any function f, compiled: each term is linear in f, in one of two ways. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import {
  atomKey,
  couplingAtom,
  type Atom,
  type CouplingAtom,
  type LocalFunction,
} from '../../theory/atom.ts';
import { isAnyFunction } from '../../theory/functionCoupling.ts';
import type { Term } from '../../theory/polynomial.ts';
import { rationalToNumber } from '../../theory/rational.ts';

export interface FunctionTarget {
  readonly coupling: CouplingAtom;
  readonly terms: readonly FunctionTerm[];
}

/**
 * `coefficient * prod table[slots]` times the average of f and `source`, a product of local functions of this layer, or times another
 * component of such a coupling at f, by its `atomKey`.
 */
export interface FunctionTerm {
  readonly coefficient: number;
  readonly slots: readonly number[];
  readonly by: { readonly source: readonly LocalFunction[] } | { readonly carried: string };
}

export function functionTerm(
  { coefficient, factors }: Term<Atom>,
  slotOf: (atom: Atom) => number,
): FunctionTerm {
  const linear = factors.flatMap(({ atom }) => linearIn(atom) ?? []);
  const [by] = linear;
  if (!by || linear.length > 1)
    throw new InternalError('a term that is not linear in a function of a neuron');
  return {
    coefficient: rationalToNumber(coefficient),
    slots: factors.flatMap(({ atom, exponent }) =>
      linearIn(atom) ? [] : Array.from({ length: exponent }, () => slotOf(atom)),
    ),
    by,
  };
}

function linearIn(atom: Atom): FunctionTerm['by'] | undefined {
  if (atom.kind === 'average' && atom.locals.some(isAnyFunction)) {
    if (atom.derivatives.length > 0) throw new InternalError('a differentiated source of a function');
    return { source: atom.locals.filter((local) => !isAnyFunction(local)) };
  }
  if (atom.kind !== 'function-coupling' || !atom.locals.some(isAnyFunction)) return undefined;
  if (atom.locals.length > 1 || atom.derivatives.length > 0)
    throw new InternalError('a coupling that ends on more than a function of a neuron');
  return { carried: atomKey(couplingAtom(atom.family, atom.order, atom.samples)) };
}
