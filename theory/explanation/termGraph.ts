/**
 * A term as a picture without coordinates: averages are blobs, couplings are squares joined to the blobs their legs differentiate, and
 * contractions are knots that tie external legs together and hang on the blob their nodes landed in.
 */
import type { Atom, LocalFunction, Vertex } from '../atom.ts';
import { functionSlot, type SampleLabel } from '../coupling.ts';
import type { Contraction, ExplainedTerm } from './explanation.ts';

export interface TermGraph {
  readonly blobs: readonly (readonly LocalFunction[])[];
  readonly squares: readonly Pick<Vertex, 'family' | 'order'>[];
  readonly legs: readonly SquareLeg[];
  readonly knots: readonly Knot[];
}

/**
 * A leg of a square: a derivative in z of a blob, or a node of a field, which ends on the blob of its sample. A node that a skip
 * connection carries leaves no local function behind and ends on its knot.
 */
export interface SquareLeg {
  readonly square: number;
  readonly end: { readonly blob: number } | { readonly knot: number };
  readonly ofField: boolean;
  /** The average in that blob is not taken: the square ends on what it is of as a function. */
  readonly ofFunction?: boolean;
}

/** A contraction and the blobs it hangs on: none for a bias. */
export interface Knot {
  readonly contraction: Contraction;
  readonly blobs: readonly number[];
}

/** Blobs, squares and the legs between them, with legs at samples left open. */
interface Parts {
  readonly blobs: readonly (readonly LocalFunction[])[];
  readonly squares: readonly Vertex[];
}

/** The picture of a term; contributions differ in counting only, so the first one says what was contracted. */
export function termGraph({ term, contributions }: ExplainedTerm): TermGraph {
  const { blobs, squares } = term.factors
    .flatMap(({ atom, exponent }) => Array.from({ length: exponent }, () => partsOf(atom)))
    .reduce(joined, { blobs: [], squares: [] });
  const blobsAt = (sample: SampleLabel): number[] =>
    blobs.flatMap((locals, k) => (locals.some((local) => local.sample === sample) ? [k] : []));
  const knots = (contributions[0]?.moments ?? [])
    .flatMap(({ contractions }) => contractions)
    .map((contraction): Knot => {
      const samples = contraction.nodes.map(({ sample }) => sample);
      return { contraction, blobs: [...new Set(samples.flatMap(blobsAt))] };
    });
  const endsAt = (sample: SampleLabel): SquareLeg['end'][] => {
    const local = blobsAt(sample).map((blob) => ({ blob }));
    if (local.length > 0) return local;
    return knots.flatMap(({ contraction }, knot) =>
      contraction.nodes.some((node) => node.sample === sample) ? [{ knot }] : [],
    );
  };
  const legs = squares.flatMap((square, k) =>
    square.legs.flatMap((leg, slot): SquareLeg[] => {
      const ofFunction = slot === functionSlot(square.family) ? { ofFunction: true } : {};
      if (typeof leg === 'number') return [{ square: k, end: { blob: leg }, ofField: false, ...ofFunction }];
      return endsAt(leg).map((end) => ({ square: k, end, ofField: true }));
    }),
  );
  return { blobs, squares, legs, knots };
}

function partsOf(atom: Atom): Parts {
  switch (atom.kind) {
    case 'average':
      return { blobs: [atom.locals], squares: [] };
    case 'diagram':
      return { blobs: atom.averages, squares: atom.vertices };
    case 'coupling':
      return { blobs: [], squares: [{ family: atom.family, order: atom.order, legs: atom.samples }] };
    default:
      return { blobs: [], squares: [] };
  }
}

function joined(before: Parts, next: Parts): Parts {
  const moved = next.squares.map((square) => ({
    ...square,
    legs: square.legs.map((leg) => (typeof leg === 'number' ? leg + before.blobs.length : leg)),
  }));
  return { blobs: [...before.blobs, ...next.blobs], squares: [...before.squares, ...moved] };
}
