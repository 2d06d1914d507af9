/**
 * The Taylor series of a function on either side of zero with exact coefficients, by the recurrences of automatic differentiation
 * (Griewank and Walther, "Evaluating Derivatives", 2008, section 13.2). What happens at other points does not enter.
 */
import { evaluate } from '../evaluate.ts';
import {
  PI,
  add,
  call,
  integer,
  negate,
  numberExpr,
  power,
  subtract,
  type Expr,
  type FunctionName,
} from '../expression.ts';
import { foldExpression } from '../foldExpression.ts';
import { divideRationals, multiplyRationals, rational, type Rational } from '../rational.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';

/** Entry k is the coefficient of z^k. */
export type TaylorSeries = readonly Expr[];

/** f(z) and f(-z) for small z > 0. */
export interface TwoSidedSeries {
  readonly plus: TaylorSeries;
  readonly minus: TaylorSeries;
}

/** Throws RangeError where the function has no power series at zero, as log(z) and sqrt(z). */
export function twoSidedSeries(expr: Expr, variable: string, length: number): TwoSidedSeries {
  const side = (sign: 1 | -1): TaylorSeries => oneSidedSeries(expr, variable, sign, length);
  return { plus: side(1), minus: side(-1) };
}

/** A root of z^2 costs terms; they are made up for beforehand. */
const SPARE = 4;

function oneSidedSeries(expr: Expr, variable: string, sign: 1 | -1, length: number): TaylorSeries {
  const size = length + SPARE;
  const constant = (value: Expr): TaylorSeries =>
    Array.from({ length: size }, (_, k) => (k === 0 ? value : NOUGHT));
  const identity = constant(NOUGHT).map((zero, k) => (k === 1 ? integer(sign) : zero));
  const visit = foldExpression<TaylorSeries>({
    number: (node) => constant(node),
    symbol: (node) => {
      if (node.name === variable) return identity;
      if (node.name === 'pi') return constant(node);
      throw new RangeError(`no value for ${node.name}`);
    },
    sum: ({ terms }, into) => terms.map(into).reduce(sumOf),
    product: ({ factors }, into) => factors.map(into).reduce(productOf),
    power: ({ base, exponent }, into) => powerOf(into(base), exponent),
    call: ({ fn, argument }, into) => FUNCTIONS[fn](into(argument)),
    piecewise: ({ branches, otherwise }, into) => {
      const chosen = branches.find(({ left, right, strict }) => {
        const lead = sumOf(into(left), into(right).map(negate)).find((c) => !isNought(c));
        return lead ? evaluate(lead) < 0 : !strict;
      });
      return into(chosen?.value ?? otherwise);
    },
  });
  return visit(expr).slice(0, length);
}

function sumOf(a: TaylorSeries, b: TaylorSeries): TaylorSeries {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, k) => add(a[k]!, b[k]!));
}

/** The product, known as far as both factors are. */
export function productOf(a: TaylorSeries, b: TaylorSeries): TaylorSeries {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, k) => coefficientOfProduct(a, b, k));
}

function coefficientOfProduct(a: TaylorSeries, b: TaylorSeries, k: number): Expr {
  const products: Expr[] = [];
  for (let j = 0; j <= k; j++) {
    const [p, q] = [a[j]!, b[k - j]!];
    if (p !== NOUGHT && q !== NOUGHT) products.push(times(p, q));
  }
  return add(...products);
}

/** u^r: the leading power of z in front, then y' = r u'/u y. */
export function powerOf(u: TaylorSeries, exponent: Rational): TaylorSeries {
  const valuation = u.findIndex((c) => !isNought(c));
  if (valuation < 0) throw new RangeError('a power of zero');
  const shift = multiplyRationals(rational(valuation), exponent);
  if (shift.denominator !== 1n || shift.numerator < 0n)
    throw new RangeError('it has no power series at zero');
  const lead = u[valuation]!;
  if (exponent.denominator !== 1n && evaluate(lead) < 0)
    throw new RangeError('the root of a negative number');
  const rest = u.slice(valuation).map((c) => quotient(c, lead));
  const result: Expr[] = [power(lead, exponent)];
  for (let k = 1; k < rest.length; k++) {
    const terms = Array.from({ length: k }, (_, i) => i + 1).map((j) => {
      const weight = divideRationals(
        rational(
          Number(exponent.numerator) * j - (k - j) * Number(exponent.denominator),
          exponent.denominator,
        ),
        rational(k),
      );
      return times(numberExpr(weight), times(rest[j]!, result[k - j]!));
    });
    result.push(add(...terms));
  }
  return [...Array.from({ length: Number(shift.numerator) }, () => NOUGHT), ...result].slice(0, u.length);
}

/** y' = rate(y) u', y(0) given; `rate` gives coefficient k from those of y through k. */
function solve(u: TaylorSeries, start: Expr, rate: (y: TaylorSeries, k: number) => Expr): TaylorSeries {
  const y: Expr[] = [start];
  const rates: Expr[] = [];
  for (let k = 1; k < u.length; k++) {
    rates.push(rate(y, k - 1));
    const terms = Array.from({ length: k }, (_, i) => i + 1)
      .filter((j) => u[j] !== NOUGHT)
      .map((j) => times(numberExpr(rational(j, k)), times(u[j]!, rates[k - j]!)));
    y.push(add(...terms));
  }
  return y;
}

const one = (k: number): Expr => (k === 0 ? UNIT : NOUGHT);

const FUNCTIONS: { readonly [Fn in FunctionName]: (u: TaylorSeries) => TaylorSeries } = {
  exp: (u) => solve(u, call('exp', u[0]!), (y, k) => y[k]!),
  log: (u) => {
    if (isNought(u[0]!)) throw new RangeError('the logarithm of zero');
    const inverse = powerOf(u, rational(-1));
    return solve(u, call('log', u[0]!), (_, k) => inverse[k]!);
  },
  sin: (u) => circular(u).sin,
  cos: (u) => circular(u).cos,
  tanh: (u) => solve(u, call('tanh', u[0]!), (y, k) => subtract(one(k), coefficientOfProduct(y, y, k))),
  erf: (u) => {
    const bell = FUNCTIONS.exp(productOf(u, u).map(negate));
    const front = times(integer(2), power(PI, rational(-1, 2)));
    return solve(u, call('erf', u[0]!), (_, k) => times(front, bell[k]!));
  },
  sigmoid: (u) => solve(u, call('sigmoid', u[0]!), (y, k) => subtract(y[k]!, coefficientOfProduct(y, y, k))),
  softplus: (u) => {
    const slope = FUNCTIONS.sigmoid(u);
    return solve(u, call('softplus', u[0]!), (_, k) => slope[k]!);
  },
};

/** sin' = cos u', cos' = -sin u', side by side. */
function circular(u: TaylorSeries): { readonly sin: TaylorSeries; readonly cos: TaylorSeries } {
  const sin: Expr[] = [call('sin', u[0]!)];
  const cos: Expr[] = [call('cos', u[0]!)];
  for (let k = 1; k < u.length; k++) {
    const step = (other: TaylorSeries): Expr =>
      add(
        ...Array.from({ length: k }, (_, i) => i + 1).map((j) =>
          times(numberExpr(rational(j, k)), times(u[j]!, other[k - j]!)),
        ),
      );
    const [nextSin, nextCos] = [step(cos), negate(step(sin))];
    sin.push(nextSin);
    cos.push(nextCos);
  }
  return { sin, cos };
}
