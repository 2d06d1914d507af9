/** What a study puts into an activation slot: `tanh`, `leaky_relu(1/10)`, or a function defined in the file. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../../theory/activations.ts';
import { symbol } from '../../theory/expression.ts';
import type { ActivationChoice } from '../../theory/model.ts';
import type { CallExpression, Expression, Identifier } from '../../grammar/syntax.ts';
import { textOf } from '../excerpts.ts';
import { reportUnknown } from '../names.ts';
import type { Activations } from '../resolveActivations.ts';
import { toExpr, type Scope } from '../scalarExpression.ts';
import type { StudyContext } from './studyContext.ts';

const ARGUMENT = symbol('z');

/** Undefined after reporting why the expression is no activation. */
export function readChoice(
  expression: Expression,
  { activations, report }: Pick<StudyContext, 'activations' | 'report'>,
  constants: Scope,
): ActivationChoice | undefined {
  if (expression.kind === 'name') return namedChoice(expression, activations, constants);
  if (expression.kind === 'call' && PARAMETRIC_ACTIVATIONS.has(expression.callee.name))
    return parametricChoice(expression, constants);
  if (
    expression.kind === 'call' &&
    (activations.has(expression.callee.name) || NAMED_ACTIVATIONS.has(expression.callee.name))
  ) {
    const hint = `write \`${expression.callee.name}\`: a slot takes a function, not a value of one`;
    report(diagnostic('EFT220', expression.span, { what: `\`${textOf(expression.span)}\`` }, hint));
    return undefined;
  }
  if (expression.kind === 'call') {
    reportUnknown('activation', expression.callee, activationNames(activations), report);
    return undefined;
  }
  const parameters = { what: `\`${textOf(expression.span)}\`` };
  const hint = 'expected the name of an activation; define others by `activation f(z) = ...`';
  report(diagnostic('EFT220', expression.span, parameters, hint));
  return undefined;
}

function activationNames(activations: Activations): string[] {
  return [...activations.keys(), ...NAMED_ACTIVATIONS.keys(), ...PARAMETRIC_ACTIVATIONS.keys()];
}

function namedChoice(
  node: Identifier,
  activations: Activations,
  { report }: Scope,
): ActivationChoice | undefined {
  const { name } = node;
  const expression = activations.has(name) ? activations.get(name) : namedActivation(name);
  if (expression) return { name, expression };
  const parametric = PARAMETRIC_ACTIVATIONS.get(name);
  if (parametric) {
    const hint = `write \`${name}(${parametric.parameters.join(', ')})\``;
    const expected = countOf(parametric.parameters.length);
    report(diagnostic('EFT207', node.span, { name, expected, count: 'none' }, hint));
  } else if (!activations.has(name)) reportUnknown('activation', node, activationNames(activations), report);
  return undefined;
}

/** A built-in activation as an expression of `z`. */
export function namedActivation(name: string) {
  return NAMED_ACTIVATIONS.get(name)?.(ARGUMENT);
}

function parametricChoice(node: CallExpression, constants: Scope): ActivationChoice | undefined {
  const { build, parameters } = PARAMETRIC_ACTIVATIONS.get(node.callee.name)!;
  const values = node.arguments.map((argument) => toExpr(argument, constants));
  const known = values.filter((value) => value !== undefined);
  if (values.length !== parameters.length) {
    const expected = `${countOf(parameters.length)} (${parameters.join(', ')})`;
    constants.report(
      diagnostic('EFT207', node.span, { name: node.callee.name, expected, count: values.length }),
    );
    return undefined;
  }
  if (known.length < values.length) return undefined;
  return { name: textOf(node.span), expression: build(ARGUMENT, ...known) };
}

function countOf(parameters: number): string {
  return parameters === 1 ? 'one parameter' : `${parameters} parameters`;
}
