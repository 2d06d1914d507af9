/**
 * Unbiased estimators of joint moments and joint cumulants of any order from sums over independent draws.
 *
 * A cumulant is a combination of products of expectations over set partitions. A product E[A] E[B] ... is
 * estimated without bias by averaging A(s) B(t) ... over *distinct* draws s, t, ...; the sum over distinct draws is a
 * combination, by Moebius inversion, of products of plain sums S_X = sum_s X(s). The result for two variables
 * is the sample covariance, for one variable Fisher's k-statistics (Kendall and Stuart, chapter 12).
 */
import { moebius, setPartitions } from '../partitions.ts';

/** A product of variables, each named by its index, sorted: `[0, 0, 3]` is x0^2 x3. */
export type Monomial = readonly number[];

/** `sum of coefficient / (N (N-1) ... (N-draws+1)) * product of the sums of the monomials`. */
export interface Estimator {
  readonly terms: readonly {
    readonly coefficient: number;
    readonly draws: number;
    readonly factors: readonly Monomial[];
  }[];
  /** Fewest draws for which it is defined. */
  readonly minimumDraws: number;
}

/** The joint cumulant of the variables (repeats allowed): k-statistics and their multivariate kin. */
export function cumulantEstimator(variables: Monomial): Estimator {
  const products = setPartitions(variables.map((_, slot) => slot)).map((blocks) => ({
    weight: moebius(blocks.length),
    blocks: blocks.map((block) => block.map((slot) => variables[slot]!)),
  }));
  return productsEstimator(products);
}

/**
 * The moment E[prod (y_v + shift_v)] in terms of sums of products of y: linear in the sums, so unbiased as it is.
 */
export function momentEstimator(variables: Monomial, shift: (variable: number) => number): Estimator {
  const products = subsets(variables.map((_, slot) => slot)).map((kept) => ({
    weight: variables.reduce((product, v, slot) => (kept.includes(slot) ? product : product * shift(v)), 1),
    blocks: [kept.map((slot) => variables[slot]!)],
  }));
  return productsEstimator(products);
}

/** The value for `draws` draws, given the sum of each monomial over them. */
export function evaluateEstimator(
  estimator: Estimator,
  draws: number,
  sumOf: (monomial: Monomial) => number,
): number {
  return estimator.terms.reduce((total, { coefficient, draws: distinct, factors }) => {
    const product = factors.reduce((value, monomial) => value * sumOf(monomial), coefficient);
    return total + product / fallingFactorial(draws, distinct);
  }, 0);
}

export interface WeightedProduct {
  readonly weight: number;
  /** Factors of a product of expectations. */
  readonly blocks: readonly Monomial[];
}

/** `sum of weight * product of E[block]`. */
export function productsEstimator(products: readonly WeightedProduct[]): Estimator {
  const terms = new Map<string, { coefficient: number; draws: number; factors: readonly Monomial[] }>();
  for (const { weight, blocks } of products) {
    for (const merged of setPartitions(blocks)) {
      const coefficient = merged.reduce((value, cell) => value * moebius(cell.length), weight);
      const factors = merged.map((cell) => cell.flat().sort((p, q) => p - q)).sort(compareMonomials);
      const key = `${blocks.length}:${factors.join(';')}`;
      const known = terms.get(key)?.coefficient ?? 0;
      terms.set(key, { coefficient: known + coefficient, draws: blocks.length, factors });
    }
  }
  const nonzero = [...terms.values()].filter(({ coefficient }) => coefficient !== 0);
  return { terms: nonzero, minimumDraws: Math.max(1, ...nonzero.map(({ draws }) => draws)) };
}

function compareMonomials(p: Monomial, q: Monomial): number {
  const at = p.findIndex((v, slot) => v !== q[slot]);
  return p.length - q.length || (at < 0 ? 0 : p[at]! - q[at]!);
}

function subsets(slots: readonly number[]): readonly (readonly number[])[] {
  const [first, ...rest] = slots;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

function fallingFactorial(n: number, k: number): number {
  let value = 1;
  for (let i = 0; i < k; i++) value *= n - i;
  return value;
}
