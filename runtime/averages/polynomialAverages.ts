/** Gaussian averages of polynomials, exactly, by Wick's theorem in the form of Gaussian integration by parts. */
import type { Matrix } from './kernelStructure.ts';
import {
  differentiatePolynomial,
  multiplyPolynomials,
  powerOfPolynomial,
  rescalePolynomial,
  type Coefficients,
} from './polynomials.ts';
import type { LocalProduct, TermPart } from './localProduct.ts';

/** The coefficients of a product of smooth functions if all of them are polynomials. */
export function polynomialOfProduct({ factors }: LocalProduct): Coefficients | undefined {
  let product: Coefficients = [1];
  for (const { fn, scale, derivative, power } of factors) {
    const polynomial = fn.breakpoints.length === 0 ? fn.pieces[0]!.polynomial : undefined;
    if (!polynomial) return undefined;
    const factor = rescalePolynomial(differentiatePolynomial(polynomial, derivative), scale);
    product = multiplyPolynomials(product, powerOfPolynomial(factor, power));
  }
  return product;
}

/** < z_1^p_1 z_2^p_2 ... >, remembered: <z_s F> = sum_t K_st <dF/dz_t>. */
export type Moments = (powers: readonly number[]) => number;

export function createMoments(kernel: Matrix): Moments {
  const known = new Map<string, number>();
  const moment: Moments = (powers) => {
    const s = powers.findIndex((power) => power > 0);
    if (s < 0) return 1;
    const key = powers.join(',');
    const value = known.get(key) ?? byParts(powers, s);
    known.set(key, value);
    return value;
  };
  const byParts = (powers: readonly number[], s: number): number => {
    const rest = powers.map((power, t) => (t === s ? power - 1 : power));
    return rest.reduce((sum, power, t) => {
      if (power === 0 || kernel[s]![t] === 0) return sum;
      return sum + kernel[s]![t]! * power * moment(rest.map((p, u) => (u === t ? p - 1 : p)));
    }, 0);
  };
  return moment;
}

/** The average of a product of polynomials, and the sum of the absolute values of its terms. */
export function polynomialAverage(
  parts: readonly TermPart[],
  polynomials: readonly Coefficients[],
  moments: Moments,
): { value: number; magnitude: number } {
  const derivatives = polynomials.map((polynomial, d) =>
    differentiatePolynomial(polynomial, parts[d]!.derivative),
  );
  let [value, magnitude] = [0, 0];
  const sumTerms = (powers: readonly number[], coefficient: number): void => {
    const polynomial = derivatives[powers.length];
    if (!polynomial) {
      const term = coefficient * moments(powers);
      value += term;
      magnitude += Math.abs(term);
      return;
    }
    polynomial.forEach((c, power) => c !== 0 && sumTerms([...powers, power], coefficient * c));
  };
  sumTerms([], 1);
  return { value, magnitude };
}
