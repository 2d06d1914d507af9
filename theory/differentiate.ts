import {
  PI,
  add,
  call,
  integer,
  multiply,
  negate,
  numberExpr,
  piecewise,
  power,
  subtract,
  type Expr,
  type FunctionName,
} from './expression.ts';
import { foldExpression } from './foldExpression.ts';
import { ONE, rational, subtractRationals } from './rational.ts';

/** f'(x) of every elementary function. */
const FUNCTION_DERIVATIVES: { readonly [Fn in FunctionName]: (x: Expr) => Expr } = {
  exp: (x) => call('exp', x),
  log: (x) => power(x, rational(-1)),
  sin: (x) => call('cos', x),
  cos: (x) => negate(call('sin', x)),
  tanh: (x) => subtract(integer(1), power(call('tanh', x), rational(2))),
  erf: (x) => multiply(integer(2), power(PI, rational(-1, 2)), call('exp', negate(power(x, rational(2))))),
  sigmoid: (x) => multiply(call('sigmoid', x), subtract(integer(1), call('sigmoid', x))),
  softplus: (x) => call('sigmoid', x),
};

/**
 * The exact derivative with respect to a symbol. A piecewise expression is differentiated branch by branch: what
 * happens at the points where branches meet (steps, delta functions) is not part of the result.
 */
export function differentiate(expr: Expr, symbol: string): Expr {
  return differentiator(symbol)(expr);
}

/** The derivatives of order 0 to `order`, sharing work. */
export function derivatives(expr: Expr, symbol: string, order: number): Expr[] {
  const step = differentiator(symbol);
  const result = [expr];
  while (result.length <= order) result.push(step(result.at(-1)!));
  return result;
}

function differentiator(symbol: string): (expr: Expr) => Expr {
  return foldExpression<Expr>({
    number: () => integer(0),
    symbol: ({ name }) => integer(name === symbol && name !== 'pi' ? 1 : 0),
    sum: ({ terms }, into) => add(...terms.map(into)),
    product: ({ factors }, into) =>
      add(
        ...factors.map((factor, k) =>
          multiply(...factors.slice(0, k), into(factor), ...factors.slice(k + 1)),
        ),
      ),
    power: ({ base, exponent }, into) =>
      multiply(numberExpr(exponent), power(base, subtractRationals(exponent, ONE)), into(base)),
    call: ({ fn, argument }, into) => multiply(FUNCTION_DERIVATIVES[fn](argument), into(argument)),
    piecewise: ({ branches, otherwise }, into) =>
      piecewise(
        branches.map(({ value, ...condition }) => ({ ...condition, value: into(value) })),
        into(otherwise),
      ),
  });
}
