/**
 * Where the parts of a picture go: external legs on top, under them the knots of their contractions, then the blobs, then the squares.
 * Columns stand in the order of their samples, and squares as near as may be below the blobs that they join.
 */
import type { SampleLabel } from '../coupling.ts';
import { couplingName } from '../couplingName.ts';
import type { LocalFunction } from '../atom.ts';
import { isAnyFunction } from '../functionCoupling.ts';
import type { ContractedNode, Contraction } from './explanation.ts';
import { widthOf, type Piece } from './svg.ts';
import type { Knot, SquareLeg, TermGraph } from './termGraph.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedShape extends Point {
  readonly label: readonly Piece[];
  readonly width: number;
  readonly height: number;
}

export interface PlacedKnot extends Point {
  readonly kind: Contraction['kind'];
  readonly label: readonly Piece[];
  readonly externals: readonly PlacedExternal[];
  /** Where its lines down end. */
  readonly ends: readonly Point[];
}

export interface PlacedExternal extends Point {
  readonly node: ContractedNode;
}

export interface PlacedLeg {
  readonly from: Point;
  readonly to: Point;
  /** A point it goes through, to pass a blob by. */
  readonly through?: Point;
  /** A node of a field instead of a derivative in z. */
  readonly ofField: boolean;
  /** It takes what it ends on as a function. */
  readonly ofFunction?: boolean;
}

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  readonly blobs: readonly PlacedShape[];
  readonly squares: readonly PlacedShape[];
  readonly knots: readonly PlacedKnot[];
  readonly legs: readonly PlacedLeg[];
}

export const LABEL_SIZE = 16;
const EXTERNAL_SPACING = 44;
const COLUMN_GAP = 30;
const SQUARE_GAP = 36;
const BLOB_HEIGHT = 46;
const SQUARE_HEIGHT = 36;
const ROWS = { externals: 20, knots: 74, blobs: 146, squares: 256 };

export function layOutDiagram(graph: TermGraph, samples: readonly SampleLabel[]): DiagramLayout {
  const columns = columnsOf(graph, samples);
  const width = columns.reduce((sum, column) => sum + column.width + COLUMN_GAP, COLUMN_GAP);
  const centres = columns.map((column, k) => {
    const before = columns.slice(0, k).reduce((sum, other) => sum + other.width + COLUMN_GAP, COLUMN_GAP);
    return before + column.width / 2;
  });
  const blobs = graph.blobs.map((locals, blob) => {
    const x = centres[columns.findIndex((column) => column.blob === blob)] as number;
    return placedBlob(locals, x);
  });
  const knots = graph.knots.map((knot) => {
    const k = columns.findIndex((column) => column.knots.includes(knot));
    return placedKnot(knot, knotPlace(columns[k] as Column, knot, centres[k] as number), blobs);
  });
  const ends = graph.legs.map(({ end }): PlacedEnd =>
    'blob' in end
      ? { shape: blobs[end.blob] as PlacedShape }
      : {
          knot: knots[end.knot] as PlacedKnot,
          past: pastBlob(graph, blobs, knots[end.knot] as PlacedKnot, end.knot),
        },
  );
  const squares = placeSquares(graph, ends);
  const left = Math.min(0, ...squares.map((square) => square.x - square.width / 2 - COLUMN_GAP));
  const right = Math.max(width, ...squares.map((square) => square.x + square.width / 2 + COLUMN_GAP));
  const legs = placeLegs(graph, ends, squares);
  const lowest = squares.length > 0 ? ROWS.squares : blobs.length > 0 ? ROWS.blobs : ROWS.knots;
  const moved = shifted({ blobs, squares, knots, legs }, -left);
  return { width: right - left, height: lowest + 40, ...moved };
}

/** What a leg ends on: a blob, or a knot, reached past the blob below it. */
type PlacedEnd =
  { readonly shape: PlacedShape } | { readonly knot: PlacedKnot; readonly past: number | undefined };

/** Where a leg that ends on a knot passes the blob below that knot: on the side of the knot. */
function pastBlob(
  { knots }: TermGraph,
  blobs: readonly PlacedShape[],
  place: PlacedKnot,
  knot: number,
): number | undefined {
  const [below] = knots[knot]?.blobs ?? [];
  const blob = below === undefined ? undefined : blobs[below];
  if (!blob) return undefined;
  const aside = (blob.width + COLUMN_GAP) / 2;
  return place.x < blob.x ? blob.x - aside : blob.x + aside;
}

function xOf(end: PlacedEnd): number {
  return 'shape' in end ? end.shape.x : (end.past ?? end.knot.x);
}

/** A blob with the knots above it, or knots that hang on no blob. */
interface Column {
  readonly blob?: number;
  readonly knots: readonly Knot[];
  readonly width: number;
}

function columnsOf({ blobs, knots }: TermGraph, samples: readonly SampleLabel[]): Column[] {
  const place = (sample: SampleLabel): number => samples.indexOf(sample);
  const firstOf = (knot: Knot): number =>
    Math.min(...knot.contraction.nodes.map(({ sample }) => place(sample)));
  const sorted = [...knots].sort((p, q) => firstOf(p) - firstOf(q));
  const ofBlobs = blobs.map((locals, blob) => {
    const above = sorted.filter((knot) => knot.blobs[0] === blob);
    const first = Math.min(...above.map(firstOf), ...locals.map(({ sample }) => place(sample)));
    return { first, column: { blob, knots: above, width: Math.max(blobWidth(locals), widthOfKnots(above)) } };
  });
  const loose = sorted
    .filter((knot) => knot.blobs.length === 0)
    .map((knot) => ({ first: firstOf(knot), column: { knots: [knot], width: widthOfKnots([knot]) } }));
  return [...ofBlobs, ...loose].sort((p, q) => p.first - q.first).map(({ column }) => column);
}

function widthOfKnots(knots: readonly Knot[]): number {
  return knots.reduce((sum, knot) => sum + knotWidth(knot), 0);
}

/** Room for the external legs, and for the label to the right of the knot. */
function knotWidth({ contraction }: Knot): number {
  const label = 2 * (widthOf(knotLabel(contraction), LABEL_SIZE * 0.8) + 16);
  return Math.max(contraction.nodes.length * EXTERNAL_SPACING, label);
}

/** Knots of one column stand side by side about its centre. */
function knotPlace({ knots }: Column, knot: Knot, centre: number): number {
  const before = knots.slice(0, knots.indexOf(knot));
  return centre - widthOfKnots(knots) / 2 + widthOfKnots(before) + knotWidth(knot) / 2;
}

/** `W`, `rate W`, `W, 4th`, `skip`. */
function knotLabel({ kind, group, nodes }: Contraction): Piece[] {
  const name = group ? group.name : '';
  switch (kind) {
    case 'variance':
      return nameOf(name);
    case 'learning-rate':
      return [{ text: 'rate ' }, ...nameOf(name)];
    case 'cumulant':
      return [...nameOf(name), { text: `, ${nodes.length}th` }];
    case 'skip':
      return [{ text: 'skip' }];
    case 'function':
      return [{ text: 'f' }];
  }
}

function blobWidth(locals: readonly LocalFunction[]): number {
  return Math.max(64, widthOf(localsLabel(locals), LABEL_SIZE) + 34);
}

function placedBlob(locals: readonly LocalFunction[], x: number): PlacedShape {
  return { x, y: ROWS.blobs, label: localsLabel(locals), width: blobWidth(locals), height: BLOB_HEIGHT };
}

function localsLabel(locals: readonly LocalFunction[]): Piece[] {
  return locals.flatMap(({ fn, derivative, sample, power }, k): Piece[] => [
    ...(k > 0 ? [{ text: '\u2009' }] : []),
    ...(isAnyFunction({ fn })
      ? [{ text: 'f' }]
      : [
          { text: `${greek(fn === 'identity' ? 'z' : fn)}${'\u2032'.repeat(derivative)}` },
          { text: sample, shift: 'sub' } as const,
        ]),
    ...(power === 1 ? [] : [{ text: String(power), shift: 'super' } as const]),
  ]);
}

/** Below the mean of what they join, pushed apart where they would touch. */
function placeSquares({ squares, legs }: TermGraph, ends: readonly PlacedEnd[]): PlacedShape[] {
  const wanted = squares.map(({ family, order }, square) => {
    const xs = ends.filter((_, leg) => legs[leg]?.square === square).map(xOf);
    const label = couplingLabel(couplingName(family, order));
    const width = Math.max(SQUARE_HEIGHT, widthOf(label, LABEL_SIZE) + 18, 10 * xs.length);
    return { square, label, width, x: xs.reduce((sum, x) => sum + x, 0) / Math.max(1, xs.length) };
  });
  const order = [...wanted].sort((p, q) => p.x - q.x || p.square - q.square);
  const centres = pushedApart(order);
  return wanted.map(({ label, width, square }) => {
    const x = centres[order.findIndex((other) => other.square === square)] as number;
    return { x, y: ROWS.squares, label, width, height: SQUARE_HEIGHT };
  });
}

function pushedApart(shapes: readonly { readonly x: number; readonly width: number }[]): number[] {
  const centres: number[] = [];
  shapes.forEach(({ x, width }, k) => {
    const before = shapes[k - 1];
    const least = before ? (centres[k - 1] as number) + (before.width + width) / 2 + SQUARE_GAP : -Infinity;
    centres.push(Math.max(x, least));
  });
  // The row as a whole goes back to where it was wanted.
  const drift =
    centres.reduce((sum, x, k) => sum + x - (shapes[k] as { x: number }).x, 0) / Math.max(1, shapes.length);
  return centres.map((x) => x - drift);
}

function couplingLabel({ letter, correction }: ReturnType<typeof couplingName>): Piece[] {
  const name = { text: greek(letter) };
  return correction === 0 ? [name] : [name, { text: String(correction), shift: 'sub' }];
}

function placedKnot({ contraction, blobs }: Knot, x: number, placed: readonly PlacedShape[]): PlacedKnot {
  const { nodes, kind } = contraction;
  const externals = nodes.map((node, k) => ({
    node,
    x: x + (k - (nodes.length - 1) / 2) * EXTERNAL_SPACING,
    y: ROWS.externals,
  }));
  const ends = blobs.map((blob) => onTop(placed[blob] as PlacedShape, x));
  return { x, y: ROWS.knots, kind, label: knotLabel(contraction), externals, ends };
}

/** The point of the upper half of a blob nearest below x. */
function onTop(blob: PlacedShape, x: number): Point {
  const at = clamp(x, blob.x - 0.4 * blob.width, blob.x + 0.4 * blob.width);
  return { x: at, y: blob.y - rise(blob, at) };
}

/** How far the outline of a blob is from its middle line at x. */
function rise({ x: centre, width, height }: PlacedShape, x: number): number {
  const t = (x - centre) / (width / 2);
  return (height / 2) * Math.sqrt(Math.max(0, 1 - t * t));
}

/** The legs of a square share its upper edge, those of a blob its lower half, in an order that avoids crossings. */
function placeLegs(
  { legs }: TermGraph,
  ends: readonly PlacedEnd[],
  squares: readonly PlacedShape[],
): PlacedLeg[] {
  const square = (k: number): PlacedShape => squares[(legs[k] as SquareLeg).square] as PlacedShape;
  const target = (k: number): unknown => {
    const end = ends[k] as PlacedEnd;
    return 'shape' in end ? end.shape : end.knot;
  };
  return legs.map(({ ofField, ofFunction }, k) => {
    const atSquare = share(k, square, (other) => xOf(ends[other] as PlacedEnd), legs.length);
    const atEnd = share(k, target, (other) => square(other).x, legs.length);
    const { x, y, width, height } = square(k);
    const from = { x: x + atSquare * width, y: y - height / 2 };
    const end = ends[k] as PlacedEnd;
    if ('knot' in end) {
      const to = { x: end.knot.x, y: end.knot.y };
      return { from, to, through: { x: (end.past ?? to.x) + atEnd * 20, y: ROWS.blobs }, ofField };
    }
    const at = end.shape.x + atEnd * 0.7 * end.shape.width;
    return {
      from,
      to: { x: at, y: end.shape.y + rise(end.shape, at) },
      ofField,
      ...(ofFunction ? { ofFunction } : {}),
    };
  });
}

/** The place of leg k among those with the same `what`, from -1/2 to 1/2, ordered by where they lead. */
function share(
  k: number,
  what: (leg: number) => unknown,
  leads: (leg: number) => number,
  count: number,
): number {
  const alike = Array.from({ length: count }, (_, leg) => leg).filter((leg) => what(leg) === what(k));
  const sorted = alike.sort((p, q) => leads(p) - leads(q) || p - q);
  return (sorted.indexOf(k) + 0.5) / sorted.length - 0.5;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

type Placed = Pick<DiagramLayout, 'blobs' | 'squares' | 'knots' | 'legs'>;

function shifted({ blobs, squares, knots, legs }: Placed, dx: number): Placed {
  const move = <T extends Point>(point: T): T => ({ ...point, x: point.x + dx });
  return {
    blobs: blobs.map(move),
    squares: squares.map(move),
    knots: knots.map((knot) => ({
      ...move(knot),
      externals: knot.externals.map(move),
      ends: knot.ends.map(move),
    })),
    legs: legs.map((leg) => ({
      ...leg,
      from: move(leg.from),
      to: move(leg.to),
      ...(leg.through ? { through: move(leg.through) } : {}),
    })),
  };
}

const GREEK: ReadonlyMap<string, string> = new Map(
  (
    'alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ ' +
    'tau τ phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω'
  )
    .match(/\S+ \S+/g)
    ?.map((pair) => pair.split(' ') as [string, string]),
);

function greek(name: string): string {
  return GREEK.get(name) ?? name;
}

/** `C_W`: what follows the underscore is lowered. */
function nameOf(name: string): Piece[] {
  const [head = '', ...rest] = name.split('_');
  const below = rest.join('_');
  return [{ text: greek(head) }, ...(below === '' ? [] : [{ text: greek(below), shift: 'sub' } as const])];
}
