/** Numbers that look like roots of a quadratic equation with small whole coefficients. */
import { add, divide, integer, multiply, squareRoot } from '../../theory/expression.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';

const LARGEST = 24;
/** The chance that a number agrees with one of the 25,000 equations by accident is about 1e-8. */
const AGREEMENT = 2e-13;

/** The root of a x^2 + b x + c that `value` agrees with to 13 digits: found by trial, not derived. */
export function recogniseQuadratic(value: number): { readonly recognised?: PrintedFormula } {
  for (let a = 1; a <= 12; a++)
    for (let b = -LARGEST; b <= LARGEST; b++) {
      const c = -Math.round(value * (a * value + b));
      const scale = Math.abs(a * value * value) + Math.abs(b * value) + Math.abs(c);
      if (Math.abs(c) > LARGEST || Math.abs(a * value * value + b * value + c) > AGREEMENT * scale) continue;
      if (c === 0 && b === 0) continue;
      const discriminant = b * b - 4 * a * c;
      const side = Math.sign(2 * a * value + b) || 1;
      const root = divide(
        add(integer(-b), multiply(integer(side), squareRoot(integer(discriminant)))),
        integer(2 * a),
      );
      if (Math.abs(evaluate(root) - value) > 1e-12 * value) continue;
      return { recognised: { text: printTextExpression(root), latex: printLatexExpression(root) } };
    }
  return {};
}
