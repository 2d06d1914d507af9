import type { Expr, FunctionName, PiecewiseBranch } from './expression.ts';
import { foldExpression } from './foldExpression.ts';
import { rationalToNumber } from './rational.ts';
import { erf, erfc, sigmoid, softplus } from './specialFunctions.ts';

/** Every elementary function in double precision. */
export const FUNCTION_VALUES: { readonly [Fn in FunctionName]: (x: number) => number } = {
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  sigmoid,
  softplus,
};

/**
 * The value in double precision. `pi` needs no binding. Throws RangeError for a symbol without a value; what is
 * undefined over the reals (the square root of -1) is NaN.
 */
export function evaluate(expr: Expr, bindings: ReadonlyMap<string, number> = new Map()): number {
  const visit = foldExpression<number>({
    number: ({ value }) => rationalToNumber(value),
    symbol: ({ name }) => valueOf(name, bindings),
    sum: ({ terms }, into) =>
      complementOfErf(terms, into) ?? terms.reduce((sum, term) => sum + into(term), 0),
    product: ({ factors }, into) => factors.reduce((product, factor) => product * into(factor), 1),
    power: ({ base, exponent }, into) => powerOf(into(base), rationalToNumber(exponent)),
    call: ({ fn, argument }, into) => FUNCTION_VALUES[fn](into(argument)),
    piecewise: ({ branches, otherwise }, into) =>
      into(branches.find((b) => holds(b, into))?.value ?? otherwise),
  });
  return visit(expr);
}

function valueOf(name: string, bindings: ReadonlyMap<string, number>): number {
  const value = name === 'pi' ? Math.PI : bindings.get(name);
  if (value === undefined) throw new RangeError(`no value for ${name}`);
  return value;
}

/** 1 + erf(x) is erfc(-x), which keeps its digits where the two nearly cancel: the tail of GELU. */
function complementOfErf(terms: readonly Expr[], into: (child: Expr) => number): number | undefined {
  const [one, error] = terms;
  if (terms.length !== 2 || one?.key !== '1') return undefined;
  if (error?.kind === 'call' && error.fn === 'erf') return erfc(-into(error.argument));
  return undefined;
}

function powerOf(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  return exponent === 2 ? base * base : base ** exponent;
}

function holds({ left, right, strict }: PiecewiseBranch, into: (child: Expr) => number): boolean {
  return strict ? into(left) < into(right) : into(left) <= into(right);
}
