import { couplingKey, type Atom } from '../../theory/atom.ts';
import { zFamily, type CouplingFamily, type SampleLabel } from '../../theory/coupling.ts';
import type { LayerTerm, ParameterGroup } from '../../theory/model.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import type { Series } from '../../theory/series.ts';
import type { Readout, Recursion } from '../../theory/theory.ts';
import type { Budget } from './budget.ts';
import { contractWeights } from './contractWeights.ts';
import { jointCumulant } from './jointCumulant.ts';

interface CouplingRequest {
  readonly family: CouplingFamily;
  readonly order: number;
}

/**
 * The recursions of every coupling the readouts mention, of the couplings on their right-hand sides, and so on
 * until the set is closed. The kernel K is always part of it, since every average is over its Gaussian.
 */
export function closeRecursions(
  ring: Ring<Atom>,
  layer: readonly LayerTerm[],
  groups: readonly ParameterGroup[],
  readouts: Iterable<Readout>,
  maxOrder: number,
  budget: Budget,
): Recursion[] {
  const series = new Map<number, Series<Atom>>();
  const found = new Map<string, Recursion>();
  const seriesOf = (points: number): Series<Atom> => {
    const known = series.get(points) ?? cumulantSeries(ring, layer, groups, points, maxOrder, budget);
    series.set(points, known);
    return known;
  };
  const visit = ({ family, order }: CouplingRequest): void => {
    const key = couplingKey(family, order);
    if (found.has(key)) return;
    const points = family.fields.length;
    const value = seriesOf(points)[order] as Polynomial<Atom>;
    found.set(key, { family, order, samples: freeLabels(points), value });
    couplingsIn(ring, value).forEach(visit);
  };
  visit({ family: zFamily(2), order: 0 });
  for (const readout of readouts) readout.orders.forEach((value) => couplingsIn(ring, value).forEach(visit));
  return [...found.values()].sort(
    (p, q) => p.order - q.order || p.family.fields.length - q.family.fields.length,
  );
}

/** The connected 2m-point function of z[l+1] as a series in 1/n. */
function cumulantSeries(
  ring: Ring<Atom>,
  layer: readonly LayerTerm[],
  groups: readonly ParameterGroup[],
  points: number,
  maxOrder: number,
  budget: Budget,
): Series<Atom> {
  const labels = freeLabels(points);
  const statistics = Array.from({ length: points / 2 }, (_, pair) =>
    contractWeights(ring, layer, groups, [
      labels[2 * pair] as SampleLabel,
      labels[2 * pair + 1] as SampleLabel,
    ]),
  );
  return jointCumulant(ring, statistics, maxOrder, budget);
}

/** `a`, `b`, ... `z`, then `a1`, `b1`, ... */
export function freeLabels(count: number): SampleLabel[] {
  return Array.from({ length: count }, (_, k) => {
    const letter = String.fromCharCode(97 + (k % 26));
    return k < 26 ? letter : `${letter}${Math.floor(k / 26)}`;
  });
}

function couplingsIn(ring: Ring<Atom>, value: Polynomial<Atom>): CouplingRequest[] {
  return ring.terms(value).flatMap(({ factors }) => factors.flatMap(({ atom }) => couplingsOfAtom(atom)));
}

function couplingsOfAtom(atom: Atom): readonly CouplingRequest[] {
  if (atom.kind === 'coupling') return [atom];
  return atom.kind === 'diagram' ? atom.vertices : [];
}
