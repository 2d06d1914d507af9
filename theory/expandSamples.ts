/**
 * Resolves contracted sample indices: symbolic recursions -> recursions over numbered samples.
 */
import {
  averageFactors,
  couplingAtom,
  functionCouplingAtom,
  legsByBlock,
  samplesOf,
  type Atom,
  type DiagramAtom,
  type Leg,
  type Vertex,
} from './atom.ts';
import { functionSlot, type SampleLabel } from './coupling.ts';
import { FUNCTION_LABEL } from './functionCoupling.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { rational } from './rational.ts';
import { relabel, relabelLocals, relabelSamples, type Assign } from './relabelSamples.ts';

/** The samples a derivative can act on, given those a product of local functions depends on. */
export type LegSamples = (samples: readonly SampleLabel[]) => readonly SampleLabel[];

/**
 * Replaces free labels through `assign` and writes every contracted leg as a sum over the samples its average
 * depends on, leaving only averages and couplings with explicit indices.
 *
 * `legSamples` is the identity unless the kernel is degenerate: then it names a basis of the samples, the
 * derivatives being total ones (couplings of dependent samples are the same linear combinations).
 */
export function expandSamples(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  assign: Assign,
  legSamples: LegSamples = (samples) => samples,
): Polynomial<Atom> {
  return ring.substitute(value, (atom) =>
    atom.kind === 'diagram'
      ? expandDiagram(ring, atom, assign, legSamples)
      : ring.atom(relabelSamples(atom, assign)),
  );
}

/** All samples equal: the single-input recursions of the literature. Sample `1` stands for the one input. */
export function specialiseToOneSample(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return expandSamples(ring, value, () => '1');
}

/** One way to give the legs of a block their samples, counted with its multiplicity. */
interface BlockChoice {
  readonly samples: readonly SampleLabel[];
  readonly multiplicity: number;
}

function expandDiagram(
  ring: Ring<Atom>,
  diagram: DiagramAtom,
  assign: Assign,
  legSamples: LegSamples,
): Polynomial<Atom> {
  const averages = diagram.averages.map((locals) => relabelLocals(locals, assign));
  const ranges = averages.map((locals) => legSamples(samplesOf(locals)));
  const vertices = diagram.vertices.map(openVertex);
  const taken = vertices.flatMap(({ takes }) => takes ?? []);
  let total = ring.zero;
  const expand = (
    k: number,
    factor: Polynomial<Atom>,
    derivatives: readonly (readonly SampleLabel[])[],
    ends: readonly FunctionEnd[],
  ): void => {
    const vertex = vertices[k];
    if (!vertex) {
      const values = [
        ...averages.flatMap((locals, index) =>
          taken.includes(index) ? [] : averageFactors(locals, derivatives[index]),
        ),
        ...ends.map(({ vertex: { family, order }, samples, average }) =>
          functionCouplingAtom(
            { family, order },
            samples,
            averages[average] ?? [],
            derivatives[average] ?? [],
          ),
        ),
      ].map((atom) => ring.atom(atom));
      total = ring.add(
        total,
        values.reduce((p, q) => ring.multiply(p, q), factor),
      );
      return;
    }
    for (const choice of vertexChoices(vertex, ranges, assign)) {
      const { takes: average } = vertex;
      const coupling =
        average === undefined
          ? ring.atom(couplingAtom(vertex.family, vertex.order, choice.samples))
          : ring.one;
      const weighted = ring.scale(ring.multiply(factor, coupling), rational(choice.multiplicity));
      const ended = average === undefined ? ends : [...ends, { vertex, samples: choice.samples, average }];
      expand(k + 1, weighted, appendDerivatives(derivatives, vertex, choice.samples), ended);
    }
  };
  expand(
    0,
    ring.one,
    averages.map(() => []),
    [],
  );
  return total;
}

/** A vertex with the average that it takes as a function, the leg of which is then no derivative. */
interface OpenVertex extends Vertex {
  readonly takes?: number;
}

interface FunctionEnd {
  readonly vertex: Vertex;
  readonly samples: readonly SampleLabel[];
  readonly average: number;
}

function openVertex(vertex: Vertex): OpenVertex {
  const slot = functionSlot(vertex.family);
  const takes = vertex.legs[slot];
  if (typeof takes !== 'number') return vertex;
  return { ...vertex, legs: vertex.legs.with(slot, FUNCTION_LABEL), takes };
}

function appendDerivatives(
  derivatives: readonly (readonly SampleLabel[])[],
  vertex: Vertex,
  samples: readonly SampleLabel[],
): (readonly SampleLabel[])[] {
  return derivatives.map((list, average) => [
    ...list,
    ...samples.filter((_, slot) => vertex.legs[slot] === average),
  ]);
}

/** The samples of every slot of a vertex: the product over blocks of their choices. */
function vertexChoices(
  vertex: Vertex,
  ranges: readonly (readonly SampleLabel[])[],
  assign: Assign,
): BlockChoice[] {
  const slotOrder = vertex.family.blocks.flat();
  const bySlot = ({ samples, multiplicity }: BlockChoice): BlockChoice => ({
    samples: samples.map((_, slot) => samples[slotOrder.indexOf(slot)] as SampleLabel),
    multiplicity,
  });
  return legsByBlock(vertex)
    .map((legs) => blockChoices(legs, ranges, assign))
    .reduce<BlockChoice[]>(
      (all, choices) =>
        all.flatMap((left) =>
          choices.map((right) => ({
            samples: [...left.samples, ...right.samples],
            multiplicity: left.multiplicity * right.multiplicity,
          })),
        ),
      [{ samples: [], multiplicity: 1 }],
    )
    .map(bySlot);
}

/** Legs of one block that land on one average commute: their samples are chosen as a multiset. */
function blockChoices(
  legs: readonly Leg[],
  ranges: readonly (readonly SampleLabel[])[],
  assign: Assign,
): BlockChoice[] {
  const first = legs[0];
  if (typeof first === 'number' && legs.every((leg) => leg === first))
    return multisetChoices(ranges[first] ?? [], legs.length);
  const options = legs.map((leg) => (typeof leg === 'number' ? (ranges[leg] ?? []) : [relabel(leg, assign)]));
  const tuples = options.reduce<SampleLabel[][]>(
    (all, range) => all.flatMap((tuple) => range.map((sample) => [...tuple, sample])),
    [[]],
  );
  return tuples.map((samples) => ({ samples, multiplicity: 1 }));
}

function multisetChoices(range: readonly SampleLabel[], size: number): BlockChoice[] {
  const [first, ...rest] = range;
  if (size === 0) return [{ samples: [], multiplicity: 1 }];
  if (first === undefined) return [];
  return Array.from({ length: size + 1 }, (_, used) => used).flatMap((used) =>
    multisetChoices(rest, size - used).map(({ samples, multiplicity }) => ({
      samples: [...Array.from({ length: used }, () => first), ...samples],
      multiplicity: multiplicity * binomial(size, used),
    })),
  );
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}
