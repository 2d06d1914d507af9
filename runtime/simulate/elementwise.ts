/**
 * An activation as elementwise operations on tensors of any library: a rule for every kind of expression and
 * every function, each used once for a shared subexpression.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { PI, type Expr, type FunctionName, type PiecewiseBranch } from '../../theory/expression.ts';
import { rationalToNumber, type Rational } from '../../theory/rational.ts';

/** What a tensor library must offer; operands broadcast, `constant` is a scalar. */
export interface ElementwiseOperations<T> {
  constant(value: number): T;
  add(left: T, right: T): T;
  multiply(left: T, right: T): T;
  divide(left: T, right: T): T;
  pow(base: T, exponent: number): T;
  sqrt(argument: T): T;
  abs(argument: T): T;
  /** Elementwise `condition ? yes : no` with the condition `left < right`, or `<=` when not strict. */
  select(left: T, right: T, strict: boolean, yes: T, no: T): T;
  /** Absent entries are composed from the others. */
  readonly functions: { readonly [F in FunctionName]?: (argument: T) => T } & {
    readonly exp: (argument: T) => T;
  };
}

/** `expression` with its variable bound to the tensor `z`. Throws InternalError for any other symbol. */
export function applyElementwise<T>(
  expression: Expr,
  variable: string,
  z: T,
  ops: ElementwiseOperations<T>,
): T {
  const known = new Map<string, T>();
  const visit = (expr: Expr): T => {
    const result = known.get(expr.key) ?? evaluateNode(expr, variable, z, ops, visit);
    known.set(expr.key, result);
    return result;
  };
  return visit(expression);
}

function evaluateNode<T>(
  expr: Expr,
  variable: string,
  z: T,
  ops: ElementwiseOperations<T>,
  visit: (expr: Expr) => T,
): T {
  switch (expr.kind) {
    case 'number':
      return ops.constant(rationalToNumber(expr.value));
    case 'symbol':
      if (expr.key === PI.key) return ops.constant(Math.PI);
      if (expr.name !== variable) throw new InternalError(`unbound symbol ${expr.name} in an activation`);
      return z;
    case 'sum':
      return expr.terms.map(visit).reduce((left, right) => ops.add(left, right));
    case 'product':
      return expr.factors.map(visit).reduce((left, right) => ops.multiply(left, right));
    case 'power':
      return power(visit(expr.base), expr.exponent, ops);
    case 'call':
      return callFunction(expr.fn, visit(expr.argument), ops);
    case 'piecewise':
      return choose(expr.branches, expr.otherwise, ops, visit);
  }
}

function choose<T>(
  branches: readonly PiecewiseBranch[],
  otherwise: Expr,
  ops: ElementwiseOperations<T>,
  visit: (expr: Expr) => T,
): T {
  return branches.reduceRight(
    (rest, { left, right, strict, value }) =>
      ops.select(visit(left), visit(right), strict, visit(value), rest),
    visit(otherwise),
  );
}

/** Whole powers by repeated squaring: `pow` of a negative base is NaN on some devices. */
function power<T>(base: T, exponent: Rational, ops: ElementwiseOperations<T>): T {
  const value = rationalToNumber(exponent);
  if (value < 0) return ops.divide(ops.constant(1), positivePower(base, -value, ops));
  return positivePower(base, value, ops);
}

function positivePower<T>(base: T, exponent: number, ops: ElementwiseOperations<T>): T {
  if (exponent === 0.5) return ops.sqrt(base);
  if (exponent === 1) return base;
  if (!Number.isInteger(exponent)) return ops.pow(base, exponent);
  const half = positivePower(base, Math.floor(exponent / 2), ops);
  const square = ops.multiply(half, half);
  return exponent % 2 === 0 ? square : ops.multiply(square, base);
}

function callFunction<T>(fn: FunctionName, argument: T, ops: ElementwiseOperations<T>): T {
  const native = ops.functions[fn];
  if (native) return native(argument);
  const composed = COMPOSED[fn];
  if (!composed) throw new InternalError(`this backend has no ${fn}`);
  return composed(argument, ops);
}

const COMPOSED: { readonly [F in FunctionName]?: <T>(x: T, ops: ElementwiseOperations<T>) => T } = {
  erf: composedErf,
  sigmoid: composedSigmoid,
  softplus: composedSoftplus,
  tanh: (x, ops) => affine(composedSigmoid(affine(x, 2, 0, ops), ops), 2, -1, ops),
};

/** `scale * x + shift` */
function affine<T>(x: T, scale: number, shift: number, ops: ElementwiseOperations<T>): T {
  return ops.add(ops.multiply(x, ops.constant(scale)), ops.constant(shift));
}

/** 1 / (1 + e^-x): exact in both tails, since e^-x overflows to infinity only where the value is zero. */
function composedSigmoid<T>(x: T, ops: ElementwiseOperations<T>): T {
  return ops.divide(ops.constant(1), affine(ops.functions.exp(affine(x, -1, 0, ops)), 1, 1, ops));
}

/** max(x, 0) + log(1 + e^-|x|) */
function composedSoftplus<T>(x: T, ops: ElementwiseOperations<T>): T {
  const magnitude = ops.abs(x);
  const tail = affine(ops.functions.exp(affine(magnitude, -1, 0, ops)), 1, 1, ops);
  const positive = affine(ops.add(x, magnitude), 0.5, 0, ops);
  return ops.add(positive, callFunction('log', tail, ops));
}

/** Abramowitz and Stegun 7.1.26, absolute error 1.5e-7: the size of float32 rounding. */
const ERF_COEFFICIENTS = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];

function composedErf<T>(x: T, ops: ElementwiseOperations<T>): T {
  const magnitude = ops.abs(x);
  const t = ops.divide(ops.constant(1), affine(magnitude, 0.3275911, 1, ops));
  const polynomial = ERF_COEFFICIENTS.map((c) => ops.constant(c)).reduce((sum, c) =>
    ops.add(ops.multiply(sum, t), c),
  );
  const gaussian = ops.functions.exp(affine(ops.multiply(x, x), -1, 0, ops));
  const value = affine(ops.multiply(ops.multiply(polynomial, t), gaussian), -1, 1, ops);
  return ops.select(x, ops.constant(0), true, affine(value, -1, 0, ops), value);
}
