/** Exact values of polynomials, Gaussian moments and series in 1/n, for oracles that share no code with the engine. */
import type { Atom } from '../../theory/atom.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import {
  addRationals,
  multiplyRationals,
  ONE,
  powerOfRational,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';

/** Coefficients of n^0, n^-1, ..., n^-order. */
export type NumberSeries = readonly Rational[];

export function evaluateExactly(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  atomValue: (atom: Atom) => Rational,
): Rational {
  const term = ({ coefficient, factors }: ReturnType<typeof ring.terms>[number]): Rational =>
    factors
      .map(({ atom, exponent }) => powerOfRational(atomValue(atom), exponent))
      .reduce(multiplyRationals, coefficient);
  return ring.terms(value).map(term).reduce(addRationals, ZERO);
}

/** `1 * 3 * 5 * ... * (2m - 1)`, the number of pairings of 2m legs. */
export function doubleFactorial(m: number): number {
  return m <= 0 ? 1 : (2 * m - 1) * doubleFactorial(m - 1);
}

/** All ways to split a list into pairs. */
export function matchings<T>(items: readonly T[]): (readonly [T, T])[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return rest.flatMap((partner, k) =>
    matchings(rest.filter((_, other) => other !== k)).map((pairs): (readonly [T, T])[] => [
      [first, partner],
      ...pairs,
    ]),
  );
}

export function constantNumbers(value: Rational, order: number): NumberSeries {
  return [value, ...Array.from({ length: order }, () => ZERO)];
}

export function addNumbers(a: NumberSeries, b: NumberSeries): NumberSeries {
  return a.map((value, k) => addRationals(value, b[k]!));
}

export function multiplyNumbers(a: NumberSeries, b: NumberSeries): NumberSeries {
  return a.map((_, n) =>
    a
      .slice(0, n + 1)
      .map((value, k) => multiplyRationals(value, b[n - k]!))
      .reduce(addRationals, ZERO),
  );
}

export function scaleNumbers(a: NumberSeries, factor: Rational): NumberSeries {
  return a.map((value) => multiplyRationals(value, factor));
}

/** `(ratio / n)^power`, zero where that is beyond the order. */
export function inverseWidthPower(ratio: Rational, power: number, order: number): NumberSeries {
  return Array.from({ length: order + 1 }, (_, k) => (k === power ? powerOfRational(ratio, power) : ZERO));
}

/** E[x^m] for m = 0 ... of a variable with the given cumulants (entry 0 is the mean), as series in 1/n. */
export function momentsOf(cumulants: readonly NumberSeries[], highest: number): NumberSeries[] {
  const order = cumulants[0]!.length - 1;
  const moments = [constantNumbers(ONE, order)];
  for (let m = 1; m <= highest; m++) {
    const parts = cumulants
      .slice(0, m)
      .map((cumulant, j) =>
        scaleNumbers(multiplyNumbers(cumulant, moments[m - 1 - j]!), rational(binomial(m - 1, j))),
      );
    moments.push(parts.reduce(addNumbers));
  }
  return moments;
}

export function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}
