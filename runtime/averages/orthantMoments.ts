/**
 * < prod_s z_s^p_s prod_(s in S) theta(z_s) > of a centred Gaussian: exact by Gaussian integration by parts, which
 * lowers a power or turns a step into a delta, and conditioning on the delta's variable.
 */
import {
  DEPENDENCE,
  conditionalCovariance,
  independence,
  parallelPair,
  withoutVariable,
} from './conditioning.ts';
import { ZERO_ESTIMATE, exactly, scaleEstimate, sumEstimates } from './estimate.ts';
import { orthantProbability } from './orthant.ts';
import type { AverageValue } from './averageRequest.ts';
import type { Covariance } from './kernelStructure.ts';

/** A power of z and whether the step function theta(z) multiplies it. */
export interface StepPower {
  readonly power: number;
  readonly step: boolean;
}

/** Remembers what it computed for its covariance. */
export type OrthantMoments = (monomial: readonly StepPower[]) => AverageValue;

/** `variances` are what zero is measured against, for a kernel that is already conditional. */
export function createOrthantMoments(
  covariance: Covariance,
  variances: readonly number[] = covariance.map((row, s) => row[s]!.high),
): OrthantMoments {
  const known = new Map<string, AverageValue>();
  const conditionals = new Map<number, OrthantMoments>();
  const given = (u: number): OrthantMoments => {
    const found =
      conditionals.get(u) ??
      createOrthantMoments(
        conditionalCovariance(covariance, u),
        variances.filter((_, s) => s !== u),
      );
    conditionals.set(u, found);
    return found;
  };
  const withoutDegeneracy = reducer(covariance, variances);
  const moment: OrthantMoments = (monomial) => {
    const key = monomial.map(({ power, step }) => `${power}${step ? 't' : ''}`).join(',');
    const found = known.get(key);
    if (found) return found;
    const value = withoutDegeneracy?.(monomial) ?? evaluate(monomial);
    known.set(key, value);
    return value;
  };
  const evaluate = (monomial: readonly StepPower[]): AverageValue => {
    const s = monomial.findIndex(({ power }) => power > 0);
    if (s < 0) return probability(covariance, monomial);
    const rest = lower(monomial, s);
    const terms = rest.map((factor, u) => {
      const weight = covariance[s]![u]!.high;
      if (weight === 0) return ZERO_ESTIMATE;
      if (factor.power > 0) return scaleEstimate(moment(lower(rest, u)), weight * factor.power);
      if (!factor.step) return ZERO_ESTIMATE;
      const density = 1 / Math.sqrt(2 * Math.PI * covariance[u]![u]!.high);
      return scaleEstimate(given(u)(rest.filter((_, t) => t !== u)), weight * density);
    });
    return sumEstimates(terms);
  };
  return moment;
}

function lower(monomial: readonly StepPower[], s: number): StepPower[] {
  return monomial.map((factor, t) => (t === s ? { ...factor, power: factor.power - 1 } : factor));
}

function probability(covariance: Covariance, monomial: readonly StepPower[]): AverageValue {
  const chosen = monomial.flatMap(({ step }, s) => (step ? [s] : []));
  return orthantProbability(chosen.map((s) => chosen.map((t) => covariance[s]![t]!)));
}

/** Removes a variable that vanishes or is parallel to another; undefined when there is none. */
function reducer(covariance: Covariance, variances: readonly number[]): OrthantMoments | undefined {
  const vanishing = covariance.findIndex((row, s) => row[s]!.high <= DEPENDENCE * variances[s]!);
  if (vanishing >= 0) return withoutVanishing(covariance, variances, vanishing);
  const pair = parallelPair(covariance);
  return pair ? withoutParallel(covariance, variances, pair) : undefined;
}

/** The limit of small variance: theta(z) averages to 1/2. */
function withoutVanishing(covariance: Covariance, variances: readonly number[], s: number): OrthantMoments {
  const others = createOrthantMoments(
    withoutVariable(covariance, s),
    variances.filter((_, t) => t !== s),
  );
  return (monomial) => {
    const { power, step } = monomial[s]!;
    if (power > 0) return ZERO_ESTIMATE;
    return scaleEstimate(others(monomial.filter((_, t) => t !== s)), step ? 0.5 : 1);
  };
}

/** z_t = c z_s: powers add up; theta(c z) is theta(z) or 1 - theta(z). */
function withoutParallel(
  covariance: Covariance,
  variances: readonly number[],
  [s, t]: readonly [number, number],
): OrthantMoments {
  const others = createOrthantMoments(
    withoutVariable(covariance, t),
    variances.filter((_, u) => u !== t),
  );
  // Two steps differ where the signs do: in the angle between the samples.
  const differing = Math.sqrt(Math.max(0, independence(covariance, s, t))) / Math.PI;
  const scale =
    Math.sign(covariance[s]![t]!.high) * Math.sqrt(covariance[t]![t]!.high / covariance[s]![s]!.high);
  return (monomial) => {
    const [first, second] = [monomial[s]!, monomial[t]!];
    const merged = (step: boolean): AverageValue => {
      const factor = { power: first.power + second.power, step };
      const rest = monomial.map((f, u) => (u === s ? factor : f)).filter((_, u) => u !== t);
      return scaleEstimate(others(rest), scale ** second.power);
    };
    if (scale > 0 && first.step && second.step) {
      const { value, error } = merged(true);
      return { value, error: error + Math.abs(value) * differing };
    }
    if (scale > 0) return merged(first.step || second.step);
    if (!second.step) return merged(first.step);
    return first.step ? exactly(0) : sumEstimates([merged(false), scaleEstimate(merged(true), -1)]);
  };
}
