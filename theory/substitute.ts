import { add, call, multiply, piecewise, power, type Expr } from './expression.ts';
import { foldExpression } from './foldExpression.ts';

/** Replaces symbols by name, all at once (a replacement is not searched again), and brings the result to canonical form. */
export function substitute(expr: Expr, replacements: ReadonlyMap<string, Expr>): Expr {
  const visit = foldExpression<Expr>({
    number: (node) => node,
    symbol: (node) => replacements.get(node.name) ?? node,
    sum: ({ terms }, into) => add(...terms.map(into)),
    product: ({ factors }, into) => multiply(...factors.map(into)),
    power: ({ base, exponent }, into) => power(into(base), exponent),
    call: ({ fn, argument }, into) => call(fn, into(argument)),
    piecewise: ({ branches, otherwise }, into) =>
      piecewise(
        branches.map(({ left, right, strict, value }) => ({
          left: into(left),
          right: into(right),
          strict,
          value: into(value),
        })),
        into(otherwise),
      ),
  });
  return visit(expr);
}
