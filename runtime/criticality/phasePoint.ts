/** The fixed point that the kernel goes to at one point of a phase diagram. */
import type { Interpolation } from './averageInterpolation.ts';
import { evaluateAt, type AverageTable, type Bindings, type CompiledPolynomial } from './oneSample.ts';

export interface PhasePoint {
  /** 0 and Infinity where the kernel falls or grows without end. */
  readonly kernel: number;
  readonly parallel: number;
  readonly perpendicular: number;
  readonly phase: 'ordered' | 'chaotic' | 'divergent';
}

export interface CompiledKernelMap {
  readonly next: CompiledPolynomial;
  readonly parallel: CompiledPolynomial;
  readonly perpendicular: CompiledPolynomial;
}

const PER_DECADE = 6;

/**
 * From the kernel of layer 1 on in the direction of the flow to the first kernel that stays; averages at the kernels passed are looked up,
 * those between interpolated.
 */
export function createLocator(
  { next, parallel, perpendicular }: CompiledKernelMap,
  interpolation: Interpolation,
  start: (bindings: Bindings) => number,
): (bindings: Bindings) => PhasePoint {
  const { least, largest } = interpolation;
  const steps = Math.round(Math.log10(largest / least) * PER_DECADE);
  const kernels = Array.from({ length: steps + 1 }, (_, k) => least * (largest / least) ** (k / steps));
  const tables = kernels.map((kernel) => interpolation.at(kernel));
  return (bindings) => {
    const drift = (kernel: number, table: AverageTable): number =>
      evaluateAt(next, kernel, table, bindings).value - kernel;
    const kernel = locate(start(bindings), drift);
    const inside = Math.max(least, Math.min(largest, kernel));
    const table = interpolation.at(inside);
    const chi = (polynomial: CompiledPolynomial): number =>
      evaluateAt(polynomial, inside, table, bindings).value;
    const apart = chi(perpendicular);
    const phase = kernel === Infinity ? 'divergent' : apart > 1 ? 'chaotic' : 'ordered';
    return { kernel, parallel: chi(parallel), perpendicular: apart, phase };
  };

  function locate(first: number, drift: (kernel: number, table: AverageTable) => number): number {
    const from = Math.max(least, Math.min(largest, first));
    const here = drift(from, interpolation.at(from));
    if (here === 0) return from;
    const up = here > 0;
    let k = up
      ? kernels.findIndex((kernel) => kernel > from)
      : kernels.findLastIndex((kernel) => kernel < from);
    let [inner, innerDrift] = [from, here];
    for (; k >= 0 && k <= steps; k += up ? 1 : -1) {
      const value = drift(kernels[k]!, tables[k]!);
      if (up ? value <= 0 : value >= 0) return refine(inner, innerDrift, kernels[k]!, value, drift);
      [inner, innerDrift] = [kernels[k]!, value];
    }
    return up ? Infinity : 0;
  }

  /** The zero between two kernels with drifts of opposite signs: the Illinois variant of false position. */
  function refine(
    a: number,
    fa: number,
    b: number,
    fb: number,
    drift: (kernel: number, table: AverageTable) => number,
  ): number {
    let [left, right, fLeft, fRight, side] = [a, b, fa, fb, 0];
    for (let step = 0; step < 80 && Math.abs(right - left) > 1e-14 * Math.abs(right + left); step++) {
      const x = (left * fRight - right * fLeft) / (fRight - fLeft);
      if (!Number.isFinite(x)) break;
      const value = drift(x, interpolation.at(x));
      if (value === 0 || x === left || x === right) return x;
      if (value > 0 === fRight > 0) {
        [right, fRight] = [x, value];
        if (side === -1) fLeft /= 2;
        side = -1;
      } else {
        [left, fLeft] = [x, value];
        if (side === 1) fRight /= 2;
        side = 1;
      }
    }
    return Math.abs(fLeft) < Math.abs(fRight) ? left : right;
  }
}
