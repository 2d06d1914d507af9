/**
 * Moments of two correlated standard normal variables beyond thresholds,
 *
 *     M_pq = < (x - h)_+^p (y - k)_+^q > / (p! q!),   h, k >= 0,
 *
 * by Gaussian integration by parts from the probability M_00 and the moments on the lines x = h and y = k. The probability follows
 * from Owen's function T (Annals of Mathematical Statistics 27, 1956).
 */
import { erfc } from '../../theory/specialFunctions.ts';
import { gaussLegendre } from '../averages/gaussRules.ts';

/** M_pq at `(p + 1) * (count + 1) + q + 1` for p, q = -1 .. count - 1, where -1 is a delta function. */
export type MomentTable = Float64Array;

export interface Pair {
  readonly rho: number;
  /** sqrt(1 - rho^2), which rho does not give near its ends. */
  readonly sine: number;
}

const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

export function normalDensity(x: number): number {
  return INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x);
}

/** The probability of a standard normal variable beyond x. */
export function normalTail(x: number): number {
  return 0.5 * erfc(x * Math.SQRT1_2);
}

/** Thresholds beyond which nothing is left in double precision. */
export const FARTHEST = 9.5;

/** Fills `out` with M_pq for p, q < count; `sign` -1 takes the correlation with the other sign. */
export function truncatedMoments(
  h: number,
  k: number,
  { rho: correlation, sine }: Pair,
  sign: 1 | -1,
  count: number,
  out: MomentTable,
): void {
  const rho = sign * correlation;
  // 1 - rho, and with it k - rho h, without cancellation.
  const gap = rho > 0 ? (sine * sine) / (1 + rho) : 1 - rho;
  const [belowY, belowX] = [k - h + gap * h, h - k + gap * k];
  const [s, t] = [ratio(belowY, sine), ratio(belowX, sine)];
  const [tailS, tailT] = [normalTail(s), normalTail(t)];
  const [densityH, densityK] = [normalDensity(h), normalDensity(k)];
  const columns = count + 1;
  out[columns + 1] = quadrantTail(h, k, rho, sine, s, t, tailS, tailT);
  out[1] = densityH * tailS;
  out[columns] = densityK * tailT;
  if (count === 1) return;
  // (1 - rho^2) times the joint density
  const joint = sine * densityH * normalDensity(s);
  const square = sine * sine;
  for (let q = 1; q < count; q++) {
    const before = q === 1 ? joint : square * out[q - 1]!;
    out[q + 1] = (before - belowY * out[q]!) / q;
    const beforeX = q === 1 ? joint : square * out[(q - 1) * columns]!;
    out[(q + 1) * columns] = (beforeX - belowX * out[q * columns]!) / q;
  }
  for (let q = 1; q < count; q++)
    out[columns + q + 1] = (out[columns + q - 1]! + rho * out[q]! - k * out[columns + q]!) / q;
  for (let p = 1; p < count; p++)
    for (let q = 0; q < count; q++) {
      const at = (p + 1) * columns + q + 1;
      out[at] = (out[at - 2 * columns]! + rho * out[at - columns - 1]! - h * out[at - columns]!) / p;
    }
}

/** With 0 / 0 the limit in between. */
function ratio(numerator: number, denominator: number): number {
  return numerator === 0 ? 0 : numerator / denominator;
}

/** P(x > h, y > k) = (Q(h) + Q(k)) / 2 - T(h, (k - rho h) / (h sine)) - T(k, (h - rho k) / (k sine)) */
function quadrantTail(
  h: number,
  k: number,
  rho: number,
  sine: number,
  s: number,
  t: number,
  tailS: number,
  tailT: number,
): number {
  if (sine === 0) return rho > 0 ? normalTail(Math.max(h, k)) : 0;
  if (h === 0 && k === 0) return Math.atan2(sine, -rho) / (2 * Math.PI);
  const [tailH, tailK] = [normalTail(h), normalTail(k)];
  const value = (tailH + tailK) / 2 - owen(h, s, tailH, tailS) - owen(k, t, tailK, tailT);
  return Math.max(0, value);
}

/** T(h, s / h) for h >= 0, with the tails beyond h and s. */
function owen(h: number, s: number, tailH: number, tailS: number): number {
  if (s < 0) return -owen(h, -s, tailH, 1 - tailS);
  if (s <= h) return s === 0 ? 0 : owenNear(h, s / h);
  const rest = h === 0 ? 0 : owenNear(s, h / s);
  return (tailH + tailS) / 2 - tailH * tailS - rest;
}

const RULE = gaussLegendre(13);
const POINTS = RULE.nodes.map((node) => ((1 + node) / 2) ** 2);
const WEIGHTS = RULE.weights.map((weight) => weight / (4 * Math.PI));

/** T(h, a) = (1 / 2 pi) int_0^a exp(-h^2 (1 + x^2) / 2) / (1 + x^2) dx for 0 <= a <= 1: poles at distance 1 from the path. */
function owenNear(h: number, a: number): number {
  const half = -0.5 * h * h;
  if (half < -45) return 0;
  const square = a * a;
  let sum = 0;
  for (let p = 0; p < POINTS.length; p++) {
    const x = 1 + square * POINTS[p]!;
    sum += (WEIGHTS[p]! * Math.exp(half * x)) / x;
  }
  return a * sum;
}
