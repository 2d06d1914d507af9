/**
 * Kernels of gated units whose pre-activations all read one function of the layer below: K'_p = bias_p + weight_p M with one M, a polynomial in
 * averages and kernels. After one layer they lie on a line, and their flow is that of one variable.
 */
import { atomKey, type Atom } from '../atom.ts';
import type { Polynomial, Ring, Term } from '../polynomial.ts';
import { ONE, divideRationals } from '../rational.ts';
import type { KernelMap } from './kernelMap.ts';

export interface SharedAverage {
  /** Polynomials in parameters, one for each kernel. */
  readonly biases: readonly Polynomial<Atom>[];
  readonly weights: readonly Polynomial<Atom>[];
  /** M; of weight 1 in the term it was read off. */
  readonly average: Polynomial<Atom>;
}

/** Undefined where pre-activations read different functions. */
export function sharedAverage({ ring, nexts }: KernelMap): SharedAverage | undefined {
  const parts = nexts.map((next) => byAverage(ring, next));
  const keys = [...new Set(parts.flatMap(({ weights }) => [...weights.keys()]))];
  const [pivot] = keys;
  if (pivot === undefined) return undefined;
  const weightOf = (k: number, key: string): Polynomial<Atom> =>
    parts[k]!.weights.get(key)?.weight ?? ring.zero;
  const isShared = parts.every((_, k) =>
    keys.every((key) =>
      ring.equal(
        ring.multiply(weightOf(k, key), weightOf(0, pivot)),
        ring.multiply(weightOf(0, key), weightOf(k, pivot)),
      ),
    ),
  );
  if (!isShared) return undefined;
  // Where the terms of M have weights in a ratio that is no number, M would have parameters in it.
  const ratios = keys.map((key) => numericRatio(ring, weightOf(0, key), weightOf(0, pivot)));
  if (ratios.some((ratio) => ratio === undefined)) return undefined;
  return {
    biases: parts.map(({ bias }) => bias),
    weights: parts.map((_, k) => weightOf(k, pivot)),
    average: ring.sum(
      keys.map((key, i) => {
        const rest = parts.map(({ weights }) => weights.get(key)?.rest).find((each) => each !== undefined)!;
        return ring.multiply(rest, ratios[i]!);
      }),
    ),
  };
}

interface Grouped {
  readonly rest: Polynomial<Atom>;
  readonly weight: Polynomial<Atom>;
}

/** Terms by what they are apart from parameters. */
function byAverage(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
): { readonly bias: Polynomial<Atom>; readonly weights: ReadonlyMap<string, Grouped> } {
  const weights = new Map<string, Grouped>();
  const biases: Term<Atom>[] = [];
  for (const { coefficient, factors } of ring.terms(value)) {
    const own = factors.filter(({ atom }) => atom.kind === 'parameter' || atom.kind === 'scalar');
    const rest = factors.filter((factor) => !own.includes(factor));
    if (rest.length === 0) {
      biases.push({ coefficient, factors });
      continue;
    }
    const key = rest
      .map(({ atom, exponent }) => `${atomKey(atom)}^${exponent}`)
      .sort()
      .join(' ');
    const weight = ring.fromTerms([{ coefficient, factors: own }]);
    const known = weights.get(key);
    weights.set(key, {
      rest: ring.fromTerms([{ coefficient: ONE, factors: rest }]),
      weight: known ? ring.add(known.weight, weight) : weight,
    });
  }
  return { bias: ring.fromTerms(biases), weights };
}

/** a / b where that is a number. */
function numericRatio(
  ring: Ring<Atom>,
  a: Polynomial<Atom>,
  b: Polynomial<Atom>,
): Polynomial<Atom> | undefined {
  const [first] = ring.terms(a);
  const [second] = ring.terms(b);
  if (!second) return undefined;
  if (!first) return ring.zero;
  for (const { coefficient } of ring.terms(b)) {
    const constant = ring.constant(divideRationals(first.coefficient, coefficient));
    if (ring.equal(a, ring.multiply(constant, b))) return constant;
  }
  return undefined;
}
