/** Activation functions of the tests as the averages see them. */
import { compileFunction, type UnivariateFunction } from '../../runtime/averages/univariate.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../../theory/activations.ts';
import {
  add,
  call,
  divide,
  integer,
  multiply,
  numberExpr,
  piecewise,
  power,
  subtract,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';

const z = symbol('z');
const number = (n: number, d = 1): Expr => numberExpr(rational(n, d));

/** What a model file may define itself. */
const USER_DEFINED: ReadonlyMap<string, Expr> = new Map([
  ['snake', add(z, power(call('sin', z), rational(2)))],
  ['cubic', add(power(z, rational(3)), multiply(number(-1, 2), z), number(1, 4))],
  ['rational', divide(z, add(integer(1), power(z, rational(2))))],
  ['shifted_pole', subtract(z, number(1, 3))],
  ['shifted_relu', branch(number(1, 4), integer(0), subtract(z, number(1, 4)))],
  ['tanh_sin', branch(number(1, 2), multiply(number(1, 2), call('sin', z)), call('tanh', z))],
  ['theta', branch(integer(0), integer(0), integer(1))],
]);

/** One expression below `at`, another above. */
export function branch(at: Expr, below: Expr, above: Expr): Expr {
  return piecewise([{ left: z, right: at, strict: true, value: below }], above);
}

export function expressionNamed(name: string): Expr {
  if (name === 'leaky') return PARAMETRIC_ACTIVATIONS.get('leaky_relu')!.build(z, number(1, 4));
  const expr = USER_DEFINED.get(name) ?? NAMED_ACTIVATIONS.get(name)?.(z);
  if (!expr) throw new Error(`no activation ${name}`);
  return expr;
}

export function functionNamed(name: string): UnivariateFunction {
  return compileFunction(expressionNamed(name));
}

export function monomial(degree: number): UnivariateFunction {
  return compileFunction(power(z, rational(degree)));
}
