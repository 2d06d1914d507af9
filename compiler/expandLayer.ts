/**
 * The right side of a layer equation multiplied out into terms, each a scalar times parameters, pre-activations,
 * inputs and sums. Whether such a term makes sense is `checkArchitecture`'s business.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { integer, multiply, negate, power, type Expr } from '../theory/expression.ts';
import { rational } from '../theory/rational.ts';
import type { Span } from '../diagnostics/span.ts';
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  IndexedExpression,
  SumExpression,
} from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import { isDerivation } from './fieldExpression.ts';
import { lettersOf } from './indexLetters.ts';
import { fieldLabel, namesOf, preActivations, reportUnknown, type Names } from './names.ts';
import { SCALAR_FUNCTIONS, toExpr, type Scope } from './scalarExpression.ts';
import { hasIndices, indexedNodes } from './walk.ts';

/** A factor with an index: `W[i,j]`, `x[j]`, or a function of `z[j]`. */
export interface Factor {
  readonly kind: 'group' | 'input' | 'local';
  /** Name of the group or of the activation; `identity` for a bare `z[j]`. */
  readonly name: string;
  /** Of a function the pre-activation it is applied to, where there are others than `z`. */
  readonly of?: string;
  readonly indices: readonly string[];
  readonly span: Span;
}

export interface ExpandedTerm {
  readonly coefficient: Expr;
  readonly factors: readonly Factor[];
  /** Indices of the sums around the factors. */
  readonly summed: readonly string[];
  readonly span: Span;
}

export interface LayerContext {
  readonly names: Names;
  /** Where coefficients find their parameters. */
  readonly scope: Scope;
  /** The neuron on the left side. */
  readonly free: string;
  /** What stands for a function of the layer below. */
  readonly functions?: BlockFunctions;
}

/** The functions that a block defines, by name. */
export type BlockFunctions = ReadonlyMap<string, readonly ExpandedTerm[]>;

export const MAX_TERMS = 200;
const MAX_POWER = 16;

/** The terms of a sound expression; an unsound one is reported and contributes none. */
export function expandLayer(
  expression: Expression,
  context: LayerContext,
  bound: readonly string[] = [],
): readonly ExpandedTerm[] {
  if (!hasIndices(expression)) return scalarTerm(expression, context);
  switch (expression.kind) {
    case 'indexed':
      return indexedTerm(expression, context, bound);
    case 'call':
      return localTerm(expression, context, bound);
    case 'negation':
      return expandLayer(expression.operand, context, bound).map((term) => ({
        ...term,
        coefficient: negate(term.coefficient),
        span: expression.span,
      }));
    case 'sum':
      return sumTerms(expression, context, bound);
    case 'binary':
      return binaryTerms(expression, context, bound);
    case 'number':
    case 'name':
    case 'string':
    case 'list':
    case 'correlator':
    case 'piecewise': {
      const what = NOT_HERE[expression.kind] ?? 'this';
      const hint = 'a layer equation is a sum of `b[i]` and of terms like `sum(j) W[i,j] * sigma(z[j])`';
      context.scope.report(diagnostic('EFT220', expression.span, { what }, hint));
      return [];
    }
  }
}

const NOT_HERE: Partial<Record<Expression['kind'], string>> = {
  correlator: 'a correlator',
  list: 'a list',
  piecewise: 'a piecewise function of a field',
};

function scalarTerm(expression: Expression, { scope }: LayerContext): readonly ExpandedTerm[] {
  const coefficient = toExpr(expression, scope);
  return coefficient ? [{ coefficient, factors: [], summed: [], span: expression.span }] : [];
}

function indexedTerm(
  node: IndexedExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  const { names, scope, free } = context;
  const isField = preActivations(names).includes(node.name.name);
  const kind = isField ? 'local' : names.get(node.name.name)?.kind;
  if (kind !== 'local' && kind !== 'input' && kind !== 'group' && kind !== 'function') {
    const known = namesOf(names, 'field', 'function', 'input', 'group');
    reportUnknown('field or group of parameters', node.name, known, scope.report);
    return [];
  }
  const count = node.groups.flat().length;
  if (kind !== 'group' && count !== 1) {
    const found = String(count);
    const hint = 'samples are understood in a layer equation: only neurons are written';
    scope.report(
      diagnostic(
        'EFT303',
        node.span,
        { name: node.name.name, expected: 'one index in a layer equation', found },
        hint,
      ),
    );
    return [];
  }
  const indices = readNeurons(node, [free, ...bound], scope);
  if (!indices) return [];
  if (kind === 'function') return functionTerms(node, indices, context);
  const factor: Omit<Factor, 'name'> = { kind, indices, span: node.span };
  const named = kind === 'local' ? localFactor('identity', node.name.name, names) : { name: node.name.name };
  return [{ coefficient: integer(1), factors: [{ ...factor, ...named }], summed: [], span: node.span }];
}

function localFactor(name: string, field: string, names: Names): Pick<Factor, 'name' | 'of'> {
  const of = fieldLabel(names, field);
  return of === undefined ? { name } : { name, of };
}

/** `h[j]` is what the block defines it to be, on neuron j. */
function functionTerms(
  { name, span }: IndexedExpression,
  indices: readonly string[],
  { functions, scope }: LayerContext,
): readonly ExpandedTerm[] {
  const terms = functions?.get(name.name);
  if (!terms) {
    const hint = 'a function is made of pre-activations; write out what it stands for';
    scope.report(diagnostic('EFT220', span, { what: `the function \`${name.name}\`` }, hint));
    return [];
  }
  return terms.map((term) => ({
    ...term,
    factors: term.factors.map((factor) => ({ ...factor, indices, span })),
    span,
  }));
}

/** The letters of one group of indices, all of them bound. */
function readNeurons(node: IndexedExpression, known: readonly string[], scope: Scope): string[] | undefined {
  const indices = node.groups.flat();
  const letters: string[] = [];
  for (const index of indices) {
    if (index.kind === 'index-number')
      scope.report(diagnostic('EFT314', index.span, { number: index.value }));
    else if (!known.includes(index.name)) {
      const hint = `it is neither the neuron \`${known[0]!}\` on the left nor the index of a sum around it`;
      scope.report(diagnostic('EFT301', index.span, { index: index.name }, hint));
    } else letters.push(index.name);
  }
  if (node.groups.length > 1) {
    const parameters = { name: node.name.name, expected: `[${letters.join(',')}]`, found: textOf(node.span) };
    scope.report(diagnostic('EFT310', node.span, parameters, 'separate neurons by a comma'));
  } else if (letters.length === indices.length) return letters;
  return undefined;
}

/** `sigma(z[j])`: an activation of one pre-activation. */
function localTerm(
  node: CallExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  const { names, scope } = context;
  const [argument, ...more] = node.arguments;
  const { name } = node.callee;
  const kind = names.get(name)?.kind;
  const unaryBuiltIn = SCALAR_FUNCTIONS.get(name)?.least === 1;
  if (kind !== 'slot' && kind !== 'activation' && !unaryBuiltIn) {
    if (SCALAR_FUNCTIONS.has(name)) reportParametric(node, scope);
    else if (isDerivation(node.callee)) {
      const what = `\`${name}(...)\``;
      scope.report(
        diagnostic('EFT220', node.span, { what }, 'derivatives by parameters stand in observables'),
      );
    } else reportUnknown('activation', node.callee, activationNames(names), scope.report);
    return [];
  }
  if (
    argument?.kind !== 'indexed' ||
    !preActivations(names).includes(argument.name.name) ||
    more.length > 0
  ) {
    reportArgument(node, context);
    return [];
  }
  const inner = indexedTerm(argument, context, bound);
  const shown = name === 'linear' ? 'identity' : name;
  return inner.map((term) => ({
    ...term,
    factors: term.factors.map((factor) => ({ ...factor, name: shown, span: node.span })),
    span: node.span,
  }));
}

function reportParametric({ callee, span }: CallExpression, { report }: Scope): void {
  const hint = `define it first: \`activation f(z) = ${callee.name}(z, 1/10)\`, then write \`f(z[j])\``;
  report(diagnostic('EFT220', span, { what: `\`${callee.name}\`, which takes a parameter,` }, hint));
}

function reportArgument(node: CallExpression, { names, scope }: LayerContext): void {
  const name = node.callee.name;
  const inputs = node.arguments
    .flatMap(indexedNodes)
    .filter((inner) => names.get(inner.name.name)?.kind === 'input');
  if (inputs.length > 0) {
    scope.report(diagnostic('EFT422', node.span, {}, 'write `sum(j) W[i,j] * x[j]`'));
    return;
  }
  const text = node.arguments.map(({ span }) => textOf(span)).join(', ');
  const [field = ''] = preActivations(names);
  const hint = `define the function first: \`activation f(z) = ...\`, then write \`f(${field}[j])\``;
  scope.report(diagnostic('EFT418', node.span, { name, text, field }, hint));
}

function activationNames(names: Names): string[] {
  return [...namesOf(names, 'slot', 'activation'), ...SCALAR_FUNCTIONS.keys()];
}

function sumTerms(
  node: SumExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  const { report } = context.scope;
  const known = [context.free, ...bound];
  const parameter = node.indices.find(({ range }) => range === 'parameters');
  if (parameter) {
    const hint = 'the sums of a layer equation run over neurons: `sum(j)`';
    report(diagnostic('EFT220', parameter.span, { what: 'a sum over parameters' }, hint));
    return [];
  }
  const used = new Set(indexedNodes(node.body).flatMap(({ groups }) => lettersOf(groups.flat())));
  node.indices.forEach(({ name, span }, k) => {
    const twice = known.includes(name) || node.indices.findIndex((other) => other.name === name) < k;
    const where = name === context.free ? 'it is the neuron on the left' : 'it is the index of a sum already';
    if (twice) report(diagnostic('EFT302', span, { index: name }, where));
    else if (!used.has(name)) report(diagnostic('EFT306', span, { index: name }));
  });
  const letters = node.indices.map(({ name }) => name);
  return expandLayer(node.body, context, [...bound, ...letters]).map((term) => ({
    ...term,
    summed: [...letters, ...term.summed],
    span: node.span,
  }));
}

function binaryTerms(
  node: BinaryExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  if (node.operator === '^') return powerTerms(node, context, bound);
  if (node.operator === '/') return quotientTerms(node, context, bound);
  const left = expandLayer(node.left, context, bound);
  const right = expandLayer(node.right, context, bound);
  if (node.operator === '*') return productOfTerms(left, right, node.span, context);
  const sign = node.operator === '-' ? integer(-1) : integer(1);
  const signed = right.map((term) => ({ ...term, coefficient: multiply(sign, term.coefficient) }));
  return withinLimit(left.length + right.length, node.span, context) ? [...left, ...signed] : [];
}

/** Whether so many terms are allowed; reports when they are not. */
function withinLimit(count: number, span: Span, { scope }: LayerContext): boolean {
  if (count > MAX_TERMS) scope.report(diagnostic('EFT420', span, { limit: MAX_TERMS }));
  return count <= MAX_TERMS;
}

function productOfTerms(
  left: readonly ExpandedTerm[],
  right: readonly ExpandedTerm[],
  span: Span,
  context: LayerContext,
): readonly ExpandedTerm[] {
  if (!withinLimit(left.length * right.length, span, context)) return [];
  return left.flatMap((a) =>
    right.map((b) => ({
      coefficient: multiply(a.coefficient, b.coefficient),
      factors: [...a.factors, ...b.factors],
      summed: [...a.summed, ...b.summed],
      span,
    })),
  );
}

function quotientTerms(
  node: BinaryExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  if (hasIndices(node.right)) {
    const what = 'a field or parameter below a fraction bar';
    context.scope.report(diagnostic('EFT220', node.right.span, { what }));
    return [];
  }
  const divisor = toExpr(node.right, context.scope);
  if (!divisor) return [];
  if (divisor.kind === 'number' && divisor.value.numerator === 0n) {
    context.scope.report(diagnostic('EFT222', node.span, { reason: 'division by zero' }));
    return [];
  }
  const inverse = power(divisor, rational(-1));
  return expandLayer(node.left, context, bound).map((term) => ({
    ...term,
    coefficient: multiply(term.coefficient, inverse),
    span: node.span,
  }));
}

function powerTerms(
  node: BinaryExpression,
  context: LayerContext,
  bound: readonly string[],
): readonly ExpandedTerm[] {
  const { scope } = context;
  const exponent = hasIndices(node.right) ? undefined : toExpr(node.right, scope);
  const times =
    exponent?.kind === 'number' && exponent.value.denominator === 1n ? Number(exponent.value.numerator) : 0;
  const base = expandLayer(node.left, context, bound);
  if (times < 1 || times > MAX_POWER) {
    const text = textOf(node.right.span);
    scope.report(diagnostic('EFT224', node.right.span, { text, low: 1, high: MAX_POWER }));
    return [];
  }
  let result = base;
  for (let k = 1; k < times; k++) result = productOfTerms(result, base, node.span, context);
  return result;
}
