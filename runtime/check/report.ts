/** The result of `eft check`, in the shape of its JSON (docs/schemas/check.schema.json). */
import type { EstimatorNote } from './pilot.ts';
import type { Verdict } from './verdict.ts';

export interface CheckReport {
  readonly study: string;
  readonly verdict: Verdict;
  readonly rows: readonly CheckRow[];
  readonly scaling: readonly ScalingRow[];
  /** Networks simulated at each width: the fewest, when an interrupt left widths unequal. */
  readonly networks: number;
  /** The relative error that the check must have been able to see: what `within` asked for, or 10 %. */
  readonly required: number;
  readonly seed: number;
  readonly backend: string;
  readonly seconds: number;
  readonly interrupted: boolean;
  /** Components left out because an observable has more than are compared. */
  readonly omitted: number;
  /** What each observable was measured on at each width, and why. */
  readonly estimators: readonly (EstimatorNote & { readonly n: number })[];
}

/** One component, or one stated formula, at one width. Numbers that do not exist or are not finite are null. */
export interface CheckRow {
  readonly observable: string;
  /** Samples counted from 1. */
  readonly indices: readonly number[];
  readonly n: number;
  /** Highest power of 1/n in `predicted`; for a stated formula the power it is judged at. */
  readonly order: number;
  readonly predicted: number | null;
  readonly measured: number | null;
  readonly standardError: number | null;
  /** The first power of 1/n left out, at this n; it is part of the comparison. */
  readonly neglected: number | null;
  /** Deviation allowed to the powers beyond. */
  readonly truncation: number | null;
  readonly z: number | null;
  readonly detectable: number | null;
  readonly verdict: Verdict;
}

/** All widths of one component together. */
export interface ScalingRow {
  readonly observable: string;
  readonly indices: readonly number[];
  /** Power with which measured - predicted falls off in 1/n; null when it is not resolved from noise. */
  readonly exponent: number | null;
  readonly exponentError: number | null;
  readonly expected: number | null;
  /** The factor by which the powers beyond the neglected one were found larger than expected; 1 when they were not. */
  readonly tail: number;
  /** The test that the highest kept coefficient is right, from all widths. */
  readonly z: number | null;
  readonly detectable: number | null;
  readonly verdict: Verdict;
}
