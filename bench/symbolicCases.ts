/** The cases of the symbolic benchmark: our kernel's part, and the same sum as a FORM program. */
import { createRing, type Polynomial, type Ring } from '../theory/polynomial.ts';

export interface SymbolicCase {
  /** Also its name in `symbolicPeer.py`. */
  readonly name: string;
  readonly title: string;
  /** What every contestant must arrive at. */
  readonly terms: number;
  /** Computes it in a ring of its own, so that nothing is remembered between runs; returns the number of terms. */
  readonly run: () => number;
  /** Defines F. */
  readonly form: readonly string[];
}

const POINTS = 12;
const LETTERS = 60;

export const SYMBOLIC_CASES: readonly SymbolicCase[] = [
  {
    name: 'wick',
    title: `Wick contraction, ${POINTS} points`,
    terms: 10_395,
    run: () => {
      const ring = newRing();
      return ring.termCount(contract(ring, upTo(POINTS)));
    },
    form: [`Indices i1,...,i${POINTS};`, `Local F = dd_(i1,...,i${POINTS});`],
  },
  {
    name: 'square',
    title: `(${LETTERS} terms)^2`,
    terms: 1830,
    run: () => {
      const ring = newRing();
      const p = ring.sum(upTo(LETTERS).map((k) => ring.atom(`a${k}`)));
      return ring.termCount(ring.multiply(p, p));
    },
    form: [`Symbols a1,...,a${LETTERS};`, `Local F = (a1+...+a${LETTERS})^2;`],
  },
  {
    name: 'power',
    title: '(1 + x + y + z + t)^20',
    terms: 10_626,
    run: () => {
      const ring = newRing();
      const p = ring.sum([ring.one, ...['x', 'y', 'z', 't'].map((name) => ring.atom(name))]);
      return ring.termCount(ring.power(p, 20));
    },
    form: ['Symbols x,y,z,t;', 'Local F = (1+x+y+z+t)^20;'],
  },
];

function newRing(): Ring<string> {
  return createRing<string>({ key: (name) => name });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k + 1);
}

/** `<z_1 ... z_m> = sum over k of <z_1 z_k> <the others>` with every two-point function a symbol. */
function contract(ring: Ring<string>, legs: readonly number[]): Polynomial<string> {
  const propagators = legs.map((i) => legs.map((j) => (i < j ? ring.atom(`d${i}_${j}`) : ring.zero)));
  const known = new Map<number, Polynomial<string>>([[0, ring.one]]);
  /** Of the legs whose bits are set. */
  const moment = (set: number): Polynomial<string> => {
    const value = known.get(set) ?? ring.sumOfProducts(contractions(set));
    known.set(set, value);
    return value;
  };
  const contractions = (set: number): (readonly [Polynomial<string>, Polynomial<string>])[] => {
    const [first, ...rest] = legs.flatMap((_, k) => ((set >> k) & 1 ? [k] : [])) as [number, ...number[]];
    return rest.map((partner) => [
      propagators[first]![partner]!,
      moment(set & ~(1 << first) & ~(1 << partner)),
    ]);
  };
  return moment(2 ** legs.length - 1);
}
