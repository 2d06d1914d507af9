/**
 * The expectation of local functions on distinct neurons, expanded beyond the Gaussian kernel.
 *
 * The cumulant generating function of z at one layer is sum over couplings of kappa * prod(legs), so the
 * expectation is exp(sum kappa d/dz ... d/dz) acting on the functions, every neuron then averaged over its own
 * Gaussian of kernel K (PDLT section 4.3 does this by hand to first order). A coupling of m pairs carries
 * (1/m!) (1/2)^m and lands its pairs on any neurons.
 */
import { averageAtom, diagramAtom, type Atom, type LocalFunction, type Vertex } from '../../theory/atom.ts';
import { leadingOrder, zFamily, type CouplingFamily } from '../../theory/coupling.ts';
import { multiplyRationals, ONE, rational, type Rational } from '../../theory/rational.ts';
import type { Budget } from './budget.ts';
import { multisets } from './partitions.ts';

/** One coupling with its pairs landed on neurons, and the combinatorial weight of doing so. */
interface Placement {
  readonly family: CouplingFamily;
  readonly order: number;
  /** The neuron of every pair, sorted. */
  readonly neurons: readonly number[];
  readonly weight: Rational;
}

/** One term of the expansion: `weight * product of atoms`, of order n^-order. */
export interface ExpectationTerm {
  readonly order: number;
  readonly weight: Rational;
  readonly atoms: readonly Atom[];
}

/** E[prod over k of neurons[k](z_k)] over distinct neurons k, through order 1/n^maxOrder. Throws UserError when the budget is spent. */
export function expandExpectation(
  neurons: readonly (readonly LocalFunction[])[],
  maxOrder: number,
  budget: Budget,
): ExpectationTerm[] {
  return selections(neurons.length, maxOrder, budget).map((selection) => ({
    order: selection.placements.reduce((sum, placement) => sum + placement.order, 0),
    weight: selection.weight,
    atoms: connectedAtoms(neurons, selection.placements),
  }));
}

interface Selection {
  readonly placements: readonly Placement[];
  readonly weight: Rational;
}

/** All multisets of placements of total order at most `maxOrder`; k equal placements weigh 1/k!. */
function selections(neuronCount: number, maxOrder: number, budget: Budget): Selection[] {
  const available = placements(neuronCount, maxOrder);
  const extend = (
    from: number,
    left: number,
    chosen: readonly Placement[],
    weight: Rational,
  ): Selection[] => {
    budget.spend(1);
    const found: Selection[] = [{ placements: chosen, weight }];
    for (let k = from; k < available.length; k++) {
      const next = available[k] as Placement;
      if (next.order > left) continue;
      const repeats = 1 + chosen.filter((placement) => placement === next).length;
      const factor = multiplyRationals(next.weight, rational(1, repeats));
      found.push(...extend(k, left - next.order, [...chosen, next], multiplyRationals(weight, factor)));
    }
    return found;
  };
  return extend(0, maxOrder, [], ONE);
}

/** Every way to land one coupling of order at most `maxOrder` on the neurons; K itself is in the averages. */
function placements(neuronCount: number, maxOrder: number): Placement[] {
  const found: Placement[] = [];
  for (let pairs = 1; pairs - 1 <= maxOrder; pairs++) {
    const family = zFamily(2 * pairs);
    for (let order = Math.max(1, leadingOrder(family)); order <= maxOrder; order++)
      for (const neurons of multisets(neuronCount, pairs))
        found.push({ family, order, neurons, weight: placementWeight(neurons) });
  }
  return found;
}

/** (1/m!) (1/2)^m times the number of ordered assignments with these neurons: 1 / (2^m prod multiplicity!). */
function placementWeight(neurons: readonly number[]): Rational {
  const multiplicities = [...new Set(neurons)].map((k) => neurons.filter((other) => other === k).length);
  return rational(
    1,
    multiplicities.reduce((product, m) => product * factorial(m), 2 ** neurons.length),
  );
}

function factorial(m: number): number {
  return m <= 1 ? 1 : m * factorial(m - 1);
}

/** Splits the picture into its connected parts: bare averages, and diagrams of averages joined by couplings. */
function connectedAtoms(
  neurons: readonly (readonly LocalFunction[])[],
  chosen: readonly Placement[],
): Atom[] {
  const component = neurons.map((_, k) => k);
  const merge = (from: number, to: number): void => {
    component.forEach((c, k) => {
      if (c === from) component[k] = to;
    });
  };
  for (const { neurons: touched } of chosen)
    for (const k of touched) merge(component[k] as number, component[touched[0] as number] as number);
  return [...new Set(component)].map((root) => {
    const members = component.flatMap((c, k) => (c === root ? [k] : []));
    const vertices = chosen.filter((placement) => component[placement.neurons[0] as number] === root);
    return connectedAtom(neurons, members, vertices);
  });
}

function connectedAtom(
  neurons: readonly (readonly LocalFunction[])[],
  members: readonly number[],
  chosen: readonly Placement[],
): Atom {
  const locals = members.map((k) => neurons[k] as readonly LocalFunction[]);
  if (chosen.length === 0) return averageAtom(locals.flat());
  const vertices = chosen.map(({ family, order, neurons: landed }): Vertex => ({
    family,
    order,
    legs: landed.flatMap((k) => [members.indexOf(k), members.indexOf(k)]),
  }));
  return diagramAtom(locals, vertices);
}
