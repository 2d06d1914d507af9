/**
 * An independent derivation of the single-input flow, for comparison with the engine: given g, the next g is
 * C_b + (C_W/n) sum_j s_j^2 with i.i.d. s_j, so its conditional cumulants are h_r(g) = n^(1-r) C_W^r c_r(g). The law of
 * total cumulance and a Taylor expansion about K give the cumulants of the next g. Everything is exact rational
 * arithmetic on numbers: averages and couplings are given random rational values.
 */
import {
  addRationals,
  multiplyRationals,
  ONE,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';

/** Coefficients of n^0, n^-1, ..., n^-order. */
export type NumberSeries = readonly Rational[];

export interface Values {
  readonly order: number;
  readonly weightVariance: Rational;
  readonly biasVariance: Rational;
  /** d^k <s^(2p)> / dK^k. */
  readonly average: (p: number, k: number) => Rational;
  /** Cumulants of g - K of layer l: entry m-1 is the m-th one, as a series in 1/n. */
  readonly cumulants: readonly NumberSeries[];
}

/** The cumulants of the next g (its mean minus nothing: entry 0 is the full mean), through 1/n^order. */
export function nextCumulants(values: Values, count: number): NumberSeries[] {
  const deltaMoments = momentsFromCumulants(values.cumulants, 2 * values.order, values.order);
  return Array.from({ length: count }, (_, m) => totalCumulance(values, m + 1, deltaMoments));
}

function totalCumulance(values: Values, m: number, deltaMoments: readonly NumberSeries[]): NumberSeries {
  const elements = Array.from({ length: m }, (_, k) => k);
  return partitions(elements)
    .map((blocks) => {
      const powersOfN = blocks.reduce((sum, block) => sum + block.length - 1, 0);
      const functions = blocks.map((block) => conditionalCumulant(values, block.length));
      return shift(jointCumulant(functions, deltaMoments, values.order), powersOfN);
    })
    .reduce(addSeries);
}

/** h_r without its n^(1-r), as Taylor coefficients in delta = g - K. */
function conditionalCumulant(values: Values, r: number): Rational[] {
  const length = 2 * values.order + 1;
  const moment = (p: number): Rational[] =>
    Array.from({ length }, (_, k) => multiplyRationals(values.average(p, k), rational(1, factorial(k))));
  const cumulant = (order: number): Rational[] => {
    let result = moment(order);
    for (let j = 1; j < order; j++)
      result = addSeries(
        result,
        scale(multiplyTaylor(cumulant(j), moment(order - j)), rational(-binomial(order - 1, j - 1))),
      );
    return result;
  };
  const scaled = scale(cumulant(r), power(values.weightVariance, r));
  return r === 1 ? [addRationals(scaled[0] as Rational, values.biasVariance), ...scaled.slice(1)] : scaled;
}

function jointCumulant(
  functions: readonly Rational[][],
  deltaMoments: readonly NumberSeries[],
  order: number,
): NumberSeries {
  return partitions(functions.map((_, k) => k))
    .map((blocks) => {
      const sign = (blocks.length % 2 === 1 ? 1 : -1) * factorial(blocks.length - 1);
      const means = blocks.map((block) =>
        expectation(block.map((k) => functions[k] as Rational[]).reduce(multiplyTaylor), deltaMoments, order),
      );
      return scale(means.reduce(multiplyTaylor), rational(sign));
    })
    .reduce(addSeries);
}

function expectation(
  taylor: readonly Rational[],
  deltaMoments: readonly NumberSeries[],
  order: number,
): NumberSeries {
  return taylor
    .map((coefficient, k) => scale(deltaMoments[k] as NumberSeries, coefficient))
    .reduce(addSeries, zero(order));
}

/** E[delta^k] for k = 0 ... highest, by the recursion moment_k = sum_j binom(k-1, j-1) kappa_j moment_(k-j). */
function momentsFromCumulants(
  cumulants: readonly NumberSeries[],
  highest: number,
  order: number,
): NumberSeries[] {
  const moments: NumberSeries[] = [[ONE, ...zero(order - 1)]];
  for (let k = 1; k <= highest; k++) {
    let total = zero(order);
    for (let j = 1; j <= Math.min(k, cumulants.length); j++) {
      const product = multiplyTaylor(cumulants[j - 1] as NumberSeries, moments[k - j] as NumberSeries);
      total = addSeries(total, scale(product, rational(binomial(k - 1, j - 1))));
    }
    moments.push(total);
  }
  return moments;
}

function partitions(items: readonly number[]): number[][][] {
  if (items.length === 0) return [[]];
  const [first, ...rest] = items as [number, ...number[]];
  const result: number[][][] = [];
  for (let mask = 0; mask < 1 << rest.length; mask++) {
    const block = [first, ...rest.filter((_, k) => mask & (1 << k))];
    for (const others of partitions(rest.filter((_, k) => !(mask & (1 << k)))))
      result.push([block, ...others]);
  }
  return result;
}

function multiplyTaylor(a: readonly Rational[], b: readonly Rational[]): Rational[] {
  return a.map((_, n) => {
    let sum = ZERO;
    for (let k = 0; k <= n; k++)
      sum = addRationals(sum, multiplyRationals(a[k] as Rational, b[n - k] as Rational));
    return sum;
  });
}

function addSeries(a: readonly Rational[], b: readonly Rational[]): Rational[] {
  return a.map((value, k) => addRationals(value, b[k] as Rational));
}

function scale(a: readonly Rational[], factor: Rational): Rational[] {
  return a.map((value) => multiplyRationals(value, factor));
}

function shift(a: readonly Rational[], by: number): Rational[] {
  return a.map((_, k) => (k < by ? ZERO : (a[k - by] as Rational)));
}

function zero(order: number): Rational[] {
  return Array.from({ length: order + 1 }, () => ZERO);
}

function power(base: Rational, exponent: number): Rational {
  return exponent === 0 ? ONE : multiplyRationals(base, power(base, exponent - 1));
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function binomial(n: number, k: number): number {
  return factorial(n) / (factorial(k) * factorial(n - k));
}
