/** Scalars of the prior block, which may fall with the fan-in: variances and learning rates. */
import { nearestNames } from '../diagnostics/suggest.ts';
import { add, multiply, symbol, type Expr } from '../theory/expression.ts';
import { symbolsOf } from '../theory/foldExpression.ts';
import type { Expression } from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { BUILT_IN, type Names } from './names.ts';
import { parameterScope } from './resolveActivations.ts';
import { toExpr } from './scalarExpression.ts';

const FAN_IN = 'fan_in';

/** A formula of parameters in which `fan_in` may occur. */
export function readWithFanIn(value: Expression, names: Names, report: Report): Expr | undefined {
  const scope = parameterScope(names, new Map(), report);
  return toExpr(value, {
    ...scope,
    name: (node) => (node.name === FAN_IN ? symbol(FAN_IN) : scope.name(node)),
  });
}

export function hasFanIn(value: Expr): boolean {
  return symbolsOf(value).includes(FAN_IN);
}

/** C of a value C / fan_in; undefined for one that falls otherwise. */
export function timesFanIn(value: Expr): Expr | undefined {
  const terms = value.kind === 'sum' ? value.terms : [value];
  const numerator = add(...terms.map((term) => multiply(term, symbol(FAN_IN))));
  return hasFanIn(numerator) ? undefined : numerator;
}

/** How to mend a value without `fan_in`. */
export function fanInHint(value: Expr, { span }: Expression): string {
  const [misspelt] = symbolsOf(value).filter(
    (each) => nearestNames(each, [FAN_IN, ...BUILT_IN])[0] === FAN_IN,
  );
  return misspelt === undefined
    ? `write \`${textOf(span)} / fan_in\`, with \`fan_in\` the width of the layer below`
    : `did you mean \`${FAN_IN}\` where it says \`${misspelt}\`?`;
}
