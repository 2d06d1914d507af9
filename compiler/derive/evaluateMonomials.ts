/**
 * Averages of powers of z alone are polynomials in the kernel (Wick): `<z_a z_b>` is K[ab], and a z-leg that lands on
 * such an average picks one of its factors. So the recursions of linear layers hold no averages at all.
 */
import {
  averageFactors,
  couplingAtom,
  diagramAtom,
  type Atom,
  type Leg,
  type LocalFunction,
  type Vertex,
} from '../../theory/atom.ts';
import { zFamily, type SampleLabel } from '../../theory/coupling.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { takenAsFunction, vanishesOnPower } from './functionEnds.ts';

/** Equal to the value for every kernel. */
export function evaluateMonomials(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.substitute(value, (atom) => {
    if (atom.kind === 'average' && atom.derivatives.length === 0 && isMonomial(atom.locals))
      return wick(ring, factorsOf(atom.locals));
    if (atom.kind !== 'diagram') return undefined;
    if (vanishesOnPower(atom)) return ring.zero;
    const place = atom.averages.findIndex((locals, k) => isMonomial(locals) && !takenAsFunction(atom, k));
    return place < 0 ? undefined : evaluateMonomials(ring, landed(ring, atom, place));
  });
}

function isMonomial(locals: readonly LocalFunction[]): boolean {
  return locals.every(({ fn, derivative }) => fn === 'identity' && derivative === 0);
}

function factorsOf(locals: readonly LocalFunction[]): SampleLabel[] {
  return locals.flatMap(({ sample, power }) => Array.from({ length: power }, () => sample));
}

/** The sum over pairings of products of kernels. */
function wick(ring: Ring<Atom>, [first, ...rest]: readonly SampleLabel[]): Polynomial<Atom> {
  if (first === undefined) return ring.one;
  return ring.sum(
    rest.map((partner, k) =>
      ring.multiply(
        ring.atom(couplingAtom(zFamily(2), 0, [first, partner])),
        wick(ring, rest.toSpliced(k, 1)),
      ),
    ),
  );
}

type Diagram = Extract<Atom, { kind: 'diagram' }>;

/** The diagram without one of its averages: every leg on it takes the sample of a factor of its own, and the rest is averaged. */
function landed(ring: Ring<Atom>, { averages, vertices }: Diagram, place: number): Polynomial<Atom> {
  const legs = vertices.flatMap(({ legs: all }, vertex) =>
    all.flatMap((leg, slot) => (leg === place ? [{ vertex, slot }] : [])),
  );
  const factors = factorsOf(averages[place]!);
  return ring.sum(
    injections(legs.length, factors.length).map((chosen) => {
      const rest = factors.filter((_, k) => !chosen.includes(k));
      const moved = vertices.map((vertex, v): Vertex => ({
        ...vertex,
        legs: vertex.legs.map((leg, slot): Leg => {
          const at = legs.findIndex((each) => each.vertex === v && each.slot === slot);
          if (at >= 0) return factors[chosen[at]!]!;
          return typeof leg === 'number' && leg > place ? leg - 1 : leg;
        }),
      }));
      return ring.multiply(wick(ring, rest), connectedParts(ring, averages.toSpliced(place, 1), moved));
    }),
  );
}

/** What is left may fall apart: vertices without a leg on an average are couplings, and averages may no longer be joined. */
function connectedParts(
  ring: Ring<Atom>,
  averages: Diagram['averages'],
  vertices: readonly Vertex[],
): Polynomial<Atom> {
  const root = averages.map((_, k) => k);
  for (const { legs } of vertices) {
    const touched = legs.filter((leg) => typeof leg === 'number').map((leg) => root[leg]!);
    root.forEach((r, k) => {
      if (touched.includes(r)) root[k] = touched[0]!;
    });
  }
  const rootOf = ({ legs }: Vertex): number | undefined => {
    const leg = legs.find((each) => typeof each === 'number');
    return leg === undefined ? undefined : root[leg];
  };
  const bare = vertices.filter((vertex) => rootOf(vertex) === undefined);
  const couplings = bare.map(({ family, order, legs }) =>
    ring.atom(couplingAtom(family, order, legs.map(String))),
  );
  const parts = [...new Set(root)].map((r) => {
    const members = root.flatMap((other, k) => (other === r ? [k] : []));
    const own = vertices
      .filter((vertex) => rootOf(vertex) === r)
      .map((vertex) => ({
        ...vertex,
        legs: vertex.legs.map((leg) => (typeof leg === 'number' ? members.indexOf(leg) : leg)),
      }));
    const locals = members.map((k) => averages[k]!);
    if (own.length > 0) return ring.atom(diagramAtom(locals, own));
    return averageFactors(locals.flat()).reduce(
      (p, average) => ring.multiply(p, ring.atom(average)),
      ring.one,
    );
  });
  return [...couplings, ...parts].reduce((p, q) => ring.multiply(p, q), ring.one);
}

/** Every way to give `count` legs different factors. */
function injections(count: number, factors: number): number[][] {
  if (count === 0) return [[]];
  return injections(count - 1, factors).flatMap((head) =>
    Array.from({ length: factors }, (_, k) => k)
      .filter((k) => !head.includes(k))
      .map((k) => [...head, k]),
  );
}
