/**
 * Terms that differ only by an exchange of sample indices that the coupling does not feel, such as (ab) with (cd), are printed once.
 */
import { atomKey, type Atom } from './atom.ts';
import type { CouplingFamily, SampleLabel } from './coupling.ts';
import type { Polynomial, Ring } from './polynomial.ts';
import { formatRational } from './rational.ts';
import { sampleOf } from './label.ts';
import { relabelSamples } from './relabelSamples.ts';

type Term = ReturnType<Ring<Atom>['terms']>[number];

/** A term that stands for itself and `others` more with its sample indices exchanged. */
export interface TermOrbit {
  readonly term: Term;
  readonly others: number;
}

/** Beyond this many permutations are more than a reader or we want to go through. */
const MAX_PERMUTATIONS = 100;

/** The terms of a coupling's recursion, one representative an orbit under the symmetries of the coupling. */
export function groupPermutations(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  family: CouplingFamily,
  labels: readonly SampleLabel[],
): TermOrbit[] {
  const letters = labels.map(sampleOf);
  const terms = ring.terms(value);
  const relabellings = symmetriesOf(family).map((moved) => {
    const target = new Map(letters.map((letter, slot) => [letter, letters[moved[slot]!]!]));
    return (label: SampleLabel): SampleLabel => target.get(label) ?? label;
  });
  if (relabellings.length < 2) return terms.map((term) => ({ term, others: 0 }));
  const orbits = new Map<string, Term[]>();
  for (const term of terms) {
    const key = relabellings.map((assign) => termKey(term, assign)).reduce((p, q) => (p < q ? p : q));
    orbits.set(key, [...(orbits.get(key) ?? []), term]);
  }
  return [...orbits.values()].map((orbit) => ({ term: orbit[0] as Term, others: orbit.length - 1 }));
}

/** Every exchange of slots that leaves the coupling as it is; only those of whole blocks, or none, where there are too many. */
function symmetriesOf({ symmetries, blocks }: CouplingFamily): readonly (readonly number[])[] {
  if (symmetries.length > 0) return symmetries.length <= MAX_PERMUTATIONS ? symmetries : [];
  const orders = permutations(blocks);
  const within = blocks.reduce<number>((product, block) => product * factorial(block.length), 1);
  if (orders.length > MAX_PERMUTATIONS) return [];
  if (orders.length * within > MAX_PERMUTATIONS) return orders.map((order) => order.flat());
  return orders.flatMap((order) =>
    order.reduce<number[][]>(
      (all, block) => all.flatMap((head) => permutations(block).map((tail) => [...head, ...tail])),
      [[]],
    ),
  );
}

function factorial(m: number): number {
  return m <= 1 ? 1 : m * factorial(m - 1);
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
