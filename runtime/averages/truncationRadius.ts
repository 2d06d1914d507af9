/** How far out a Gaussian average has to go, given how fast its functions grow. */

/** Functions of one Gaussian variable: `values(points)[c * points.length + p]`. */
export interface GrowingFunctions {
  readonly deviation: number;
  readonly columns: number;
  readonly values: (points: Float64Array) => Float64Array;
}

const CANDIDATES = [8.5, 10, 12, 15, 19, 24, 30, 38];
const CENTRE = [-3, -1.5, -0.5, 0.5, 1.5, 3];

/**
 * The smallest radius R in standard deviations at which exp(-R^2/2) times the growth of the functions falls below
 * `negligible`. Each function is compared with its size within three standard deviations.
 */
export function radiusForGrowth(directions: readonly GrowingFunctions[], negligible: number): number {
  const first = CANDIDATES.slice(0, 3);
  const near = firstSufficient(
    first,
    directions.map((direction) => growthOf(direction, first)),
    negligible,
  );
  if (near !== undefined) return near;
  const all = directions.map((direction) => growthOf(direction, CANDIDATES));
  return firstSufficient(CANDIDATES, all, negligible) ?? CANDIDATES.at(-1)!;
}

function firstSufficient(
  radii: readonly number[],
  growths: readonly (readonly number[])[],
  negligible: number,
): number | undefined {
  return radii.find((radius, r) => {
    const growth = growths.reduce((product, of) => product * of[r]!, 1);
    return growth * Math.exp(-0.5 * radius * radius) <= negligible;
  });
}

/** For each radius, the largest ratio over the columns of |f| there to |f| near the centre. */
function growthOf({ deviation, columns, values }: GrowingFunctions, radii: readonly number[]): number[] {
  const points = Float64Array.from(
    [...CENTRE, ...radii, ...radii.map((radius) => -radius)],
    (x) => x * deviation,
  );
  const count = points.length;
  const rows = values(points);
  const size = (c: number, p: number): number => Math.abs(rows[c * count + p]!);
  const indices = Array.from({ length: columns }, (_, c) => c);
  const centres = indices.map((c) => Math.max(Number.MIN_VALUE, ...CENTRE.map((_, p) => size(c, p))));
  return radii.map((_, r) => {
    const [right, left] = [CENTRE.length + r, CENTRE.length + radii.length + r];
    return Math.max(1, ...indices.map((c) => Math.max(size(c, right), size(c, left)) / centres[c]!));
  });
}
