/** The assignments of a study -> exact settings; which values make sense together is `evaluateSettings`'s business. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { nearestNames } from '../../diagnostics/suggest.ts';
import { symbol, type Expr } from '../../theory/expression.ts';
import type { ActivationChoice, Setting, StudySettings } from '../../theory/model.ts';
import type { Assignment, Expression, Identifier, StudyBlock } from '../../grammar/syntax.ts';
import { placeOf } from '../excerpts.ts';
import { namesOf, reportUnknown, reportWrongKind } from '../names.ts';
import { RESERVED } from '../resolveActivations.ts';
import { toExpr, type Scope } from '../scalarExpression.ts';
import { readChoice } from './readChoice.ts';
import { readWidths } from './readWidths.ts';
import type { StudyContext } from './studyContext.ts';

export interface ReadSettings {
  readonly settings: StudySettings;
  readonly samples?: Expression;
  /** Every name given, soundly or not, and the names that misspelt ones were probably meant for. */
  readonly assigned: ReadonlySet<string>;
}

interface Builder {
  readonly context: StudyContext;
  readonly parameters: Map<string, Setting>;
  readonly activations: Map<string, readonly ActivationChoice[]>;
  readonly assigned: Set<string>;
  depth?: Setting;
  widths?: NonNullable<StudySettings['widths']>;
  samples?: Expression;
  /** The name being given. */
  current?: string;
}

const SAMPLES = 'samples';

export function readSettings(block: StudyBlock, context: StudyContext): ReadSettings {
  const builder: Builder = { context, parameters: new Map(), activations: new Map(), assigned: new Set() };
  const first = new Map<string, Identifier>();
  for (const statement of block.statements) {
    if (statement.kind !== 'assignment') continue;
    const { name } = statement;
    const earlier = first.get(name.name);
    if (earlier) {
      const hint = `first given at ${placeOf(earlier.span)}`;
      context.report(diagnostic('EFT502', name.span, { name: name.name }, hint));
    } else {
      first.set(name.name, name);
      builder.assigned.add(name.name);
      builder.current = name.name;
      readAssignment(statement, builder);
    }
  }
  const { parameters, activations, depth, widths, samples, assigned } = builder;
  const settings = { parameters, activations, ...(depth && { depth }), ...(widths && { widths }) };
  return { settings, assigned, ...(samples && { samples }) };
}

function readAssignment(statement: Assignment, builder: Builder): void {
  const { context } = builder;
  const { name, value } = statement;
  const kind = context.names.get(name.name)?.kind;
  if (name.name === SAMPLES) builder.samples = value;
  else if (context.parameters.has(name.name)) readParameter(statement, builder);
  else if (kind === 'slot') readSlot(statement, builder);
  else if (kind === 'depth') builder.depth = readValues(value, builder);
  else if (kind === 'width') readWidthStatement(statement, builder);
  else if (kind === 'dimension') {
    const reason = 'is the number of components of the samples';
    context.report(diagnostic('EFT504', name.span, { name: name.name, reason }, 'leave it out'));
  } else if (kind) reportWrongKind(context.names, name, 'something a study gives', context.report);
  else reportUnknownName(name, builder);
}

function reportUnknownName(name: Identifier, { context, assigned }: Builder): void {
  if (context.lenient) return;
  const known = [...context.parameters, ...namesOf(context.names, 'slot', 'depth'), SAMPLES];
  const [meant] = nearestNames(name.name, known, 1);
  if (meant !== undefined) assigned.add(meant);
  const otherwise = `a study of this model gives ${known.map((each) => `\`${each}\``).join(', ')}`;
  reportUnknown('parameter', name, known, context.report, otherwise);
}

function readParameter({ name, value }: Assignment, builder: Builder): void {
  const setting = readValues(value, builder);
  if (setting) builder.parameters.set(name.name, setting);
}

function readValues(value: Expression, builder: Builder): Setting | undefined {
  const items = value.kind === 'list' ? value.items : [value];
  const values = items.map((item) => toExpr(item, constantScope(builder)));
  const known = values.filter((each) => each !== undefined);
  if (known.length < values.length) return undefined;
  return { values: known, perLayer: value.kind === 'list', span: value.span };
}

/** Constants refer to the parameters given before them. */
function constantScope({ context, parameters, assigned, current }: Builder): Scope {
  const { names, report } = context;
  const name = (node: Identifier): Expr | undefined => {
    const kind = names.get(node.name)?.kind;
    if (parameters.has(node.name) || kind === 'depth') return symbol(node.name);
    if (kind) reportWrongKind(names, node, 'a parameter', report);
    else if (RESERVED.has(node.name))
      report(diagnostic('EFT220', node.span, { what: `\`${node.name}\`` }, RESERVED.get(node.name)));
    else if (!context.parameters.has(node.name)) reportUnknown('parameter', node, context.parameters, report);
    else if (node.name === current)
      report(diagnostic('EFT504', node.span, { name: node.name, reason: 'is given through itself' }));
    else if (!assigned.has(node.name)) {
      const reason = 'is used before it is given';
      report(
        diagnostic(
          'EFT504',
          node.span,
          { name: node.name, reason },
          'a value may refer to the values above it',
        ),
      );
    }
    return undefined;
  };
  return { name, functions: new Map(), report };
}

function readSlot({ name, layerIndex, value }: Assignment, builder: Builder): void {
  const { context, activations } = builder;
  const perLayer =
    context.architecture.activations.find((slot) => slot.name === name.name)?.perLayer ?? false;
  const items = value.kind === 'list' ? value.items : [value];
  if ((value.kind === 'list' || layerIndex) && !perLayer) {
    const reason = 'is declared as one function for all layers';
    const hint = `declare \`activation ${name.name}[l]\` for a list, one function a layer`;
    context.report(diagnostic('EFT504', value.span, { name: name.name, reason }, hint));
    return;
  }
  const choices = items.map((item) => readChoice(item, context, constantScope(builder)));
  const known = choices.filter((choice) => choice !== undefined);
  if (known.length === choices.length) {
    activations.set(
      name.name,
      known.map((choice, k) => ({ ...choice, span: items[k]!.span })),
    );
  }
}

function readWidthStatement(statement: Assignment, builder: Builder): void {
  const { context } = builder;
  const { name, layerIndex } = statement;
  if (layerIndex && context.architecture.width.perLayer) {
    const widths = readWidths(statement, context);
    if (widths) builder.widths = widths;
    return;
  }
  const reason = layerIndex
    ? 'is declared as one width for all layers'
    : 'is given where numbers are asked for';
  const hint = layerIndex
    ? `declare \`width ${name.name}[l]\``
    : `write \`at ${name.name} = 64\` after \`check\` or \`flow\``;
  context.report(diagnostic('EFT504', name.span, { name: name.name, reason }, hint));
}
