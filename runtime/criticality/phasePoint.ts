/** The fixed point that the kernel goes to at one point of a phase diagram. */
import type { Interpolation } from './averageInterpolation.ts';
import type { KernelLine } from './kernelLine.ts';
import {
  evaluateAt,
  type AverageTable,
  type Bindings,
  type CompiledPolynomial,
  type Kernels,
} from './oneSample.ts';

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
  start: (bindings: Bindings) => Kernels,
  line: KernelLine,
): (bindings: Bindings) => PhasePoint {
  const { least, largest } = interpolation;
  const steps = Math.round(Math.log10(largest / least) * PER_DECADE);
  const grid = Array.from({ length: steps + 1 }, (_, k) => least * (largest / least) ** (k / steps));
  const single = line.dimension === 1 ? grid.map((kernel) => interpolation.at([kernel])) : undefined;
  return (bindings) => {
    const clamped = (kernels: Kernels): Kernels => kernels.map((k) => Math.max(least, Math.min(largest, k)));
    const place = (kernel: number): Kernels => clamped(line.at(kernel, bindings));
    const drift = (kernel: number, table?: AverageTable): number => {
      const kernels = place(kernel);
      return evaluateAt(next, kernels, table ?? interpolation.at(kernels), bindings).value - kernel;
    };
    const kernel = locate(firstOf(bindings), drift);
    const inside = place(Math.max(least, Math.min(largest, kernel)));
    const table = interpolation.at(inside);
    const chi = (polynomial: CompiledPolynomial): number =>
      evaluateAt(polynomial, inside, table, bindings).value;
    const apart = chi(perpendicular);
    const phase = kernel === Infinity ? 'divergent' : apart > 1 ? 'chaotic' : 'ordered';
    return { kernel, parallel: chi(parallel), perpendicular: apart, phase };

    /** One layer brings the kernels of gated units onto their line. */
    function firstOf(values: Bindings): number {
      const kernels = start(values);
      if (kernels.length === 1) return kernels[0]!;
      const at = clamped(kernels);
      return evaluateAt(next, at, interpolation.at(at), values).value;
    }
  };

  function locate(first: number, drift: (kernel: number, table?: AverageTable) => number): number {
    const from = Math.max(least, Math.min(largest, first));
    const here = drift(from);
    if (here === 0) return from;
    const up = here > 0;
    let k = up ? grid.findIndex((kernel) => kernel > from) : grid.findLastIndex((kernel) => kernel < from);
    let [inner, innerDrift] = [from, here];
    for (; k >= 0 && k <= steps; k += up ? 1 : -1) {
      const value = drift(grid[k]!, single?.[k]);
      if (up ? value <= 0 : value >= 0) return refine(inner, innerDrift, grid[k]!, value, drift);
      [inner, innerDrift] = [grid[k]!, value];
    }
    return up ? Infinity : 0;
  }

  /** The zero between two kernels with drifts of opposite signs: the Illinois variant of false position. */
  function refine(a: number, fa: number, b: number, fb: number, drift: (kernel: number) => number): number {
    let [left, right, fLeft, fRight, side] = [a, b, fa, fb, 0];
    for (let step = 0; step < 80 && Math.abs(right - left) > 1e-14 * Math.abs(right + left); step++) {
      const x = (left * fRight - right * fLeft) / (fRight - fLeft);
      if (!Number.isFinite(x)) break;
      const value = drift(x);
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
