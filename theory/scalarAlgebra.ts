/**
 * Scalar algebra for display: factor, simplify and solve small expressions in parameters with a computer algebra
 * system whose answers are often right. None is used before it has been proved equal to the input; otherwise the
 * input is returned and the result says so. Derivations never come here; the coefficients of a model may, before one
 * (`simplifyCoefficients.ts`).
 */
import { differentiate } from './differentiate.ts';
import { evaluate } from './evaluate.ts';
import {
  add,
  divide,
  integer,
  multiply,
  negate,
  numberExpr,
  power,
  squareRoot,
  subtract,
  symbol,
  type Expr,
} from './expression.ts';
import { foldExpression, symbolsOf } from './foldExpression.ts';
import { loadAlgebraSystem, type AlgebraSystem } from './nerdamer.ts';
import { createRing, type Polynomial, type Ring } from './polynomial.ts';
import { isIntegerRational, rational } from './rational.ts';
import { equalRationalFunctions, toRationalFunction } from './rationalFunction.ts';
import { createOpaqueNames, functionText, parseAnswer, rationalText } from './scalarText.ts';

/** `verified` says that the value was proved equal to the input; if not, it is the input, and `note` says why. */
export interface ScalarResult {
  readonly value: Expr;
  readonly verified: boolean;
  readonly note?: string;
}

export interface SolveResult {
  /** With multiplicity, in no particular order; empty when nothing is solved. */
  readonly roots: readonly Expr[];
  readonly verified: boolean;
  readonly note?: string;
}

export interface SecondOpinion {
  /** Undefined when the system could not be asked or its answer not be read. */
  readonly agrees: boolean | undefined;
  readonly note?: string;
}

/**
 * The system cannot be interrupted, so what it is asked is bounded by size; the slowest question within these
 * bounds seen in the tests of random expressions took under a second.
 */
const BUDGET = { nodes: 40, symbols: 4, exponent: 6, terms: 20, degree: 8, digits: 12 };

/** As a product of factors, where it has any. The system is loaded when none is given; so below. */
export async function factorForDisplay(expr: Expr, system?: AlgebraSystem): Promise<ScalarResult> {
  return rewrite(expr, 'factor', system ?? (await loadAlgebraSystem()));
}

/** As one short fraction or sum, where the system knows a shorter one. */
export async function simplifyForDisplay(expr: Expr, system?: AlgebraSystem): Promise<ScalarResult> {
  return rewrite(expr, 'simplify', system ?? (await loadAlgebraSystem()));
}

/**
 * The solutions of `expr = 0` for a symbol in which its numerator is linear or quadratic. The system's answer is
 * kept when Vieta's relations hold; otherwise the textbook formula is, which needs no check.
 */
export async function solveForDisplay(
  expr: Expr,
  name: string,
  system?: AlgebraSystem,
): Promise<SolveResult> {
  const ring = newRing();
  const refusal = reasonToRefuse(ring, expr);
  if (refusal !== undefined) return { roots: [], verified: false, note: refusal };
  const coefficients = coefficientsIn(ring, toRationalFunction(ring, expr).numerator, name);
  if (!coefficients) return { roots: [], verified: false, note: `not linear or quadratic in ${name}` };
  const formula = rootsByFormula(coefficients);
  const names = createOpaqueNames();
  const question = `solve(${rationalText(polynomialOf(coefficients, name), names)},${names.nameOf(symbol(name))})`;
  const answer = ask(system ?? (await loadAlgebraSystem()), question, names.meaning);
  if (typeof answer === 'string') return { roots: formula, verified: true, note: answer };
  if (satisfyVieta(coefficients, answer)) return { roots: answer, verified: true };
  return { roots: formula, verified: true, note: 'the system was wrong: solved by the formula' };
}

/** Whether the system finds the same derivative, judged at many points. For tests of our own differentiation. */
export async function secondOpinionOnDerivative(expr: Expr, name: string): Promise<SecondOpinion> {
  const names = createOpaqueNames();
  const text = functionText(expr, names);
  if (text === undefined) return { agrees: undefined, note: 'piecewise expressions are not asked about' };
  const question = `diff(${text},${names.nameOf(symbol(name))})`;
  const answer = ask(await loadAlgebraSystem(), question, names.meaning);
  if (typeof answer === 'string') return { agrees: undefined, note: answer };
  return { agrees: agreeAtPoints(differentiate(expr, name), answer[0] ?? integer(0)) };
}

function rewrite(expr: Expr, command: 'factor' | 'simplify', system: AlgebraSystem): ScalarResult {
  const ring = newRing();
  const refusal = reasonToRefuse(ring, expr);
  if (refusal !== undefined) return { value: expr, verified: false, note: refusal };
  // The system loses the sign of -x^2 + y^2 but not that of x^2 - y^2: the negative gets a chance as well.
  const answers = [expr, negate(expr)].map((side) => askToRewrite(command, side, system));
  const candidates = answers.map((answer, k) =>
    k === 1 && typeof answer === 'object' ? negate(answer) : answer,
  );
  const proved = candidates.find((answer) => typeof answer === 'object' && provablyEqual(ring, expr, answer));
  if (typeof proved === 'object') return { value: proved, verified: true };
  const [first] = answers;
  return {
    value: expr,
    verified: false,
    note: typeof first === 'string' ? first : 'the system was wrong: kept as it was',
  };
}

function askToRewrite(command: string, expr: Expr, system: AlgebraSystem): Expr | string {
  const names = createOpaqueNames();
  const answer = ask(system, `${command}(${rationalText(expr, names)})`, names.meaning);
  if (typeof answer === 'string') return answer;
  return answer.length === 1 ? answer[0]! : 'not one answer';
}

/** The answer, or why there is none. */
function ask(
  system: AlgebraSystem,
  question: string,
  meaning: ReadonlyMap<string, Expr>,
): readonly Expr[] | string {
  try {
    return parseAnswer(system.run(question), meaning);
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function newRing(): Ring<Expr> {
  return createRing<Expr>({ key: ({ key }) => key });
}

function provablyEqual(ring: Ring<Expr>, a: Expr, b: Expr): boolean {
  try {
    return equalRationalFunctions(ring, toRationalFunction(ring, a), toRationalFunction(ring, b));
  } catch {
    return false;
  }
}

/** What exceeds the budget, in words, or undefined. */
function reasonToRefuse(ring: Ring<Expr>, expr: Expr): string | undefined {
  const { nodes, exponent, symbols, digits } = measure(expr);
  const exceeded = (what: string, size: number, limit: number): string =>
    `${what}: ${size}, at most ${limit}`;
  if (nodes > BUDGET.nodes) return exceeded('parts', nodes, BUDGET.nodes);
  if (exponent > BUDGET.exponent) return exceeded('exponent', exponent, BUDGET.exponent);
  if (symbols > BUDGET.symbols) return exceeded('independent symbols', symbols, BUDGET.symbols);
  if (digits > BUDGET.digits) return exceeded('digits of a number', digits, BUDGET.digits);
  try {
    const { numerator, denominator } = toRationalFunction(ring, expr);
    const terms = Math.max(ring.termCount(numerator), ring.termCount(denominator));
    const degree = Math.max(degreeOf(ring, numerator), degreeOf(ring, denominator));
    if (terms > BUDGET.terms) return exceeded('terms', terms, BUDGET.terms);
    return degree > BUDGET.degree ? exceeded('degree', degree, BUDGET.degree) : undefined;
  } catch (error) {
    return error instanceof RangeError ? error.message : String(error);
  }
}

interface Measures {
  readonly nodes: number;
  readonly exponent: number;
  readonly symbols: number;
  readonly digits: number;
}

/** Sizes of an expression, with roots, functions and piecewise parts counted as one symbol each. */
function measure(expr: Expr): Measures {
  const atoms = new Set<string>();
  let [nodes, exponent, digits] = [0, 0, 0];
  const opaque = ({ key }: Expr): void => {
    nodes++;
    atoms.add(key);
  };
  const all = (children: readonly Expr[], into: (child: Expr) => unknown): void => {
    nodes++;
    children.forEach(into);
  };
  foldExpression<unknown>({
    number: ({ value }) => {
      nodes++;
      digits = Math.max(digits, String(value.numerator).length, String(value.denominator).length);
    },
    symbol: opaque,
    sum: ({ terms }, into) => all(terms, into),
    product: ({ factors }, into) => all(factors, into),
    power: (node, into) => {
      if (!isIntegerRational(node.exponent)) return opaque(node);
      exponent = Math.max(exponent, Math.abs(Number(node.exponent.numerator)));
      all([node.base], into);
    },
    call: opaque,
    piecewise: opaque,
  })(expr);
  return { nodes, exponent, symbols: atoms.size, digits };
}

function degreeOf(ring: Ring<Expr>, p: Polynomial<Expr>): number {
  const degrees = ring
    .terms(p)
    .map(({ factors }) => factors.reduce((sum, { exponent }) => sum + exponent, 0));
  return Math.max(0, ...degrees);
}

/** `c`, `b`, `a` of `a x^2 + b x + c` with a leading coefficient other than zero, or undefined. */
function coefficientsIn(ring: Ring<Expr>, p: Polynomial<Expr>, name: string): Expr[] | undefined {
  const collected: Expr[] = [];
  for (const { coefficient, factors } of ring.terms(p)) {
    const own = factors.find(({ atom }) => atom.kind === 'symbol' && atom.name === name);
    const others = factors.filter((factor) => factor !== own);
    if (others.some(({ atom }) => symbolsOf(atom).includes(name))) return undefined;
    const parts = others.map(({ atom, exponent }) => power(atom, rational(exponent)));
    const term = multiply(numberExpr(coefficient), ...parts);
    const order = own?.exponent ?? 0;
    if (order > 2) return undefined;
    for (let k = collected.length; k <= order; k++) collected.push(integer(0));
    collected[order] = add(collected[order]!, term);
  }
  return collected.length >= 2 ? collected : undefined;
}

function polynomialOf(coefficients: readonly Expr[], name: string): Expr {
  return add(...coefficients.map((c, k) => multiply(c, power(symbol(name), rational(k)))));
}

function rootsByFormula([c, b, a]: readonly Expr[]): Expr[] {
  if (!a) return [negate(divide(c!, b!))];
  const discriminant = squareRoot(subtract(power(b!, rational(2)), multiply(integer(4), a, c!)));
  const root = (side: Expr): Expr => divide(add(negate(b!), side), multiply(integer(2), a));
  return [root(discriminant), root(negate(discriminant))];
}

/** One root x1 = -c/b, or two with x1 + x2 = -b/a and x1 x2 = c/a, at every point where they are real. */
function satisfyVieta([c, b, a]: readonly Expr[], roots: readonly Expr[]): boolean {
  if (!a) return roots.length === 1 && agreeAtPoints(multiply(roots[0]!, b!), negate(c!));
  const [first, second] = roots;
  if (roots.length !== 2 || !first || !second) return false;
  return (
    agreeAtPoints(multiply(a, add(first, second)), negate(b!)) &&
    agreeAtPoints(multiply(a, first, second), c!)
  );
}

/** How many points are tried, and how many of them must lie where both sides are real. */
const POINTS = { tried: 60, needed: 12 };

function agreeAtPoints(a: Expr, b: Expr): boolean {
  const names = [...new Set([...symbolsOf(a), ...symbolsOf(b)])];
  let compared = 0;
  for (let k = 0; k < POINTS.tried; k++) {
    const point = new Map(names.map((name, i) => [name, coordinate(k, i)]));
    const [left, right] = [evaluate(a, point), evaluate(b, point)];
    if (!Number.isFinite(left) || !Number.isFinite(right)) continue;
    if (Math.abs(left - right) > 1e-9 * (Math.abs(left) + Math.abs(right) + 1)) return false;
    compared++;
  }
  return compared >= POINTS.needed;
}

/** A fixed scatter in (-3, 3): multiples of irrational numbers, different for every coordinate. */
function coordinate(point: number, axis: number): number {
  const step = Math.sqrt([2, 3, 5, 7, 11, 13, 17, 19][axis % 8]!) + axis;
  return 6 * (((point + 1) * step) % 1) - 3;
}
