/** Averages of products of piecewise analytic functions without deltas: picks the exact method or quadrature. */
import { DEPENDENCE, parallelPair, withoutVariable, type Gaussian } from './conditioning.ts';
import {
  multiplyDistributions,
  rescaleDistribution,
  shiftDistribution,
  type Distribution,
} from './distribution.ts';
import { ZERO_ESTIMATE, scaleEstimate, sumEstimates } from './estimate.ts';
import { nestedAverage } from './nestedAverage.ts';
import { createOrthantMoments, type OrthantMoments, type StepPower } from './orthantMoments.ts';
import { addPolynomials, scalePolynomial, type Coefficients } from './polynomials.ts';
import type { AverageValue } from './averageRequest.ts';
import type { Covariance } from './kernelStructure.ts';

export function piecewiseAverage(
  functions: readonly Distribution[],
  { means, covariance }: Gaussian,
): AverageValue {
  const centred = functions.map((fn, s) => shiftDistribution(fn, means[s]!));
  const steps = centred.map((fn, s) => stepPolynomials(fn, Math.sqrt(covariance[s]![s]!.high)));
  if (steps.every((step) => step !== undefined)) return orthantAverage(steps, covariance);
  return mergedAverage(centred, covariance);
}

/** Constants are taken out and parallel variables merged, then the rest is integrated numerically. */
function mergedAverage(functions: readonly Distribution[], covariance: Covariance): AverageValue {
  const constant = functions.findIndex(
    ({ pieces }) => pieces.length === 1 && (pieces[0]!.polynomial?.length ?? 2) <= 1,
  );
  if (constant >= 0) {
    const value = functions[constant]!.pieces[0]!.polynomial![0] ?? 0;
    const others = functions.filter((_, s) => s !== constant);
    if (value === 0) return ZERO_ESTIMATE;
    return scaleEstimate(mergedAverage(others, withoutVariable(covariance, constant)), value);
  }
  const pair = parallelPair(covariance);
  if (!pair) return nestedAverage(functions, covariance);
  const [s, t] = pair;
  const scale =
    Math.sign(covariance[s]![t]!.high) * Math.sqrt(covariance[t]![t]!.high / covariance[s]![s]!.high);
  const merged = multiplyDistributions(functions[s]!, rescaleDistribution(functions[t]!, scale, 0));
  const rest = functions.map((fn, u) => (u === s ? merged : fn)).filter((_, u) => u !== t);
  return mergedAverage(rest, withoutVariable(covariance, t));
}

/** below + theta(z) step */
interface StepPolynomials {
  readonly below: Coefficients;
  readonly step: Coefficients;
}

/** A function polynomial on both sides of a kink at zero, if it is one. */
function stepPolynomials(
  { breakpoints, pieces }: Distribution,
  deviation: number,
): StepPolynomials | undefined {
  const [left, right] = pieces.map(({ polynomial }) => polynomial);
  if (breakpoints.length === 0 && left) return { below: left, step: [] };
  const isAtZero = breakpoints.length === 1 && Math.abs(breakpoints[0]!) <= DEPENDENCE * deviation;
  if (!isAtZero || !left || !right) return undefined;
  return { below: left, step: addPolynomials(right, scalePolynomial(left, -1)) };
}

function orthantAverage(factors: readonly StepPolynomials[], covariance: Covariance): AverageValue {
  const moments: OrthantMoments = createOrthantMoments(covariance);
  const terms: AverageValue[] = [];
  const visit = (monomial: readonly StepPower[], coefficient: number): void => {
    const factor = factors[monomial.length];
    if (!factor) {
      terms.push(scaleEstimate(moments(monomial), coefficient));
      return;
    }
    factor.below.forEach(
      (c, power) => c !== 0 && visit([...monomial, { power, step: false }], coefficient * c),
    );
    factor.step.forEach(
      (c, power) => c !== 0 && visit([...monomial, { power, step: true }], coefficient * c),
    );
  };
  visit([], 1);
  return sumEstimates(terms);
}
