/**
 * Exact scalar expressions: activation functions of one variable and scalar parameters of a model.
 * Immutable, canonical on construction (sorted, flattened, like terms merged), so equal expressions of the
 * same shape have the same `key`.
 */
import { boundedKey } from './digest.ts';
import { integerPower, splitRadicals } from './radical.ts';
import {
  ONE,
  ZERO,
  addRationals,
  compareRationals,
  formatRational,
  isIntegerRational,
  isOneRational,
  isZeroRational,
  multiplyRationals,
  negateRational,
  rational,
  type Rational,
} from './rational.ts';

export type Expr =
  | { readonly kind: 'number'; readonly key: string; readonly value: Rational }
  | { readonly kind: 'symbol'; readonly key: string; readonly name: string }
  | { readonly kind: 'sum'; readonly key: string; readonly terms: readonly Expr[] }
  | { readonly kind: 'product'; readonly key: string; readonly factors: readonly Expr[] }
  | { readonly kind: 'power'; readonly key: string; readonly base: Expr; readonly exponent: Rational }
  | { readonly kind: 'call'; readonly key: string; readonly fn: FunctionName; readonly argument: Expr }
  | {
      readonly kind: 'piecewise';
      readonly key: string;
      readonly branches: readonly PiecewiseBranch[];
      readonly otherwise: Expr;
    };

/** `left < right` (or `<=`) chooses `value`; `>` and `>=` are stored with the sides exchanged. */
export interface PiecewiseBranch {
  readonly left: Expr;
  readonly right: Expr;
  readonly strict: boolean;
  readonly value: Expr;
}

/** The elementary functions an expression is built from; named activations are expressions of these. */
export type FunctionName = 'exp' | 'log' | 'sin' | 'cos' | 'tanh' | 'erf' | 'sigmoid' | 'softplus';

export type PiecewiseExpr = Extract<Expr, { kind: 'piecewise' }>;

/** An exact number. */
export function numberExpr(value: Rational): Expr {
  return { kind: 'number', key: boundedKey(formatRational(value)), value };
}

export function integer(value: number | bigint): Expr {
  return numberExpr(rational(value));
}

/** A variable or a parameter; `pi` is always the circle's constant. */
export function symbol(name: string): Expr {
  return { kind: 'symbol', key: PLAIN_NAME.test(name) ? name : boundedKey(JSON.stringify(name)), name };
}

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export const PI: Expr = symbol('pi');
const NOTHING = numberExpr(ZERO);
const UNITY = numberExpr(ONE);

/** The sum: flattened, like terms merged, exact numbers folded. */
export function add(...terms: readonly Expr[]): Expr {
  const collected = new Map<string, { rest: Expr; coefficient: Rational }>();
  const collect = (term: Expr): void => {
    if (term.kind === 'sum') return term.terms.forEach(collect);
    const { coefficient, rest } = splitCoefficient(term);
    const known = collected.get(rest.key);
    collected.set(rest.key, {
      rest,
      coefficient: known ? addRationals(known.coefficient, coefficient) : coefficient,
    });
  };
  terms.forEach(collect);
  const merged = [...collected.values()]
    .filter(({ coefficient }) => !isZeroRational(coefficient))
    .sort((a, b) => compareTerms(a.rest, b.rest))
    .map(({ coefficient, rest }) => withCoefficient(coefficient, rest));
  if (merged.length <= 1) return merged[0] ?? NOTHING;
  return { kind: 'sum', key: boundedKey(`(${merged.map(({ key }) => key).join('+')})`), terms: merged };
}

export function subtract(a: Expr, b: Expr): Expr {
  return add(a, negate(b));
}

export function negate(a: Expr): Expr {
  return multiply(integer(-1), a);
}

/**
 * The product: flattened, powers of equal bases merged, exact numbers folded into one coefficient in front, which
 * is distributed when all that is left is a sum. Sums among several factors begin with a positive term.
 */
export function multiply(...factors: readonly Expr[]): Expr {
  let coefficient = ONE;
  const powers = new Map<string, { base: Expr; exponent: Rational }>();
  const collect = (factor: Expr): void => {
    if (factor.kind === 'product') return factor.factors.forEach(collect);
    if (factor.kind === 'number') {
      coefficient = multiplyRationals(coefficient, factor.value);
      return;
    }
    const [base, exponent] = factor.kind === 'power' ? [factor.base, factor.exponent] : [factor, ONE];
    const known = powers.get(base.key);
    powers.set(base.key, { base, exponent: known ? addRationals(known.exponent, exponent) : exponent });
  };
  factors.forEach(collect);
  if (isZeroRational(coefficient)) return NOTHING;
  const mirrored = powers.size > 1 ? [...powers.values()].find(isNegativeSum) : undefined;
  if (mirrored) {
    powers.delete(mirrored.base.key);
    const others = [...powers.values()].map(({ base, exponent }) => power(base, exponent));
    return multiply(numberExpr(negateRational(coefficient)), negate(mirrored.base), ...others);
  }
  const rebuilt = [...powers.values()].map(({ base, exponent }) => ({ base, value: power(base, exponent) }));
  const values = rebuilt.map(({ value }) => value);
  // A merged power may have become a number, a product or a power of something else: then collect once more.
  if (!rebuilt.every(isSettled)) return multiply(numberExpr(coefficient), ...values);
  return withCoefficient(coefficient, productOf(values.sort(compareKeys)));
}

export function divide(a: Expr, b: Expr): Expr {
  return multiply(a, power(b, rational(-1)));
}

/**
 * `base^exponent`, the principal value. Only rewritten where it holds for every value of the variables:
 * `(x^2)^(1/2)` stays. Throws RangeError for zero to a negative power and for numbers too large to write out.
 */
export function power(base: Expr, exponent: Rational): Expr {
  if (isZeroRational(exponent)) return UNITY;
  if (isOneRational(exponent)) return base;
  switch (base.kind) {
    case 'number':
      return powerOfNumber(base, exponent);
    case 'power':
      if (!isIntegerRational(exponent) && !isProperFraction(base.exponent) && !isPositive(base.base)) break;
      return power(base.base, multiplyRationals(base.exponent, exponent));
    case 'product': {
      const [outside, inside] = separable(base.factors, exponent);
      if (outside.length === 0) break;
      return multiply(
        ...outside.map((factor) => power(factor, exponent)),
        power(multiply(...inside), exponent),
      );
    }
    case 'sum': {
      if (!isIntegerRational(exponent) || !isNegative(base)) break;
      const mirrored = makePower(negate(base), exponent);
      return exponent.numerator % 2n === 0n ? mirrored : negate(mirrored);
    }
    case 'symbol':
    case 'call':
    case 'piecewise':
      break;
  }
  return makePower(base, exponent);
}

export function squareRoot(base: Expr): Expr {
  return power(base, rational(1, 2));
}

/** `fn(argument)`; exact values at special points, and the sign taken out of odd and even functions. */
export function call(fn: FunctionName, argument: Expr): Expr {
  const value = valueAtSpecialPoint(fn, argument);
  if (value) return value;
  const parity = PARITY[fn];
  if (parity !== undefined && isNegative(argument)) {
    const mirrored = call(fn, negate(argument));
    return parity === 'odd' ? negate(mirrored) : mirrored;
  }
  return { kind: 'call', key: boundedKey(`${fn}(${argument.key})`), fn, argument };
}

/** The first branch whose condition holds, else `otherwise`; branches decided by exact numbers are taken or dropped. */
export function piecewise(branches: readonly PiecewiseBranch[], otherwise: Expr): Expr {
  const kept: PiecewiseBranch[] = [];
  for (const branch of branches) {
    const holds = decided(branch);
    if (holds === true) return piecewise(kept, branch.value);
    if (holds === undefined) kept.push(branch);
  }
  while (kept.at(-1)?.value.key === otherwise.key) kept.pop();
  if (kept.length === 0) return otherwise;
  const text = kept.map(
    ({ left, right, strict, value }) => `${left.key}${strict ? '<' : '<='}${right.key}?${value.key}`,
  );
  return {
    kind: 'piecewise',
    key: boundedKey(`{${[...text, otherwise.key].join(':')}}`),
    branches: kept,
    otherwise,
  };
}

/** Whether the expression carries a minus sign in front, judged by its first term in canonical order. */
function isNegative(expr: Expr): boolean {
  const first = expr.kind === 'sum' ? expr.terms[0]! : expr;
  return splitCoefficient(first).coefficient.numerator < 0n;
}

/** `y - x` as a factor is written `-(x - y)`, so that a product has one form only. */
function isNegativeSum({ base, exponent }: { readonly base: Expr; readonly exponent: Rational }): boolean {
  return base.kind === 'sum' && isOneRational(exponent) && isNegative(base);
}

/** `3 x y` as 3 and `x y`; a number is itself times 1. */
function splitCoefficient(term: Expr): { coefficient: Rational; rest: Expr } {
  if (term.kind === 'number') return { coefficient: term.value, rest: UNITY };
  const head = term.kind === 'product' ? term.factors[0] : undefined;
  if (term.kind !== 'product' || head?.kind !== 'number') return { coefficient: ONE, rest: term };
  return { coefficient: head.value, rest: productOf(term.factors.slice(1)) };
}

/** `coefficient * rest` for a `rest` without a coefficient of its own, or a sum. */
function withCoefficient(coefficient: Rational, rest: Expr): Expr {
  if (rest.kind === 'number') return numberExpr(multiplyRationals(coefficient, rest.value));
  if (isOneRational(coefficient)) return rest;
  const front = numberExpr(coefficient);
  if (rest.kind === 'sum') return add(...rest.terms.map((term) => multiply(front, term)));
  return productOf([front, ...(rest.kind === 'product' ? rest.factors : [rest])]);
}

/** A product of factors that are already merged and sorted. */
function productOf(factors: readonly Expr[]): Expr {
  if (factors.length <= 1) return factors[0] ?? UNITY;
  return { kind: 'product', key: boundedKey(factors.map(({ key }) => key).join('*')), factors };
}

function makePower(base: Expr, exponent: Rational): Expr {
  const text = base.kind === 'symbol' ? base.key : `[${base.key}]`;
  return { kind: 'power', key: boundedKey(`${text}^${formatRational(exponent)}`), base, exponent };
}

function isSettled({ base, value }: { readonly base: Expr; readonly value: Expr }): boolean {
  if (value.kind === 'power') return value.base.key === base.key;
  return value.key === base.key && base.kind !== 'number' && base.kind !== 'product';
}

function powerOfNumber(base: Extract<Expr, { kind: 'number' }>, exponent: Rational): Expr {
  if (isIntegerRational(exponent)) return numberExpr(integerPower(base.value, exponent.numerator));
  if (isZeroRational(base.value))
    return exponent.numerator > 0n ? NOTHING : numberExpr(integerPower(base.value, -1n));
  // The principal root of a negative number is complex: it stays as written.
  if (base.value.numerator < 0n) return makePower(base, exponent);
  const { coefficient, radicals } = splitRadicals(base.value, exponent);
  const roots = radicals.map((radical) => makePower(integer(radical.base), radical.exponent));
  return withCoefficient(coefficient, productOf(roots.sort(compareKeys)));
}

/** `(a b)^r = a^r b^r` for every factor when r is an integer, otherwise for positive factors only. */
function separable(factors: readonly Expr[], exponent: Rational): [outside: Expr[], inside: Expr[]] {
  if (isIntegerRational(exponent)) return [[...factors], []];
  const outside: Expr[] = [];
  const inside: Expr[] = [];
  for (const factor of factors) {
    const size =
      factor.kind === 'number' && factor.value.numerator < 0n ? negateRational(factor.value) : undefined;
    if (size === undefined) (isPositive(factor) ? outside : inside).push(factor);
    else if (isOneRational(size)) inside.push(factor);
    else [outside, inside].forEach((side, k) => side.push(numberExpr(k === 0 ? size : rational(-1))));
  }
  return [outside, inside];
}

/** Whether it is greater than zero for all real values of its symbols, as far as is seen at once. */
function isPositive(expr: Expr): boolean {
  if (expr.kind === 'power') return isPositive(expr.base);
  if (expr.kind === 'number') return expr.value.numerator > 0n;
  return expr.key === PI.key || (expr.kind === 'call' && expr.fn === 'exp');
}

function isProperFraction(exponent: Rational): boolean {
  return exponent.numerator > 0n && exponent.numerator < exponent.denominator;
}

const PARITY: Partial<Record<FunctionName, 'odd' | 'even'>> = {
  sin: 'odd',
  tanh: 'odd',
  erf: 'odd',
  cos: 'even',
};

function valueAtSpecialPoint(fn: FunctionName, argument: Expr): Expr | undefined {
  if (argument.kind !== 'number') return undefined;
  if (fn === 'log') return isOneRational(argument.value) ? NOTHING : undefined;
  return isZeroRational(argument.value) ? valueAtZero(fn) : undefined;
}

function valueAtZero(fn: Exclude<FunctionName, 'log'>): Expr {
  switch (fn) {
    case 'sin':
    case 'tanh':
    case 'erf':
      return NOTHING;
    case 'exp':
    case 'cos':
      return UNITY;
    case 'sigmoid':
      return numberExpr(rational(1, 2));
    case 'softplus':
      return call('log', integer(2));
  }
}

function decided({ left, right, strict }: PiecewiseBranch): boolean | undefined {
  if (left.key === right.key) return !strict;
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  const sign = compareRationals(left.value, right.value);
  return strict ? sign < 0 : sign <= 0;
}

/** Numbers first, then by key. */
function compareTerms(a: Expr, b: Expr): number {
  return Number(b.kind === 'number') - Number(a.kind === 'number') || compareKeys(a, b);
}

function compareKeys(a: Expr, b: Expr): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
