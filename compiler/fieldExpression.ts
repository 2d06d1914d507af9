/** The right side of a field definition, `sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)`, taken apart. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type {
  CallExpression,
  Expression,
  Identifier,
  Index,
  ObservableDefinition,
  SummedIndex,
} from '../grammar/syntax.ts';
import { isStandard, textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { fieldLabel, preActivations, reportWrongKind, type Names } from './names.ts';
import { nodesOf } from './walk.ts';

const DERIVATIVE = 'd';
const RATE = 'rate';

/** `d(z[i,a], t, u)` */
export interface Derivative {
  /** The pre-activation, where there are others than `z`. */
  readonly of?: string;
  readonly neuron: Identifier;
  readonly sample: Index;
  readonly by: readonly Identifier[];
}

/** A product of derivatives and learning rates under sums over parameters. */
export interface Contraction {
  readonly summed: readonly SummedIndex[];
  readonly derivatives: readonly Derivative[];
  readonly rates: readonly Identifier[];
}

/** Whether a definition speaks of parameters, and so defines a field and no observable. */
export function definesField({ right }: ObservableDefinition): boolean {
  return nodesOf(right).some(
    (node) =>
      (node.kind === 'sum' && node.indices.some(({ range }) => range === 'parameters')) ||
      (node.kind === 'call' && isDerivation(node.callee)),
  );
}

/** Whether a function is one of the two of field definitions. */
export function isDerivation({ name }: Identifier): boolean {
  return name === DERIVATIVE || name === RATE;
}

interface Context {
  readonly names: Names;
  /** Parameters of the sums around. */
  readonly bound: readonly SummedIndex[];
  readonly report: Report;
}

/** Undefined after reporting what is unsound. */
export function readContraction(right: Expression, names: Names, report: Report): Contraction | undefined {
  const problems: Diagnostic[] = [];
  const parts = readFactors(right, { names, bound: [], report: (message) => problems.push(message) });
  problems.forEach(report);
  if (problems.length > 0) return undefined;
  return {
    summed: parts.flatMap(({ summed }) => summed),
    derivatives: parts.flatMap(({ derivatives }) => derivatives),
    rates: parts.flatMap(({ rates }) => rates),
  };
}

const NOTHING: Contraction = { summed: [], derivatives: [], rates: [] };

function readFactors(expression: Expression, context: Context): readonly Contraction[] {
  if (expression.kind === 'binary' && expression.operator === '*')
    return [...readFactors(expression.left, context), ...readFactors(expression.right, context)];
  if (expression.kind === 'call' && expression.callee.name === DERIVATIVE)
    return [{ ...NOTHING, derivatives: readDerivative(expression, context) }];
  if (expression.kind === 'call' && expression.callee.name === RATE)
    return [{ ...NOTHING, rates: readRate(expression, context) }];
  if (expression.kind === 'sum') {
    const indices = expression.indices.filter((index) => isParameter(index, context));
    const inner = { ...context, bound: [...context.bound, ...indices] };
    return [{ ...NOTHING, summed: indices }, ...readFactors(expression.body, inner)];
  }
  const hint = 'a field is a product of `rate(t)` and `d(z[i,a], t)`, summed over parameters';
  context.report(diagnostic('EFT321', expression.span, { text: textOf(expression.span) }, hint));
  return [];
}

function isParameter({ name, range, span }: SummedIndex, { bound, report }: Context): boolean {
  const twice = bound.some((other) => other.name === name);
  if (range === 'neurons')
    report(
      diagnostic(
        'EFT401',
        span,
        { what: 'sums over indices in an observable are' },
        `for parameters write \`sum(${name} in parameters)\``,
      ),
    );
  else if (twice) report(diagnostic('EFT302', span, { index: name }, 'it is the index of a sum already'));
  return range === 'parameters' && !twice;
}

function readRate({ arguments: given, span }: CallExpression, context: Context): Identifier[] {
  const [argument, ...more] = given;
  if (argument && more.length === 0) return readParameter(argument, context);
  const parameters = { name: RATE, expected: 'one parameter', count: given.length };
  context.report(diagnostic('EFT207', span, parameters, 'as in `rate(t)`'));
  return [];
}

function readDerivative({ arguments: given, span }: CallExpression, context: Context): Derivative[] {
  const [of, ...by] = given;
  if (!of || by.length === 0) {
    const expected = 'a pre-activation and the parameters to differentiate by';
    const parameters = { name: DERIVATIVE, expected, count: given.length === 1 ? 'one argument' : 'nothing' };
    context.report(diagnostic('EFT207', span, parameters, 'as in `d(z[i,a], t)`'));
    return [];
  }
  const place = readPlace(of, context);
  const parameters = by.flatMap((argument) => readParameter(argument, context));
  return place ? [{ ...place, by: parameters }] : [];
}

/** `z[i,a]` */
function readPlace(of: Expression, { names, report }: Context): Omit<Derivative, 'by'> | undefined {
  const known = preActivations(names);
  if (of.kind !== 'indexed' || !known.includes(of.name.name)) {
    const expected = known.map((name) => `\`${name}[neuron, sample]\``).join(' or ');
    const hint = isStandard(of.span)
      ? `the standard fields are about \`z\`; define those of ${known.map((name) => `\`${name}\``).join(', ')} in a file of your own`
      : `expected ${expected}`;
    report(diagnostic('EFT322', of.span, { text: textOf(of.span) }, hint));
    return undefined;
  }
  const [group = [], ...groups] = of.groups;
  const [neuron, sample, ...more] = group;
  if (!neuron || !sample || more.length > 0 || groups.length > 0) {
    const { name } = of.name;
    const parameters = { name, expected: 'a neuron and a sample', found: `\`${textOf(of.span)}\`` };
    report(diagnostic('EFT303', of.span, parameters, `for example \`${name}[i,a]\``));
    return undefined;
  }
  if (neuron.kind === 'index-number') {
    report(diagnostic('EFT314', neuron.span, { number: neuron.value }, 'all neurons of a layer are alike'));
    return undefined;
  }
  const label = fieldLabel(names, of.name.name);
  return { neuron, sample, ...(label === undefined ? {} : { of: label }) };
}

/** The letter of a sum over parameters. */
function readParameter(argument: Expression, { names, bound, report }: Context): Identifier[] {
  if (argument.kind !== 'name') {
    const what = `\`${textOf(argument.span)}\``;
    report(diagnostic('EFT220', argument.span, { what }, 'expected the letter of a sum over parameters'));
    return [];
  }
  if (bound.some(({ name }) => name === argument.name)) return [argument];
  if (names.get(argument.name)?.kind === 'group') {
    const expected = 'the letter of a sum over parameters';
    reportWrongKind(names, argument, expected, report);
  } else {
    const hint = `sum over it: \`sum(${argument.name} in parameters)\``;
    report(diagnostic('EFT301', argument.span, { index: argument.name }, hint));
  }
  return [];
}
