/** What a study asks for: `check`, `flow`, `expect`, `find` and `phase`. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import type { CheckRequest, Expectation, FlowRequest, Study, StudySettings } from '../../theory/model.ts';
import type {
  CheckStatement,
  NumberExpression,
  ExpectStatement,
  FlowStatement,
  Identifier,
  IndexedExpression,
  StudyBlock,
} from '../../grammar/syntax.ts';
import { powerOf } from '../checkOrders.ts';
import { textOf } from '../excerpts.ts';
import type { Report } from '../host.ts';
import { reportUnknown, reportWrongKind } from '../names.ts';
import { toObservable } from '../observableExpression.ts';
import { indexedNodes } from '../walk.ts';
import { finiteConstant, wholeConstant } from './constants.ts';
import { MAX_DEPTH } from './evaluateSettings.ts';
import { observableName, readQuantities } from './readQuantities.ts';
import { readFind, readPhase } from './readSearches.ts';
import type { StudyContext } from './studyContext.ts';

/** One network's largest weight matrix: 2^14 squared floats are 1 GiB. */
export const MAX_WIDTH = 16_384;
/** Where a check that asks for a detectable error begins. */
const FIRST_NETWORKS = 4096;

/** The simulation numbers the networks of a width with 26 bits and the widths with 6. */
export const MAX_NETWORKS = 2 ** 26;
export const MAX_WIDTHS = 2 ** 6;
const DEFAULT_SEED = 1;

export type Requests = Pick<Study, 'checks' | 'flows' | 'expectations' | 'searches' | 'phases'>;

/** The sound requests; what is unsound is reported. `samples` is how many there are, when known. */
export function readRequests(
  block: StudyBlock,
  samples: number | undefined,
  settings: StudySettings,
  context: StudyContext,
): Requests {
  const { statements } = block;
  const checks = statements.filter((statement) => statement.kind === 'check');
  const flows = statements.filter((statement) => statement.kind === 'flow');
  const expectations = statements.filter((statement) => statement.kind === 'expect');
  if (checks.length === 0)
    for (const { span } of expectations) {
      const { name } = context.architecture.width;
      const hint = `add a statement such as \`check G at ${name} = 64, 128 with 4000 networks\``;
      context.report(diagnostic('EFT513', span, {}, hint));
    }
  const searches = present(
    statements.filter((each) => each.kind === 'find').map((each) => readFind(each, settings, context)),
  );
  const phases = present(
    statements.filter((each) => each.kind === 'phase').map((each) => readPhase(each, context)),
  );
  return {
    ...(searches.length > 0 && { searches }),
    ...(phases.length > 0 && { phases }),
    checks: present(checks.map((statement) => readCheck(statement, context))),
    flows: present(flows.map((statement) => readFlow(statement, samples, context))),
    expectations: present(expectations.map((statement) => readExpectation(statement, samples, context))),
  };
}

function present<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value) => value !== undefined);
}

function readCheck(statement: CheckStatement, context: StudyContext): CheckRequest | undefined {
  const { report, groups } = context;
  const observables = readObservables(statement.observables, context);
  groups.forEach((group) => checkSampled(group, statement, report));
  checkWidthName(statement.width, context);
  const widths = statement.widths.map((width) => wholeConstant(width, 'a width', 1, MAX_WIDTH, report));
  widths.forEach((width, k) => {
    if (width === undefined || widths.indexOf(width) === k) return;
    report(diagnostic('EFT508', statement.widths[k]!.span, { what: `the width ${width}` }));
  });
  if (widths.length > MAX_WIDTHS) {
    const parameters = { what: 'the number of widths', found: widths.length, limit: MAX_WIDTHS };
    report(diagnostic('EFT511', statement.span, parameters));
    return undefined;
  }
  const { within } = statement;
  const networks = statement.networks
    ? wholeConstant(statement.networks, 'the number of networks', 2, MAX_NETWORKS, report)
    : FIRST_NETWORKS;
  const percent = within && percentage(within, report);
  const seed = statement.seed
    ? wholeConstant(statement.seed, 'the seed', 0, Number.MAX_SAFE_INTEGER, report)
    : DEFAULT_SEED;
  const known = present(widths);
  if (within && percent === undefined) return undefined;
  if (networks === undefined || seed === undefined || known.length < widths.length) return undefined;
  const target = percent === undefined ? {} : { within: percent / 100 };
  return { observables, widths: known, networks, seed, ...target, span: statement.span };
}

/** The detectable error that a check asks for, in per cent. */
function percentage(expression: NumberExpression, report: Report): number | undefined {
  const what = 'the detectable error in per cent';
  const value = finiteConstant(expression, what, report);
  if (value === undefined || (value >= 0.01 && value <= 100)) return value;
  report(
    diagnostic('EFT510', expression.span, { what, low: 0.01, high: 100, found: `\`${expression.text}\`` }),
  );
  return undefined;
}

/** Networks are drawn at random, so that their law must be known. */
function checkSampled(
  { name, distribution }: StudyContext['groups'][number],
  { span }: CheckStatement,
  report: Report,
): void {
  if (distribution?.kind !== 'cumulants') return;
  const hint =
    'its cumulants do not say what to draw: use one of the other distributions, or leave out the check';
  report(diagnostic('EFT516', span, { name }, hint));
}

function readFlow(
  statement: FlowStatement,
  samples: number | undefined,
  context: StudyContext,
): FlowRequest | undefined {
  const { report } = context;
  const { names: observables, definitions } = readQuantities(statement.quantities, context);
  statement.quantities.flatMap(indexedNodes).forEach((node) => checkNumbers(node, samples, context));
  const { depth, width } = statement;
  if (width) checkWidthName(width.name, context);
  const n = width && wholeConstant(width.value, 'a width', 1, Number.MAX_SAFE_INTEGER, report);
  const quantities = definitions.length > 0 ? { quantities: definitions } : {};
  const at = { ...quantities, ...(n === undefined ? {} : { n }) };
  if (!depth) return { observables, from: 1, to: 0, ...at, span: statement.span };
  if (depth.name.name !== context.architecture.depth)
    reportName(depth.name, context.architecture.depth, 'depth', context);
  const from = wholeConstant(depth.from, 'a layer', 1, MAX_DEPTH, report);
  const to = wholeConstant(depth.to, 'a layer', 1, MAX_DEPTH, report);
  if (from === undefined || to === undefined || (width && n === undefined)) return undefined;
  if (from > to) {
    const span = { ...depth.from.span, end: depth.to.span.end };
    report(diagnostic('EFT512', span, { from, to }, `write \`${to} .. ${from}\``));
    return undefined;
  }
  return { observables, from, to, ...at, span: statement.span };
}

function readObservables(names: readonly Identifier[], context: StudyContext): readonly string[] {
  const known: string[] = [];
  for (const identifier of names) {
    const { name, span } = identifier;
    if (known.includes(name)) context.report(diagnostic('EFT508', span, { what: `\`${name}\`` }));
    else if (observableName(identifier, context) !== undefined) known.push(name);
  }
  return known;
}

function checkWidthName(name: Identifier, context: StudyContext): void {
  const expected = context.architecture.width.name;
  if (name.name !== expected) reportName(name, expected, 'width', context);
}

function reportName(name: Identifier, expected: string, what: string, { names, report }: StudyContext): void {
  if (names.has(name.name)) reportWrongKind(names, name, `the ${what} \`${expected}\``, report);
  else reportUnknown(what, name, [expected], report, `the ${what} is \`${expected}\``);
}

function readExpectation(
  statement: ExpectStatement,
  samples: number | undefined,
  context: StudyContext,
): Expectation | undefined {
  const { report } = context;
  const { left, right, span } = statement;
  const scope = { ...context.expectations, apart: [], report, reportOnce: report };
  const measured = toObservable(left, scope);
  const claimed = toObservable(right, scope);
  const inRange = [left, ...indexedNodes(right)].map((node) => checkNumbers(node, samples, context));
  if (measured?.kind !== 'reference' || !claimed || !inRange.every(Boolean)) return undefined;
  const leftOrder = context.orderOf(left);
  const rightOrder = context.orderOf(right);
  if (leftOrder === undefined || rightOrder === undefined) return undefined;
  if (leftOrder !== rightOrder) {
    const { name } = context.architecture.width;
    const texts = { left: textOf(left.span), right: textOf(right.span) };
    const orders = { leftOrder: powerOf(leftOrder, name), rightOrder: powerOf(rightOrder, name) };
    const factor = powerOf(Math.abs(leftOrder - rightOrder), name);
    const hint = `the right side has a factor ${factor} too ${leftOrder > rightOrder ? 'few' : 'many'}`;
    report(diagnostic('EFT405', span, { ...texts, ...orders }, hint));
    return undefined;
  }
  const text = `${wholeText(left.span)} = ${wholeText(right.span)}`;
  return { text, left: measured, right: claimed, span };
}

function wholeText({ file, start, end }: Expectation['span']): string {
  return file.text.slice(start, end).replace(/\s+/g, ' ');
}

/** Samples are numbered from 1 to as many as there are. */
function checkNumbers(
  { groups }: IndexedExpression,
  samples: number | undefined,
  { report }: StudyContext,
): boolean {
  if (samples === undefined) return true;
  const over = groups.flat().filter((index) => index.kind === 'index-number' && index.value > samples);
  for (const index of over)
    if (index.kind === 'index-number')
      report(diagnostic('EFT311', index.span, { number: index.value, count: samplesText(samples) }));
  return over.length === 0;
}

export function samplesText(count: number): string {
  return count === 1 ? 'one' : String(count);
}
