import { describe, expect, it } from 'vitest';
import type { Atom } from '../../theory/atom.ts';
import {
  addRationals,
  formatRational,
  multiplyRationals,
  ONE,
  powerOfRational,
  rational,
  rationalToNumber,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';
import { atomRing, mlpRecursions, singleInputRecursions, type P } from './mlp.ts';

/**
 * Deep linear networks are solvable at any width: with C_W = 1, C_b = 0 and a first kernel of 1 the fourth moment
 * of one neuron is 3 (1 + 2/n)^(l-1) (theory.md section 5). The general recursions, with sigma(z) = z put into
 * their averages, must reproduce every power of 1/n through the fourth.
 */
const ORDER = 4;
const DEPTH = 6;
const ring = atomRing();
const recursions = singleInputRecursions(ring, mlpRecursions(ring, ORDER));

/** `<d^k z^p>` for z of variance `kernel`. */
function linearAverage(power: number, derivatives: number, kernel: Rational): Rational {
  const left = power - derivatives;
  if (left < 0 || left % 2 === 1) return ZERO;
  const falling = Array.from({ length: derivatives }, (_, k) => power - k).reduce((a, b) => a * b, 1);
  const doubleFactorial = Array.from({ length: left / 2 }, (_, k) => 2 * k + 1).reduce((a, b) => a * b, 1);
  return multiplyRationals(rational(falling * doubleFactorial), powerOfRational(kernel, left / 2));
}

type Couplings = ReadonlyMap<string, Rational>;

const nameOf = (pairs: number, order: number): string => {
  if (pairs === 1) return order === 0 ? 'K' : `G${order}`;
  const letter = pairs === 2 ? 'V' : pairs === 3 ? 'U' : `Z${2 * pairs}`;
  return order === pairs - 1 ? letter : `${letter}${order}`;
};

function atomValue(atom: Atom, couplings: Couplings): Rational {
  switch (atom.kind) {
    case 'parameter':
      return atom.name === 'C_W' ? ONE : ZERO;
    case 'coupling':
      return couplings.get(nameOf(atom.family.fields.length / 2, atom.order)) ?? ZERO;
    case 'average':
      return linearAverage(atom.locals[0]?.power ?? 0, atom.derivatives.length, couplings.get('K') ?? ONE);
    default:
      throw new Error(`unexpected atom ${atom.kind}`);
  }
}

function evaluate(value: P, couplings: Couplings): Rational {
  return ring
    .terms(value)
    .map(({ coefficient, factors }) =>
      factors.reduce(
        (product, { atom, exponent }) =>
          multiplyRationals(product, powerOfRational(atomValue(atom, couplings), exponent)),
        coefficient,
      ),
    )
    .reduce(addRationals, ZERO);
}

function layers(): Couplings[] {
  const found: Couplings[] = [new Map([['K', ONE]])];
  while (found.length < DEPTH) {
    const previous = found.at(-1) as Couplings;
    found.push(new Map([...recursions].map(([name, value]) => [name, evaluate(value, previous)])));
  }
  return found;
}

/** The coefficients of x^0 ... x^4 in (1 + 2x)^power. */
function binomialSeries(power: number): number[] {
  return Array.from({ length: ORDER + 1 }, (_, k) =>
    Array.from({ length: k }, (_unused, j) => (2 * Math.max(0, power - j)) / (j + 1)).reduce(
      (a, b) => a * b,
      1,
    ),
  );
}

describe('deep linear network through 1/n^4', () => {
  it.each(layers().map((couplings, k) => [k + 1, couplings] as const))(
    'layer %i: mean exactly 1, fourth moment 3 (1 + 2/n)^(l-1)',
    (layer, couplings) => {
      for (let order = 1; order <= ORDER; order++)
        expect(formatRational(couplings.get(nameOf(1, order)) ?? ZERO)).toBe('0');
      // E[z^4] / 3 = E[g^2] = K^2 + V/n + V2/n^2 + ... when all G corrections vanish.
      const moment = [
        1,
        ...[1, 2, 3, 4].map((order) => rationalToNumber(couplings.get(nameOf(2, order)) ?? ZERO)),
      ];
      expect(moment).toEqual(binomialSeries(layer - 1));
    },
  );
});
