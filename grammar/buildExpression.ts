/** Expressions of the syntax tree from their concrete syntax. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { joinSpans } from '../diagnostics/span.ts';
import type { Builder } from './builder.ts';
import type { IToken } from './chevrotain.ts';
import type * as cst from './cst.ts';
import type * as tree from './syntax.ts';

const MAX_SAMPLE = 10_000;
const MAX_POWER = 64;
/** Decimal exponents and digits beyond these are never meant, and cost time in exact arithmetic. */
const MAX_EXPONENT = 300;
const MAX_DIGITS = 300;

export function buildExpression(b: Builder, { children }: cst.ExpressionCstNode): tree.Expression {
  const operators = inTextOrder(children.Plus, children.Minus);
  const terms = children.product.map((product) => buildProduct(b, product));
  return chain(terms, operators, (token) => (children.Plus?.includes(token) ? '+' : '-'));
}

function buildProduct(b: Builder, { children }: cst.ProductCstNode): tree.Expression {
  const operators = inTextOrder(children.Times, children.Divide);
  const factors = children.factor.map((factor) => buildFactor(b, factor));
  return chain(factors, operators, (token) => (children.Times?.includes(token) ? '*' : '/'));
}

function inTextOrder(first: readonly IToken[] = [], second: readonly IToken[] = []): readonly IToken[] {
  return [...first, ...second].sort((a, b) => a.startOffset - b.startOffset);
}

/** Operators of one precedence associate to the left. */
function chain(
  operands: readonly tree.Expression[],
  operators: readonly IToken[],
  operatorOf: (token: IToken) => tree.BinaryOperator,
): tree.Expression {
  const [first, ...rest] = operands;
  return rest.reduce<tree.Expression>(
    (left, right, i) => binary(operatorOf(operators[i]!), left, right),
    first!,
  );
}

function binary(
  operator: tree.BinaryOperator,
  left: tree.Expression,
  right: tree.Expression,
): tree.BinaryExpression {
  return { kind: 'binary', operator, left, right, span: joinSpans(left.span, right.span) };
}

function buildFactor(b: Builder, { children }: cst.FactorCstNode): tree.Expression {
  if (children.negation) return buildNegation(b, children.negation[0]!);
  if (children.sum) return buildSum(b, children.sum[0]!);
  return buildPower(b, children.power![0]!);
}

function buildNegation(b: Builder, node: cst.NegationCstNode): tree.NegationExpression {
  return { kind: 'negation', operand: buildFactor(b, node.children.factor[0]!), span: b.span(node) };
}

function buildSum(b: Builder, node: cst.SumCstNode): tree.SumExpression {
  return {
    kind: 'sum',
    indices: node.children.summedIndex.map((index) => buildSummedIndex(b, index)),
    body: buildProduct(b, node.children.product[0]!),
    span: b.span(node),
  };
}

function buildSummedIndex(b: Builder, { children }: cst.SummedIndexCstNode): tree.SummedIndex {
  const range = children.Parameters ? 'parameters' : 'neurons';
  return { ...b.identifier(children.Name[0]!), range };
}

function buildPower(b: Builder, { children }: cst.PowerCstNode): tree.Expression {
  const base = buildAtom(b, children.atom[0]!);
  return children.factor ? binary('^', base, buildFactor(b, children.factor[0]!)) : base;
}

function buildAtom(b: Builder, { children }: cst.AtomCstNode): tree.Expression {
  if (children.NumberLiteral) return buildNumber(b, children.NumberLiteral[0]!);
  if (children.StringLiteral) return buildString(b, children.StringLiteral[0]!);
  if (children.nameOrApplication) return buildName(b, children.nameOrApplication[0]!);
  if (children.parenthesised) return buildParenthesised(b, children.parenthesised[0]!);
  if (children.list) return buildList(b, children.list[0]!);
  if (children.correlator) return buildCorrelator(b, children.correlator[0]!);
  return buildPiecewise(b, children.piecewise![0]!);
}

export function buildNumber(b: Builder, token: IToken): tree.NumberExpression {
  const [digits, exponent = '0'] = token.image.split(/[eE]/);
  const outOfRange = digits!.length > MAX_DIGITS || Math.abs(Number(exponent)) > MAX_EXPONENT;
  if (outOfRange) {
    const hint = `at most ${MAX_DIGITS} digits, and powers of ten from -${MAX_EXPONENT} to ${MAX_EXPONENT}`;
    b.report(diagnostic('EFT121', b.spanOf(token), { text: token.image.slice(0, 40) }, hint));
  }
  return { kind: 'number', text: token.image, span: b.spanOf(token) };
}

function buildString(b: Builder, token: IToken): tree.StringExpression {
  return { kind: 'string', value: buildText(b, token), span: b.spanOf(token) };
}

/** What a string token says, its escapes `\"` and `\\` resolved. */
export function buildText(b: Builder, token: IToken): string {
  return token.image.slice(1, -1).replace(/\\(.)/gu, (escape: string, escaped: string, offset: number) => {
    if (escaped === '"' || escaped === '\\') return escaped;
    const start = token.startOffset + 1 + offset;
    const span = { file: b.file, start, end: start + escape.length };
    b.report(diagnostic('EFT106', span, { escape: `\`${escape}\`` }, 'the escapes are `\\"` and `\\\\`'));
    return escape;
  });
}

function buildName(b: Builder, node: cst.NameOrApplicationCstNode): tree.Expression {
  const { Name, indices, callArguments } = node.children;
  const name = b.identifier(Name[0]!);
  if (indices) return { kind: 'indexed', name, groups: buildGroups(b, indices[0]!), span: b.span(node) };
  if (callArguments === undefined) return { kind: 'name', ...name };
  const values = callArguments[0]!.children.expression ?? [];
  return {
    kind: 'call',
    callee: name,
    arguments: values.map((value) => buildExpression(b, value)),
    span: b.span(node),
  };
}

/** Parentheses leave no node; the expression's span takes them in, so that messages point at all of it. */
function buildParenthesised(b: Builder, node: cst.ParenthesisedCstNode): tree.Expression {
  return { ...buildExpression(b, node.children.expression[0]!), span: b.span(node) };
}

function buildList(b: Builder, node: cst.ListCstNode): tree.ListExpression {
  const items = node.children.expression ?? [];
  return { kind: 'list', items: items.map((item) => buildExpression(b, item)), span: b.span(node) };
}

export function buildIndexed(b: Builder, node: cst.IndexedCstNode): tree.IndexedExpression {
  return indexed(b, node, node.children.Name[0]!);
}

/** The left side of an equation. */
export function buildDefinedField(b: Builder, node: cst.DefinedFieldCstNode): tree.IndexedExpression {
  return indexed(b, node, node.children.Head[0]!);
}

function indexed(
  b: Builder,
  node: cst.IndexedCstNode | cst.DefinedFieldCstNode,
  name: IToken,
): tree.IndexedExpression {
  return {
    kind: 'indexed',
    name: b.identifier(name),
    groups: buildGroups(b, node.children.indices[0]!),
    span: b.span(node),
  };
}

function buildGroups(b: Builder, { children }: cst.IndicesCstNode): readonly (readonly tree.Index[])[] {
  return children.indexGroup.map((group) => group.children.index.map((index) => buildIndex(b, index)));
}

function buildIndex(b: Builder, { children }: cst.IndexCstNode): tree.Index {
  if (children.Name) return { kind: 'index-name', ...b.identifier(children.Name[0]!) };
  const [number] = children.NumberLiteral!;
  const value = b.wholeNumber(number!, 'the number of a sample', 1, MAX_SAMPLE);
  return { kind: 'index-number', value, span: b.spanOf(number!) };
}

function buildCorrelator(b: Builder, node: cst.CorrelatorCstNode): tree.CorrelatorExpression {
  return {
    kind: 'correlator',
    factors: node.children.correlatorFactor.map((factor) => buildCorrelatorFactor(b, factor)),
    connected: node.children.ConnectedClose !== undefined,
    span: b.span(node),
  };
}

function buildCorrelatorFactor(b: Builder, node: cst.CorrelatorFactorCstNode): tree.CorrelatorFactor {
  const [power] = node.children.NumberLiteral ?? [];
  return {
    field: buildIndexed(b, node.children.indexed[0]!),
    power: power ? b.wholeNumber(power, 'the power of a field', 1, MAX_POWER) : 1,
    span: b.span(node),
  };
}

function buildPiecewise(b: Builder, node: cst.PiecewiseCstNode): tree.PiecewiseExpression {
  return {
    kind: 'piecewise',
    branches: (node.children.branch ?? []).map((branch) => buildBranch(b, branch)),
    otherwise: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}

const COMPARISONS: Readonly<Record<string, tree.Comparison>> = {
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  '≤': '<=',
  '≥': '>=',
};

function buildBranch(b: Builder, node: cst.BranchCstNode): tree.PiecewiseBranch {
  const [left, right, value] = node.children.expression;
  return {
    left: buildExpression(b, left!),
    comparison: COMPARISONS[node.children.Comparison[0]!.image]!,
    right: buildExpression(b, right!),
    value: buildExpression(b, value!),
    span: b.span(node),
  };
}
