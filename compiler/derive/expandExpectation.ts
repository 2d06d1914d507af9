/**
 * The expectation of local functions and fields on distinct neurons, expanded beyond the Gaussian kernel: pass 4.
 *
 * With the cumulants of fields and z of one layer as couplings kappa, the expectation is a sum over the ways to gather the fields
 * into cumulants, each with any number of further z-legs, of
 *
 *     prod kappa(fields, z ... z) d/dz ... d/dz  prod over neurons f(z),
 *
 * every neuron then averaged over its own Gaussian of kernel K (PDLT section 4.3 does this by hand to first order). A block of u
 * z-legs carries 1/u!, and m equal blocks 1/m!. A coupling that ends on a function takes what is on that neuron for it.
 */
import {
  couplingAtom,
  averageFactors,
  diagramAtom,
  type Atom,
  type Leg,
  type LocalFunction,
  type Vertex,
} from '../../theory/atom.ts';
import { functionSlot, leadingOrder } from '../../theory/coupling.ts';
import { replacedLegs, vanishingDegrees } from '../../theory/functionCoupling.ts';
import { multiplyRationals, ONE, rational, type Rational } from '../../theory/rational.ts';
import type { Budget } from './budget.ts';
import { placements, type CouplingKinds, type Placement } from './placements.ts';
import type { PlacedField } from './rowStatistic.ts';

/** One term of the expansion: `weight * product of atoms`, of order n^-order. */
export interface ExpectationTerm {
  readonly order: number;
  readonly weight: Rational;
  readonly atoms: readonly Atom[];
  /** The couplings that made it, `weight` counting their legs. */
  readonly chosen: readonly LandedCoupling[];
}

export interface ExpectationLimits extends CouplingKinds {
  readonly maxOrder: number;
  readonly budget: Budget;
}

/**
 * E[prod over k of neurons[k](z_k) prod of fields] over distinct neurons k, through order 1/n^maxOrder. Throws UserError when the
 * budget is spent.
 */
export function expandExpectation(
  neurons: readonly (readonly LocalFunction[])[],
  fields: readonly PlacedField[],
  limits: ExpectationLimits,
): ExpectationTerm[] {
  return selections(neurons, fields, limits).flatMap(({ chosen, weight, order }) => {
    const atoms = connectedAtoms(neurons, chosen);
    return atoms ? [{ order, weight, atoms, chosen }] : [];
  });
}

/** A coupling at a power of 1/n, landed. */
export interface LandedCoupling extends Placement {
  readonly order: number;
}

interface Selection {
  readonly chosen: readonly LandedCoupling[];
  readonly weight: Rational;
  readonly order: number;
}

/** Fields are gathered first; then any multiset of couplings of z alone, k equal ones weighing 1/k!. */
function selections(
  neurons: readonly (readonly LocalFunction[])[],
  fields: readonly PlacedField[],
  { maxOrder, budget, ...kinds }: ExpectationLimits,
): Selection[] {
  const classes = neurons.map((_, k) => k);
  const pure = placements([], classes, maxOrder, kinds).flatMap((placement) =>
    ordersOf(placement, 1, maxOrder),
  );
  const addPure = (from: number, before: Selection): Selection[] => {
    budget.spend(1);
    const found = [before];
    for (let k = from; k < pure.length; k++) {
      const next = pure[k] as LandedCoupling;
      if (before.order + next.order > maxOrder) continue;
      const repeats = 1 + before.chosen.filter((other) => other === next).length;
      found.push(...addPure(k, extend(before, next, rational(1, repeats))));
    }
    return found;
  };
  const gather = (left: readonly PlacedField[], before: Selection): Selection[] => {
    const [first, ...rest] = left;
    if (!first) return addPure(0, before);
    // A way to gather the fields that leads nowhere takes its time as well.
    budget.spend(1);
    return subsets(rest).flatMap((others) => {
      const remaining = rest.filter((field) => !others.includes(field));
      return placements([first, ...others], classes, maxOrder - before.order, kinds)
        .flatMap((placement) => ordersOf(placement, 0, maxOrder - before.order))
        .flatMap((next) => gather(remaining, extend(before, next, ONE)));
    });
  };
  return gather(fields, { chosen: [], weight: ONE, order: 0 });
}

function ordersOf(placement: Placement, least: number, most: number): LandedCoupling[] {
  const found: LandedCoupling[] = [];
  for (let order = Math.max(least, leadingOrder(placement.family)); order <= most; order++)
    found.push({ ...placement, order });
  return found;
}

function extend(before: Selection, next: LandedCoupling, factor: Rational): Selection {
  return {
    chosen: [...before.chosen, next],
    weight: multiplyRationals(multiplyRationals(before.weight, next.weight), factor),
    order: before.order + next.order,
  };
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]]);
}

/** Splits the picture into its connected parts; undefined when a derivative acts on a constant, or a coupling vanishes on it. */
function connectedAtoms(
  neurons: readonly (readonly LocalFunction[])[],
  chosen: readonly LandedCoupling[],
): Atom[] | undefined {
  const component = neurons.map((_, k) => k);
  const touchedBy = ({ legs }: LandedCoupling): number[] => legs.filter((leg) => typeof leg === 'number');
  for (const placement of chosen) {
    const touched = touchedBy(placement);
    if (touched.some((k) => neurons[k]?.length === 0 && !isFreeOn(placement, k))) return undefined;
    const [root] = touched.map((k) => component[k] as number);
    const merged = new Set(touched.map((k) => component[k] as number));
    component.forEach((c, k) => {
      if (merged.has(c)) component[k] = root as number;
    });
  }
  const bare = chosen.filter((placement) => touchedBy(placement).length === 0);
  const joined = [...new Set(component)].flatMap((root) => {
    const members = component.flatMap((c, k) => (c === root ? [k] : []));
    const vertices = chosen.filter((placement) => members.includes(touchedBy(placement)[0] ?? -1));
    return connectedAtom(neurons, members, vertices);
  });
  return [...joined, ...bare.map(({ family, order, legs }) => couplingAtom(family, order, legs.map(String)))];
}

/** Whether the placement only ends on the constant of this neuron as a function, and need not vanish there. */
function isFreeOn({ family, legs }: LandedCoupling, neuron: number): boolean {
  const slot = functionSlot(family);
  return (
    legs[slot] === neuron &&
    !vanishingDegrees(replacedLegs(family)).includes(0) &&
    legs.every((leg, other) => other === slot || leg !== neuron)
  );
}

function connectedAtom(
  neurons: readonly (readonly LocalFunction[])[],
  members: readonly number[],
  chosen: readonly LandedCoupling[],
): Atom[] {
  const locals = members.map((k) => neurons[k] as readonly LocalFunction[]);
  if (chosen.length === 0) return averageFactors(locals.flat());
  const vertices = chosen.map(({ family, order, legs }): Vertex => ({
    family,
    order,
    legs: legs.map((leg): Leg => (typeof leg === 'number' ? members.indexOf(leg) : leg)),
  }));
  return [diagramAtom(locals, vertices)];
}
