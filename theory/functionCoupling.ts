/**
 * Couplings that end on a function of a neuron, where cumulants with any number of nodes on one neuron are of the same order.
 *
 * Beside a nonlinear layer a skip connection carries z_i on together with a variance that depends on s(z_i), so that from layer 3 on
 * connected cumulants with any number of z_i are of order 1/n. They are followed together, as a linear functional of a function f of
 * the z of that neuron (i != j):
 *
 *     n E_c[z_i(a) z_i(b) f(z_j)] = V_(ab)(cd) <d_c d_d f> / 2 + V~_(ab)[f].
 *
 * The coupling with two z-legs there stays what it was, and V~ is the rest: it vanishes for f = 1 and for f = z z. Likewise F~ is F,
 * B~ is B, D~ is D with a function in place of the z-legs of one neuron, or beside its nodes where it has two. By their definition they
 * vanish where the couplings of pairs say everything: for as many factors of z as legs were replaced (and, for two of them, for f = 1).
 * Beside three nodes or more, of fields that reach the other neuron, pairs say nothing, and any f counts.
 *
 * The recursion of such a coupling is one for every f: what it needs at layer l is the coupling of layer l at f(gamma z + fresh part),
 * averaged over the fresh part, which is again a function of z, written f as well. Its source is an average <s s f>.
 */
import type { LocalFunction } from './atom.ts';
import { functionSlot, type CouplingFamily, type SampleLabel } from './coupling.ts';

/** In the place of a sample: a function depends on all of them. */
export const FUNCTION_LABEL: SampleLabel = '*';

/** The function f that a recursion holds for, as a factor of averages. No activation can have its name. */
export const ANY_FUNCTION: LocalFunction = { fn: '*', derivative: 0, sample: FUNCTION_LABEL, power: 1 };

export function isAnyFunction({ fn }: Pick<LocalFunction, 'fn'>): boolean {
  return fn === ANY_FUNCTION.fn;
}

/** How many z-legs the function of a family stands in for: 2 or 1, or 0 beside two nodes of fields; less than 0 beside more nodes, which no pairs tie. */
export function replacedLegs(family: CouplingFamily): number {
  const slot = functionSlot(family);
  const block = family.blocks.find((slots) => slots.includes(slot)) ?? [];
  return 3 - block.length;
}

/**
 * The Hermite degrees of functions on which a coupling vanishes: what the coupling with `replaced` z-legs gives, and constants where
 * nothing ties the neuron to the others but these legs.
 */
export function vanishingDegrees(replaced: number): readonly number[] {
  return replaced === 2 ? [0, 2] : replaced < 0 ? [] : [replaced];
}
