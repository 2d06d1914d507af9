/** Numbers with bounds on their errors. */
import type { AverageValue } from './averageRequest.ts';

export const ZERO_ESTIMATE: AverageValue = { value: 0, error: 0 };

/** Relative error granted to one arithmetic step. */
const ROUNDOFF = 4e-16;

export function exactly(value: number): AverageValue {
  return { value, error: ROUNDOFF * Math.abs(value) };
}

export function scaleEstimate({ value, error }: AverageValue, factor: number): AverageValue {
  return { value: value * factor, error: error * Math.abs(factor) };
}

export function multiplyEstimates(a: AverageValue, b: AverageValue): AverageValue {
  const error = Math.abs(a.value) * b.error + a.error * Math.abs(b.value) + a.error * b.error;
  return { value: a.value * b.value, error };
}

/** The sum, with the roundoff of the largest terms: cancellation shows in the error. */
export function sumEstimates(terms: readonly AverageValue[]): AverageValue {
  let [value, error] = [0, 0];
  for (const term of terms) {
    value += term.value;
    error += term.error + ROUNDOFF * Math.abs(term.value);
  }
  return { value, error };
}
