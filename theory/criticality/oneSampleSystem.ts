/** All recursions of a theory at one sample, each after those it needs: a triangular system over the flow of the kernel. */
import { atomKey, couplingAtom, type Atom, type CouplingAtom } from '../atom.ts';
import { functionSlot, pointsOf, zFamily } from '../coupling.ts';
import { couplingName } from '../couplingName.ts';
import { specialiseToOneSample } from '../expandSamples.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import type { Recursion, Theory } from '../theory.ts';
import { fieldOf, atSample } from '../label.ts';
import { carryOutMoments, kernelMap } from './kernelMap.ts';
import { reducedFields } from './reducedFields.ts';

/** X' = factor X + source, both polynomials in averages, parameters and couplings that come before. */
export interface OneSampleRecursion {
  readonly key: string;
  /** `G1`, `V`, `Theta1` */
  readonly name: string;
  readonly coupling: CouplingAtom;
  readonly factor: Polynomial<Atom>;
  readonly source: Polynomial<Atom>;
  /**
   * How it scales with the kernel and the tangent kernel: K^(nodes / 2 - edges) Theta^edges, with a learning rate of the size of
   * Theta / K for each summed parameter.
   */
  readonly dimension: { readonly kernel: number; readonly tangent: number };
}

export interface OneSampleSystem {
  readonly ring: Ring<Atom>;
  /** K'; of gated units that of the first pre-activation, whose couplings stand for those of all. */
  readonly kernel: Polynomial<Atom>;
  /** K' of every pre-activation. */
  readonly kernels: readonly Polynomial<Atom>[];
  readonly recursions: readonly OneSampleRecursion[];
  /** A polynomial at one sample in the couplings that are followed. */
  readonly reduced: (value: Polynomial<Atom>) => Polynomial<Atom>;
  /** Couplings that determine one another or end on functions: left out, with all that needs them. */
  readonly entangled: readonly string[];
}

export function oneSampleSystem(theory: Theory): OneSampleSystem {
  const { ring } = theory;
  const map = kernelMap(theory);
  const first = map.labels[0]!;
  const reduce = reducedFields(theory, map);
  const values = theory.recursions
    .filter(({ samples }) => samples.every((label) => fieldOf(label) === fieldOf(first)))
    .map((recursion) => {
      const coupling = oneSample(recursion);
      const value = reduce(atOneSample(theory, recursion.value));
      return { key: atomKey(coupling), name: nameOf(recursion), coupling, value };
    });
  const isKernel = (key: string): boolean => key === atomKey(couplingAtom(zFamily(2), 0, [first, first]));
  const known = new Set(map.labels.map((label) => atomKey(couplingAtom(zFamily(2), 0, [label, label]))));
  const recursions: OneSampleRecursion[] = [];
  // Couplings that end on functions have no numbers at one layer, nor has what needs them a recursion in numbers.
  let left = values.filter(({ key }) => !isKernel(key));
  for (let grown = true; grown;) {
    const ready = left.filter(
      ({ key, value, coupling }) =>
        functionSlot(coupling.family) < 0 &&
        couplingsIn(ring, value).every((other) => other === key || known.has(other)),
    );
    grown = ready.length > 0;
    ready.forEach(({ key }) => known.add(key));
    recursions.push(...ready.flatMap((each) => linear(ring, each)));
    left = left.filter(({ key }) => !known.has(key));
  }
  return {
    ring,
    kernel: map.next,
    kernels: map.nexts,
    recursions,
    reduced: reduce,
    entangled: left.map(({ name }) => name),
  };
}

/** All free samples one, layers of equal width, powers of z carried out. */
export function atOneSample({ ring }: Theory, value: Polynomial<Atom>): Polynomial<Atom> {
  const single = carryOutMoments(ring, specialiseToOneSample(ring, value));
  return ring.substitute(single, (atom) => (atom.kind === 'width-ratio' ? ring.one : undefined));
}

function oneSample({ family, order, samples }: Recursion): CouplingAtom {
  return couplingAtom(
    family,
    order,
    samples.map((label) => atSample(label, '1')),
  );
}

function nameOf({ family, order }: Recursion): string {
  const { letter, correction } = couplingName(family, order);
  return `${letter}${correction || ''}`;
}

/** Whether all couplings of a reduced polynomial are among those followed. */
export function isFollowed({ ring, recursions }: OneSampleSystem, value: Polynomial<Atom>): boolean {
  const known = new Set(recursions.map(({ key }) => key));
  return ring
    .terms(value)
    .every(({ factors }) =>
      factors.every(
        ({ atom }) =>
          (atom.kind !== 'coupling' && atom.kind !== 'function-coupling') ||
          known.has(atomKey(atom)) ||
          (atom.kind === 'coupling' && atom.order === 0 && atom.family.key === zFamily(2).key),
      ),
    );
}

function couplingsIn(ring: Ring<Atom>, value: Polynomial<Atom>): string[] {
  return ring
    .terms(value)
    .flatMap(({ factors }) =>
      factors.flatMap(({ atom }) =>
        atom.kind === 'coupling' || atom.kind === 'function-coupling' ? [atomKey(atom)] : [],
      ),
    );
}

interface Unsplit {
  readonly key: string;
  readonly name: string;
  readonly coupling: CouplingAtom;
  readonly value: Polynomial<Atom>;
}

/** None when the coupling enters its own recursion in a higher power. */
function linear(ring: Ring<Atom>, { key, name, coupling, value }: Unsplit): OneSampleRecursion[] {
  const terms = ring.terms(value);
  const own = (atom: Atom): boolean => atom.kind === 'coupling' && atomKey(atom) === key;
  if (terms.some(({ factors }) => factors.some(({ atom, exponent }) => own(atom) && exponent > 1))) return [];
  const carried = terms.filter(({ factors }) => factors.some(({ atom }) => own(atom)));
  const { fields } = coupling.family;
  const edges = fields.reduce((sum, field) => sum + field.edges.length, 0);
  return [
    {
      ...{ key, name, coupling },
      factor: ring.fromTerms(
        carried.map(({ coefficient, factors }) => ({
          coefficient,
          factors: factors.filter(({ atom }) => !own(atom)),
        })),
      ),
      source: ring.fromTerms(terms.filter((term) => !carried.includes(term))),
      dimension: { kernel: pointsOf(coupling.family) / 2 - edges, tangent: edges },
    },
  ];
}
