/** Roots of a continuous function of one variable, enclosed. */

/** A value with a bound on its error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

export interface Root {
  readonly at: number;
  /** The function has opposite signs at the two ends, beyond its errors; absent for a double root. */
  readonly bracket?: readonly [number, number];
}

/** Within an enclosure with opposite signs at its ends: bisection and the secant in turn, down to neighbouring doubles. */
export function refineRoot(f: (x: number) => Estimate, low: number, high: number): Root {
  let [a, b] = [low, high];
  let [fa, fb] = [f(a).value, f(b).value];
  for (let step = 0; step < 200 && Math.abs(b - a) > 2e-16 * Math.abs(a + b); step++) {
    const secant = a - (fa * (b - a)) / (fb - fa);
    const inside = secant > Math.min(a, b) && secant < Math.max(a, b);
    const x = step % 3 === 2 || !inside ? (a + b) / 2 : secant;
    if (x === a || x === b) break;
    const { value } = f(x);
    if (value === 0) return { at: x, bracket: enclosure(f, x, low, high) };
    if (Math.sign(value) === Math.sign(fa)) [a, fa] = [x, value];
    else [b, fb] = [x, value];
  }
  const at = Math.abs(fa) < Math.abs(fb) ? a : b;
  return { at, bracket: enclosure(f, at, low, high) };
}

/** The narrowest of a few intervals about a root at whose ends the signs are beyond doubt. */
function enclosure(
  f: (x: number) => Estimate,
  at: number,
  low: number,
  high: number,
): readonly [number, number] {
  for (let width = 1e-14; width < 1e-3; width *= 10) {
    const [a, b] = [Math.max(low, at * (1 - width)), Math.min(high, at * (1 + width))];
    const [fa, fb] = [f(a), f(b)];
    const certain = [fa, fb].every(({ value, error }) => Math.abs(value) > 2 * error);
    if (certain && Math.sign(fa.value) !== Math.sign(fb.value)) return [a, b];
  }
  return [low, high];
}

/** Where |f| is least between `low` and `high`, by golden sections. */
export function leastBetween(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  while (b - a > 1e-12 * Math.abs(a + b)) {
    const [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
    if (c <= a || d >= b) break;
    if (Math.abs(f(c)) < Math.abs(f(d))) b = d;
    else a = c;
  }
  return (a + b) / 2;
}
