/** How far out a Gaussian average has to go, given how fast its functions grow. */
import type { Member } from './lattice.ts';

const CANDIDATES = [8.5, 10, 12, 15, 19, 24, 30, 38];
const CENTRE = [-3, -1.5, -0.5, 0.5, 1.5, 3];

/**
 * The smallest radius R in standard deviations at which exp(-R^2/2) times the growth of the functions falls below
 * `negligible`. Each function is compared with its size within three standard deviations.
 */
export function truncationRadius(
  directions: readonly { readonly member: Member; readonly deviation: number }[],
  negligible: number,
): number {
  const growths = directions.map(({ member, deviation }) =>
    growthOf(member, deviation, CANDIDATES.slice(0, 3)),
  );
  const near = firstSufficient(CANDIDATES.slice(0, 3), growths, negligible);
  if (near !== undefined) return near;
  const all = directions.map(({ member, deviation }) => growthOf(member, deviation, CANDIDATES));
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
function growthOf({ evaluator }: Member, deviation: number, radii: readonly number[]): number[] {
  const points = Float64Array.from(
    [...CENTRE, ...radii, ...radii.map((radius) => -radius)],
    (x) => x * deviation,
  );
  const count = points.length;
  const rows = evaluator.rows(points, count, 0);
  const size = (c: number, p: number): number => Math.abs(rows[c * count + p]!);
  const columns = evaluator.columns.map((_, c) => c);
  const centres = columns.map((c) => Math.max(Number.MIN_VALUE, ...CENTRE.map((_, p) => size(c, p))));
  return radii.map((_, r) => {
    const [right, left] = [CENTRE.length + r, CENTRE.length + radii.length + r];
    return Math.max(1, ...columns.map((c) => Math.max(size(c, right), size(c, left)) / centres[c]!));
  });
}
