/** Scalars of the syntax tree -> exact expressions. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../theory/activations.ts';
import {
  PI,
  add,
  call,
  divide,
  multiply,
  negate,
  numberExpr,
  piecewise,
  power,
  squareRoot,
  subtract,
  type Expr,
  type FunctionName,
} from '../theory/expression.ts';
import { parseRational } from '../theory/rational.ts';
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  Identifier,
  PiecewiseBranch,
  PiecewiseExpression,
} from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';

/** A function that may be written with arguments; `expected` says in words what it takes. */
export interface ScalarFunction {
  readonly least: number;
  readonly most: number;
  readonly build: (...values: readonly Expr[]) => Expr;
}

const ELEMENTARY: readonly FunctionName[] = [
  'exp',
  'log',
  'sin',
  'cos',
  'tanh',
  'erf',
  'sigmoid',
  'softplus',
];

/** Functions known in every scalar; parametric activations take their parameters after `z`: `elu(z, 2)`. */
export const SCALAR_FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map([
  ...[...NAMED_ACTIVATIONS].map(([name, build]): [string, ScalarFunction] => [name, unary(build)]),
  ...ELEMENTARY.map((fn): [string, ScalarFunction] => [fn, unary((value) => call(fn, value))]),
  ['sqrt', unary(squareRoot)] as [string, ScalarFunction],
  ...[...PARAMETRIC_ACTIVATIONS].map(([name, { parameters, build }]): [string, ScalarFunction] => [
    name,
    {
      least: NAMED_ACTIVATIONS.has(name) ? 1 : 1 + parameters.length,
      most: 1 + parameters.length,
      build: (z, ...given) => (given.length === 0 ? NAMED_ACTIVATIONS.get(name)!(z) : build(z, ...given)),
    },
  ]),
]);

function unary(build: (value: Expr) => Expr): ScalarFunction {
  return { least: 1, most: 1, build: (value) => build(value) };
}

/** What names and functions mean in some place of the file. */
export interface Scope {
  /** The value of a plain name other than `pi`; undefined after reporting that it has none here. */
  readonly name: (node: Identifier) => Expr | undefined;
  /** User-defined functions of one argument; undefined for names that are none. */
  readonly functions: ReadonlyMap<string, (value: Expr) => Expr | undefined>;
  readonly report: Report;
}

/** The exact value; undefined after reporting why there is none. */
export function toExpr(expression: Expression, scope: Scope): Expr | undefined {
  try {
    return convert(expression, scope);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    scope.report(diagnostic('EFT222', expression.span, { reason: error.message }));
    return undefined;
  }
}

function convert(expression: Expression, scope: Scope): Expr | undefined {
  switch (expression.kind) {
    case 'number':
      return numberExpr(parseRational(expression.text));
    case 'name':
      return expression.name === 'pi' ? PI : scope.name(expression);
    case 'negation':
      return lift(negate, toExpr(expression.operand, scope));
    case 'binary':
      return convertBinary(expression, scope);
    case 'call':
      return convertCall(expression, scope);
    case 'piecewise':
      return convertPiecewise(expression, scope);
    case 'string':
    case 'indexed':
    case 'list':
    case 'sum':
    case 'correlator':
      scope.report(
        diagnostic(
          'EFT220',
          expression.span,
          { what: NOT_SCALAR[expression.kind] },
          'expected a number or a formula',
        ),
      );
      return undefined;
  }
}

const NOT_SCALAR = {
  string: 'a string',
  indexed: 'an indexed quantity',
  list: 'a list',
  sum: 'a sum',
  correlator: 'a correlator',
};

/** Applies a function to values that all exist. */
function lift(
  apply: (...values: Expr[]) => Expr,
  ...values: readonly (Expr | undefined)[]
): Expr | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? apply(...known) : undefined;
}

const OPERATIONS = {
  '+': (a: Expr, b: Expr) => add(a, b),
  '-': (a: Expr, b: Expr) => subtract(a, b),
  '*': (a: Expr, b: Expr) => multiply(a, b),
  '/': (a: Expr, b: Expr) => divide(a, b),
};

function convertBinary(expression: BinaryExpression, scope: Scope): Expr | undefined {
  const left = toExpr(expression.left, scope);
  const right = toExpr(expression.right, scope);
  if (expression.operator !== '^') return lift(OPERATIONS[expression.operator], left, right);
  if (!left || !right) return undefined;
  if (right.kind === 'number') return power(left, right.value);
  const hint = 'write `exp(y * log(x))` for x to the power y';
  scope.report(diagnostic('EFT221', expression.right.span, { text: textOf(expression.right.span) }, hint));
  return undefined;
}

function convertCall(expression: CallExpression, scope: Scope): Expr | undefined {
  const { callee, span } = expression;
  const values = expression.arguments.map((argument) => toExpr(argument, scope));
  const own = scope.functions.get(callee.name);
  const known: ScalarFunction | undefined = own
    ? unary((value) => own(value)!)
    : SCALAR_FUNCTIONS.get(callee.name);
  if (!known) {
    const names = [...scope.functions.keys(), ...SCALAR_FUNCTIONS.keys()];
    scope.report(
      diagnostic('EFT201', callee.span, { what: 'function', name: callee.name }, suggest(callee.name, names)),
    );
    return undefined;
  }
  if (values.length < known.least || values.length > known.most) {
    const parameters = { name: callee.name, expected: argumentCount(known), count: values.length };
    scope.report(diagnostic('EFT207', span, parameters));
    return undefined;
  }
  if (own) return values[0] && own(values[0]);
  return lift(known.build, ...values);
}

function argumentCount({ least, most }: ScalarFunction): string {
  const range = least === most ? String(most) : `${least} to ${most}`;
  return most === 1 ? 'one argument' : `${range} arguments`;
}

function convertPiecewise(expression: PiecewiseExpression, scope: Scope): Expr | undefined {
  const branches = expression.branches.map((branch) => convertBranch(branch, scope));
  const otherwise = toExpr(expression.otherwise, scope);
  const known = branches.filter((branch) => branch !== undefined);
  return otherwise && known.length === branches.length ? piecewise(known, otherwise) : undefined;
}

/** `>` and `>=` with their sides exchanged. */
function convertBranch(branch: PiecewiseBranch, scope: Scope) {
  const [left, right, value] = [branch.left, branch.right, branch.value].map((side) => toExpr(side, scope));
  if (!left || !right || !value) return undefined;
  const strict = branch.comparison === '<' || branch.comparison === '>';
  const exchanged = branch.comparison === '>' || branch.comparison === '>=';
  return exchanged ? { left: right, right: left, strict, value } : { left, right, strict, value };
}
