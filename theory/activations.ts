/** The activations known by name, each an exact expression of its argument. */
import {
  PI,
  add,
  call,
  divide,
  integer,
  multiply,
  negate,
  numberExpr,
  piecewise,
  power,
  squareRoot,
  subtract,
  type Expr,
} from './expression.ts';
import { parseRational, rational } from './rational.ts';

/** An activation that takes parameters, written `leaky_relu(1/10)` in a model file. */
export interface ParametricActivation {
  /** Names of the parameters in order, for messages. */
  readonly parameters: readonly string[];
  /** Takes as many parameters as there are names. */
  readonly build: (z: Expr, ...parameters: readonly Expr[]) => Expr;
}

const ZERO = integer(0);
const HALF = numberExpr(rational(1, 2));

/** Constants of Klambauer, Unterthiner, Mayr, Hochreiter 2017, to the digits commonly implemented. */
const SELU_ALPHA = numberExpr(parseRational('1.6732632423543772848170429916717'));
const SELU_SCALE = numberExpr(parseRational('1.0507009873554804934193349852946'));

export const NAMED_ACTIVATIONS: ReadonlyMap<string, (z: Expr) => Expr> = new Map<string, (z: Expr) => Expr>([
  ['linear', (z) => z],
  ['identity', (z) => z],
  ['relu', (z) => negativeBranch(z, ZERO, z)],
  ['abs', (z) => negativeBranch(z, negate(z), z)],
  ['hard_tanh', hardTanh],
  ['tanh', (z) => call('tanh', z)],
  ['sigmoid', (z) => call('sigmoid', z)],
  ['erf', (z) => call('erf', z)],
  ['sin', (z) => call('sin', z)],
  ['cos', (z) => call('cos', z)],
  ['exp', (z) => call('exp', z)],
  ['softplus', (z) => call('softplus', z)],
  // exp(-z^2/2): the unit Gaussian bump, not normalised to unit area.
  ['gaussian', (z) => call('exp', multiply(numberExpr(rational(-1, 2)), power(z, rational(2))))],
  // z times the standard normal distribution function (Hendrycks, Gimpel 2016), not its tanh approximation.
  ['gelu', (z) => multiply(HALF, z, add(integer(1), call('erf', divide(z, squareRoot(integer(2))))))],
  ['gelu_tanh', geluTanh],
  ['swish', silu],
  ['silu', silu],
  ['elu', (z) => elu(z, integer(1))],
  ['selu', (z) => multiply(SELU_SCALE, elu(z, SELU_ALPHA))],
]);

export const PARAMETRIC_ACTIVATIONS: ReadonlyMap<string, ParametricActivation> = new Map([
  ['leaky_relu', { parameters: ['slope'], build: (z, slope) => negativeBranch(z, multiply(slope, z), z) }],
  ['elu', { parameters: ['alpha'], build: (z, alpha) => elu(z, alpha) }],
  [
    'swish',
    {
      parameters: ['beta'],
      build: (z, beta) => multiply(z, call('sigmoid', multiply(beta, z))),
    },
  ],
]);

/** One expression for negative arguments, another otherwise. */
function negativeBranch(z: Expr, below: Expr, above: Expr): Expr {
  return piecewise([{ left: z, right: ZERO, strict: true, value: below }], above);
}

function hardTanh(z: Expr): Expr {
  const low = { left: z, right: integer(-1), strict: true, value: integer(-1) };
  return piecewise([low, { left: integer(1), right: z, strict: true, value: integer(1) }], z);
}

function elu(z: Expr, alpha: Expr): Expr {
  return negativeBranch(z, multiply(alpha, subtract(call('exp', z), integer(1))), z);
}

function silu(z: Expr): Expr {
  return multiply(z, call('sigmoid', z));
}

function geluTanh(z: Expr): Expr {
  const cubic = add(z, multiply(numberExpr(parseRational('0.044715')), power(z, rational(3))));
  const argument = multiply(squareRoot(divide(integer(2), PI)), cubic);
  return multiply(HALF, z, add(integer(1), call('tanh', argument)));
}
