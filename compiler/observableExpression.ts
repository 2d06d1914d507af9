/** Right sides of observables and expectations -> expressions over correlators, parameters and other observables. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { evaluate } from '../theory/evaluate.ts';
import { symbolsOf } from '../theory/foldExpression.ts';
import { ONE, negateRational, parseRational } from '../theory/rational.ts';
import type { ObservableExpression } from '../theory/model.ts';
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  IndexedExpression,
  NameExpression,
} from '../grammar/syntax.ts';
import { toCorrelator } from './correlatorExpression.ts';
import { textOf } from './excerpts.ts';
import { listed, namesOf, reportUnknown, reportWrongKind } from './names.ts';
import { groupText, readSample, sameGroups, type ObservableScope } from './observableScope.ts';
import { toExpr, type Scope } from './scalarExpression.ts';

const MAX_EXPONENT = 32;

/** Undefined after reporting what is unsound. */
export function toObservable(
  expression: Expression,
  scope: ObservableScope,
): ObservableExpression | undefined {
  switch (expression.kind) {
    case 'number':
      return { kind: 'number', value: parseRational(expression.text) };
    case 'name':
      return nameValue(expression, scope);
    case 'indexed':
      return reference(expression, scope);
    case 'negation':
      return both('product', [MINUS_ONE, toObservable(expression.operand, scope)]);
    case 'binary':
      return binary(expression, scope);
    case 'correlator':
      return toCorrelator(expression, scope);
    case 'call':
      return callValue(expression, scope);
    case 'sum':
      scope.report(diagnostic('EFT401', expression.span, { what: 'sums over indices in an observable are' }));
      return undefined;
    case 'string':
    case 'list':
    case 'piecewise': {
      const what = { string: 'a string', list: 'a list', piecewise: 'a piecewise function' }[expression.kind];
      scope.report(diagnostic('EFT220', expression.span, { what }, HOW));
      return undefined;
    }
  }
}

const MINUS_ONE: ObservableExpression = { kind: 'number', value: negateRational(ONE) };
const HOW = 'an observable is built of correlators, observables and parameters with `+ - * / ^`';

function both(
  kind: 'sum' | 'product',
  parts: readonly (ObservableExpression | undefined)[],
): ObservableExpression | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return kind === 'sum' ? { kind, terms: known } : { kind, factors: known };
}

function nameValue(node: NameExpression, scope: ObservableScope): ObservableExpression | undefined {
  const { names, parameters, report } = scope;
  const kind = names.get(node.name)?.kind;
  if (node.name === 'pi' && !scope.samples) return constant(node, scope);
  if (kind === 'width') return { kind: 'width' };
  if (kind === 'depth' || (kind === undefined && node.name === scope.layerIndex)) return { kind: 'layer' };
  if (parameters.has(node.name)) return { kind: 'parameter', name: node.name };
  if (kind === 'observable') {
    const hint = `write its samples: \`${node.name}[${groupText(scope.groups.get(node.name))}]\``;
    report(diagnostic('EFT303', node.span, { name: node.name, expected: 'indices', found: 'none' }, hint));
  } else if (kind) reportWrongKind(names, node, 'an observable or a parameter', report);
  else if (node.name === 'pi')
    report(diagnostic('EFT220', node.span, { what: '`pi`' }, 'numbers in formulas are rational'));
  else
    reportUnknown('name', node, [...parameters, ...namesOf(names, 'observable', 'width', 'depth')], report);
  return undefined;
}

function reference(node: IndexedExpression, scope: ObservableScope): ObservableExpression | undefined {
  const { names, groups, report } = scope;
  const { name } = node.name;
  const kind = names.get(name)?.kind;
  const expected = groups.get(name);
  if (kind === 'field' || kind === 'defined-field') {
    const mean = 'name a correlator of it in an `observable` block and write its name here';
    const hint = scope.samples ? `write \`<${textOf(node.span)} ...>\`` : mean;
    report(diagnostic('EFT220', node.span, { what: 'a field outside of a correlator' }, hint));
    return undefined;
  }
  if (!expected) {
    if (kind) reportWrongKind(names, node.name, 'an observable', report);
    else {
      const others = [...groups.keys()];
      reportUnknown('observable', node.name, others, report, listed('the observables are', others));
    }
    return undefined;
  }
  if (!sameGroups(node, expected, scope)) return undefined;
  const samples = node.groups.flat().map((index) => readSample(index, scope));
  const known = samples.filter((each) => each !== undefined);
  return known.length === samples.length ? { kind: 'reference', name, samples: known } : undefined;
}

function binary(node: BinaryExpression, scope: ObservableScope): ObservableExpression | undefined {
  const left = toObservable(node.left, scope);
  if (node.operator === '^') return left && power(node, left, scope);
  const right = toObservable(node.right, scope);
  switch (node.operator) {
    case '+':
      return both('sum', [left, right]);
    case '-':
      return both('sum', [left, both('product', [MINUS_ONE, right])]);
    case '*':
      return both('product', [left, right]);
    case '/':
      return right && both('product', [left, inverse(right, node, scope)]);
  }
}

function inverse(
  base: ObservableExpression,
  { right }: BinaryExpression,
  { report }: ObservableScope,
): ObservableExpression | undefined {
  if (base.kind !== 'number' || base.value.numerator !== 0n) return { kind: 'power', base, exponent: -1 };
  report(diagnostic('EFT222', right.span, { reason: 'division by zero' }));
  return undefined;
}

function power(
  { right }: BinaryExpression,
  base: ObservableExpression,
  scope: ObservableScope,
): ObservableExpression | undefined {
  const exponent = constantExponent(right);
  if (exponent === undefined) {
    const range = { low: -MAX_EXPONENT, high: MAX_EXPONENT };
    scope.report(diagnostic('EFT224', right.span, { text: textOf(right.span), ...range }));
    return undefined;
  }
  if (base.kind !== 'number' || base.value.numerator !== 0n || exponent >= 0)
    return { kind: 'power', base, exponent };
  scope.report(diagnostic('EFT222', right.span, { reason: 'division by zero' }));
  return undefined;
}

function constantExponent(expression: Expression): number | undefined {
  const value = toExpr(expression, CONSTANTS_ONLY);
  if (value?.kind !== 'number' || value.value.denominator !== 1n) return undefined;
  const exponent = Number(value.value.numerator);
  return Math.abs(exponent) <= MAX_EXPONENT ? exponent : undefined;
}

/** Names have no value and nothing is reported: what is not constant is found out by the caller. */
const CONSTANTS_ONLY: Scope = { name: () => undefined, functions: new Map(), report: () => {} };

/** In an expectation `sqrt(2)` and `pi` are numbers like any other, to double precision. */
function constant(expression: Expression, { samples }: ObservableScope): ObservableExpression | undefined {
  if (samples) return undefined;
  const expr = toExpr(expression, CONSTANTS_ONLY);
  const value = expr && symbolsOf(expr).length === 0 ? evaluate(expr) : NaN;
  return Number.isFinite(value) ? { kind: 'number', value: parseRational(value.toPrecision(17)) } : undefined;
}

function callValue(node: CallExpression, scope: ObservableScope): ObservableExpression | undefined {
  return constant(node, scope) ?? refuseCall(node, scope);
}

function refuseCall(
  { callee, span }: CallExpression,
  { report, names, parameters }: ObservableScope,
): undefined {
  if (names.has(callee.name) || parameters.has(callee.name))
    report(
      diagnostic('EFT220', span, { what: `\`${callee.name}(...)\`` }, 'indices stand in brackets: `G[a,b]`'),
    );
  else report(diagnostic('EFT220', span, { what: 'a function' }, HOW));
}
