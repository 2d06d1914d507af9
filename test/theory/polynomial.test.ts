import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing, type Polynomial, type Ring } from '../../theory/polynomial.ts';
import { formatRational, rational } from '../../theory/rational.ts';
import { naive, naiveAdd, naiveMultiply, type Naive, type RawTerm } from './naivePolynomial.ts';

const NAMES = ['x', 'y', 'z'];

const coefficient = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER),
);
const exponent = fc.integer({ min: 0, max: 3 });
const rawTerm: fc.Arbitrary<RawTerm> = fc.record({
  numerator: coefficient,
  denominator: fc.constantFrom(1, 1, 2, 3, 4, 6, 30, 97),
  exponents: fc.tuple(exponent, exponent, exponent),
});
const rawPolynomial = fc.array(rawTerm, { maxLength: 7 });

function newRing(): Ring<string> {
  return createRing<string>({ key: (name) => name });
}

function build(ring: Ring<string>, terms: readonly RawTerm[]): Polynomial<string> {
  return ring.fromTerms(
    terms.map(({ numerator, denominator, exponents }) => ({
      coefficient: rational(numerator, denominator),
      factors: exponents.map((e, k) => ({ atom: NAMES[k]!, exponent: e })),
    })),
  );
}

/** What a polynomial holds, in the oracle's form. */
function read(ring: Ring<string>, p: Polynomial<string>): Record<string, string> {
  return Object.fromEntries(
    ring.terms(p).map(({ coefficient: value, factors }) => {
      const powers = NAMES.map((name) => factors.find(({ atom }) => atom === name)?.exponent ?? 0);
      return [powers.join(), formatRational(value)];
    }),
  );
}

function expected(p: Naive): Record<string, string> {
  return Object.fromEntries([...p].map(([monomial, value]) => [monomial, formatRational(value)]));
}

describe('polynomial ring against the written-out oracle', () => {
  it('adds, subtracts and multiplies', () => {
    fc.assert(
      fc.property(rawPolynomial, rawPolynomial, (a, b) => {
        const ring = newRing();
        const [p, q] = [build(ring, a), build(ring, b)];
        expect(read(ring, ring.add(p, q))).toEqual(expected(naiveAdd(naive(a), naive(b))));
        expect(read(ring, ring.multiply(p, q))).toEqual(expected(naiveMultiply(naive(a), naive(b))));
        expect(ring.equal(ring.add(ring.subtract(p, q), q), p)).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('takes powers, by the multinomial theorem or factor by factor', () => {
    fc.assert(
      fc.property(fc.array(rawTerm, { maxLength: 4 }), fc.integer({ min: 0, max: 5 }), (a, power) => {
        const ring = newRing();
        let product: Naive = naive([{ numerator: 1, denominator: 1, exponents: [0, 0, 0] }]);
        for (let k = 0; k < power; k++) product = naiveMultiply(product, naive(a));
        expect(read(ring, ring.power(build(ring, a), power))).toEqual(expected(product));
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  it('holds equal data for equal polynomials, however they were made', () => {
    fc.assert(
      fc.property(rawPolynomial, rawPolynomial, rawPolynomial, (a, b, c) => {
        const ring = newRing();
        const [p, q, r] = [build(ring, a), build(ring, b), build(ring, c)];
        const left = ring.multiply(ring.add(p, q), r);
        const right = ring.sumOfProducts([
          [r, q],
          [p, r],
        ]);
        expect(ring.equal(left, right)).toBe(true);
        expect([left.monomials, left.coefficients, left.denominator]).toEqual([
          right.monomials,
          right.coefficients,
          right.denominator,
        ]);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('substitutes as multiplying out by hand does', () => {
    fc.assert(
      fc.property(rawPolynomial, fc.array(rawTerm, { maxLength: 3 }), (a, b) => {
        const ring = newRing();
        const replacement = build(ring, b);
        const result = ring.substitute(build(ring, a), (name) => (name === 'x' ? replacement : undefined));
        let byHand: Naive = new Map();
        for (const term of a) {
          const [power, ...rest] = term.exponents;
          let product = naive([{ ...term, exponents: [0, ...rest] }]);
          for (let k = 0; k < power; k++) product = naiveMultiply(product, naive(b));
          byHand = naiveAdd(byHand, product);
        }
        expect(read(ring, result)).toEqual(expected(byHand));
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('replaces all atoms at once: x and y change places', () => {
    const ring = newRing();
    const [x, y] = [ring.atom('x'), ring.atom('y')];
    const p = ring.add(ring.multiply(ring.power(x, 2), y), x);
    const swapped = ring.substitute(p, (name) => (name === 'x' ? y : x));
    expect(ring.equal(swapped, ring.add(ring.multiply(ring.power(y, 2), x), y))).toBe(true);
  });
});

describe('polynomial ring', () => {
  it('passes from safe integers to large ones and back exactly', () => {
    const ring = newRing();
    const x = ring.atom('x');
    const large = ring.scale(x, rational(Number.MAX_SAFE_INTEGER));
    const square = ring.multiply(large, large);
    expect(formatRational(ring.terms(square)[0]!.coefficient)).toBe(String(9007199254740991n ** 2n));
    const back = ring.subtract(ring.add(large, x), large);
    expect(back.coefficients).toEqual([1]);
  });

  it('gives the central coefficient of (1 + x + y + z + t)^20', () => {
    const ring = newRing();
    const sum = ring.sum([ring.one, ...['x', 'y', 'z', 't'].map((name) => ring.atom(name))]);
    const p = ring.power(sum, 20);
    expect(ring.termCount(p)).toBe(10626);
    const central = ring
      .terms(p)
      .find(({ factors }) => factors.length === 4 && factors.every((f) => f.exponent === 4));
    // 20! / (4!)^5
    expect(central?.coefficient.numerator).toBe(2432902008176640000n / 24n ** 5n);
  });

  it('lists terms in an order that does not depend on how the ring was used before', () => {
    const first = newRing();
    const second = newRing();
    ['z', 'q', 'y', 'x'].forEach((name) => second.atom(name));
    const listed = [first, second].map((ring) => {
      const [x, y, z] = NAMES.map((name) => ring.atom(name)) as [
        Polynomial<string>,
        Polynomial<string>,
        Polynomial<string>,
      ];
      const p = ring.sum([ring.multiply(z, x), ring.power(y, 2), ring.power(x, 2), z, ring.one, x]);
      return ring
        .terms(p)
        .map(({ factors }) => factors.map(({ atom, exponent: e }) => `${atom}${e}`).join(''));
    });
    expect(listed[0]).toEqual(['', 'x1', 'z1', 'x2', 'x1z1', 'y2']);
    expect(listed[1]).toEqual(listed[0]);
  });

  it('merges atoms by key and keeps thousands of them apart', () => {
    const ring = createRing<{ readonly name: number }>({ key: ({ name }) => String(name) });
    const atoms = Array.from({ length: 3000 }, (_, name) => ring.atom({ name }));
    expect(ring.equal(ring.atom({ name: 17 }), atoms[17]!)).toBe(true);
    const squares = ring.sumOfProducts(atoms.map((p) => [p, p] as const));
    expect(ring.termCount(ring.subtract(squares, ring.power(atoms[5]!, 2)))).toBe(2999);
  });

  it('refuses polynomials of another ring and exponents that are no natural numbers', () => {
    const ring = newRing();
    const stranger = newRing().atom('x');
    expect(() => ring.add(ring.one, stranger)).toThrow(RangeError);
    expect(() => ring.multiply(stranger, ring.one)).toThrow(RangeError);
    expect(() => ring.multiply(ring.one, stranger)).toThrow(RangeError);
    expect(() => ring.power(ring.one, -1)).toThrow(RangeError);
    expect(() => ring.atom('x', 0.5)).toThrow(RangeError);
    expect(() => ring.power(ring.atom('x', 2 ** 20), 2 ** 20)).toThrow(RangeError);
  });

  it('still works after an operation was refused half way', () => {
    const ring = newRing();
    const [x, y] = [ring.atom('x', 2 ** 29), ring.atom('y')];
    const p = ring.add(x, y);
    expect(() => ring.power(p, 4)).toThrow(RangeError);
    const squared = ring.power(ring.add(ring.atom('z'), y), 2);
    expect(read(ring, squared)).toEqual({ '0,2,0': '1', '0,1,1': '2', '0,0,2': '1' });
  });
});
