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

export type PlanePoint = readonly [number, number];

/**
 * A common zero of two functions of two positive variables in a cell, by Newton's method in logarithms, with a box about it: in coordinates along
 * which one function changes and the other does not, each has opposite signs on opposite sides, at their ends and middles, so that
 * the box holds a zero (Poincare and Miranda). Undefined where the method leaves the cell and its neighbours.
 */
export function commonZero(
  f: (at: PlanePoint) => readonly [Estimate, Estimate],
  low: PlanePoint,
  high: PlanePoint,
): { readonly at: PlanePoint; readonly box?: readonly [PlanePoint, PlanePoint] } | undefined {
  const from = low.map(Math.log) as unknown as PlanePoint;
  const to = high.map(Math.log) as unknown as PlanePoint;
  const value = ([p, q]: PlanePoint): PlanePoint => {
    const [first, second] = f([Math.exp(p), Math.exp(q)]);
    return [first.value, second.value];
  };
  let at: PlanePoint = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  let step = Infinity;
  let inverse: readonly [PlanePoint, PlanePoint] | undefined;
  for (let k = 0; k < 40 && step > 1e-15; k++) {
    inverse = inverseJacobian(value, at);
    if (!inverse) return undefined;
    const move = applied(inverse, value(at));
    at = [at[0] - move[0], at[1] - move[1]];
    const outside = [0, 1].some((i) => {
      const width = to[i as 0 | 1] - from[i as 0 | 1];
      return at[i as 0 | 1] < from[i as 0 | 1] - width || at[i as 0 | 1] > to[i as 0 | 1] + width;
    });
    if (outside || !at.every(Number.isFinite)) return undefined;
    const next = Math.hypot(...move);
    if (k > 8 && next >= step) break;
    step = next;
  }
  if (step > 1e-9 || !inverse) return undefined;
  const box = enclosingBox(f, at, inverse);
  return { at: [Math.exp(at[0]), Math.exp(at[1])], ...(box && { box }) };
}

function inverseJacobian(
  value: (at: PlanePoint) => PlanePoint,
  [p, q]: PlanePoint,
): readonly [PlanePoint, PlanePoint] | undefined {
  const h = 1e-5;
  const [right, left, up, down] = [
    value([p + h, q]),
    value([p - h, q]),
    value([p, q + h]),
    value([p, q - h]),
  ];
  const [a, c] = [(right[0] - left[0]) / (2 * h), (right[1] - left[1]) / (2 * h)];
  const [b, d] = [(up[0] - down[0]) / (2 * h), (up[1] - down[1]) / (2 * h)];
  const determinant = a * d - b * c;
  if (Math.abs(determinant) <= 1e-14 * (Math.abs(a * d) + Math.abs(b * c)) || determinant === 0)
    return undefined;
  return [
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant],
  ];
}

function applied([first, second]: readonly [PlanePoint, PlanePoint], [x, y]: PlanePoint): PlanePoint {
  return [first[0] * x + first[1] * y, second[0] * x + second[1] * y];
}

/** The smallest of a few boxes with certain signs on all sides. */
function enclosingBox(
  f: (at: PlanePoint) => readonly [Estimate, Estimate],
  [p, q]: PlanePoint,
  inverse: readonly [PlanePoint, PlanePoint],
): readonly [PlanePoint, PlanePoint] | undefined {
  const along = (dp: number, dq: number, k: 0 | 1): Estimate => {
    const [first, second] = f([Math.exp(p + dp), Math.exp(q + dq)]);
    const [a, b] = inverse[k];
    return {
      value: a * first.value + b * second.value,
      error: Math.abs(a) * first.error + Math.abs(b) * second.error,
    };
  };
  for (let w = 1e-13; w < 1e-3; w *= 10) {
    const sides = [-w, 0, w];
    const certain = (estimate: Estimate, sign: number): boolean => sign * estimate.value > 2 * estimate.error;
    const encloses = sides.every(
      (t) =>
        certain(along(w, t, 0), 1) &&
        certain(along(-w, t, 0), -1) &&
        certain(along(t, w, 1), 1) &&
        certain(along(t, -w, 1), -1),
    );
    if (encloses)
      return [
        [Math.exp(p - w), Math.exp(q - w)],
        [Math.exp(p + w), Math.exp(q + w)],
      ];
  }
  return undefined;
}
