/**
 * One polynomial of the theory as signed terms in a notation: numbers, parameters, averages, couplings, with
 * contracted sample indices given letters of their own.
 */
import { couplingKey, type Atom, type DiagramAtom } from './atom.ts';
import { functionSlot, zFamily, type CouplingFamily, type SampleLabel } from './coupling.ts';
import { groupPermutations, type TermOrbit } from './groupPermutations.ts';
import { sampleOf } from './label.ts';
import type { Notation } from './notation.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { isOneRational, negateRational, type Rational } from './rational.ts';

/** One printed term; `sign` apart, so that the caller can lay lines out. */
export interface PrintedTerm {
  readonly sign: '+' | '-';
  readonly body: string;
  /** How many more terms it stands for, obtained by exchanging sample indices. */
  readonly permutations: number;
}

interface Factor {
  readonly atom: Atom;
  readonly exponent: number;
}

/** The terms as `termOrbits` gives them, in a notation. */
export function printTerms(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily | undefined,
  freeLabels: readonly SampleLabel[],
  notation: Notation,
): PrintedTerm[] {
  return termOrbits(ring, value, family, freeLabels).map((orbit) => printOrbit(orbit, freeLabels, notation));
}

/**
 * The terms in reading order: sources first, then what is inherited through fewer couplings before more. When
 * `family` is given, `value` is its recursion and terms that its symmetry relates stand together.
 */
export function termOrbits(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily | undefined,
  freeLabels: readonly SampleLabel[],
): TermOrbit[] {
  const orbits = family
    ? groupPermutations(ring, value, family, freeLabels)
    : ring.terms(value).map((term) => ({ term, others: 0 }));
  return orbits.sort((p, q) => vertexCount(p.term.factors) - vertexCount(q.term.factors));
}

export function printOrbit(
  { term, others }: TermOrbit,
  freeLabels: readonly SampleLabel[],
  notation: Notation,
): PrintedTerm {
  return { ...printTerm(term.coefficient, term.factors, freeLabels, notation), permutations: others };
}

function printTerm(
  coefficient: Rational,
  factors: readonly Factor[],
  freeLabels: readonly SampleLabel[],
  notation: Notation,
): Omit<PrintedTerm, 'permutations'> {
  const negative = coefficient.numerator < 0n;
  const size = negative ? negateRational(coefficient) : coefficient;
  const labels = letters(freeLabels);
  const printed = [...factors]
    .sort((p, q) => rank(p.atom) - rank(q.atom))
    .map(({ atom, exponent }) => printAtom(atom, exponent, labels, notation));
  const number = isOneRational(size) && printed.length > 0 ? [] : [notation.number(size)];
  return { sign: negative ? '-' : '+', body: [...number, ...printed].join(' ') };
}

function printAtom(atom: Atom, exponent: number, labels: Iterator<SampleLabel>, notation: Notation): string {
  switch (atom.kind) {
    case 'parameter':
      return notation.power(notation.parameter(atom.name), exponent);
    case 'scalar':
      return notation.power(notation.scalar(atom.expression), exponent);
    case 'width-ratio':
      return notation.power(notation.widthRatio, exponent);
    case 'overlap':
      return notation.power(notation.overlap(...atom.samples), exponent);
    case 'average':
      return notation.power(notation.average(atom.locals, atom.derivatives), exponent);
    case 'coupling':
      return notation.power(notation.coupling(atom.family, atom.order, atom.samples, 'same'), exponent);
    case 'function-coupling': {
      const end = notation.ofFunction(atom.locals, atom.derivatives);
      return notation.power(notation.coupling(atom.family, atom.order, atom.samples, 'same', end), exponent);
    }
    case 'diagram':
      // A square of a diagram is written out, each copy with its own summed letters.
      return Array.from({ length: exponent }, () => printDiagram(atom, labels, notation)).join(' ');
  }
}

function printDiagram(diagram: DiagramAtom, labels: Iterator<SampleLabel>, notation: Notation): string {
  const derivatives: SampleLabel[][] = diagram.averages.map(() => []);
  const vertices = diagram.vertices.map(({ family, order, legs }) => {
    const end = legs[functionSlot(family)];
    const samples = legs.map((leg, slot) => {
      if (typeof leg !== 'number' || slot === functionSlot(family)) return String(leg);
      const { value } = labels.next() as { value: SampleLabel };
      derivatives[leg]?.push(value);
      return value;
    });
    return { family, order, samples, end };
  });
  const averages = diagram.averages.flatMap((locals, k) =>
    vertices.some(({ end }) => end === k) ? [] : [notation.average(locals, derivatives[k] ?? [])],
  );
  const couplings = vertices.map(({ family, order, samples, end }) =>
    typeof end === 'number'
      ? notation.coupling(
          family,
          order,
          samples,
          'same',
          notation.ofFunction(diagram.averages[end] ?? [], derivatives[end] ?? []),
        )
      : notation.coupling(family, order, samples, 'same'),
  );
  return [...averages, ...couplings].join(' ');
}

/** The letters after the free ones: a, b | c, d, e, ... */
function* letters(used: readonly SampleLabel[]): Generator<SampleLabel, never> {
  const taken = new Set(used.map(sampleOf));
  for (let k = 0; ; k++) {
    const letter = String.fromCharCode(97 + (k % 26));
    const label = k < 26 ? letter : `${letter}${Math.floor(k / 26)}`;
    if (!taken.has(label)) yield label;
  }
}

const RANK: Readonly<Record<Atom['kind'], number>> = {
  parameter: 0,
  scalar: 1,
  'width-ratio': 2,
  overlap: 3,
  average: 4,
  diagram: 5,
  coupling: 6,
  'function-coupling': 6,
};

function rank(atom: Atom): number {
  return RANK[atom.kind];
}

function vertexCount(factors: readonly Factor[]): number {
  return factors.reduce((sum, { atom, exponent }) => sum + exponent * verticesOf(atom), 0);
}

const KERNEL = couplingKey(zFamily(2), 0);

function verticesOf(atom: Atom): number {
  if (atom.kind === 'diagram') return atom.vertices.length;
  if (atom.kind === 'function-coupling') return 1;
  // The kernel is no vertex: it stands for an average of two z.
  return atom.kind === 'coupling' && couplingKey(atom.family, atom.order) !== KERNEL ? 1 : 0;
}
