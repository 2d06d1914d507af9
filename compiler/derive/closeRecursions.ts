import { couplingKey, samplesOf, type Atom, type Leg, type Vertex } from '../../theory/atom.ts';
import {
  canonicalLegs,
  functionSlot,
  pointsOf,
  zFamily,
  type CouplingFamily,
  type SampleLabel,
} from '../../theory/coupling.ts';
import { FUNCTION_LABEL } from '../../theory/functionCoupling.ts';
import { areMixed, fieldOf, labelOf } from '../../theory/label.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import type { Series } from '../../theory/series.ts';
import type { Readout, Recursion } from '../../theory/theory.ts';
import { clustersOf, contractLayer, type Layer } from './contractLayer.ts';
import { jointCumulant } from './jointCumulant.ts';
import { evaluateMonomials } from './evaluateMonomials.ts';
import { withoutPairedFunctions } from './functionEnds.ts';
import type { Expansion } from './momentOfSums.ts';

interface CouplingRequest {
  readonly family: CouplingFamily;
  readonly order: number;
  /** The field of each slot, where a block has several. */
  readonly fields?: readonly string[];
}

/**
 * The recursions of every coupling the readouts mention, of the couplings on their right-hand sides, and so on
 * until the set is closed. The kernel K is always part of it, since every average is over its Gaussian. `fields` are the
 * pre-activations of a block where they are not z alone.
 */
export function closeRecursions(
  ring: Ring<Atom>,
  layer: Layer,
  readouts: Iterable<Readout>,
  expansion: Expansion,
  fields?: readonly string[],
): Recursion[] {
  const series = new Map<string, Series<Atom>>();
  const found = new Map<string, Recursion>();
  const seriesOf = (family: CouplingFamily, samples: readonly SampleLabel[]): Series<Atom> => {
    const key = `${family.key} ${samples.join()}`;
    const known = series.get(key) ?? cumulantSeries(ring, layer, family, samples, expansion);
    series.set(key, known);
    return known;
  };
  const visit = (request: CouplingRequest): void => {
    const { family, order } = request;
    const samples = slotLabels(request);
    const key = `${couplingKey(family, order)} ${samples.join()}`;
    if (found.has(key)) return;
    const value = seriesOf(family, samples)[order] as Polynomial<Atom>;
    found.set(key, { family, order, samples, value });
    couplingsIn(ring, value).forEach(visit);
  };
  const kernel = { family: zFamily(2), order: 0 };
  if (fields) fields.forEach((field) => visit({ ...kernel, fields: [field, field] }));
  else visit(kernel);
  for (const readout of readouts) readout.orders.forEach((value) => couplingsIn(ring, value).forEach(visit));
  return [...found.values()]
    .filter(({ family, samples }) => !tiesMixed(family, samples))
    .sort((p, q) => p.order - q.order || compareFamilies(p.family, q.family) || compareSamples(p, q));
}

/** A free label for each slot, in the one order of fields that stands for all that are the same by symmetry. */
function slotLabels({ family, fields }: CouplingRequest): SampleLabel[] {
  const letters = freeLabels(pointsOf(family));
  const end = functionSlot(family);
  if (end >= 0) return [...letters.slice(0, end), FUNCTION_LABEL, ...letters.slice(end, -1)];
  if (!fields) return letters;
  const canonical = canonicalLegs(family, fields, (p, q) => (p < q ? -1 : Number(p > q)));
  return letters.map((letter, slot) => labelOf(canonical[slot], letter));
}

/** What is derived for a coupling, in the form it is shown and evaluated in. */
export function simplified(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily,
): Polynomial<Atom> {
  return evaluateMonomials(ring, withoutPairedFunctions(ring, withoutMixedTies(ring, value), family));
}

/**
 * The value without couplings that tie different fields of a block on one neuron: the fields share no parameter, so nothing does, and
 * these couplings vanish at every layer.
 */
function withoutMixedTies(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.substitute(value, (atom) => {
    const vertices = atom.kind === 'coupling' ? [{ ...atom, legs: atom.samples }] : verticesOf(atom);
    return vertices.some(({ family, legs }) => tiesMixed(family, legs)) ? ring.zero : undefined;
  });
}

function verticesOf(atom: Atom): readonly Vertex[] {
  return atom.kind === 'diagram' ? atom.vertices : [];
}

function tiesMixed({ blocks }: CouplingFamily, legs: readonly Leg[]): boolean {
  return blocks.some((slots) =>
    areMixed(slots.map((slot) => legs[slot] as Leg).filter((leg) => typeof leg === 'string')),
  );
}

/** The connected cumulant of the fields of layer l+1, tied as the family says, as a series in 1/n. */
function cumulantSeries(
  ring: Ring<Atom>,
  layer: Layer,
  family: CouplingFamily,
  samples: readonly SampleLabel[],
  expansion: Expansion,
): Series<Atom> {
  const clusters = clustersOf(family, samples);
  const statistics = clusters.map((cluster) => contractLayer(ring, layer, cluster));
  return jointCumulant(ring, statistics, expansion).map((value) => simplified(ring, value, family));
}

/** Those of z first, then by the number of derivatives, then by size. */
function compareFamilies(p: CouplingFamily, q: CouplingFamily): number {
  const edges = ({ fields }: CouplingFamily): number =>
    fields.reduce((sum, field) => sum + field.edges.length, 0);
  return edges(p) - edges(q) || pointsOf(p) - pointsOf(q) || (p.key < q.key ? -1 : Number(p.key > q.key));
}

function compareSamples(p: Recursion, q: Recursion): number {
  return p.samples.join() < q.samples.join() ? -1 : 1;
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
  if (atom.kind === 'coupling')
    return requestsFor(
      atom,
      atom.samples.map((label) => [label]),
    );
  if (atom.kind !== 'diagram') return [];
  const { averages, vertices } = atom;
  return vertices.flatMap((vertex) =>
    requestsFor(
      vertex,
      vertex.legs.map((leg) => (typeof leg === 'number' ? samplesOf(averages[leg] ?? []) : [leg])),
    ),
  );
}

/** One request for each choice of fields that the labels possible at each slot leave. */
function requestsFor(
  { family, order }: Pick<CouplingRequest, 'family' | 'order'>,
  labels: readonly (readonly SampleLabel[])[],
): readonly CouplingRequest[] {
  const fields = labels.map((each) => [...new Set(each.flatMap((label) => fieldOf(label) ?? []))]);
  if (fields.some(({ length }) => length === 0)) return [{ family, order }];
  return fields
    .reduce<string[][]>((all, each) => all.flatMap((head) => each.map((field) => [...head, field])), [[]])
    .filter((chosen) => !family.blocks.some((slots) => new Set(slots.map((slot) => chosen[slot])).size > 1))
    .map((chosen) => ({ family, order, fields: chosen }));
}
