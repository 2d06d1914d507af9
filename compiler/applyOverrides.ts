/** Values from outside the file, such as `--set C_W=1.5`, in place of a study's own. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { InternalError, type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { symbol, type Expr } from '../theory/expression.ts';
import { symbolsOf } from '../theory/foldExpression.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { Model, Setting, Study, StudySettings } from '../theory/model.ts';
import type { Assignment, Identifier } from '../grammar/syntax.ts';
import { readFragment } from './fragment.ts';
import type { Report } from './host.ts';
import { reportUnknown } from './names.ts';
import { toExpr, type Scope } from './scalarExpression.ts';
import { checkBudgets } from './studies/checkBudgets.ts';
import { wholeConstant } from './studies/constants.ts';
import { evaluateSettings } from './studies/evaluateSettings.ts';
import { readChoice } from './studies/readChoice.ts';
import { readWidths } from './studies/readWidths.ts';

/**
 * The study with some of its values replaced: parameters, the depth, the activation in a slot, the widths of the
 * layers, and the width n of its flows and checks. Values are written as in a file and checked as in a file; what the
 * study gives in terms of a replaced value follows it, and its flows end at a replaced depth.
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
  const { architecture, groups } = model;
  const context = { model, study, report };
  const assignments = [...overrides].map(([name, text]) => readAssignment(name, text, report));
  const read = assignments.filter((assignment) => assignment !== undefined);
  const isWidth = ({ name, layerIndex }: Assignment) => name.name === architecture.width.name && !layerIndex;
  const replaced = read
    .filter((assignment) => !isWidth(assignment))
    .reduce((known, assignment) => replace(known, assignment, context), settings);
  const n = read
    .filter(isWidth)
    .map(({ value }) => wholeConstant(value, 'a width', 1, Number.MAX_SAFE_INTEGER, report))[0];
  if (diagnostics.length === 0) reportMissing(replaced, context);
  if (diagnostics.length > 0) return { diagnostics };
  const given = read.map(({ name }) => name.name);
  const absent = study.absent?.filter((name) => !given.includes(name)) ?? [];
  const place = {
    ...{ architecture, groups, lastLayer: study.depth, name: study.name, span: study.span, report },
    absent,
  };
  const values = evaluateSettings(replaced, place);
  const isDepthReplaced = read.some(({ name }) => name.name === architecture.depth);
  const changed = values && {
    ...study,
    ...values,
    settings: replaced,
    ...(study.absent && { absent }),
    ...requestsAt(model, study, n, isDepthReplaced ? values.depth : undefined),
  };
  if (changed) checkBudgets(changed, architecture, report);
  return changed && diagnostics.length === 0 ? { value: changed, diagnostics } : { diagnostics };
}

interface Context {
  readonly model: Model;
  readonly study: Study;
  readonly report: Report;
}

/** Flows and checks at width n, flows to the depth; each only when it is given. */
function requestsAt(
  model: Model,
  { flows, checks, depth: former, span }: Study,
  n: number | undefined,
  depth: number | undefined,
): Pick<Study, 'flows' | 'checks'> {
  const observables = model.observables.map(({ name }) => name);
  const whole = { observables, from: 1, to: depth ?? former, span };
  const width = n === undefined ? {} : { n };
  return {
    flows: (flows.length > 0 ? flows : [whole]).map((flow) => ({
      ...flow,
      ...width,
      ...(depth === undefined ? {} : { from: Math.min(flow.from, depth), to: depth }),
    })),
    checks: n === undefined ? checks : checks.map((check) => ({ ...check, widths: [n] })),
  };
}

function replace(settings: StudySettings, assignment: Assignment, context: Context): StudySettings {
  const { architecture } = context.model;
  const place = assignment.name;
  if (place.name === architecture.width.name) return replaceWidths(settings, assignment, context);
  if (architecture.activations.some((slot) => slot.name === place.name))
    return replaceActivation(settings, assignment, context);
  const parameters = [...parametersOf(settings), ...(context.study.absent ?? []).filter(isParameter)];
  if (place.name === architecture.depth || parameters.includes(place.name))
    return replaceNumber(settings, assignment, context);
  const known = [...parameters, architecture.depth, ...architecture.activations.map((slot) => slot.name)];
  const otherwise = `the study has ${known.map((each) => `\`${each}\``).join(', ')}`;
  reportUnknown('parameter', place, known, context.report, otherwise);
  return settings;
}

function isParameter(name: string): boolean {
  return name !== 'samples';
}

/** What the study gives, and what the activations of the file would need. */
function parametersOf({ parameters, definitions }: StudySettings): string[] {
  const needed = [...(definitions?.values() ?? [])].flatMap(symbolsOf).filter((name) => name !== 'z');
  return [...new Set([...parameters.keys(), ...needed])];
}

function replaceNumber(
  settings: StudySettings,
  { name: { name }, value }: Assignment,
  context: Context,
): StudySettings {
  const items = value.kind === 'list' ? value.items : [value];
  const values = items.map((item) => toExpr(item, constants(settings, name, context)));
  const known = values.filter((each) => each !== undefined);
  if (known.length < values.length) return settings;
  const setting: Setting = { values: known, perLayer: value.kind === 'list', span: value.span };
  if (name === context.model.architecture.depth) return { ...settings, depth: setting };
  return { ...settings, parameters: new Map([...settings.parameters, [name, setting]]) };
}

/** One function for all layers, or a list where the slot is declared with one a layer. */
function replaceActivation(
  settings: StudySettings,
  { name: { name }, value }: Assignment,
  context: Context,
): StudySettings {
  const { report } = context;
  const slot = context.model.architecture.activations.find((each) => each.name === name);
  if (value.kind === 'list' && !slot?.perLayer) {
    const reason = 'is declared as one function for all layers';
    report(diagnostic('EFT504', value.span, { name, reason }));
    return settings;
  }
  const items = value.kind === 'list' ? value.items : [value];
  const activations = settings.definitions ?? new Map<string, Expr>();
  const choices = items.map((item) =>
    readChoice(item, { activations, report }, constants(settings, name, context)),
  );
  const known = choices.filter((choice) => choice !== undefined);
  if (known.length < choices.length) return settings;
  const placed = known.map((choice, k) => ({ ...choice, span: items[k]!.span }));
  return { ...settings, activations: new Map([...settings.activations, [name, placed]]) };
}

function replaceWidths(settings: StudySettings, assignment: Assignment, context: Context): StudySettings {
  const { width } = context.model.architecture;
  if (!width.perLayer) {
    const reason = 'is declared as one width for all layers';
    context.report(diagnostic('EFT504', assignment.name.span, { name: width.name, reason }));
    return settings;
  }
  const widths = readWidths(assignment, context);
  return widths ? { ...settings, widths } : settings;
}

/** An activation taken from the file may need parameters that the study had no use for. */
function reportMissing({ parameters, activations }: StudySettings, { study, report }: Context): void {
  for (const choice of [...activations.values()].flat()) {
    const missing = symbolsOf(choice.expression).find((name) => name !== 'z' && !parameters.has(name));
    if (missing === undefined) continue;
    const message = { study: study.name, what: `the parameter \`${missing}\` of \`${choice.name}\`` };
    report(diagnostic('EFT503', choice.span ?? study.span, message, `add \`--set ${missing}=...\``));
  }
}

/** As in a file: a value may refer to the parameters given before it. */
function constants({ parameters }: StudySettings, own: string, { report }: Context): Scope {
  const names = [...parameters.keys()];
  const before = names.includes(own) ? names.slice(0, names.indexOf(own)) : names;
  const name = (node: Identifier): Expr | undefined => {
    if (before.includes(node.name)) return symbol(node.name);
    const otherwise =
      before.length === 0
        ? 'a value is a number, or a formula of numbers'
        : `a value may refer to what the study gives before it: ${before.map((each) => `\`${each}\``).join(', ')}`;
    reportUnknown('parameter', node, before, report, otherwise);
    return undefined;
  };
  return { name, functions: new Map(), report };
}

/** `NAME=VALUE` read as an assignment of a study and placed in the text the user wrote. */
function readAssignment(given: string, text: string, report: Report): Assignment | undefined {
  const file: SourceFile = { name: '--set', text: `${given}=${text}` };
  const assignment = readFragment({ file, start: 0, end: file.text.length }, '', report);
  if (assignment !== 'several') return assignment;
  const span = { file, start: file.text.indexOf('=') + 1, end: file.text.length };
  report(
    diagnostic('EFT514', span, { what: 'a value', expected: 'one expression', found: 'several statements' }),
  );
  return undefined;
}
