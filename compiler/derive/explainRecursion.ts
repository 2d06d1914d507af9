/**
 * A recursion taken apart: the joint cumulant as a sum over set partitions of its clusters, with Moebius weights, every moment in it
 * as the sum of its summands, and the products of these by the monomial they land on.
 *
 * `jointCumulant` uses the recursive form of the same identity, which never writes the products out; that both give the same recursion
 * is asserted for every coefficient.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { atomKey, type Atom } from '../../theory/atom.ts';
import { leadingOrder } from '../../theory/coupling.ts';
import type { Cancellation, Contribution, ExplainedTerm } from '../../theory/explanation/explanation.ts';
import type { Polynomial, Ring, Term } from '../../theory/polynomial.ts';
import { termOrbits } from '../../theory/printRecursion.ts';
import { addRationals, compareRationals, ZERO, type Rational } from '../../theory/rational.ts';
import type { Recursion } from '../../theory/theory.ts';
import { clustersOf, contractLayer, type Layer } from './contractLayer.ts';
import { explainMoment, type MomentSummand } from './explainMoment.ts';
import { memoised, withoutConstants } from './jointCumulant.ts';
import type { Expansion } from './momentOfSums.ts';
import { setPartitions } from './partitions.ts';
import type { RowStatistic } from './rowStatistic.ts';

/**
 * The printed terms of a recursion with the contributions that add up to each, and what cancels. `normalise` is what was done to the
 * recursion after it was derived. Throws UserError when the budget is spent, and InternalError unless the contributions add up to
 * exactly the recursion.
 */
export function explainRecursion(
  ring: Ring<Atom>,
  layer: Layer,
  recursion: Recursion,
  expansion: Expansion,
  normalise: (value: Polynomial<Atom>) => Polynomial<Atom>,
): { readonly terms: ExplainedTerm[]; readonly cancellations: Cancellation[] } {
  const { family, order, samples, value } = recursion;
  const statistics = clustersOf(family, samples).map((cluster) => contractLayer(ring, layer, cluster));
  const ledgers = Array.from({ length: order + 1 }, (): Ledger => new Map());
  for (const product of cumulantProducts(ring, withoutConstants(statistics), expansion)) {
    expansion.budget.spend(1);
    enter(ring, ledgers[product.order] as Ledger, { ...product, value: normalise(product.value) });
  }
  const ledger = ledgers[order] as Ledger;
  assertComplete(ring, ledger, value);
  return {
    terms: termOrbits(ring, value, family, samples).map(({ term, others }) => ({
      term,
      permutations: others,
      contributions: (ledger.get(monomialKey(term)) as Entry).contributions,
    })),
    cancellations: cancellationsOf(ledgers, (power) => power < leadingOrder(family) || power === order),
  };
}

/** `value / n^order`, a product of summands of moments with its weight in the joint cumulant. */
interface CumulantProduct {
  readonly order: number;
  readonly value: Polynomial<Atom>;
  readonly moebius: number;
  readonly moments: Contribution['moments'];
}

function* cumulantProducts(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  expansion: Expansion,
): Generator<CumulantProduct> {
  const moment = memoised((subset) =>
    explainMoment(
      ring,
      subset.map((k) => statistics[k] as RowStatistic),
      expansion,
    ),
  );
  for (const partition of setPartitions(statistics.map((_, k) => k))) {
    const moebius = moebiusWeight(partition.length);
    const start = {
      order: 0,
      value: ring.constant({ numerator: BigInt(moebius), denominator: 1n }),
      moebius,
      moments: [],
    };
    yield* productsOf(ring, partition.map(moment), start, expansion.maxOrder);
  }
}

/** (-1)^(m-1) (m-1)! */
function moebiusWeight(parts: number): number {
  return parts <= 1 ? 1 : -(parts - 1) * moebiusWeight(parts - 1);
}

/** Every choice of one summand of each moment, those beyond 1/n^maxOrder left out. */
function* productsOf(
  ring: Ring<Atom>,
  moments: readonly (readonly MomentSummand[])[],
  before: CumulantProduct,
  maxOrder: number,
): Generator<CumulantProduct> {
  const [first, ...rest] = moments;
  if (!first) {
    yield before;
    return;
  }
  for (const { order, value, origin } of first) {
    if (before.order + order > maxOrder) continue;
    const next = {
      order: before.order + order,
      value: ring.multiply(before.value, value),
      moebius: before.moebius,
      moments: [...before.moments, origin],
    };
    yield* productsOf(ring, rest, next, maxOrder);
  }
}

interface Entry {
  sum: Rational;
  readonly contributions: Contribution[];
}

/** The contributions to one power of 1/n, by monomial. */
type Ledger = Map<string, Entry>;

function enter(ring: Ring<Atom>, ledger: Ledger, { value, moebius, moments }: CumulantProduct): void {
  for (const term of ring.terms(value)) {
    const key = monomialKey(term);
    const entry = ledger.get(key) ?? { sum: ZERO, contributions: [] };
    entry.sum = addRationals(entry.sum, term.coefficient);
    entry.contributions.push({ weight: term.coefficient, moebius, moments });
    ledger.set(key, entry);
  }
}

function monomialKey({ factors }: Term<Atom>): string {
  return factors
    .map(({ atom, exponent }) => `${atomKey(atom)}^${exponent}`)
    .sort()
    .join('*');
}

function assertComplete(ring: Ring<Atom>, ledger: Ledger, value: Polynomial<Atom>): void {
  const expected = new Map(ring.terms(value).map((term) => [monomialKey(term), term.coefficient]));
  for (const [key, { sum }] of ledger)
    if (compareRationals(sum, expected.get(key) ?? ZERO) !== 0)
      throw new InternalError(`the contributions to ${key} do not add up to its coefficient`);
  for (const key of expected.keys())
    if (!ledger.has(key)) throw new InternalError(`nothing contributes to ${key}`);
}

function cancellationsOf(ledgers: readonly Ledger[], wanted: (order: number) => boolean): Cancellation[] {
  return ledgers.flatMap((ledger, order) => {
    const gone = [...ledger.values()].filter(({ sum }) => sum.numerator === 0n);
    if (!wanted(order) || gone.length === 0) return [];
    const contributions = gone.reduce((total, entry) => total + entry.contributions.length, 0);
    return [{ order, terms: gone.length, contributions }];
  });
}
