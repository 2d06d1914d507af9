/**
 * Couplings along a kernel that falls to zero as a power of depth, as functions of the kernel: series in x = sqrt(K). Where K itself
 * has logarithms in its corrections, X(K) has few or none, so that the recursion X(K') = H(K) X(K) + S(K) is solved order by order,
 * exactly. A coefficient is a polynomial in log x; where the source meets the solution without one, a logarithm more appears, and a constant that
 * the first layers decide, named after the coupling.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { differentiate } from '../differentiate.ts';
import { evaluate } from '../evaluate.ts';
import { add, integer, negate, numberExpr, power, subtract, symbol, type Expr } from '../expression.ts';
import { symbolsOf } from '../foldExpression.ts';
import { rational } from '../rational.ts';
import { substitute } from '../substitute.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';
import { powerOf, productOf, type TaylorSeries } from './oneSidedSeries.ts';
import { coefficientAt, endOf, trim, type Puiseux } from './puiseux.ts';

/** log x; no name of a file is written so. */
const LOG = 'log x';
const LOGARITHM = symbol(LOG);

/** The flow of x: x' = x g(x) with g = 1 + rate x^step + ..., rate < 0, so that x ~ (-step rate l)^(-1/step). */
export interface Approach {
  readonly growth: TaylorSeries;
  readonly step: number;
  readonly rate: Expr;
}

/** From the series of K'; undefined when K' - K vanishes as far as it is known. */
export function approachOf(next: Puiseux): Approach | undefined {
  const ratio = Array.from({ length: endOf(next) - 2 }, (_, k) =>
    k === 0 ? UNIT : coefficientAt(next, k + 2),
  );
  const growth = powerOf(ratio, rational(1, 2));
  const step = growth.findIndex((c, k) => k > 0 && !isNought(c));
  return step < 0 ? undefined : { growth, step, rate: growth[step]! };
}

/** x ~ front l^(-1/step) at large depth l. */
export function frontOf({ step, rate }: Approach): Expr {
  return power(times(integer(-step), rate), rational(-1, step));
}

/** What solves X(K') = H(K) X(K) + S(K). */
export interface ApproachSolution {
  readonly series: Puiseux;
  /** The power of x of the solution without a source, which initial conditions decide; undefined when it is no power. */
  readonly homogeneous?: number;
  /** The lowest power of x in the solution is that of the source less this. */
  readonly shift: number;
}

export function solveApproach(
  approach: Approach,
  factor: Puiseux,
  source: Puiseux,
  name: string,
): ApproachSolution {
  const { growth, step, rate } = approach;
  if (factor.lowest < 0) throw new InternalError('a factor that diverges as K -> 0');
  const first = Array.from({ length: step + 1 }, (_, k) => k).find(
    (k) => k === step || !isNought(subtract(coefficientAt(factor, k), k === 0 ? UNIT : NOUGHT)),
  )!;
  const rates = createRates(growth);
  /** The coefficient of x^(k + shift) in c(log x') x'^k - H c(log x) x^k. */
  const operator = (c: Expr, k: number, shift: number): Expr => {
    const moved = logarithmicDerivatives(c).map((derivative, m) =>
      times(derivative, rates(k, m)[shift] ?? NOUGHT),
    );
    return subtract(add(...moved), times(c, coefficientAt(factor, shift)));
  };
  const homogeneous = first === step ? evaluate(quotient(coefficientAt(factor, step), rate)) : undefined;
  const known = trim(source);
  const lowest = known.lowest - first;
  const terms: Expr[] = [];
  const reach = Math.min(growth.length, endOf(factor));
  for (let k = lowest; k + first < endOf(known) && k - lowest + first < reach; k++) {
    const carried = terms.map((c, j) => operator(c, lowest + j, k + first - lowest - j));
    const rest = add(coefficientAt(known, k + first), negate(add(...carried)));
    const lead = operator(UNIT, k, first);
    terms.push(solveTerm(lead, first === step ? rate : NOUGHT, rest, freeConstant(name)));
  }
  return { series: { lowest, terms }, shift: first, ...(homogeneous !== undefined && { homogeneous }) };
}

/** What the first layers decide: the amplitude of a solution without a source. */
export function freeConstant(name: string): Expr {
  return symbol(`constant of ${name}`);
}

/** Whether an amplitude depends on the first layers. */
export function dependsOnStart(value: Expr): boolean {
  return symbolsOf(value).some((name) => name.startsWith('constant of '));
}

/** Series of g^k (log g)^m / m!, remembered. */
function createRates(growth: TaylorSeries): (k: number, m: number) => TaylorSeries {
  const logarithm = logarithmOf(growth);
  const known = new Map<string, TaylorSeries>();
  const rates = (k: number, m: number): TaylorSeries => {
    const key = `${k};${m}`;
    const found =
      known.get(key) ??
      (m === 0
        ? powerOf(growth, rational(k))
        : productOf(rates(k, m - 1), logarithm).map((c) => times(numberExpr(rational(1, m)), c)));
    known.set(key, found);
    return found;
  };
  return rates;
}

/** log u for u(0) = 1: k u_0 y_k = k u_k - sum_(0<j<k) j y_j u_(k-j). */
function logarithmOf(u: TaylorSeries): TaylorSeries {
  const y: Expr[] = [NOUGHT];
  for (let k = 1; k < u.length; k++) {
    const carried = y
      .slice(1)
      .map((c, i) => times(numberExpr(rational(-(i + 1), k)), times(c, u[k - i - 1]!)));
    y.push(add(u[k]!, ...carried));
  }
  return y;
}

/** c, c', c'', ... in log x. */
function logarithmicDerivatives(c: Expr): Expr[] {
  const list = [c];
  while (symbolsOf(list.at(-1)!).includes(LOG)) list.push(differentiate(list.at(-1)!, LOG));
  return list;
}

/** The coefficients of a polynomial in log x. */
export function logarithmicCoefficients(c: Expr): Expr[] {
  const zero = new Map([[LOG, NOUGHT]]);
  let factorial = 1;
  return logarithmicDerivatives(c).map((derivative, m) => {
    if (m > 0) factorial *= m;
    return times(numberExpr(rational(1, factorial)), substitute(derivative, zero));
  });
}

/** The polynomial c in log x with lead c + rate c' = rest; where lead vanishes its constant is free. */
function solveTerm(lead: Expr, rate: Expr, rest: Expr, free: Expr): Expr {
  const right = logarithmicCoefficients(rest);
  const c: Expr[] = [];
  if (!isNought(lead)) {
    for (let m = right.length - 1; m >= 0; m--) {
      const above = c[m + 1] ? times(times(integer(m + 1), rate), c[m + 1]!) : NOUGHT;
      c[m] = quotient(subtract(right[m]!, above), lead);
    }
  } else {
    c[0] = free;
    right.forEach((value, m) => (c[m + 1] = quotient(value, times(integer(m + 1), rate))));
  }
  return add(...c.map((value, m) => times(value, power(LOGARITHM, rational(m)))));
}
