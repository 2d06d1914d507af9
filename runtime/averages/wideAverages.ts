/**
 * Smooth functions of a Gaussian variable much wider than what they vary on, as raw data give them. A uniform lattice
 * would need up to millions of points; panels that grow with the distance from zero need some dozens.
 */
import { differentiateDistribution, distributionOfProduct, type Distribution } from './distribution.ts';
import type { Matrix } from './kernelStructure.ts';
import { nestedAverage } from './nestedAverage.ts';
import type { AverageValue } from './averageRequest.ts';
import type { TermPart } from './localProduct.ts';

/** Standard deviation beyond which panels take less time than a lattice and its tables, two or more wide samples most of all. */
const WIDE = 30;

export function isWide(kernel: Matrix): boolean {
  return kernel.some((row, s) => row[s]! > WIDE ** 2);
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
