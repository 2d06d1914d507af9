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
const STEPS = 1200;
/** A signal must beat noise by this much in chi^2, and its exponent be known to within 1, to be reported. */
const SIGNIFICANCE = 12;

/** Undefined (not resolved) when there are fewer than two widths, or residuals are within noise. */
export function fitExponent(residuals: readonly Residual[]): ExponentFit | undefined {
  const widths = new Set(residuals.map(({ n }) => n));
  if (widths.size < 2 || residuals.some(({ deviation }) => !(deviation > 0))) return undefined;
  const noise = residuals.reduce((sum, { value, deviation }) => sum + (value / deviation) ** 2, 0);
  if (noise < SIGNIFICANCE) return undefined;
  const grid = Array.from({ length: STEPS + 1 }, (_, k) => LOWEST + ((HIGHEST - LOWEST) * k) / STEPS);
  const gains = grid.map((exponent) => explained(residuals, exponent));
  const best = gains.reduce((winner, gain, k) => (gain > gains[winner]! ? k : winner), 0);
  const inside = grid.filter((_, k) => gains[k]! > gains[best]! - 1);
  if (gains[best]! < Math.max(SIGNIFICANCE, noise / 2) || best === 0 || best === STEPS) return undefined;
  const peak = parabola(grid, gains, best);
  const error = Math.max(peak.error, (inside.at(-1)! - inside[0]!) / 2);
  return error < 1 ? { exponent: peak.exponent, error } : undefined;
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

/** Top of the parabola through the best grid point and its neighbours, and where it has fallen by 1. */
function parabola(grid: readonly number[], gains: readonly number[], best: number): ExponentFit {
  const [left, top, right] = [gains[best - 1]!, gains[best]!, gains[best + 1]!];
  const step = grid[1]! - grid[0]!;
  const curvature = 2 * top - left - right;
  if (!(curvature > 0)) return { exponent: grid[best]!, error: step };
  return {
    exponent: grid[best]! + (step * (right - left)) / (2 * curvature),
    error: step * Math.sqrt(2 / curvature),
  };
}
