/**
 * Expressions as text of the model language (it can be read back) and as LaTeX. One arrangement for both: numbers,
 * parameters, functions, sums; constants before the rest in a sum; negative powers under a fraction.
 */
import {
  LATEX_EXPRESSIONS,
  TEXT_EXPRESSIONS,
  type ExpressionNotation,
  type Level,
} from './expressionNotation.ts';
import { negate, numberExpr, type Expr, type PiecewiseExpr } from './expression.ts';
import { foldExpression } from './foldExpression.ts';
import {
  ONE,
  formatRational,
  isOneRational,
  multiplyRationals,
  negateRational,
  rational,
  rationalToNumber,
  type Rational,
} from './rational.ts';

/** How tightly the outermost operation binds. */
const TIGHTNESS: { readonly [L in Level]: number } = { sum: 0, product: 1, power: 2, atom: 3 };

interface Printed {
  /** Without its sign. */
  readonly text: string;
  readonly negative: boolean;
  readonly level: Level;
  /** Numbers, constants, parameters and variables, functions, sums. */
  readonly rank: number;
  /** Orders the terms of a polynomial. */
  readonly degree: number;
}

/** `z*(1 + erf(sqrt(2)*z/2))/2` */
export function printTextExpression(expr: Expr): string {
  return printExpression(expr, TEXT_EXPRESSIONS);
}

/** LaTeX for math mode, with balanced braces and no packages beyond amsmath. */
export function printLatexExpression(expr: Expr): string {
  return printExpression(expr, LATEX_EXPRESSIONS);
}

export function printExpression(expr: Expr, notation: ExpressionNotation): string {
  const visit = foldExpression<Printed>({
    number: ({ value }) => printNumber(value, notation),
    symbol: ({ name }) =>
      name === 'pi' ? plain(notation.symbol(name), 'atom', 1) : plain(notation.symbol(name), 'atom', 2, 1),
    sum: ({ terms }, into) => plain(joinTerms(terms.map(into)), 'sum', 5),
    product: ({ factors }, into) => printProduct(factors, into, notation),
    power: (node, into) => printProduct([node], into, notation),
    call: ({ fn, argument }, into) =>
      plain(notation.call(fn, signed(into(argument))), fn === 'exp' ? notation.exponentialLevel : 'atom', 4),
    piecewise: (node, into) => plain(printBranches(node, into, notation), 'power', 6),
  });
  return signed(visit(expr));
}

function plain(text: string, level: Level, rank: number, degree = 0): Printed {
  return { text, negative: false, level, rank, degree };
}

function printNumber(value: Rational, notation: ExpressionNotation): Printed {
  const negative = value.numerator < 0n;
  const text = notation.number(negative ? negateRational(value) : value);
  return { ...plain(text, value.denominator === 1n ? 'atom' : notation.fractionLevel, 0), negative };
}

function signed({ text, negative }: Printed): string {
  return negative ? `-${text}` : text;
}

/** Constants first, then as ranked, lower degrees before higher; a positive term leads when there is one. */
function joinTerms(terms: readonly Printed[]): string {
  const ordered = inOrder(terms);
  const firstPositive = ordered.findIndex(({ negative }) => !negative);
  const lead = Math.max(firstPositive, 0);
  const [first, ...rest] = [ordered[lead]!, ...ordered.slice(0, lead), ...ordered.slice(lead + 1)];
  return signed(first) + rest.map(({ text, negative }) => (negative ? ` - ${text}` : ` + ${text}`)).join('');
}

/** Coefficient, numerator and denominator, each in order. */
function printProduct(
  factors: readonly Expr[],
  into: (child: Expr) => Printed,
  notation: ExpressionNotation,
): Printed {
  const [head, others] = absorbSign(factors);
  const above = others.filter((factor) => !isBelow(factor)).map((f) => printFactor(f, into, notation));
  const below = others.filter(isBelow).map((f) => printFactor(f, into, notation));
  const number = (value: bigint): Printed[] => (value === 1n ? [] : [printNumber(rational(value), notation)]);
  const negative = head.numerator < 0n;
  const numerator = inOrder([...number(negative ? -head.numerator : head.numerator), ...above]);
  const denominator = inOrder([...number(head.denominator), ...below]);
  const rank = Math.max(...[...above, ...below].map((factor) => factor.rank));
  const degree = above.reduce((sum, factor) => sum + factor.degree, 0);
  return { ...printFraction(numerator, denominator, notation), negative, rank, degree };
}

function printFraction(
  numerator: readonly Printed[],
  denominator: readonly Printed[],
  notation: ExpressionNotation,
): Printed {
  if (denominator.length === 0) {
    return numerator.length === 1
      ? numerator[0]!
      : plain(joinFactors(numerator, notation, 'product'), 'product', 0);
  }
  const above = numerator.length > 0 ? numerator : [printNumber(ONE, notation)];
  const text = notation.quotient(
    joinFactors(above, notation, notation.loneNumerator),
    joinFactors(denominator, notation, notation.loneDenominator),
    denominator.length > 1,
  );
  return plain(text, notation.fractionLevel, 0);
}

/** The coefficient and the other factors; `-(x - y) z` is shown as `(y - x) z`. */
function absorbSign(factors: readonly Expr[]): [coefficient: Rational, others: readonly Expr[]] {
  const head = factors[0]?.kind === 'number' ? factors[0].value : ONE;
  const others = joinRadicals(factors.filter(({ kind }) => kind !== 'number'));
  const difference = head.numerator < 0n ? others.find(isDifference) : undefined;
  if (!difference) return [head, others];
  return [negateRational(head), others.map((factor) => (factor === difference ? negate(factor) : factor))];
}

function isDifference(factor: Expr): boolean {
  return factor.kind === 'sum' && factor.terms.some(isNegativeTerm);
}

function isNegativeTerm(term: Expr): boolean {
  const head = term.kind === 'product' ? term.factors[0] : term;
  return head?.kind === 'number' && head.value.numerator < 0n;
}

/** Roots of numbers are kept prime by prime; the reader sees `sqrt(6)`. */
function joinRadicals(factors: readonly Expr[]): Expr[] {
  const joined = new Map<string, Expr>();
  for (const factor of factors) {
    const isRadical =
      factor.kind === 'power' && factor.base.kind === 'number' && factor.base.value.numerator > 0n;
    const key = isRadical ? formatRational(factor.exponent) : factor.key;
    const known = joined.get(key);
    joined.set(key, isRadical && known ? productOfRadicals(known, factor) : factor);
  }
  return [...joined.values()];
}

function productOfRadicals(a: Expr, b: Expr): Expr {
  if (a.kind !== 'power' || b.kind !== 'power' || a.base.kind !== 'number' || b.base.kind !== 'number')
    return a;
  const base = numberExpr(multiplyRationals(a.base.value, b.base.value));
  return { ...a, base, key: `${base.key}^${formatRational(a.exponent)}` };
}

function isBelow(factor: Expr): boolean {
  return factor.kind === 'power' && factor.exponent.numerator < 0n;
}

/** A factor without the sign of its exponent. */
function printFactor(factor: Expr, into: (child: Expr) => Printed, notation: ExpressionNotation): Printed {
  if (factor.kind !== 'power') return into(factor);
  const { base, exponent } = factor;
  const size = exponent.numerator < 0n ? negateRational(exponent) : exponent;
  const printed = into(base);
  const degree = printed.degree * rationalToNumber(size);
  if (isOneRational(size)) return printed;
  if (size.numerator === 1n && size.denominator === 2n) {
    return plain(notation.root(signed(printed)), 'atom', printed.rank, degree);
  }
  return plain(notation.power(bracketed(printed, 'atom', notation), size), 'power', printed.rank, degree);
}

function inOrder(printed: readonly Printed[]): Printed[] {
  return [...printed].sort((a, b) => a.rank - b.rank || a.degree - b.degree || compareTexts(a.text, b.text));
}

/** What stands above or below a fraction bar; a bar that groups by itself needs no brackets around a lone factor. */
function joinFactors(factors: readonly Printed[], notation: ExpressionNotation, lone: Level): string {
  if (factors.length === 1) return bracketed(factors[0]!, lone, notation);
  return notation.product(factors.map((factor) => bracketed(factor, 'product', notation)));
}

function bracketed(printed: Printed, needed: Level, notation: ExpressionNotation): string {
  const tight = TIGHTNESS[printed.level] >= TIGHTNESS[needed] && !printed.negative;
  return tight ? printed.text : notation.group(signed(printed));
}

function printBranches(
  { branches, otherwise }: PiecewiseExpr,
  into: (child: Expr) => Printed,
  notation: ExpressionNotation,
): string {
  return notation.piecewise(
    branches.map(({ left, right, strict, value }) => ({
      left: signed(into(left)),
      right: signed(into(right)),
      strict,
      value: signed(into(value)),
    })),
    signed(into(otherwise)),
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
