/**
 * Functions that are polynomials between kinks. Each is a polynomial P, plus at every kink a truncated polynomial on the side away from zero, so
 * that no threshold is negative and nothing large cancels:
 *
 *     f(z) = P(z) + sum_i sum_p a_ip (+-z - |b_i|)_+^p / p!
 *
 * The average over a pair is a finite Hermite series where P takes part, and a sum of truncated moments otherwise: exact.
 */
import type { UnivariateFunction } from '../averages/univariate.ts';
import { differentiatePolynomial, evaluatePolynomial, type Coefficients } from '../averages/polynomials.ts';
import type { KinkPlaces } from './kinkRows.ts';
import type { PairKernel } from './pairKernel.ts';
import { shared } from './shared.ts';
import { FARTHEST, normalDensity, normalTail } from './truncatedMoments.ts';

/** Whether a function is polynomial on every interval. */
export function isPiecewisePolynomial({ pieces }: UnivariateFunction): boolean {
  return pieces.every(({ polynomial }) => polynomial !== undefined);
}

interface Decomposition {
  readonly polynomial: Coefficients;
  readonly kinks: readonly Kink[];
}

/** (side z - place)_+, derivatives by p: `jumps[p]` multiplies its p-th power over p!. */
interface Kink {
  readonly place: number;
  readonly side: 1 | -1;
  readonly jumps: Coefficients;
}

function decompose({ breakpoints, pieces }: UnivariateFunction): Decomposition {
  const polynomials = pieces.map(({ polynomial }) => polynomial ?? []);
  // The piece that holds right of zero: kinks at zero and below are seen from it to the left.
  const middle = breakpoints.filter((at) => at <= 0).length;
  const kinks = breakpoints.map((at, k): Kink => {
    const side = k < middle ? -1 : 1;
    const [near, far] = side > 0 ? [k, k + 1] : [k + 1, k];
    return { place: Math.abs(at), side, jumps: jumpsAt(polynomials[near]!, polynomials[far]!, at, side) };
  });
  return { polynomial: polynomials[middle]!, kinks };
}

/** Derivatives of the difference of two polynomials in the direction away from zero. */
function jumpsAt(near: Coefficients, far: Coefficients, at: number, side: 1 | -1): Coefficients {
  return Array.from({ length: Math.max(near.length, far.length) }, (_, p) => {
    const [here, there] = [near, far].map((f) => evaluatePolynomial(differentiatePolynomial(f, p), at));
    return side ** p * (there! - here!);
  });
}

/** < f(z_a) g(z_b) > of two piecewise polynomials as a sum of kernels. */
export function kinkKernel(
  f: UnivariateFunction,
  g: UnivariateFunction,
  variances: Float64Array,
): PairKernel {
  const [left, right] = [decompose(f), decompose(g)];
  const count = Math.max(1, left.polynomial.length, right.polynomial.length);
  const powers = Math.max(1, ...[...left.kinks, ...right.kinks].map(({ jumps }) => jumps.length));
  const [whole, rest] = [hermiteOf(left, variances, count), hermiteOf(right, variances, count, 'kinks')];
  const [leftPolynomial, rightPolynomial] = [left, right].map((each) =>
    hermiteOf(each, variances, count, 'polynomial'),
  );
  const series = (c: Float64Array, d: Float64Array): PairKernel => ({
    kind: 'series',
    first: 0,
    step: 1,
    count,
    left: c,
    right: d,
    needed: Int32Array.of(count, count),
  });
  const parts = [series(whole, rightPolynomial!), series(leftPolynomial!, rest)];
  const [p, q] = [left, right].map((each) => placesOf(each, variances, powers));
  if (p!.count > 0 && q!.count > 0) parts.push({ kind: 'kinks', powers, left: p!, right: q! });
  return { kind: 'sum', parts };
}

type Part = 'all' | 'polynomial' | 'kinks';

/** Normalised Hermite coefficients 0 .. count - 1 at every sample. */
function hermiteOf(
  { polynomial, kinks }: Decomposition,
  variances: Float64Array,
  count: number,
  part: Part = 'all',
): Float64Array {
  const out = shared(variances.length * count);
  variances.forEach((variance, s) => {
    const deviation = Math.sqrt(variance);
    const row = out.subarray(s * count, (s + 1) * count);
    if (part !== 'kinks') addPolynomial(row, polynomial, deviation);
    if (part !== 'polynomial') for (const kink of kinks) addKink(row, kink, deviation);
    for (let k = 2, root = 1; k < count; k++) row[k]! /= root *= Math.sqrt(k);
  });
  return out;
}

/** < P^(k)(z) > sigma^k */
function addPolynomial(row: Float64Array, polynomial: Coefficients, deviation: number): void {
  for (let k = 0; k < row.length; k++) {
    const derivative = differentiatePolynomial(polynomial, k);
    let moment = deviation ** k;
    for (let n = 0; n < derivative.length; n += 2) {
      row[k]! += derivative[n]! * moment;
      moment *= (n + 1) * deviation * deviation;
    }
  }
}

/** < d^k/dx^k (x - h)_+^p / p! >, x = side z / sigma, h = place / sigma; without variance the value at zero, half of a step there. */
function addKink(row: Float64Array, { place, side, jumps }: Kink, deviation: number): void {
  if (deviation === 0) {
    if (place === 0) row[0]! += (jumps[0] ?? 0) / 2;
    return;
  }
  const h = place / deviation;
  if (h > FARTHEST) return;
  const moments = [normalDensity(h), normalTail(h)];
  for (let p = 1; p < jumps.length; p++) moments.push((moments[p - 1]! - h * moments[p]!) / p);
  const densities = hermiteDensities(h, row.length);
  jumps.forEach((jump, p) => {
    for (let k = 0; k < row.length; k++) {
      const moment = k <= p + 1 ? moments[p - k + 1]! : densities[k - p - 1]!;
      row[k]! += jump * deviation ** p * side ** k * moment;
    }
  });
}

/** He_m(h) times the density at h: derivatives of a delta function, averaged. */
function hermiteDensities(h: number, count: number): number[] {
  const values = [normalDensity(h)];
  for (let m = 0; m < count; m++) values.push(h * values[m]! - (m > 0 ? m * values[m - 1]! : 0));
  return values;
}

/** Kinks at the same distance from zero on both sides share their moments. */
function placesOf({ kinks }: Decomposition, variances: Float64Array, powers: number): KinkPlaces {
  const places = [...new Set(kinks.map(({ place }) => place))];
  const count = places.length;
  const thresholds = shared(variances.length * count);
  const weights = shared(variances.length * count * 2 * powers);
  variances.forEach((variance, s) => {
    const deviation = Math.sqrt(variance);
    places.forEach((place, i) => {
      thresholds[s * count + i] = place === 0 ? 0 : deviation === 0 ? Infinity : place / deviation;
    });
    for (const { place, side, jumps } of kinks) {
      const at = (s * count + places.indexOf(place)) * 2 * powers + (side > 0 ? 0 : powers);
      jumps.forEach((jump, p) => (weights[at + p] = jump * deviation ** p));
    }
  });
  return { count, thresholds, weights };
}
