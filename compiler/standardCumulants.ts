/**
 * Cumulants of symmetric laws of variance 1, exactly, from their moments, by the recursion
 * m_2k = sum over j = 1 ... k of binomial(2k-1, 2j-1) kappa_2j m_(2k-2j).
 */
import {
  addRationals,
  divideRationals,
  multiplyRationals,
  ONE,
  powerOfRational,
  rational,
  subtractRationals,
  ZERO,
  type Rational,
} from '../theory/rational.ts';
import { InternalError } from '../diagnostics/diagnostic.ts';
import type { Distribution } from '../theory/model.ts';

/** The cumulants 4, 6, ... of a law with the moments `even(1) = 1, even(2), ...` of order 2, 4, ...: `count` of them. */
export function cumulantsOf(even: (k: number) => Rational, count: number): Rational[] {
  const moments = [ONE, ...Array.from({ length: count + 1 }, (_, k) => even(k + 1))];
  const cumulants: Rational[] = [];
  for (let k = 1; k < moments.length; k++) {
    const lower = cumulants.map((kappa, j) =>
      multiplyRationals(binomial(2 * k - 1, 2 * j + 1), multiplyRationals(kappa, moments[k - 1 - j]!)),
    );
    cumulants.push(subtractRationals(moments[k]!, lower.reduce(addRationals, ZERO)));
  }
  return cumulants.slice(1);
}

/** The moment of order 2k of a law of variance 1. */
export function evenMoment(law: Distribution, k: number): Rational {
  switch (law.kind) {
    case 'normal':
      return oddFactorial(k);
    case 'uniform':
      return rational(3n ** BigInt(k), 2 * k + 1);
    case 'rademacher':
      return ONE;
    case 'laplace':
      return rational(factorial(2 * k), 2n ** BigInt(k));
    case 'sparse':
      return multiplyRationals(oddFactorial(k), powerOfRational(law.probability, 1 - k));
    case 'mixture':
      return multiplyRationals(oddFactorial(k), mixtureMoment(law.probability, law.ratio, k));
    case 'cumulants':
      throw new InternalError('a law given by its cumulants is asked for a moment');
  }
}

/** E[s^2k] / E[s^2]^k for a standard deviation s that is `ratio` with a probability and otherwise 1. */
function mixtureMoment(probability: Rational, ratio: Rational, k: number): Rational {
  const mean = (power: number): Rational =>
    addRationals(
      multiplyRationals(probability, powerOfRational(ratio, power)),
      subtractRationals(ONE, probability),
    );
  return divideRationals(mean(2 * k), powerOfRational(mean(2), k));
}

/** 1 * 3 * ... * (2k-1): the moments of a Gaussian. */
function oddFactorial(k: number): Rational {
  return rational(product(Array.from({ length: k }, (_, j) => 2 * j + 1)));
}

function factorial(n: number): bigint {
  return product(Array.from({ length: n }, (_, j) => j + 1));
}

function binomial(n: number, k: number): Rational {
  return rational(factorial(n), factorial(k) * factorial(n - k));
}

function product(factors: readonly number[]): bigint {
  return factors.reduce((total, factor) => total * BigInt(factor), 1n);
}
