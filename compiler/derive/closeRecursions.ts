import { couplingKey, type Atom } from '../../theory/atom.ts';
import { pointsOf, zFamily, type CouplingFamily, type SampleLabel } from '../../theory/coupling.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import type { Series } from '../../theory/series.ts';
import type { Readout, Recursion } from '../../theory/theory.ts';
import { clustersOf, contractLayer, type Layer } from './contractLayer.ts';
import { jointCumulant } from './jointCumulant.ts';
import type { Expansion } from './momentOfSums.ts';

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
  layer: Layer,
  readouts: Iterable<Readout>,
  expansion: Expansion,
): Recursion[] {
  const series = new Map<string, Series<Atom>>();
  const found = new Map<string, Recursion>();
  const seriesOf = (family: CouplingFamily): Series<Atom> => {
    const known = series.get(family.key) ?? cumulantSeries(ring, layer, family, expansion);
    series.set(family.key, known);
    return known;
  };
  const visit = ({ family, order }: CouplingRequest): void => {
    const key = couplingKey(family, order);
    if (found.has(key)) return;
    const value = seriesOf(family)[order] as Polynomial<Atom>;
    found.set(key, { family, order, samples: freeLabels(pointsOf(family)), value });
    couplingsIn(ring, value).forEach(visit);
  };
  visit({ family: zFamily(2), order: 0 });
  for (const readout of readouts) readout.orders.forEach((value) => couplingsIn(ring, value).forEach(visit));
  return [...found.values()].sort((p, q) => p.order - q.order || compareFamilies(p.family, q.family));
}

/** The connected cumulant of the fields of layer l+1, tied as the family says, as a series in 1/n. */
function cumulantSeries(
  ring: Ring<Atom>,
  layer: Layer,
  family: CouplingFamily,
  expansion: Expansion,
): Series<Atom> {
  const clusters = clustersOf(family, freeLabels(pointsOf(family)));
  const statistics = clusters.map((cluster) => contractLayer(ring, layer, cluster));
  return jointCumulant(ring, statistics, expansion);
}

/** Those of z first, then by the number of derivatives, then by size. */
function compareFamilies(p: CouplingFamily, q: CouplingFamily): number {
  const edges = ({ fields }: CouplingFamily): number =>
    fields.reduce((sum, field) => sum + field.edges.length, 0);
  return edges(p) - edges(q) || pointsOf(p) - pointsOf(q) || (p.key < q.key ? -1 : 1);
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
