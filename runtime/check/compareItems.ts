/** The statistical half of a check: rows, fits and the verdict from measurements. */
import { compareAll, comparePoint, type MeasuredPoint, type PointComparison, type Test } from './compare.ts';
import { fitExponent } from './fitExponent.ts';
import type { CheckItem } from './items.ts';
import type { Measurement } from './measure.ts';
import type { EstimatorNote } from './pilot.ts';
import type { CheckReport, CheckRow, ScalingRow } from './report.ts';
import { raiseTail, tailFactor } from './tail.ts';
import { judge, REQUIRED_SENSITIVITY, type JudgedTest, type Verdict } from './verdict.ts';

/** Everything measured at one width, item by item. */
export interface MeasuredWidth {
  readonly n: number;
  readonly networks: number;
  readonly measurements: readonly (Measurement | undefined)[];
  readonly estimators?: readonly EstimatorNote[];
}

/** Judges all items at all widths as one family; to agree, an error of relative size `required` must have been seen. */
export function compareItems(
  items: readonly CheckItem[],
  measured: readonly MeasuredWidth[],
  required = REQUIRED_SENSITIVITY,
): Pick<CheckReport, 'rows' | 'scaling' | 'verdict'> & { readonly weakest: number } {
  const series = items.map((item, at) => compareItem(item, pointsOf(measured, at)));
  const judged = judge(
    series.flatMap(({ comparisons, joint }) => testsOf(comparisons, joint)),
    required,
  );
  let next = 0;
  const judgedSeries = series.map((one) => {
    const length = testsOf(one.comparisons, one.joint).length;
    const verdicts = judged.slice(next, next + length);
    next += length;
    return { ...one, verdicts };
  });
  return {
    rows: judgedSeries.flatMap(rowsOf),
    scaling: judgedSeries.flatMap(scalingOf),
    ...overallVerdict(judgedSeries, required),
  };
}

interface SeriesComparison {
  readonly item: CheckItem;
  readonly comparisons: readonly PointComparison[];
  /** All widths together, when there are several. */
  readonly joint: Test | undefined;
  /** By how much the unknown orders had to be raised; 1 when they are as small as expected. */
  readonly tail: number;
}

interface JudgedSeries extends SeriesComparison {
  /** Of the comparisons, then of the joint test. */
  readonly verdicts: readonly JudgedTest[];
}

function compareItem(item: CheckItem, points: readonly MeasuredPoint[]): SeriesComparison {
  const tail = tailFactor(item.claim, points);
  const claim = raiseTail(item.claim, tail);
  const comparisons = points.map((point) => comparePoint(claim, point));
  return { item, comparisons, tail, joint: points.length > 1 ? compareAll(claim, points) : undefined };
}

function testsOf(comparisons: readonly PointComparison[], joint: Test | undefined): readonly Test[] {
  const tests = comparisons.map(({ test }) => test);
  return joint ? [...tests, joint] : tests;
}

function pointsOf(measured: readonly MeasuredWidth[], at: number): readonly MeasuredPoint[] {
  return measured.flatMap(({ n, measurements }) => {
    const measurement = measurements[at];
    return measurement ? [{ n, measurement }] : [];
  });
}

function rowsOf({ item, comparisons, verdicts }: JudgedSeries): readonly CheckRow[] {
  return comparisons.map(({ point, predicted, neglected, truncation, test }, at) => ({
    observable: item.observable,
    indices: item.indices,
    n: point.n,
    order: item.order,
    predicted: finite(predicted),
    measured: finite(point.measurement.value),
    standardError: finite(point.measurement.standardError),
    neglected: finite(neglected),
    truncation: finite(truncation),
    z: finite(test.z),
    detectable: verdicts[at]!.detectable,
    verdict: verdicts[at]!.verdict,
  }));
}

/** A component whose kept orders all vanish has no coefficient on trial: only its rows are tested. */
const UNTESTED: JudgedTest = { detectable: null, verdict: 'inconclusive' };

function scalingOf({ item, comparisons, joint, tail, verdicts }: JudgedSeries): readonly ScalingRow[] {
  if (comparisons.length < 2) return [];
  const fit = fitExponent(
    comparisons.map(({ point: { n, measurement }, predicted }) => ({
      n,
      value: measurement.value - predicted,
      deviation: measurement.standardError,
    })),
  );
  const { detectable, verdict } = joint ? verdicts.at(-1)! : UNTESTED;
  return [
    {
      observable: item.observable,
      indices: item.indices,
      exponent: fit?.exponent ?? null,
      exponentError: fit?.error ?? null,
      expected: item.claim.expectedExponent,
      tail,
      z: finite(joint?.z ?? null),
      detectable,
      verdict,
    },
  ];
}

/**
 * Disagree when any test rejects; agree when every observable and every stated formula has a test that would have seen an error of
 * the size required; else inconclusive. The weakest is the error that would have been seen in every observable.
 */
function overallVerdict(
  series: readonly JudgedSeries[],
  required: number,
): { readonly verdict: Verdict; readonly weakest: number } {
  const verdicts = series.flatMap((one) => one.verdicts);
  const sensitivity = new Map<string, number>();
  for (const { item, verdicts: own } of series) {
    const best = Math.min(...own.map(({ detectable }) => detectable ?? Infinity));
    sensitivity.set(item.observable, Math.min(best, sensitivity.get(item.observable) ?? Infinity));
  }
  const weakest = sensitivity.size === 0 ? Infinity : Math.max(...sensitivity.values());
  if (verdicts.some(({ verdict }) => verdict === 'disagree')) return { verdict: 'disagree', weakest };
  return { verdict: weakest <= required ? 'agree' : 'inconclusive', weakest };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
