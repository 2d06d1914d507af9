/** Values from outside the file, such as `--set C_W=1.5`, in place of a study's own. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { InternalError, type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { symbol, type Expr } from '../theory/expression.ts';
import { parse } from '../grammar/parse.ts';
import type { SourceFile, Span } from '../diagnostics/span.ts';
import type { Model, Setting, Study, StudySettings } from '../theory/model.ts';
import type { Expression, Identifier } from '../grammar/syntax.ts';
import type { Report } from './host.ts';
import { reportUnknown } from './names.ts';
import { toExpr, type Scope } from './scalarExpression.ts';
import { checkBudgets } from './studies/checkBudgets.ts';
import { evaluateSettings } from './studies/evaluateSettings.ts';
import { readChoice } from './studies/readChoice.ts';

/**
 * The study with some of its values replaced: parameters, the depth, or the activation in a slot. Values are written as
 * in a file and checked as in a file; what the study gives in terms of a replaced value follows it.
 */
export function applyOverrides(
  model: Model,
  study: Study,
  overrides: ReadonlyMap<string, string>,
): Outcome<Study> {
  const { settings } = study;
  if (!settings) throw new InternalError(`the study "${study.name}" was not compiled from a file`);
  const diagnostics: Diagnostic[] = [];
  const report: Report = (message) => {
    diagnostics.push(message);
  };
  const replaced = [...overrides].reduce(
    (known, [name, text]) => replace(known, name, text, { model, study, report }),
    settings,
  );
  if (diagnostics.length > 0) return { diagnostics };
  const { architecture, groups } = model;
  const place = { architecture, groups, lastLayer: study.depth, name: study.name, span: study.span, report };
  const values = evaluateSettings(replaced, place);
  const changed = values && { ...study, ...values, settings: replaced };
  if (changed) checkBudgets(changed, architecture, report);
  return changed && diagnostics.length === 0 ? { value: changed, diagnostics } : { diagnostics };
}

interface Context {
  readonly model: Model;
  readonly study: Study;
  readonly report: Report;
}

function replace(settings: StudySettings, name: string, text: string, context: Context): StudySettings {
  const { architecture } = context.model;
  const file: SourceFile = { name: '--set', text: `${name}=${text}` };
  const slots = architecture.activations.map((slot) => slot.name);
  const known = [...settings.parameters.keys(), architecture.depth, ...slots];
  if (!known.includes(name)) {
    const place = { name, span: { file, start: 0, end: name.length } };
    reportUnknown(
      'parameter',
      place,
      known,
      context.report,
      `the study has ${known.map((each) => `\`${each}\``).join(', ')}`,
    );
    return settings;
  }
  const value = readValue(file, name.length + 1, context.report);
  if (!value) return settings;
  if (slots.includes(name)) {
    const choice = readChoice(
      value,
      { activations: new Map(), report: context.report },
      constants(settings, name, context),
    );
    return choice
      ? { ...settings, activations: new Map([...settings.activations, [name, [choice]]]) }
      : settings;
  }
  const expr = toExpr(value, constants(settings, name, context));
  if (!expr) return settings;
  const setting: Setting = { values: [expr], perLayer: false, span: value.span };
  if (name === architecture.depth) return { ...settings, depth: setting };
  return { ...settings, parameters: new Map([...settings.parameters, [name, setting]]) };
}

/** As in a file: a value may refer to the parameters given before it. */
function constants({ parameters }: StudySettings, own: string, { report }: Context): Scope {
  const names = [...parameters.keys()];
  const before = names.includes(own) ? names.slice(0, names.indexOf(own)) : names;
  const name = (node: Identifier): Expr | undefined => {
    if (before.includes(node.name)) return symbol(node.name);
    reportUnknown(
      'parameter',
      node,
      before,
      report,
      'a value may refer to the values the file gives before it',
    );
    return undefined;
  };
  return { name, functions: new Map(), report };
}

const BEFORE = 'study "" {\n';

/** The value in `NAME=VALUE`, read as an assignment of a study and placed in the text the user wrote. */
function readValue(file: SourceFile, start: number, report: Report): Expression | undefined {
  const wrapped: SourceFile = { name: file.name, text: `${BEFORE}${file.text}\n}\n` };
  const inPlace = ({ start: from, end }: Span): Span => {
    const clamp = (offset: number): number => Math.min(Math.max(offset - BEFORE.length, 0), file.text.length);
    return { file, start: clamp(from), end: clamp(end) };
  };
  const { value, diagnostics } = parse(wrapped);
  diagnostics.forEach((message) => report({ ...message, span: inPlace(message.span) }));
  if (!value) return undefined;
  const [study, ...others] = value.items;
  const statements = study?.kind === 'study' ? study.statements : [];
  const [statement] = statements;
  if (others.length === 0 && statements.length === 1 && statement?.kind === 'assignment')
    return moved(statement.value, inPlace);
  const span = { file, start, end: file.text.length };
  report(
    diagnostic('EFT514', span, { what: 'a value', expected: 'one expression', found: 'several statements' }),
  );
  return undefined;
}

/** The same tree with every span moved. */
function moved<T>(node: T, move: (span: Span) => Span): T {
  if (Array.isArray(node)) return node.map((each: unknown) => moved(each, move)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => [
    key,
    key === 'span' ? move(value as Span) : moved(value, move),
  ]);
  return Object.fromEntries(entries) as T;
}
