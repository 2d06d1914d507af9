/** What vanishes of couplings that end on functions, by their definition in `theory/functionCoupling.ts`. */
import type { Atom, DiagramAtom, LocalFunction } from '../../theory/atom.ts';
import { functionSlot, type CouplingFamily } from '../../theory/coupling.ts';
import { isAnyFunction, replacedLegs, vanishingDegrees } from '../../theory/functionCoupling.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';

/**
 * The recursion of a coupling that ends on a function f holds for those f on which pairs of z say nothing, so that averages of f alone
 * and of as many derivatives as it has legs replaced are zero. Other recursions stay as they are.
 */
export function withoutPairedFunctions(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily,
): Polynomial<Atom> {
  if (functionSlot(family) < 0) return value;
  const vanishing = vanishingDegrees(replacedLegs(family));
  return ring.substitute(value, (atom) =>
    derivativesOfFunction(atom).some((d) => vanishing.includes(d)) ? ring.zero : undefined,
  );
}

/** How often each average of f alone is differentiated. */
function derivativesOfFunction(atom: Atom): number[] {
  if (atom.kind === 'average') return isFunctionAlone(atom.locals) ? [atom.derivatives.length] : [];
  if (atom.kind !== 'diagram') return [];
  return atom.averages.flatMap((locals, k) =>
    isFunctionAlone(locals) && !takenAsFunction(atom, k) ? [derivativesOf(atom, k)] : [],
  );
}

function isFunctionAlone(locals: readonly LocalFunction[]): boolean {
  return locals.every(isAnyFunction);
}

/** Whether a coupling of the diagram ends on this average instead of differentiating it. */
export function takenAsFunction({ vertices }: DiagramAtom, average: number): boolean {
  return vertices.some(({ family, legs }) => legs[functionSlot(family)] === average);
}

/** Legs on an average, the one that takes it as a function not counted. */
export function derivativesOf({ vertices }: DiagramAtom, average: number): number {
  return vertices.reduce(
    (sum, { family, legs }) =>
      sum + legs.filter((leg, slot) => leg === average && slot !== functionSlot(family)).length,
    0,
  );
}

/** Whether a coupling of the diagram ends on a power of z, derivatives carried out, on which it vanishes. */
export function vanishesOnPower(diagram: DiagramAtom): boolean {
  return diagram.vertices.some(({ family, legs }) => {
    const average = legs[functionSlot(family)];
    if (typeof average !== 'number') return false;
    const locals = diagram.averages[average] as readonly LocalFunction[];
    if (!locals.every(({ fn, derivative }) => fn === 'identity' && derivative === 0)) return false;
    const degree = locals.reduce((sum, { power }) => sum + power, 0) - derivativesOf(diagram, average);
    return degree < 0 || vanishingDegrees(replacedLegs(family)).includes(degree);
  });
}
