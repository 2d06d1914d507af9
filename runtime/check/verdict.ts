/**
 * Verdicts with the family-wise error rate under control: all tests of a study form one family, and the chance that a correct theory
 * fails any of them is at most FAMILY_ERROR (Holm 1979; no assumption about how the tests depend on each other).
 */
import type { Test } from './compare.ts';
import { criticalValue, twoSidedTail } from './distributions.ts';

export type Verdict = 'agree' | 'disagree' | 'inconclusive';

export const FAMILY_ERROR = 0.01;
/** The relative error a check must have been able to see. */
export const REQUIRED_SENSITIVITY = 0.1;
/** One-sided 95 % point of the normal distribution: the power asked for. */
const POWER_MARGIN = 1.6448536269514722;

export interface JudgedTest {
  /** Smallest relative error that would have been rejected with 95 % probability; null where nothing is on trial. */
  readonly detectable: number | null;
  readonly verdict: Verdict;
}

/** In the order of the tests. Detectable errors use the strictest (Bonferroni) threshold of the family. */
export function judge(tests: readonly Test[], required = REQUIRED_SENSITIVITY): readonly JudgedTest[] {
  const rejected = rejectByHolm(tests.map(({ z, degrees }) => twoSidedTail(z, degrees)));
  const thresholds = new Map<number, number>();
  return tests.map(({ degrees, relativeDeviation }, at) => {
    const threshold = thresholds.get(degrees) ?? criticalValue(FAMILY_ERROR / tests.length, degrees);
    thresholds.set(degrees, threshold);
    const smallest = relativeDeviation * (threshold + POWER_MARGIN);
    const detectable = Number.isFinite(smallest) ? smallest : null;
    return { detectable, verdict: verdictOf(rejected.has(at), detectable, required) };
  });
}

function verdictOf(rejected: boolean, detectable: number | null, required: number): Verdict {
  if (rejected) return 'disagree';
  return detectable !== null && detectable <= required ? 'agree' : 'inconclusive';
}

/** Places of the hypotheses rejected. A probability that is not a number is rejected: nothing that failed to compute may pass. */
function rejectByHolm(probabilities: readonly number[]): ReadonlySet<number> {
  const rejected = new Set(probabilities.flatMap((p, at) => (Number.isNaN(p) ? [at] : [])));
  const order = probabilities.map((p, at) => ({ p, at })).filter(({ p }) => !Number.isNaN(p));
  order.sort((left, right) => left.p - right.p);
  for (const [rank, { p, at }] of order.entries()) {
    if (p > FAMILY_ERROR / (probabilities.length - rank)) break;
    rejected.add(at);
  }
  return rejected;
}
