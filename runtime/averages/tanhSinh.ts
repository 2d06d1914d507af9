/** Double exponential quadrature on (0, 1), for integrands singular at the ends (Takahasi and Mori 1974). */
import type { AverageValue } from './averageRequest.ts';

const RANGE = 3.6;
const FINEST = 10;

/**
 * int_0^1 f(t, 1 - t) dt: the second argument keeps the distance to the upper end exactly. The step is halved until
 * the change is at roundoff; the last change bounds the error.
 */
export function integrateUnitInterval(f: (t: number, complement: number) => number): AverageValue {
  let step = 0.5;
  let sum = sumOver(f, 0, step);
  let value = sum * step;
  for (let level = 1; level <= FINEST; level++) {
    step /= 2;
    sum += sumOver(f, step, 2 * step);
    const next = sum * step;
    const change = Math.abs(next - value);
    value = next;
    if (level >= 3 && change <= 3e-14 * Math.abs(value))
      return { value, error: change + 1e-15 * Math.abs(value) };
    if (level === FINEST) return { value, error: change };
  }
  return { value, error: Math.abs(value) };
}

/** Weighted values at +-(first + k stride), k = 0, 1, ...; zero once. */
function sumOver(f: (t: number, complement: number) => number, first: number, stride: number): number {
  let sum = 0;
  for (let s = first; s <= RANGE; s += stride) sum += s === 0 ? termAt(f, 0) : termAt(f, s) + termAt(f, -s);
  return sum;
}

/** t = 1 / (1 + exp(-pi sinh s)) */
function termAt(f: (t: number, complement: number) => number, s: number): number {
  const e = Math.exp(-Math.PI * Math.abs(Math.sinh(s)));
  const [near, far] = [e / (1 + e), 1 / (1 + e)];
  const weight = Math.PI * Math.cosh(s) * near * far;
  if (weight === 0) return 0;
  return weight * (s > 0 ? f(far, near) : f(near, far));
}
