/**
 * Terms that differ only by exchanging blocks of free sample indices, (ab) with (cd), are printed once.
 */
import { atomKey, type Atom } from './atom.ts';
import type { CouplingFamily, SampleLabel } from './coupling.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { formatRational } from './rational.ts';
import { sampleOf } from './label.ts';
import { relabelSamples } from './relabelSamples.ts';

type Term = ReturnType<Ring<Atom>['terms']>[number];

/** A term that stands for itself and `others` more with its sample blocks exchanged. */
export interface TermOrbit {
  readonly term: Term;
  readonly others: number;
}

/** Beyond this many blocks the permutations are more than a reader or we want to go through. */
const MAX_BLOCKS = 5;

/** The terms of a coupling's recursion, one representative an orbit under exchange of its blocks. */
export function groupPermutations(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily,
  labels: readonly SampleLabel[],
): TermOrbit[] {
  const blocks = family.blocks.map((slots) => slots.map((slot) => sampleOf(labels[slot] as SampleLabel)));
  const terms = ring.terms(value);
  if (blocks.length < 2 || blocks.length > MAX_BLOCKS) return terms.map((term) => ({ term, others: 0 }));
  const relabellings = permutations(blocks).map((permuted) => {
    const target = new Map(blocks.flat().map((label, k) => [label, permuted.flat()[k] as SampleLabel]));
    return (label: SampleLabel): SampleLabel => target.get(label) ?? label;
  });
  const orbits = new Map<string, Term[]>();
  for (const term of terms) {
    const key = relabellings.map((assign) => termKey(term, assign)).reduce((p, q) => (p < q ? p : q));
    orbits.set(key, [...(orbits.get(key) ?? []), term]);
  }
  return [...orbits.values()].map((orbit) => ({ term: orbit[0] as Term, others: orbit.length - 1 }));
}

function termKey({ coefficient, factors }: Term, assign: (label: SampleLabel) => SampleLabel): string {
  const keys = factors.map(({ atom, exponent }) => `${atomKey(relabelSamples(atom, assign))}^${exponent}`);
  return `${formatRational(coefficient)} ${keys.sort().join('*')}`;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, k) =>
    permutations(items.filter((_, other) => other !== k)).map((rest) => [item, ...rest]),
  );
}
