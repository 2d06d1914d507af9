/**
 * Smooth functions of a Gaussian variable much wider than what they vary on, as raw data give them. A uniform lattice
 * would need up to millions of points; panels that grow with the distance from zero need some dozens.
 */
import { differentiateDistribution, distributionOfProduct, type Distribution } from './distribution.ts';
import { covarianceOf, type Matrix } from './kernelStructure.ts';
import { nestedAverage } from './nestedAverage.ts';
import type { AverageValue } from './averageRequest.ts';
import { multiplyPieces } from './pieces.ts';
import type { TermPart } from './localProduct.ts';

/** Standard deviation beyond which panels take less time than a lattice and its tables, two or more wide samples most of all. */
const WIDE = 30;

export function isWide(kernel: Matrix): boolean {
  return kernel.some((row, s) => row[s]! > WIDE ** 2);
}

/** Undefined for functions that vary fast far from zero, such as a sine: only a lattice resolves those. */
export function wideAverage(parts: readonly TermPart[], kernel: Matrix): AverageValue | undefined {
  const functions = parts.map(({ product, derivative }, s) =>
    withGradedPanels(
      differentiateDistribution(distributionOfProduct(product), derivative),
      Math.sqrt(kernel[s]![s]!),
    ),
  );
  const isResolved = functions.every((fn, s) => {
    const own = covarianceOf([[kernel[s]![s]!]]);
    const { value, error } = nestedAverage([fn], own);
    if (!Number.isFinite(value)) return true;
    const size = nestedAverage([squareOf(fn)], own);
    return error <= RESOLVED * Math.max(Math.abs(value), Math.sqrt(Math.abs(size.value)));
  });
  return isResolved ? nestedAverage(functions, covarianceOf(kernel)) : undefined;
}

/** Error of the average of one function alone, relative to its size, up to which panels resolve it. */
const RESOLVED = 1e-9;

function squareOf(fn: Distribution): Distribution {
  return { ...fn, pieces: fn.pieces.map((piece) => multiplyPieces(piece, piece)) };
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
