/**
 * Averages of functions with kinks. Deltas from differentiated kinks are removed exactly: given z_s = b the other
 * variables are Gaussian with the conditional kernel, and derivatives of a delta act on what is left. What remains
 * is a product of piecewise analytic functions.
 */
import { DEPENDENCE, conditionalCovariance, withoutVariable, type Gaussian } from './conditioning.ts';
import { exact, product, quotient, scaleExactly, sum } from './determinant.ts';
import { binomial, differentiateDistribution, type Delta, type Distribution } from './distribution.ts';
import { ZERO_ESTIMATE, scaleEstimate, sumEstimates } from './estimate.ts';
import { NumericsError, type KernelContext } from './numericsError.ts';
import { piecewiseAverage } from './piecewiseAverage.ts';
import { pieceDerivatives } from './univariate.ts';
import type { AverageValue } from './averageRequest.ts';

/** The `derivative`-th derivative of a function of one variable, in the sense of distributions. */
export interface KinkedFactor {
  readonly fn: Distribution;
  readonly derivative: number;
}

/** Throws NumericsError when the average diverges. */
export function kinkedAverage(
  factors: readonly KinkedFactor[],
  gaussian: Gaussian,
  context: KernelContext,
): AverageValue {
  const fixed = gaussian.covariance.findIndex(
    (row, s) => row[s]!.high <= DEPENDENCE * gaussian.variances[s]!,
  );
  if (fixed >= 0) return withFixedVariable(factors, gaussian, fixed, context);
  const derived = factors.map(({ fn, derivative }) => differentiateDistribution(fn, derivative));
  const rough = derived.findIndex(({ deltas }) => deltas.length > 0);
  if (rough < 0) return piecewiseAverage(derived, gaussian);
  const { breakpoints, pieces, deltas } = derived[rough]!;
  const regular = factors.map((factor, s) =>
    s === rough ? { fn: { breakpoints, pieces, deltas: [] }, derivative: 0 } : factor,
  );
  const isZero = pieces.every(({ polynomial }) => polynomial?.length === 0);
  return sumEstimates([
    isZero ? ZERO_ESTIMATE : kinkedAverage(regular, gaussian, context),
    ...deltas.map((delta) => deltaAverage(factors, gaussian, rough, delta, context)),
  ]);
}

/** A variable without variance is its mean; on a kink the limit is the mean of both sides. */
function withFixedVariable(
  factors: readonly KinkedFactor[],
  { means, covariance, variances }: Gaussian,
  s: number,
  context: KernelContext,
): AverageValue {
  const value = valueAtMean(
    differentiateDistribution(factors[s]!.fn, factors[s]!.derivative),
    means[s]!.high,
    variances[s]!,
    context,
  );
  const rest = {
    means: means.filter((_, t) => t !== s),
    covariance: withoutVariable(covariance, s),
    variances: variances.filter((_, t) => t !== s),
  };
  return value === 0
    ? ZERO_ESTIMATE
    : scaleEstimate(
        kinkedAverage(
          factors.filter((_, t) => t !== s),
          rest,
          context,
        ),
        value,
      );
}

function valueAtMean(f: Distribution, mean: number, variance: number, context: KernelContext): number {
  const closeness = 1e-13 * (Math.abs(mean) + Math.sqrt(variance));
  if (f.deltas.some(({ at }) => Math.abs(at - mean) <= closeness)) {
    throw new NumericsError(
      'divergent',
      'the average of a delta function at a sample that others determine diverges',
      [],
      context,
    );
  }
  const kink = f.breakpoints.findIndex((at) => Math.abs(at - mean) <= closeness);
  const sides = kink >= 0 ? [kink, kink + 1] : [f.breakpoints.filter((at) => at < mean).length];
  return sides.reduce((sum, side) => sum + pieceDerivatives(f.pieces[side]!, mean, 0)[0]! / sides.length, 0);
}

/**
 * < delta^(m)(z_s - b) H(z) > = (-1)^m (d/dz)^m [p(z) h(z)] at z = b, with h(z) = < H | z_s = z > and p the density.
 */
function deltaAverage(
  factors: readonly KinkedFactor[],
  gaussian: Gaussian,
  s: number,
  { at, order, weight }: Delta,
  context: KernelContext,
): AverageValue {
  const { means, covariance, variances } = gaussian;
  // Kinks of nearly parallel samples are closer than rounding of their means.
  const distance = sum(exact(at), scaleExactly(means[s]!, -1));
  const others = covariance.map((_, t) => t).filter((t) => t !== s);
  const slopes = others.map((t) => quotient(covariance[t]![s]!, covariance[s]![s]!));
  const conditional = {
    means: others.map((t, k) => sum(means[t]!, product(slopes[k]!, distance))),
    covariance: conditionalCovariance(covariance, s),
    variances: others.map((t) => variances[t]!),
  };
  const density = densityDerivatives(distance.high, Math.sqrt(covariance[s]![s]!.high), order);
  const rest = others.map((t) => factors[t]!);
  const terms = density.map((value, m) => {
    if (value === 0) return ZERO_ESTIMATE;
    const inner = directionalAverage(
      rest,
      slopes.map(({ high }) => high),
      order - m,
      conditional,
      context,
    );
    return scaleEstimate(inner, value * binomial(order, m));
  });
  return scaleEstimate(sumEstimates(terms), order % 2 === 0 ? weight : -weight);
}

/** Derivatives 0..order of the normal density: p^(k+1) = -(x p^(k) + k p^(k-1)) / sigma^2. */
function densityDerivatives(x: number, sigma: number, order: number): number[] {
  const result = [Math.exp(-0.5 * (x / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI))];
  for (let k = 0; k < order; k++) {
    result.push(-(x * result[k]! + (k > 0 ? k * result[k - 1]! : 0)) / (sigma * sigma));
  }
  return result;
}

/** The average with (sum_t slopes[t] d/dz_t)^times in front. */
function directionalAverage(
  factors: readonly KinkedFactor[],
  slopes: readonly number[],
  times: number,
  gaussian: Gaussian,
  context: KernelContext,
): AverageValue {
  if (times > 0 && factors.length === 0) return ZERO_ESTIMATE;
  const terms: AverageValue[] = [];
  const visit = (t: number, left: number, coefficient: number, raised: readonly KinkedFactor[]): void => {
    if (coefficient === 0) return;
    if (t === factors.length) {
      if (left === 0) terms.push(scaleEstimate(kinkedAverage(raised, gaussian, context), coefficient));
      return;
    }
    const { fn, derivative } = factors[t]!;
    for (let k = t === factors.length - 1 ? left : 0; k <= left; k++) {
      const next = { fn, derivative: derivative + k };
      visit(t + 1, left - k, coefficient * binomial(left, k) * slopes[t]! ** k, [...raised, next]);
    }
  };
  visit(0, times, 1, []);
  return sumEstimates(terms);
}
