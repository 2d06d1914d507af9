/** Where a piecewise expression changes its formula, and the formula on each interval between. */
import { evaluate } from '../../theory/evaluate.ts';
import {
  symbol,
  type Expr,
  type PiecewiseBranch,
  add,
  multiply,
  call,
  power,
  subtract,
  numberExpr,
} from '../../theory/expression.ts';
import { foldExpression, symbolsOf } from '../../theory/foldExpression.ts';
import { isIntegerRational } from '../../theory/rational.ts';
import { polynomialOf, realRoots, rootBetween } from './polynomials.ts';

export interface Intervals {
  readonly breakpoints: readonly number[];
  /** One expression without `piecewise` for each interval. */
  readonly expressions: readonly Expr[];
}

type Bindings = ReadonlyMap<string, number>;

/**
 * Intervals with equal formulas are merged, so a condition that changes nothing leaves no breakpoint; a zero under
 * a root, as in (z^2)^(1/2), always does.
 */
export function splitAtBreakpoints(expr: Expr, variable: string, bindings: Bindings): Intervals {
  const zerosOf = (functions: readonly Expr[]): number[] =>
    functions.flatMap((f) => zeros(f, variable, bindings));
  const { conditions, radicands } = boundariesOf(expr);
  const singular = zerosOf(radicands);
  const candidates = [...new Set([...singular, ...zerosOf(conditions)])].sort((a, b) => a - b);
  const breakpoints: number[] = [];
  const expressions: Expr[] = [];
  for (let k = 0; k <= candidates.length; k++) {
    const inside = pointBetween(candidates[k - 1], candidates[k]);
    const piece = resolve(expr, new Map([...bindings, [variable, inside]]));
    if (expressions.at(-1)?.key === piece.key && !singular.includes(candidates[k - 1]!)) continue;
    if (k > 0) breakpoints.push(candidates[k - 1]!);
    expressions.push(piece);
  }
  return { breakpoints, expressions };
}

function pointBetween(low: number | undefined, high: number | undefined): number {
  if (low === undefined) return high === undefined ? 0 : high - 1;
  return high === undefined ? low + 1 : (low + high) / 2;
}

/** Functions whose zeros are where the formula may change: differences of the sides of conditions, and radicands. */
function boundariesOf(expr: Expr): { conditions: readonly Expr[]; radicands: readonly Expr[] } {
  const conditions: Expr[] = [];
  const radicands: Expr[] = [];
  const visit = foldExpression<unknown>({
    number: () => {},
    symbol: () => {},
    sum: ({ terms }, into) => terms.forEach(into),
    product: ({ factors }, into) => factors.forEach(into),
    power: ({ base, exponent }, into) => {
      if (!isIntegerRational(exponent)) radicands.push(base);
      into(base);
    },
    call: ({ argument }, into) => into(argument),
    piecewise: ({ branches, otherwise }, into) => {
      branches.forEach(({ left, right }) => conditions.push(subtract(left, right)));
      [...branches.flatMap(({ left, right, value }) => [left, right, value]), otherwise].forEach(into);
    },
  });
  visit(expr);
  return { conditions, radicands };
}

/** The piecewise parts replaced by the branch that holds at the point given in `at`. */
function resolve(expr: Expr, at: Bindings): Expr {
  const holds = ({ left, right, strict }: PiecewiseBranch): boolean => {
    const [a, b] = [evaluate(left, at), evaluate(right, at)];
    return strict ? a < b : a <= b;
  };
  const visit = foldExpression<Expr>({
    number: ({ value }) => numberExpr(value),
    symbol: ({ name }) => symbol(name),
    sum: ({ terms }, into) => add(...terms.map(into)),
    product: ({ factors }, into) => multiply(...factors.map(into)),
    power: ({ base, exponent }, into) => power(into(base), exponent),
    call: ({ fn, argument }, into) => call(fn, into(argument)),
    piecewise: ({ branches, otherwise }, into) => into(branches.find(holds)?.value ?? otherwise),
  });
  return visit(expr);
}

/** Zeros of a boundary function: exact for polynomials, otherwise by sign changes on a fine grid. */
function zeros(boundary: Expr, variable: string, bindings: Bindings): number[] {
  if (!symbolsOf(boundary).includes(variable)) return [];
  const polynomial = polynomialOf(boundary, variable, bindings);
  if (polynomial) return realRoots(polynomial);
  const f = (z: number): number => evaluate(boundary, new Map([...bindings, [variable, z]]));
  return SCAN.flatMap((high, k) => (k === 0 ? [] : rootBetween(f, SCAN[k - 1]!, high)));
}

/** |z| up to 1000, spacing about 0.01 near zero and growing with |z|; an offset keeps round numbers off the grid. */
const SCAN: readonly number[] = Array.from(
  { length: 2001 },
  (_, k) => 0.01 * Math.sinh((k - 1000.37) * 0.0122),
);
