/** Exact settings -> the numbers of a study, checked: finite parameters, allowed variances, lists of the right length. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { numberExpr, type Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import {
  compareRationals,
  formatRational,
  isOneRational,
  ONE,
  type Rational,
} from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import { joinSpans, type Span } from '../../diagnostics/span.ts';
import type {
  ActivationChoice,
  Architecture,
  ParameterGroup,
  Setting,
  Study,
  StudySettings,
} from '../../theory/model.ts';
import { textOf } from '../excerpts.ts';
import type { Report } from '../host.ts';

export const MAX_DEPTH = 10_000;

/** The parts of a study that settings decide. */
export type StudyValues = Pick<Study, 'parameters' | 'activations' | 'depth' | 'widths' | 'readoutWidth'>;

export interface SettingsContext {
  readonly architecture: Architecture;
  readonly groups: readonly ParameterGroup[];
  /** The depth when the study gives none: where its flows end. */
  readonly lastLayer?: number;
  /** Parameters without a value. */
  readonly absent?: readonly string[];
  /** The study, for messages about what it does not say. */
  readonly name: string;
  readonly span: Span;
  readonly report: Report;
}

/** Undefined after reporting what is unsound; the settings give all that the model needs. */
export function evaluateSettings(settings: StudySettings, context: SettingsContext): StudyValues | undefined {
  const depth = evaluateDepth(settings, context);
  if (depth === undefined) return undefined;
  const parameters = evaluateParameters(settings, depth, context);
  const widths = evaluateWidths(settings, depth, context);
  const activations = evaluateActivations(settings, depth, context);
  if (!parameters || !widths || !activations) return undefined;
  const sound = context.groups.flatMap((group) => [
    checkVariance(group, parameters, depth, settings, context),
    checkRate(group, parameters, depth, settings, context),
  ]);
  if (!sound.every(Boolean)) return undefined;
  const readoutWidth = settings.widths?.readout;
  return { parameters, activations, depth, widths, ...(readoutWidth === undefined ? {} : { readoutWidth }) };
}

function evaluateDepth({ depth }: StudySettings, context: SettingsContext): number | undefined {
  const { architecture, lastLayer, report } = context;
  if (!depth) return lastLayer;
  const [value] = depth.values;
  const number = !depth.perLayer && value?.kind === 'number' ? Number(value.value.numerator) : NaN;
  const whole = value?.kind === 'number' && value.value.denominator === 1n;
  if (whole && number >= 1 && number <= MAX_DEPTH) return number;
  const expected = `a whole number from 1 to ${MAX_DEPTH}`;
  const found = `\`${textOf(depth.span)}\``;
  report(diagnostic('EFT505', depth.span, { name: architecture.depth, expected, found }));
  return undefined;
}

type Values = Study['parameters'];

function evaluateParameters(
  { parameters }: StudySettings,
  depth: number,
  { architecture, groups, report }: SettingsContext,
): Values | undefined {
  const values = new Map<string, number | readonly number[]>([[architecture.depth, depth]]);
  let sound = true;
  for (const [name, setting] of parameters) {
    const value = evaluateSetting(name, setting, values, depth, report);
    if (value === undefined) sound = false;
    else values.set(name, value);
  }
  if (!speaksOf(architecture.depth, { architecture, groups })) values.delete(architecture.depth);
  return sound ? values : undefined;
}

/** Whether a variance, a learning rate or a coefficient depends on the depth. */
function speaksOf(
  depth: string,
  { architecture: { firstLayer, layer }, groups }: Pick<SettingsContext, 'architecture' | 'groups'>,
): boolean {
  const formulas = [
    ...groups.flatMap(({ variance, rate }) => (rate ? [variance, rate] : [variance])),
    ...[...firstLayer, ...layer].map(({ coefficient }) => coefficient),
  ];
  return formulas.some((formula) => symbolsOf(formula).includes(depth));
}

/** A number, or a list when the setting or anything it refers to is one. */
function evaluateSetting(
  name: string,
  setting: Setting,
  known: Values,
  depth: number,
  report: Report,
): number | readonly number[] | undefined {
  if (setting.perLayer && setting.values.length !== depth) {
    report(diagnostic('EFT506', setting.span, { name, count: setting.values.length, expected: depth }));
    return undefined;
  }
  const symbols = setting.values.flatMap(symbolsOf);
  if (symbols.some((each) => !known.has(each))) return undefined;
  const varies = setting.perLayer || symbols.some((each) => typeof known.get(each) === 'object');
  const layers = Array.from({ length: varies ? depth : 1 }, (_, k) => k);
  const values = layers.map((k) => evaluate(setting.values[setting.perLayer ? k : 0]!, bindingsAt(known, k)));
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return varies ? values : values[0];
  const found = `${wrong} (\`${textOf(setting.span)}\`)`;
  report(diagnostic('EFT505', setting.span, { name, expected: 'a finite number', found }));
  return undefined;
}

/** Parameters of layer k+1. */
function bindingsAt(values: Values, k: number): ReadonlyMap<string, number> {
  return new Map([...values].map(([name, value]) => [name, typeof value === 'object' ? value[k]! : value]));
}

function evaluateWidths(
  { widths }: StudySettings,
  depth: number,
  { architecture, report }: SettingsContext,
): Study['widths'] | undefined {
  const { name: width } = architecture.width;
  if (widths && widths.values.length !== depth) {
    const parameters = { name: `${width}[l]`, count: widths.values.length, expected: depth };
    report(diagnostic('EFT506', widths.span, parameters));
    return undefined;
  }
  if (widths && !checkSkips(widths, { architecture, report })) return undefined;
  return widths?.values ?? Array.from({ length: depth }, () => ONE);
}

/** Where a layer passes its neurons on, the next one has as many. */
function checkSkips(
  { values, readout, span }: NonNullable<StudySettings['widths']>,
  { architecture: { layer, width }, report }: Pick<SettingsContext, 'architecture' | 'report'>,
): boolean {
  const differs = (k: number): boolean =>
    compareRationals(values[k]!, values[k - 1]!) !== 0 || (readout !== undefined && k === values.length - 1);
  const change = values.findIndex((_, k) => k > 0 && differs(k));
  if (change < 0 || !layer.some(({ kind }) => kind === 'skip')) return true;
  const [first, second] = [change - 1, change].map((k) =>
    readout !== undefined && k === values.length - 1 ? String(readout) : widthText(values[k]!, width.name),
  ) as [string, string];
  const hint = 'give the layers one width, or leave out the skip connection';
  report(diagnostic('EFT515', span, { layer: change, next: change + 1, first, second }, hint));
  return false;
}

/** `n`, `3/2*n` */
function widthText(ratio: Rational, width: string): string {
  return isOneRational(ratio) ? width : `${formatRational(ratio)}*${width}`;
}

/**
 * Parameters of an activation become numbers. Layer l is activated in the equation of layer l+1, so a list of
 * values gives layer l the (l+1)-th.
 */
function evaluateActivations(
  settings: StudySettings,
  depth: number,
  context: SettingsContext,
): Study['activations'] | undefined {
  const evaluated = new Map<string, readonly ActivationChoice[]>();
  for (const [name, choices] of settings.activations) {
    const values = evaluateSlot(name, choices, settings, depth, context);
    if (!values) return undefined;
    evaluated.set(name, values);
  }
  return evaluated;
}

/** From the first function of a list to the last. */
function spanOfAll(choices: readonly ActivationChoice[]): Span | undefined {
  const [first, last] = [choices[0]?.span, choices.at(-1)?.span];
  return first && last && joinSpans(first, last);
}

function evaluateSlot(
  name: string,
  choices: readonly ActivationChoice[],
  settings: StudySettings,
  depth: number,
  { report, span }: SettingsContext,
): readonly ActivationChoice[] | undefined {
  const layers = Math.max(1, depth - 1);
  if (choices.length > 1 && choices.length !== layers) {
    report(
      diagnostic(
        'EFT506',
        spanOfAll(choices) ?? span,
        { name, count: choices.length, expected: layers },
        LAST_LAYER,
      ),
    );
    return undefined;
  }
  const lists = [...settings.parameters].filter(([, { perLayer }]) => perLayer).map(([each]) => each);
  const varies = choices.some(({ expression }) => symbolsOf(expression).some((each) => lists.includes(each)));
  const count = varies ? layers : choices.length;
  try {
    return Array.from({ length: count }, (_, k) => {
      const choice = choices[Math.min(k, choices.length - 1)]!;
      return {
        name: choice.name,
        expression: replaceParameters(choice.expression, settings, Math.min(k + 1, depth - 1)),
      };
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report(diagnostic('EFT222', span, { reason: `\`${name}\`: ${error.message}` }));
    return undefined;
  }
}

const LAST_LAYER = 'the last layer is not activated: a network of depth L needs L-1 activations';

/** All parameters in an expression replaced by their exact values at list position k. */
function replaceParameters(expression: Expr, { parameters }: StudySettings, k: number): Expr {
  const values = new Map<string, Expr>();
  for (const [name, { values: given, perLayer }] of parameters)
    values.set(name, substitute(given[perLayer ? k : 0] ?? numberExpr(ONE), values));
  return substitute(expression, values);
}

function checkVariance(
  { name, kind, variance }: ParameterGroup,
  parameters: Values,
  depth: number,
  settings: StudySettings,
  context: SettingsContext,
): boolean {
  const hint =
    kind === 'bias'
      ? 'a variance is zero or positive'
      : 'the variance of weights is positive: with none, nothing passes';
  const what = `the variance of \`${name}\``;
  const allowed = (value: number): boolean => (kind === 'bias' ? value >= 0 : value > 0);
  return checkScale({ what, expression: variance, allowed, hint }, parameters, depth, settings, context);
}

function checkRate(
  { name, rate }: ParameterGroup,
  parameters: Values,
  depth: number,
  settings: StudySettings,
  context: SettingsContext,
): boolean {
  if (!rate) return true;
  const hint = 'a learning rate is zero or positive';
  const what = `the learning rate of \`${name}\``;
  const scale = { what, expression: rate, allowed: (value: number) => value >= 0, hint };
  return checkScale(scale, parameters, depth, settings, context);
}

/** A variance or learning rate, and the values it may have. */
interface Scale {
  readonly what: string;
  readonly expression: Expr;
  readonly allowed: (value: number) => boolean;
  readonly hint: string;
}

function checkScale(
  { what, expression, allowed, hint }: Scale,
  parameters: Values,
  depth: number,
  settings: StudySettings,
  { report, span, name: study, absent = [] }: SettingsContext,
): boolean {
  const symbols = symbolsOf(expression);
  if (symbols.some((each) => absent.includes(each))) return true;
  if (symbols.some((each) => !parameters.has(each))) return false;
  const varies = symbols.some((each) => typeof parameters.get(each) === 'object');
  const place = symbols.map((each) => settings.parameters.get(each)?.span).find((each) => each !== undefined);
  for (let k = 0; k < (varies ? depth : 1); k++) {
    const value = evaluate(expression, bindingsAt(parameters, k));
    if (Number.isFinite(value) && allowed(value)) continue;
    const where = varies ? `${value} in layer ${k + 1}` : String(value);
    report(diagnostic('EFT507', place ?? span, { what, value: where, study }, hint));
    return false;
  }
  return true;
}
