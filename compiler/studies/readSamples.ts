/** `samples = ...` -> M rows of n_0 numbers: a list, `sphere(...)`, `grid(...)` or `csv(...)`. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { CallExpression, Expression } from '../../grammar/syntax.ts';
import { textOf } from '../excerpts.ts';
import type { ExpressionOf } from '../names.ts';
import type { CompilerHost, Report } from '../host.ts';
import { finiteConstant, wholeConstant } from './constants.ts';
import { samplesOnGrid, samplesOnSphere } from './generateSamples.ts';
import { readTable } from './readTable.ts';

export const MAX_SAMPLES = 10_000;
export const MAX_DIMENSION = 100_000;
/** Numbers in all samples together. */
export const MAX_ENTRIES = 1_000_000;

export interface SampleContext {
  readonly host: CompilerHost;
  readonly report: Report;
  /** Name of the file the study stands in. */
  readonly file: string;
}

type Samples = readonly (readonly number[])[];

/** Undefined after reporting what is wrong. */
export function readSamples(expression: Expression, context: SampleContext): Samples | undefined {
  const samples = generate(expression, context);
  if (!samples) return undefined;
  const count = samples.length;
  const dimension = samples[0]?.length ?? 0;
  if (count === 0 || dimension === 0) {
    const isFile = expression.kind === 'call' && expression.callee.name === 'csv';
    const hint = isFile ? 'the file has no rows' : 'for example `samples = [[1, 0.5], [0.2, -0.7]]`';
    context.report(diagnostic('EFT522', expression.span, {}, hint));
    return undefined;
  }
  return withinLimits(count, dimension, expression, context.report) ? samples : undefined;
}

function withinLimits(count: number, dimension: number, { span }: Expression, report: Report): boolean {
  const figures: readonly (readonly [string, number, number])[] = [
    ['the number of samples', count, MAX_SAMPLES],
    ['the dimension of the samples', dimension, MAX_DIMENSION],
    ['the size of the samples', count * dimension, MAX_ENTRIES],
  ];
  const over = figures.find(([, found, limit]) => !(found <= limit));
  if (over) report(diagnostic('EFT511', span, { what: over[0], found: over[1], limit: over[2] }));
  return !over;
}

function generate(expression: Expression, context: SampleContext): Samples | undefined {
  if (expression.kind === 'list') return readList(expression, context.report);
  const generator = expression.kind === 'call' ? GENERATORS.get(expression.callee.name) : undefined;
  if (expression.kind === 'call' && generator) return generator(expression, context);
  const expected = 'a list of lists, `sphere(...)`, `grid(...)` or `csv(...)`';
  const hint =
    expression.kind === 'call'
      ? suggest(expression.callee.name, GENERATORS.keys())
      : 'for example `samples = [[1, 0.5], [0.2, -0.7]]`';
  context.report(diagnostic('EFT520', expression.span, { expected }, hint));
  return undefined;
}

type Generator = (call: CallExpression, context: SampleContext) => Samples | undefined;

const GENERATORS: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  ['sphere', sphere],
  ['grid', grid],
  ['csv', readTable],
]);

function components(count: number): string {
  return count === 1 ? 'one component' : `${count} components`;
}

function readList({ items, span }: ExpressionOf<'list'>, report: Report): Samples | undefined {
  if (items.length > 0 && items.every(({ kind }) => kind !== 'list')) {
    const hint = `write \`[${textOf(span)}]\` for one sample with ${components(items.length)}`;
    report(diagnostic('EFT520', span, { expected: 'lists of numbers, one a sample' }, hint));
    return undefined;
  }
  const rows = items.map((item) => readRow(item, report));
  const known = rows.filter((row) => row !== undefined);
  if (known.length < rows.length) return undefined;
  const expected = known[0]?.length ?? 0;
  const ragged = known.findIndex((row) => row.length !== expected);
  if (ragged < 0) return known;
  report(diagnostic('EFT521', items[ragged]!.span, { count: components(known[ragged]!.length), expected }));
  return undefined;
}

function readRow(item: Expression, report: Report): readonly number[] | undefined {
  if (item.kind !== 'list') {
    const hint = `write \`[${textOf(item.span)}]\` for a sample with one component`;
    report(diagnostic('EFT520', item.span, { expected: 'lists of numbers' }, hint));
    return undefined;
  }
  const values = item.items.map((each) => finiteConstant(each, 'a component of a sample', report));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

function hasArguments(
  { arguments: given, callee, span }: CallExpression,
  usage: string,
  least: number,
  most: number,
  report: Report,
): boolean {
  if (given.length >= least && given.length <= most) return true;
  report(
    diagnostic(
      'EFT207',
      span,
      { name: callee.name, expected: `${least} or ${most} arguments`, count: given.length },
      usage,
    ),
  );
  return false;
}

function sphere(call: CallExpression, { report }: SampleContext): Samples | undefined {
  const usage = 'write `sphere(count, dimension, radius)` or `sphere(count, dimension, radius, seed)`';
  if (!hasArguments(call, usage, 3, 4, report)) return undefined;
  const [count, dimension, radius, seed] = call.arguments;
  const m = wholeConstant(count!, 'the number of samples', 1, MAX_SAMPLES, report);
  const d = wholeConstant(dimension!, 'the dimension', 1, MAX_DIMENSION, report);
  const r = finiteConstant(radius!, 'the radius', report);
  const s = seed ? wholeConstant(seed, 'the seed', 0, Number.MAX_SAFE_INTEGER, report) : 0;
  if (m === undefined || d === undefined || r === undefined || s === undefined) return undefined;
  return withinLimits(m, d, call, report) ? samplesOnSphere(m, d, r, s) : undefined;
}

function grid(call: CallExpression, { report }: SampleContext): Samples | undefined {
  const usage = 'write `grid(low, high, count)` or `grid(low, high, count, dimension)`';
  if (!hasArguments(call, usage, 3, 4, report)) return undefined;
  const [low, high, count, dimension] = call.arguments;
  const from = finiteConstant(low!, 'the lower end of the grid', report);
  const to = finiteConstant(high!, 'the upper end of the grid', report);
  const m = wholeConstant(count!, 'the number of points', 1, MAX_SAMPLES, report);
  const d = dimension ? wholeConstant(dimension, 'the dimension', 1, MAX_DIMENSION, report) : 1;
  if (from === undefined || to === undefined || m === undefined || d === undefined) return undefined;
  return withinLimits(m ** d, d, call, report) ? samplesOnGrid(from, to, m, d) : undefined;
}
