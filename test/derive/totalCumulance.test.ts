import { describe, expect, it } from 'vitest';
import type { Atom } from '../../theory/atom.ts';
import {
  formatRational,
  multiplyRationals,
  ONE,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';
import { evaluateExactly } from './evaluateExactly.ts';
import { atomRing, mlpRecursions, singleInputRecursions, type P } from './mlp.ts';
import { nextCumulants, type Values } from './totalCumulance.ts';

const ORDER = 3;
const ring = atomRing();
const derived = singleInputRecursions(ring, mlpRecursions(ring, ORDER));

/** Coupling names by number of pairs and power of 1/n. */
const NAMES: Readonly<Record<string, readonly [pairs: number, order: number]>> = {
  K: [1, 0],
  G1: [1, 1],
  G2: [1, 2],
  G3: [1, 3],
  V: [2, 1],
  V2: [2, 2],
  V3: [2, 3],
  U: [3, 2],
  U3: [3, 3],
  Z8: [4, 3],
};

/** Deterministic pseudo-random rationals. */
function numbers(seed: number): (key: string) => Rational {
  return (key) => {
    let state = seed;
    for (const character of key) state = (Math.imul(state, 31) + character.charCodeAt(0)) | 0;
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return rational(((state >>> 3) % 19) - 9 || 5, ((state >>> 9) % 7) + 1);
  };
}

/** d/dz twice is 2 d/dK, so 2k derivatives give 2^k. */
function atomValue(atom: Atom, number: (key: string) => Rational): Rational {
  if (atom.kind === 'parameter') return number(atom.name);
  if (atom.kind === 'coupling') return number(`coupling ${atom.family.fields.length / 2} ${atom.order}`);
  if (atom.kind !== 'average') throw new Error(`unexpected atom ${atom.kind}`);
  const k = atom.derivatives.length / 2;
  return multiplyRationals(rational(2 ** k), number(`average ${(atom.locals[0]?.power ?? 0) / 2} ${k}`));
}

function oracleValues(number: (key: string) => Rational): Values {
  const series = (pairs: number): Rational[] =>
    Array.from({ length: ORDER + 1 }, (_, order) =>
      order < Math.max(1, pairs - 1) ? ZERO : number(`coupling ${pairs} ${order}`),
    );
  return {
    order: ORDER,
    weightVariance: number('C_W'),
    biasVariance: number('C_b'),
    average: (p, k) => number(`average ${p} ${k}`),
    cumulants: [1, 2, 3, 4].map(series),
  };
}

describe('law of total cumulance through 1/n^3', () => {
  it('covers every derived coupling', () => {
    expect([...derived.keys()].sort()).toEqual(Object.keys(NAMES).sort());
  });

  it.each([1, 2, 3])('agrees exactly with the engine at random values (%i)', (seed) => {
    const number = numbers(seed);
    const expected = nextCumulants(oracleValues(number), 4);
    for (const [name, [pairs, order]] of Object.entries(NAMES)) {
      const value = evaluateExactly(ring, derived.get(name) as P, (atom) => atomValue(atom, number));
      expect(`${name} ${formatRational(value)}`).toBe(
        `${name} ${formatRational(expected[pairs - 1]?.[order] ?? ONE)}`,
      );
    }
  });
});
