/** Numbers of a study that refer to nothing: `2/3`, `sqrt(2)`, `64`. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { evaluate } from '../../theory/evaluate.ts';
import type { Expr } from '../../theory/expression.ts';
import type { Expression, Identifier } from '../../grammar/syntax.ts';
import { textOf } from '../excerpts.ts';
import type { Report } from '../host.ts';
import { toExpr } from '../scalarExpression.ts';

/** Undefined after reporting why there is no finite number. */
export function finiteConstant(expression: Expression, what: string, report: Report): number | undefined {
  const expr = constant(expression, what, report);
  if (!expr) return undefined;
  const value = evaluate(expr);
  if (Number.isFinite(value)) return value;
  const found = `${value} (\`${textOf(expression.span)}\`)`;
  report(diagnostic('EFT514', expression.span, { what, expected: 'a finite number', found }));
  return undefined;
}

/** A whole number in a range, exactly; undefined after reporting what it is instead. */
export function wholeConstant(
  expression: Expression,
  what: string,
  low: number,
  high: number,
  report: Report,
): number | undefined {
  const expr = constant(expression, what, report);
  if (!expr) return undefined;
  const found = `\`${textOf(expression.span)}\``;
  if (expr.kind !== 'number' || expr.value.denominator !== 1n) {
    report(diagnostic('EFT514', expression.span, { what, expected: 'a whole number', found }));
    return undefined;
  }
  const { numerator } = expr.value;
  if (numerator >= BigInt(low) && numerator <= BigInt(high)) return Number(numerator);
  report(diagnostic('EFT510', expression.span, { what, low, high, found }));
  return undefined;
}

function constant(expression: Expression, what: string, report: Report): Expr | undefined {
  const name = (node: Identifier): undefined => {
    const found = `\`${node.name}\``;
    report(diagnostic('EFT514', node.span, { what, expected: 'a number', found }));
  };
  return toExpr(expression, { name, functions: new Map(), report });
}
