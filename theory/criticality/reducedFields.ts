/**
 * Couplings of gated units whose pre-activations read one function of the layer below: those of z alone with other pre-activations are those of the
 * first, times a ratio of weights for each pair of legs, and those with two pre-activations on one neuron
 * vanish. That is read off the recursions, coupling by coupling, and where it does not
 * hold (weights of different laws) the couplings stay as they are.
 */
import { couplingAtom, couplingKey, type Atom } from '../atom.ts';
import type { CouplingFamily, SampleLabel } from '../coupling.ts';
import { symbol, type Expr } from '../expression.ts';
import { areMixed, fieldOf, labelOf, sampleOf } from '../label.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import type { Recursion, Theory } from '../theory.ts';
import { quotient } from './constants.ts';
import { carryOutMoments, type KernelMap } from './kernelMap.ts';
import { constantExpr } from './kernelRatios.ts';
import { specialiseToOneSample } from '../expandSamples.ts';
import { sharedAverage } from './sharedAverage.ts';

/** Rewrites a polynomial at one sample. */
export function reducedFields(theory: Theory, map: KernelMap): (value: Polynomial<Atom>) => Polynomial<Atom> {
  const { ring } = theory;
  const shared = map.labels.length > 1 ? sharedAverage(map) : undefined;
  if (!shared) return (value) => value;
  const first = fieldOf(map.labels[0]!);
  const weights = new Map(map.labels.map((label, k) => [fieldOf(label), shared.weights[k]!]));
  const exprs = new Map(
    [...weights].map(([field, weight]) => [
      field,
      constantExpr(ring, weight, { parameter: symbol, scalar: (expression) => expression }),
    ]),
  );
  const isFollowed = proportional(theory, first, weights);
  return (value) =>
    ring.substitute(value, (atom) => {
      if (
        atom.kind !== 'coupling' ||
        atom.order === 0 ||
        !isFollowed.has(couplingKey(atom.family, atom.order))
      )
        return undefined;
      if (atom.family.blocks.some((slots) => areMixed(slots.map((slot) => atom.samples[slot]!))))
        return ring.zero;
      const others = atom.samples.filter((label) => fieldOf(label) !== first);
      if (others.length === 0) return undefined;
      const inFirst = couplingAtom(
        atom.family,
        atom.order,
        atom.samples.map((label) => inField(label, first)),
      );
      return pairs(others).reduce(
        (product, field) =>
          ring.multiply(product, ring.atom(scalarRatio(exprs.get(field)!, exprs.get(first)!))),
        ring.atom(inFirst),
      );
    });
}

function scalarRatio(weight: Expr, first: Expr): Atom {
  return { kind: 'scalar', expression: quotient(weight, first) };
}

function inField(label: SampleLabel, field: string | undefined): SampleLabel {
  return labelOf(field, sampleOf(label));
}

/** One field for every two legs with it; legs of a block have the same field. */
function pairs(labels: readonly SampleLabel[]): (string | undefined)[] {
  const fields = [...new Set(labels.map(fieldOf))];
  return fields.flatMap((field) => {
    const count = labels.filter((label) => fieldOf(label) === field).length;
    return Array.from({ length: count / 2 }, () => field);
  });
}

/**
 * Keys of the couplings of z alone whose recursions for all choices of pre-activations are proportional:
 * weight_first X'[p] = weight_p X'[first] for every pair of legs.
 */
function proportional(
  { ring, recursions }: Theory,
  first: string | undefined,
  weights: ReadonlyMap<string | undefined, Polynomial<Atom>>,
): ReadonlySet<string> {
  const groups = new Map<string, Recursion[]>();
  for (const recursion of recursions) {
    const key = couplingKey(recursion.family, recursion.order);
    if (recursion.order > 0 && isOfZ(recursion.family))
      groups.set(key, [...(groups.get(key) ?? []), recursion]);
  }
  const holds = ([, group]: readonly [string, readonly Recursion[]]): boolean => {
    const reference = group.find(({ samples }) => samples.every((label) => fieldOf(label) === first));
    return (
      reference !== undefined &&
      group.every((recursion) => {
        const fields = pairs(recursion.samples);
        const scaled = (
          value: Polynomial<Atom>,
          factors: readonly (string | undefined)[],
        ): Polynomial<Atom> =>
          factors.reduce(
            (product, field) => ring.multiply(product, weights.get(field)!),
            oneSampleOf(ring, value),
          );
        return ring.equal(
          scaled(
            recursion.value,
            fields.map(() => first),
          ),
          scaled(reference.value, fields),
        );
      })
    );
  };
  return new Set([...groups].filter(holds).map(([key]) => key));
}

function isOfZ({ fields }: CouplingFamily): boolean {
  return fields.every(({ name }) => name === 'z');
}

function oneSampleOf(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  const single = carryOutMoments(ring, specialiseToOneSample(ring, value));
  return ring.substitute(single, (atom) => (atom.kind === 'width-ratio' ? ring.one : undefined));
}
