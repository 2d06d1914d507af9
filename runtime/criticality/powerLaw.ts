/** Leading power laws in depth, from series and from polynomials. */
import { evaluate } from '../../theory/evaluate.ts';
import { add, integer, numberExpr, power, type Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import { rational, type Rational } from '../../theory/rational.ts';
import { multiply, symbol } from '../../theory/expression.ts';
import { dependsOnStart, logarithmicCoefficients } from '../../theory/criticality/approach.ts';
import { isNought, times } from '../../theory/criticality/constants.ts';
import type { DepthPolynomial } from '../../theory/criticality/depthPolynomials.ts';
import { trim, type Puiseux } from '../../theory/criticality/puiseux.ts';
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import { exactNumber } from './exactValues.ts';
import type { ExactNumber } from './report.ts';
import type { PowerLaw, Relevance } from './scalingReport.ts';

/** The small variable at large depth: v ~ front l^(-1/step). */
export interface DepthScale {
  readonly front: Expr;
  readonly step: number;
}

export function exactRational(value: Rational): ExactNumber {
  return exactNumber(numberExpr(value));
}

/** `coefficient v^k` in terms of l, with the highest power of log v in the coefficient: log v is -(1/step) log l. */
export function lawOf(coefficient: Expr, k: number, { front, step }: DepthScale): PowerLaw {
  const byLogarithm = logarithmicCoefficients(coefficient);
  const logarithm = byLogarithm.findLastIndex((c) => !isNought(c));
  const scaled = times(byLogarithm[logarithm]!, power(front, rational(k)));
  const amplitude = times(numberExpr(rational((-1) ** logarithm, step ** logarithm)), scaled);
  return { exponent: exactRational(rational(-k, step)), ...amplitudeOf(amplitude), logarithm };
}

/** Amplitudes with symbols in them, such as K^2, have no number. */
function amplitudeOf(amplitude: Expr): Pick<PowerLaw, 'amplitude'> {
  if (dependsOnStart(amplitude)) return {};
  if (symbolsOf(amplitude).length === 0) return { amplitude: exactNumber(amplitude) };
  return {
    amplitude: {
      value: evaluate(amplitude, new Map(symbolsOf(amplitude).map((name) => [name, 1]))),
      exact: { text: printTextExpression(amplitude), latex: printLatexExpression(amplitude) },
    },
  };
}

/** The first term that does not vanish, or undefined. */
export function leadingLaw(series: Puiseux, scale: DepthScale): PowerLaw | undefined {
  const { lowest, terms } = trim(series);
  const [lead] = terms;
  return lead && lawOf(lead, lowest, scale);
}

/** A polynomial in l as one in 1/l, with room for what divisions need. */
export function inInverseDepth(a: DepthPolynomial, length: number): Puiseux {
  const padded = Array.from({ length: length - Math.min(length, a.length) }, () => integer(0));
  return { lowest: a.length === 0 ? 0 : 1 - a.length, terms: [...[...a].reverse(), ...padded] };
}

export function printDepthPolynomial(a: DepthPolynomial): PrintedFormula | undefined {
  const l = symbol('l');
  const value = add(...a.map((c, k) => multiply(c, power(l, rational(k)))));
  const text = printTextExpression(value);
  return text.length > 200 || a.every((c) => isNought(c))
    ? undefined
    : { text, latex: printLatexExpression(value) };
}

export function relevanceOf(exponent: number): Relevance {
  if (Math.abs(exponent) < 1e-12) return 'marginal';
  return exponent > 0 ? 'relevant' : 'irrelevant';
}
