/**
 * What the theory says about one component, in the form a comparison needs: the orders kept, the first one left out, and how large
 * the ones after it may be.
 */

/** One component of an observable at the last layer as a series in 1/n. */
export interface Prediction {
  readonly observable: string;
  /** Samples counted from 1, in the order of the observable's left side. */
  readonly indices: readonly number[];
  /** Coefficient of n^-power, n being the study's reference width: the value is the sum of coefficient n^-power. */
  readonly orders: ReadonlyMap<number, number>;
}

/** A term `coefficient n^-power` whose coefficient is only known to be of size `deviation`. */
export interface UnknownTerm {
  readonly power: number;
  readonly deviation: number;
}

/** A claim `value(n)` to hold against measurements. */
export interface Claim {
  readonly value: (n: number) => number;
  /** The derived first order left out, at n; null where it is not known. */
  readonly neglected: (n: number) => number | null;
  /** Orders beyond, treated as random with these deviations. */
  readonly unknown: readonly UnknownTerm[];
  /** The power of 1/n whose coefficient is on trial, and the size of that part of the value. */
  readonly power: number;
  readonly part: (n: number) => number;
  /** Power with which measured minus value falls off; null when the value is exact or the power is unknown. */
  readonly expectedExponent: number | null;
}

/**
 * The claim that the series through n^-order is right. On trial is its highest kept coefficient that is not zero.
 *
 * The order after the neglected one is estimated by geometric growth: the largest of 1, |first neglected / last kept| and |last kept /
 * the one before| (each per power of 1/n) times the larger of the last two coefficients, since one of them may be small by
 * cancellation; the one after that by the same ratio again. Measurements may enlarge both (`tail.ts`). A neglected
 * coefficient that vanishes ends the series. One that is not known is given the size of the last kept one times
 * the ratio, or times the depth when that is larger.
 */
export function derivedClaim(orders: ReadonlyMap<number, number>, order: number, depth: number): Claim {
  const kept = nonzeroTerms(orders).filter(([power]) => power <= order);
  const [power, coefficient] = kept.at(-1) ?? [order, 0];
  return {
    value: (n) => sumTerms(kept, n),
    ...beyond(order, coefficient, orders, depth),
    power,
    part: (n) => Math.abs(coefficient) * n ** -power,
    expectedExponent: nonzeroTerms(orders).find(([p]) => p > order)?.[0] ?? null,
  };
}

/**
 * The claim that a formula of the user's is right as far as it goes: through the highest power of 1/n it has. What follows
 * is taken from the derived series. On trial is the whole value.
 */
export function statedClaim(
  stated: ReadonlyMap<number, number>,
  derived: ReadonlyMap<number, number>,
  depth: number,
): Claim {
  const terms = nonzeroTerms(stated);
  const [power] = nonzeroTerms(derived)[0] ?? terms[0] ?? [0];
  const [last, coefficient] = terms.at(-1) ?? [power, 0];
  const value = (n: number) => sumTerms(terms, n);
  return {
    value,
    ...beyond(last, coefficient, derived, depth),
    power,
    part: (n) => Math.abs(value(n)),
    expectedExponent: null,
  };
}

/** What a derived series says about the powers after n^-last, whose coefficient is `coefficient`. */
function beyond(
  last: number,
  coefficient: number,
  orders: ReadonlyMap<number, number>,
  depth: number,
): Pick<Claim, 'neglected' | 'unknown'> {
  const next = orders.get(last + 1);
  const terms = nonzeroTerms(orders).filter(([power]) => power <= last + 1);
  const growth = growthRatio(terms);
  const ends = terms.at(-1)?.[0] !== last + 1;
  return {
    neglected: (n) => (next === undefined ? null : next * n ** -(last + 1)),
    unknown:
      next === undefined
        ? geometricTail(last + 1, Math.abs(coefficient) * Math.max(growth, depth), growth)
        : geometricTail(
            last + 2,
            ends ? 0 : Math.max(Math.abs(next), Math.abs(coefficient)) * growth,
            growth,
          ),
  };
}

/** Two terms are enough: the next is smaller by another factor of growth / n. */
function geometricTail(power: number, deviation: number, growth: number): readonly UnknownTerm[] {
  if (deviation === 0) return [];
  return [
    { power, deviation },
    { power: power + 1, deviation: deviation * growth },
  ];
}

/** Coefficients that are not rounding noise, by increasing power. */
function nonzeroTerms(orders: ReadonlyMap<number, number>): readonly (readonly [number, number])[] {
  const largest = Math.max(0, ...[...orders.values()].map(Math.abs));
  return [...orders].filter(([, c]) => Math.abs(c) > 1e-13 * largest).sort(([p], [q]) => p - q);
}

/** The largest growth per power of 1/n among the last three terms, at least 1. */
function growthRatio(terms: readonly (readonly [number, number])[]): number {
  const recent = terms.slice(-3);
  const ratios = recent.slice(1).map(([power, coefficient], at) => {
    const [previousPower, previous] = recent[at]!;
    return Math.abs(coefficient / previous) ** (1 / (power - previousPower));
  });
  return Math.max(1, ...ratios);
}

function sumTerms(terms: readonly (readonly [number, number])[], n: number): number {
  return terms.reduce((sum, [power, coefficient]) => sum + coefficient * n ** -power, 0);
}
