/** Numbers that look like roots of a quadratic equation with small whole coefficients. */
import {
  quadraticExpr,
  quadraticRoots,
  quadraticToNumber,
} from '../../theory/criticality/quadraticNumber.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import { rational, type Rational } from '../../theory/rational.ts';

const LARGEST = 24;
/** The chance that a number agrees with one of the 25,000 equations by accident is about 1e-8. */
const AGREEMENT = 2e-13;

/** c, b, a of an equation a x^2 + b x + c = 0 that `value` agrees with to 13 digits: found by trial, not derived. */
export function quadraticNear(value: number): readonly Rational[] | undefined {
  for (let a = 1; a <= 12; a++)
    for (let b = -LARGEST; b <= LARGEST; b++) {
      const c = -Math.round(value * (a * value + b));
      const scale = Math.abs(a * value * value) + Math.abs(b * value) + Math.abs(c);
      if (Math.abs(c) > LARGEST || Math.abs(a * value * value + b * value + c) > AGREEMENT * scale) continue;
      if (c === 0 && b === 0) continue;
      return [c, b, a].map((coefficient) => rational(coefficient));
    }
  return undefined;
}

/** The root that `value` agrees with, printed. */
export function recogniseQuadratic(value: number): { readonly recognised?: PrintedFormula } {
  const equation = quadraticNear(value);
  const root = equation && quadraticRoots(equation).find((each) => isNear(quadraticToNumber(each), value));
  if (!root) return {};
  const expr = quadraticExpr(root);
  return { recognised: { text: printTextExpression(expr), latex: printLatexExpression(expr) } };
}

function isNear(root: number, value: number): boolean {
  return Math.abs(root - value) <= 1e-12 * value;
}
