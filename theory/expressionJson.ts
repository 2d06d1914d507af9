/** Expressions as plain JSON, `{"power": {"symbol": "z"}, "exponent": "1/2"}`; numbers are exact, as strings. */
import {
  add,
  call,
  multiply,
  numberExpr,
  piecewise,
  power,
  symbol,
  type Expr,
  type FunctionName,
  type PiecewiseBranch,
} from './expression.ts';
import { FUNCTION_VALUES } from './evaluate.ts';
import { foldExpression } from './foldExpression.ts';
import { formatRational, parseRational, divideRationals, type Rational } from './rational.ts';

export type ExprJson =
  | { readonly number: string }
  | { readonly symbol: string }
  | { readonly sum: readonly ExprJson[] }
  | { readonly product: readonly ExprJson[] }
  | { readonly power: ExprJson; readonly exponent: string }
  | { readonly call: FunctionName; readonly argument: ExprJson }
  | { readonly piecewise: readonly BranchJson[]; readonly otherwise: ExprJson };

export interface BranchJson {
  readonly left: ExprJson;
  readonly right: ExprJson;
  readonly strict: boolean;
  readonly value: ExprJson;
}

export function expressionToJson(expr: Expr): ExprJson {
  return foldExpression<ExprJson>({
    number: ({ value }) => ({ number: formatRational(value) }),
    symbol: ({ name }) => ({ symbol: name }),
    sum: ({ terms }, into) => ({ sum: terms.map(into) }),
    product: ({ factors }, into) => ({ product: factors.map(into) }),
    power: ({ base, exponent }, into) => ({ power: into(base), exponent: formatRational(exponent) }),
    call: ({ fn, argument }, into) => ({ call: fn, argument: into(argument) }),
    piecewise: ({ branches, otherwise }, into) => ({
      piecewise: branches.map(({ left, right, strict, value }) => ({
        left: into(left),
        right: into(right),
        strict,
        value: into(value),
      })),
      otherwise: into(otherwise),
    }),
  })(expr);
}

/** The inverse of `expressionToJson`, through the canonical constructors. Throws RangeError for anything else. */
export function expressionFromJson(json: ExprJson): Expr {
  if ('number' in json) return numberExpr(readRational(json.number));
  if ('symbol' in json) return symbol(json.symbol);
  if ('sum' in json) return add(...json.sum.map(expressionFromJson));
  if ('product' in json) return multiply(...json.product.map(expressionFromJson));
  if ('power' in json) return power(expressionFromJson(json.power), readRational(json.exponent));
  if ('call' in json) return call(functionName(json.call), expressionFromJson(json.argument));
  return piecewise(json.piecewise.map(readBranch), expressionFromJson(json.otherwise));
}

function readBranch({ left, right, strict, value }: BranchJson): PiecewiseBranch {
  const read = expressionFromJson;
  return { left: read(left), right: read(right), strict, value: read(value) };
}

function functionName(name: string): FunctionName {
  if (!Object.hasOwn(FUNCTION_VALUES, name)) throw new RangeError(`no function ${name}`);
  return name as FunctionName;
}

/** `-3/2` */
function readRational(text: string): Rational {
  const [numerator = '', denominator = '1'] = text.split('/');
  return divideRationals(parseRational(numerator), parseRational(denominator));
}
