/**
 * Smooth functions of a Gaussian variable thousands of times wider than what they vary on, as raw data give them. A
 * uniform lattice would need millions of points; panels that grow with the distance from zero need some dozens.
 */
import { differentiateDistribution, distributionOfProduct, type Distribution } from './distribution.ts';
import { pivotedCholesky, type Matrix } from './kernelStructure.ts';
import { nestedAverage } from './nestedAverage.ts';
import type { AverageValue } from './averageRequest.ts';
import type { KernelContext } from './numericsError.ts';
import type { TermPart } from './localProduct.ts';

/** Points of a lattice, the table of its last level not counted, beyond which panels take less time. */
const MOST_LATTICE_POINTS = 1e5;
/** Points of a lattice to a unit of width, at the resolution where it starts. */
const POINTS_PER_WIDTH = 60;

/** Whether the lattice of `smoothAverages` would be too large. */
export function isWide(kernel: Matrix, context: KernelContext): boolean {
  const { pivots, factor } = pivotedCholesky(kernel, 2e-14, 1e-10, context);
  const widths = pivots.map((_, k) => Math.max(...factor.map((row) => Math.abs(row[k] ?? 0))));
  const nested = widths.slice(0, Math.max(1, widths.length - 1));
  return (
    nested.reduce((points, width) => points * POINTS_PER_WIDTH * Math.max(1, width), 1) > MOST_LATTICE_POINTS
  );
}

export function wideAverage(parts: readonly TermPart[], kernel: Matrix): AverageValue {
  const functions = parts.map(({ product, derivative }, s) =>
    withGradedPanels(
      differentiateDistribution(distributionOfProduct(product), derivative),
      Math.sqrt(kernel[s]![s]!),
    ),
  );
  return nestedAverage(functions, kernel);
}

const NARROWEST_PANEL = 0.25;
const GROWTH = 3;
/** Farthest panel in standard deviations: beyond the radius of every average. */
const REACH = 40;

/** The same function, with places for panels to end at +-w, +-3 w, +-9 w, ... */
function withGradedPanels({ pieces, deltas }: Distribution, deviation: number): Distribution {
  const count = Math.ceil(Math.log((REACH * deviation) / NARROWEST_PANEL) / Math.log(GROWTH));
  const right = Array.from({ length: Math.max(1, count) }, (_, k) => NARROWEST_PANEL * GROWTH ** k);
  const breakpoints = [...right.map((at) => -at).reverse(), ...right];
  return { breakpoints, pieces: Array.from({ length: breakpoints.length + 1 }, () => pieces[0]!), deltas };
}
