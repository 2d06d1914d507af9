/** The power with which residuals fall off: weighted least squares of A n^-e, by profiling A. */

export interface Residual {
  readonly n: number;
  readonly value: number;
  readonly deviation: number;
}

export interface ExponentFit {
  readonly exponent: number;
  /** Half the width of the interval where chi^2 exceeds its minimum by less than 1. */
  readonly error: number;
}

const LOWEST = -2;
const HIGHEST = 10;
const STEPS = 2400;
/** A signal must beat noise by this much in chi^2, and its exponent be known to within 1, to be reported. */
const SIGNIFICANCE = 12;

/** Undefined (not resolved) when there are fewer than two widths, or residuals are within noise. */
export function fitExponent(residuals: readonly Residual[]): ExponentFit | undefined {
  const widths = new Set(residuals.map(({ n }) => n));
  if (widths.size < 2 || residuals.some(({ deviation }) => !(deviation > 0))) return undefined;
  const noise = residuals.reduce((sum, { value, deviation }) => sum + (value / deviation) ** 2, 0);
  const grid = Array.from({ length: STEPS + 1 }, (_, k) => LOWEST + ((HIGHEST - LOWEST) * k) / STEPS);
  const gains = grid.map((exponent) => explained(residuals, exponent));
  const best = gains.reduce((winner, gain, k) => (gain > gains[winner]! ? k : winner), 0);
  const inside = grid.filter((_, k) => gains[k]! > gains[best]! - 1);
  const error = (inside.at(-1)! - inside[0]!) / 2;
  const resolved = gains[best]! > Math.max(SIGNIFICANCE, noise / 2) && best > 0 && best < STEPS && error < 1;
  return resolved ? { exponent: refine(grid, gains, best), error: Math.max(error, 1e-3) } : undefined;
}

/** Reduction of chi^2 by the best amplitude of n^-exponent. */
function explained(residuals: readonly Residual[], exponent: number): number {
  const reference = residuals[0]!.n;
  let [signal, weight] = [0, 0];
  for (const { n, value, deviation } of residuals) {
    const shape = (n / reference) ** -exponent / deviation;
    signal += (shape * value) / deviation;
    weight += shape * shape;
  }
  return signal ** 2 / weight;
}

/** The top of the parabola through the best grid point and its neighbours. */
function refine(grid: readonly number[], gains: readonly number[], best: number): number {
  const [left, top, right] = [gains[best - 1]!, gains[best]!, gains[best + 1]!];
  const curvature = left - 2 * top + right;
  const shift = curvature === 0 ? 0 : (left - right) / (2 * curvature);
  return grid[best]! + shift * (grid[1]! - grid[0]!);
}
