/** Pass 5: user-defined activations -> exact expressions of `z` and the parameters that occur in them. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { symbol, type Expr } from '../theory/expression.ts';
import { foldExpression } from '../theory/foldExpression.ts';
import { substitute } from '../theory/substitute.ts';
import type { ActivationDefinition, Identifier } from '../grammar/syntax.ts';
import type { Report } from './host.ts';
import { reportWrongKind, type Names } from './names.ts';
import { toExpr, type Scope } from './scalarExpression.ts';

/** The argument of every activation, `ActivationChoice.expression` in the model. */
const ARGUMENT = 'z';

/** No activation may need more operations than this, its own definitions expanded. */
export const MAX_OPERATIONS = 2000;

/** By name; undefined for a definition that is unsound and has been reported. */
export type Activations = ReadonlyMap<string, Expr | undefined>;

export function resolveActivations(
  definitions: readonly ActivationDefinition[],
  names: Names,
  report: Report,
): Activations {
  const byName = new Map(definitions.map((definition) => [definition.name.name, definition]));
  const resolved = new Map<string, Expr | undefined>();
  const resolve = (name: string, open: readonly string[]): Expr | undefined => {
    if (resolved.has(name)) return resolved.get(name);
    const definition = byName.get(name)!;
    if (open.includes(name)) {
      const path = [...open.slice(open.indexOf(name)), name].join(' -> ');
      report(diagnostic('EFT208', definition.name.span, { name, path }));
      resolved.set(name, undefined);
      return undefined;
    }
    const inner = (other: string) => (value: Expr) => {
      const expression = resolve(other, [...open, name]);
      return expression && substitute(expression, new Map([[ARGUMENT, value]]));
    };
    const functions = new Map([...byName.keys()].map((other) => [other, inner(other)]));
    const expression = expressionOf(definition, { functions, names, report });
    if (!resolved.has(name)) resolved.set(name, expression);
    return resolved.get(name);
  };
  byName.forEach((_, name) => resolve(name, []));
  return resolved;
}

interface Context {
  readonly functions: Scope['functions'];
  readonly names: Names;
  readonly report: Report;
}

function expressionOf({ name, parameter, body }: ActivationDefinition, context: Context): Expr | undefined {
  const { functions, names, report } = context;
  const parameters = parameterScope(names, functions, report);
  const expression = toExpr(body, {
    ...parameters,
    name: (node) => (node.name === parameter.name ? symbol(ARGUMENT) : parameters.name(node)),
  });
  const count = expression ? countOperations(expression) : 0;
  if (count <= MAX_OPERATIONS) return expression;
  report(diagnostic('EFT223', name.span, { name: name.name, count, limit: MAX_OPERATIONS }));
  return undefined;
}

/** Where free names are parameters of the model. */
export function parameterScope(names: Names, functions: Scope['functions'], report: Report): Scope {
  const name = (node: Identifier): Expr | undefined => {
    const isDepth = names.get(node.name)?.kind === 'depth';
    if (isDepth || (!names.has(node.name) && !RESERVED.has(node.name))) return symbol(node.name);
    if (names.has(node.name)) reportWrongKind(names, node, 'a parameter', report);
    else report(diagnostic('EFT220', node.span, { what: `\`${node.name}\`` }, RESERVED.get(node.name)));
    return undefined;
  };
  return { name, functions, report };
}

/** Names that are no parameters although nothing declares them. */
export const RESERVED: ReadonlyMap<string, string> = new Map([
  ['fan_in', '`fan_in` stands only in the variance of a prior and in a learning rate'],
  ['samples', '`samples` is given in a study'],
]);

/** Distinct operations: what is shared counts once. */
function countOperations(expression: Expr): number {
  let count = 0;
  const visitAll = (own: number, children: readonly Expr[], into: (child: Expr) => number): number => {
    count += own;
    children.forEach(into);
    return count;
  };
  return foldExpression<number>({
    number: () => count,
    symbol: () => count,
    sum: ({ terms }, into) => visitAll(terms.length, terms, into),
    product: ({ factors }, into) => visitAll(factors.length, factors, into),
    power: ({ base }, into) => visitAll(1, [base], into),
    call: ({ argument }, into) => visitAll(1, [argument], into),
    piecewise: ({ branches, otherwise }, into) => {
      const inner = branches.flatMap(({ left, right, value }) => [left, right, value]);
      return visitAll(2 * branches.length, [...inner, otherwise], into);
    },
  })(expression);
}
