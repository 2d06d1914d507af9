/** Right sides of observables and expectations -> expressions over correlators, parameters and other observables. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { evaluate } from '../theory/evaluate.ts';
import { symbolsOf } from '../theory/foldExpression.ts';
import { ONE, negateRational, parseRational } from '../theory/rational.ts';
import { Z } from '../theory/field.ts';
import type { CorrelatorField, ObservableExpression, SampleReference } from '../theory/model.ts';
import type {
  BinaryExpression,
  CallExpression,
  CorrelatorExpression,
  CorrelatorFactor,
  Expression,
  Identifier,
  Index,
  IndexedExpression,
  NameExpression,
} from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { FIELD, listed, namesOf, reportUnknown, reportWrongKind, type Names } from './names.ts';
import { toExpr, type Scope } from './scalarExpression.ts';

export const MAX_POINTS = 12;
const MAX_EXPONENT = 32;

export interface ObservableScope {
  readonly names: Names;
  /** Parameters of the model. */
  readonly parameters: ReadonlySet<string>;
  /** The letter of the layer; it and the depth both mean the layer observed. */
  readonly layerIndex?: string;
  /** How the indices of each observable are grouped. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Letters that stand for samples; undefined in an expectation, where samples are numbered. */
  readonly samples?: ReadonlySet<string>;
  /** Pairs of neurons that differ. */
  readonly apart: readonly (readonly [string, string])[];
  readonly report: Report;
}

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
      return correlator(expression, scope);
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

/** `[2, 2]` is shown as `a,b;c,d`. */
export function groupText(groups: readonly number[] = []): string {
  let next = 0;
  const letter = (): string => (next < 26 ? String.fromCharCode(97 + next++) : `a${next++}`);
  return groups.map((size) => Array.from({ length: size }, letter).join(',')).join(';');
}

function reference(node: IndexedExpression, scope: ObservableScope): ObservableExpression | undefined {
  const { names, groups, report } = scope;
  const { name } = node.name;
  const kind = names.get(name)?.kind;
  const expected = groups.get(name);
  if (kind === 'field') {
    report(
      diagnostic(
        'EFT220',
        node.span,
        { what: 'a field outside of a correlator' },
        `write \`<${textOf(node.span)} ...>\``,
      ),
    );
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
  const samples = node.groups.flat().map((index) => sample(index, scope));
  const known = samples.filter((each) => each !== undefined);
  return known.length === samples.length ? { kind: 'reference', name, samples: known } : undefined;
}

function sameGroups(
  node: IndexedExpression,
  expected: readonly number[],
  { report }: ObservableScope,
): boolean {
  const found = node.groups.map((group) => group.length);
  if (found.join() === expected.join()) return true;
  const { name } = node.name;
  const [count, wanted] = [found, expected].map((sizes) => sizes.reduce((a, b) => a + b, 0)) as [
    number,
    number,
  ];
  if (count === wanted) {
    const parameters = { name, expected: `[${groupText(expected)}]`, found: `[${groupText(found)}]` };
    report(diagnostic('EFT310', node.span, parameters));
  } else {
    const hint = `as in \`${name}[${groupText(expected)}]\``;
    const parameters = { name, expected: counted(wanted, 'index', 'indices'), found: String(count) };
    report(diagnostic('EFT303', node.span, parameters, hint));
  }
  return false;
}

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `one ${one}` : `${count} ${many}`;
}

/** A letter bound on the left, or a sample's number. */
function sample(index: Index, { samples, report }: ObservableScope): SampleReference | undefined {
  if (index.kind === 'index-number') return { sample: index.value - 1 };
  if (samples?.has(index.name)) return { index: index.name };
  if (samples)
    report(diagnostic('EFT301', index.span, { index: index.name }, 'it does not occur on the left'));
  else report(diagnostic('EFT312', index.span, { index: index.name }, 'samples are counted from 1'));
  return undefined;
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
  if (callee.name === 'd' || callee.name === 'rate')
    report(diagnostic('EFT401', span, { what: 'parameter derivatives are' }));
  else if (names.has(callee.name) || parameters.has(callee.name))
    report(
      diagnostic('EFT220', span, { what: `\`${callee.name}(...)\`` }, 'indices stand in brackets: `G[a,b]`'),
    );
  else report(diagnostic('EFT220', span, { what: 'a function' }, HOW));
}

/** `<z[i,a] z[i,b]>`: neurons numbered by their first occurrence. */
function correlator(node: CorrelatorExpression, scope: ObservableScope): ObservableExpression | undefined {
  if (!scope.samples) {
    const hint = 'name it in an `observable` block and write its name here';
    scope.report(diagnostic('EFT220', node.span, { what: 'a correlator' }, hint));
    return undefined;
  }
  const points = node.factors.reduce((sum, factor) => sum + factor.power, 0);
  if (points > MAX_POINTS) {
    scope.report(diagnostic('EFT408', node.span, { points, limit: MAX_POINTS }));
    return undefined;
  }
  const factors = node.factors.map((factor) => readFactor(factor, scope));
  const known = factors.filter((factor) => factor !== undefined);
  if (known.length < factors.length) return undefined;
  const neurons = [...new Map(known.map(({ neuron }) => [neuron.name, neuron])).values()];
  if (!checkApart(neurons, scope)) return undefined;
  const letters = neurons.map(({ name }) => name);
  const fields = known.flatMap(({ neuron, sample: at, power: times }) =>
    Array.from({ length: times }, (): CorrelatorField => ({
      field: Z,
      nodes: [{ neuron: letters.indexOf(neuron.name), sample: at }],
    })),
  );
  return { kind: 'correlator', connected: node.connected, fields };
}

interface ReadFactor {
  readonly neuron: Identifier;
  readonly sample: SampleReference;
  readonly power: number;
}

function readFactor(
  { field, power: times }: CorrelatorFactor,
  scope: ObservableScope,
): ReadFactor | undefined {
  const { names, report, samples } = scope;
  const { name } = field.name;
  if (name !== FIELD) {
    if (names.has(name)) reportWrongKind(names, field.name, 'the pre-activation `z`', report);
    else
      reportUnknown(
        'field',
        field.name,
        [FIELD],
        report,
        'a correlator is made of pre-activations: `z[i,a]`',
      );
    return undefined;
  }
  const [neuron, at, ...more] = field.groups.flat();
  if (!neuron || !at || more.length > 0 || field.groups.length > 1) {
    const parameters = { name, expected: 'a neuron and a sample', found: `\`${textOf(field.span)}\`` };
    report(diagnostic('EFT303', field.span, parameters, 'for example `z[i,a]`'));
    return undefined;
  }
  if (neuron.kind === 'index-number') {
    report(diagnostic('EFT314', neuron.span, { number: neuron.value }, 'all neurons of a layer are alike'));
    return undefined;
  }
  if (samples?.has(neuron.name)) {
    reportKind(neuron, 'samples', 'neurons', report);
    return undefined;
  }
  if (at.kind === 'index-name' && !samples?.has(at.name) && isNeuron(at.name, field, scope)) {
    reportKind(at, 'neurons', 'samples', report);
    return undefined;
  }
  const reference = sample(at, scope);
  return reference && { neuron, sample: reference, power: times };
}

/** Whether a letter in a sample's place is one that the constraints use for neurons, or the neuron of the same field. */
function isNeuron(letter: string, { groups }: IndexedExpression, { apart }: ObservableScope): boolean {
  const [neuron] = groups.flat();
  return apart.flat().includes(letter) || (neuron?.kind === 'index-name' && neuron.name === letter);
}

function reportKind(
  { name, span }: Extract<Index, { kind: 'index-name' }>,
  actual: string,
  expected: string,
  report: Report,
): void {
  report(diagnostic('EFT304', span, { index: name, actual, expected }, 'a field is `z[neuron, sample]`'));
}

/** Different letters are different neurons only where the definition says so. */
function checkApart(neurons: readonly Identifier[], { apart, report }: ObservableScope): boolean {
  const said = new Set(apart.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  let sound = true;
  neurons.forEach((second, k) => {
    for (const first of neurons.slice(0, k)) {
      if (said.has(`${first.name} ${second.name}`)) continue;
      const hint = `add \`where ${first.name} != ${second.name}\`, or use one letter`;
      report(diagnostic('EFT307', second.span, { first: first.name, second: second.name }, hint));
      sound = false;
    }
  });
  return sound;
}
