/** Fixed points of the kernel at given parameters, and how perturbations fare there. */
import { NumericsError } from '../averages/numericsError.ts';
import { refineRoot, type Estimate } from './rootBracket.ts';
import { GRID } from './finiteBranch.ts';
import type { FixedPoint, KernelValues } from './report.ts';

/** K', chi_par and chi_perp at a kernel. */
export interface LayerResponse {
  readonly kernel: Estimate;
  readonly parallel: Estimate;
  readonly perpendicular: Estimate;
}

/** Susceptibilities closer to 1 than this count as critical. */
const CRITICAL = 1e-8;

export function describeFixedPoint(
  kernel: number,
  response: LayerResponse,
  kernels?: KernelValues,
): FixedPoint {
  const [parallel, perpendicular] = [response.parallel.value, response.perpendicular.value];
  const distance = perpendicular - 1;
  return {
    kernel,
    ...(kernels && { kernels }),
    parallel,
    perpendicular,
    stable: Math.abs(parallel) < 1,
    phase: Math.abs(distance) <= CRITICAL ? 'critical' : distance < 0 ? 'ordered' : 'chaotic',
    depths: { parallel: depthOf(parallel), perpendicular: depthOf(perpendicular) },
  };
}

/** The correlation depth xi = -1 / log|chi| (Schoenholz, Gilmer, Ganguli, Sohl-Dickstein 2017). */
export function depthOf(susceptibility: number): number {
  const rate = -Math.log(Math.abs(susceptibility));
  return rate === 0 ? Infinity : 1 / rate;
}

/** Fixed points between the ends of the scan, in increasing order; `name` gives the kernels of gated units. */
export function fixedPointsOf(
  respond: (kernel: number) => LayerResponse,
  name: (kernel: number) => KernelValues | undefined,
): FixedPoint[] {
  const drift = (kernel: number): Estimate => {
    const { value, error } = respond(kernel).kernel;
    return { value: value - kernel, error: error + 2e-16 * kernel };
  };
  const samples = GRID.flatMap((kernel) => {
    try {
      return [{ kernel, ...drift(kernel) }];
    } catch (error) {
      if (error instanceof NumericsError) return [];
      throw error;
    }
  });
  return samples.flatMap((right, k) => {
    const left = samples[k - 1];
    if (!left || left.value * right.value > 0 || left.value === 0) return [];
    if (Math.abs(left.value) <= 4 * left.error && Math.abs(right.value) <= 4 * right.error) return [];
    const { at } = refineRoot(drift, left.kernel, right.kernel);
    return [describeFixedPoint(at, respond(at), name(at))];
  });
}
