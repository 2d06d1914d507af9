/**
 * Functions of one Gaussian variable as Hermite series: f(sigma x) = sum_k c_k(sigma) h_k(x) with the normalised Hermite
 * polynomials h_k. Mehler's formula then gives the average over a pair of correlation rho as
 *
 *     < f(z_a) g(z_b) > = sum_k c_k(a) d_k(b) rho^k,
 *
 * and Cauchy's inequality what is neglected: beyond k = n at most |rho|^n sqrt(sum_(k>=n) c_k^2  sum_(k>=n) d_k^2), where
 * the sums follow from < f^2 > = sum_k c_k^2.
 */
import type { UnivariateFunction } from '../averages/univariate.ts';
import { normalisedRows, quadratureFor, tooSlow, type HermiteQuadrature } from './hermiteQuadrature.ts';
import { shared } from './shared.ts';
import { rowsAtVariances } from './varianceTable.ts';

/** c_k of one function at every sample for k = first, first + step, ...: `coefficients[s * count + j]`. */
export interface HermiteSeries {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly coefficients: Float64Array;
  /** Upper bounds over the samples on what the terms from j on are of < f^2 >, j = 0..count; the last one is neglected. */
  readonly tails: Float64Array;
}

/** Part of < f^2 > that may be neglected. */
const NEGLIGIBLE = 1e-15;
/** Terms of a series that is refused when it needs more: it would be slower than what it replaces. */
const MOST_TERMS = 4096;
/** What rounding leaves of 1 - sum_k c_k^2 / < f^2 >. */
const ROUNDING = 4e-14;

/**
 * The series of `fn` at each variance; a variance of zero leaves f(0). Throws NumericsError where it converges too
 * slowly or < f^2 > does not exist.
 */
export function hermiteSeries(fn: UnivariateFunction, variances: Float64Array, layer: number): HermiteSeries {
  const positive = variances.filter((variance) => variance > 0);
  const count = variances.length;
  if (positive.length === 0) return constantSeries(Float64Array.from(variances, () => limitAtZero(fn)));
  if (fn.pieces.every(({ polynomial }) => polynomial?.length === 0))
    return constantSeries(new Float64Array(count));
  const quadrature = quadratureFor(fn, extremes(positive), layer);
  const length = lengthFor(quadrature, extremes(positive), layer);
  const { first, step } = parity(normalisedRows(quadrature, extremes(positive), length).values, length);
  const kept = Math.ceil((length - first) / step);
  const { values, columns } = rowsAtVariances(positive, (at) =>
    everyOther(normalisedRows(quadrature, at, length).values, length, first, step, kept),
  );
  const coefficients = shared(count * kept);
  const tails = new Float64Array(kept + 1);
  for (let s = 0, p = 0; s < count; s++) {
    if (variances[s] === 0) {
      if (first === 0) coefficients[s * kept] = limitAtZero(fn);
      continue;
    }
    const row = values.subarray(p * columns, p * columns + kept);
    const scale = Math.exp(values[p * columns + kept]!);
    let tail = Math.max(0, 1 - row.reduce((sum, c) => sum + c * c, 0));
    for (let j = kept; j >= 0; j--) {
      if (j < kept) {
        const c = row[j]!;
        coefficients[s * kept + j] = c * scale;
        tail += c * c;
      }
      tails[j] = Math.max(tails[j]!, tail);
    }
    p++;
  }
  return { first, step, count: kept, coefficients, tails };
}

/** A function that is a number at each sample. */
export function constantSeries(values: Float64Array): HermiteSeries {
  return { first: 0, step: 1, count: 1, coefficients: values, tails: Float64Array.of(1, 0) };
}

/** Coefficients that are rounding, relative to sqrt(< f^2 >); their squares are far below what is neglected. */
const ABSENT = 1e-12;

/** Even and odd functions have every other term only. */
function parity(values: Float64Array, length: number): { first: number; step: number } {
  const largest = [0, 0];
  for (let at = 0; at < values.length; at += length + 1)
    for (let k = 0; k < length; k++) largest[k % 2] = Math.max(largest[k % 2]!, Math.abs(values[at + k]!));
  if (largest[1]! <= ABSENT) return { first: 0, step: 2 };
  return largest[0]! <= ABSENT ? { first: 1, step: 2 } : { first: 0, step: 1 };
}

/** The coefficients that are there, and the logarithm of the scale. */
function everyOther(
  values: Float64Array,
  length: number,
  first: number,
  step: number,
  kept: number,
): { values: Float64Array; columns: number } {
  const columns = kept + 1;
  const out = new Float64Array((values.length / (length + 1)) * columns);
  for (let s = 0; s < out.length / columns; s++) {
    for (let j = 0; j < kept; j++) out[s * columns + j] = values[s * (length + 1) + first + step * j]!;
    out[s * columns + kept] = values[s * (length + 1) + length]!;
  }
  return { values: out, columns };
}

/** The mean of the limits from both sides. */
export function limitAtZero({ breakpoints, pieces }: UnivariateFunction): number {
  const below = breakpoints.filter((at) => at < 0).length;
  const sides = breakpoints.includes(0) ? [below, below + 1] : [below];
  const value = new Float64Array(1);
  return sides.reduce((sum, side) => {
    pieces[side]!.rows(Float64Array.of(0), 1, 0, value);
    return sum + value[0]! / sides.length;
  }, 0);
}

function extremes(variances: Float64Array): Float64Array {
  const [low, high] = variances.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)],
    [Infinity, 0],
  );
  return low === high ? Float64Array.of(low) : Float64Array.of(low, Math.sqrt(low) * Math.sqrt(high), high);
}

/** The fewest terms whose rest is negligible at the given variances. */
function lengthFor(quadrature: HermiteQuadrature, variances: Float64Array, layer: number): number {
  for (let length = 32; length <= MOST_TERMS; length *= 2) {
    const { values, columns } = normalisedRows(quadrature, variances, length);
    const rows = Array.from(variances, (_, s) => values.subarray(s * columns, s * columns + length));
    const isWhole = rows.every((row) => Math.abs(1 - row.reduce((sum, c) => sum + c * c, 0)) <= ROUNDING);
    if (!isWhole) continue;
    const needed = Math.max(...rows.map(neededTerms));
    if (needed < length) return needed;
  }
  throw tooSlow('Hermite series', layer);
}

function neededTerms(row: Float64Array): number {
  let [rest, k] = [0, row.length];
  while (k > 1 && rest + row[k - 1]! ** 2 <= NEGLIGIBLE) rest += row[--k]! ** 2;
  // A row of zeros is a function that vanishes: one term says so.
  return k;
}
