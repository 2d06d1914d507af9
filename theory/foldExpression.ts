import type { Expr } from './expression.ts';

/** What to do at each kind of node; `visit` gives the result of a child. A new kind does not compile until every table has it. */
export type ExprRules<T> = {
  readonly [Kind in Expr['kind']]: (node: Extract<Expr, { kind: Kind }>, visit: (child: Expr) => T) => T;
};

/** The one traversal of expressions: bottom up, every distinct subexpression once, remembered for the life of the visitor. */
export function foldExpression<T>(rules: ExprRules<T>): (expr: Expr) => T {
  const results = new Map<string, T>();
  const visit = (expr: Expr): T => {
    if (results.has(expr.key)) return results.get(expr.key) as T;
    const result = apply(rules, expr, visit);
    results.set(expr.key, result);
    return result;
  };
  return visit;
}

function apply<T>(rules: ExprRules<T>, expr: Expr, visit: (child: Expr) => T): T {
  switch (expr.kind) {
    case 'number':
      return rules.number(expr, visit);
    case 'symbol':
      return rules.symbol(expr, visit);
    case 'sum':
      return rules.sum(expr, visit);
    case 'product':
      return rules.product(expr, visit);
    case 'power':
      return rules.power(expr, visit);
    case 'call':
      return rules.call(expr, visit);
    case 'piecewise':
      return rules.piecewise(expr, visit);
  }
}

/** The distinct names of symbols in an expression, sorted; `pi` is a constant and not among them. */
export function symbolsOf(expr: Expr): string[] {
  const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> =>
    sets.length === 1 ? sets[0]! : new Set(sets.flatMap((names) => [...names]));
  const visit = foldExpression<ReadonlySet<string>>({
    number: () => new Set(),
    symbol: ({ name }) => new Set(name === 'pi' ? [] : [name]),
    sum: ({ terms }, into) => union(terms.map(into)),
    product: ({ factors }, into) => union(factors.map(into)),
    power: ({ base }, into) => into(base),
    call: ({ argument }, into) => into(argument),
    piecewise: ({ branches, otherwise }, into) =>
      union([...branches.flatMap(({ left, right, value }) => [left, right, value]), otherwise].map(into)),
  });
  return [...visit(expr)].sort();
}
