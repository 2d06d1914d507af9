/** Algebra of analytic pieces: products, derivatives, affine changes of the argument, all on Taylor rows. */
import {
  evaluatePolynomial,
  differentiatePolynomial,
  multiplyPolynomials,
  addPolynomials,
  type Coefficients,
} from './polynomials.ts';
import { multiplyRows } from './taylor.ts';
import type { TaylorRows } from './program.ts';
import type { AnalyticPiece, UnivariateFunction } from './univariate.ts';

export function polynomialPiece(polynomial: Coefficients): AnalyticPiece {
  return { polynomial, rows: polynomialRows(polynomial) };
}

export const ONE_PIECE: AnalyticPiece = polynomialPiece([1]);

function polynomialRows(polynomial: Coefficients): TaylorRows {
  const factorials = [1];
  const derivatives = [polynomial];
  return (points, count, order, out) => {
    while (derivatives.length <= order) {
      factorials.push(factorials.at(-1)! * derivatives.length);
      derivatives.push(differentiatePolynomial(derivatives.at(-1)!));
    }
    for (let k = 0; k <= order; k++) {
      for (let p = 0; p < count; p++)
        out[k * count + p] = evaluatePolynomial(derivatives[k]!, points[p]!) / factorials[k]!;
    }
  };
}

export function multiplyPieces(a: AnalyticPiece, b: AnalyticPiece): AnalyticPiece {
  if (a.polynomial && b.polynomial) return polynomialPiece(multiplyPolynomials(a.polynomial, b.polynomial));
  return {
    polynomial: undefined,
    rows: (points, count, order, out) => {
      const size = (order + 1) * count;
      const data = new Float64Array(3 * size);
      a.rows(points, count, order, data);
      b.rows(points, count, order, data.subarray(size));
      multiplyRows({ data, count, order }, 2 * size, 0, size, Infinity);
      out.set(data.subarray(2 * size));
    },
  };
}

/**
 * The derivative of order `times` between breakpoints, without what a jump or a kink would add at them: the derivative of a network, which
 * no network of the ensemble sees differently.
 */
export function pointwiseDerivative(fn: UnivariateFunction, times: number): UnivariateFunction {
  if (times === 0) return fn;
  const pieces = fn.pieces.map((piece) => differentiatePiece(piece, times));
  return { ...fn, key: `${fn.key}'${times}`, pieces };
}

export function differentiatePiece(piece: AnalyticPiece, times: number): AnalyticPiece {
  if (times === 0) return piece;
  if (piece.polynomial) return polynomialPiece(differentiatePolynomial(piece.polynomial, times));
  return {
    polynomial: undefined,
    rows: (points, count, order, out) => {
      const data = new Float64Array((order + times + 1) * count);
      piece.rows(points, count, order + times, data);
      for (let k = 0; k <= order; k++) {
        let weight = 1;
        for (let j = 1; j <= times; j++) weight *= k + j;
        for (let p = 0; p < count; p++) out[k * count + p] = weight * data[(k + times) * count + p]!;
      }
    },
  };
}

/** f(scale z + shift) as a function of z. */
export function affinePiece(piece: AnalyticPiece, scale: number, shift: number): AnalyticPiece {
  if (scale === 1 && shift === 0) return piece;
  if (piece.polynomial) return polynomialPiece(composeAffine(piece.polynomial, scale, shift));
  return {
    polynomial: undefined,
    rows: (points, count, order, out) => {
      const moved = Float64Array.from({ length: count }, (_, p) => scale * points[p]! + shift);
      piece.rows(moved, count, order, out);
      for (let k = 1, factor = scale; k <= order; k++, factor *= scale) {
        for (let p = k * count; p < (k + 1) * count; p++) out[p]! *= factor;
      }
    },
  };
}

function composeAffine(polynomial: Coefficients, scale: number, shift: number): Coefficients {
  return polynomial.reduceRight<Coefficients>(
    (sum, coefficient) => addPolynomials(multiplyPolynomials(sum, [shift, scale]), [coefficient]),
    [],
  );
}
