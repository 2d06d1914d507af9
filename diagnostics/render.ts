import { cellsOf, visible } from './columns.ts';
import { positionAt } from './span.ts';
import type { Cell } from './columns.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { SourceFile, Span } from './span.ts';

/** The widest excerpt; longer lines are cut around the marked part. */
const MAX_COLUMNS = 100;

/**
 * A message as shown on a terminal, without a line end:
 *
 *     mlp.eft:3:9: error EFT110: unexpected `=`: expected `]`
 *       |
 *     3 |   V[a,b =
 *       |         ^
 *       = hint: …
 */
export function renderDiagnostic(d: Diagnostic): string {
  const { line, column } = positionAt(d.span.file, d.span.start);
  const heading = `${visible(d.span.file.name)}:${line}:${column}: ${d.severity} ${d.code}: ${visible(d.message)}`;
  const last = lastLine(d.span, line);
  const gutter = ' '.repeat(String(last).length);
  const shownLines = last === line ? [line] : [line, last];
  const excerpts = shownLines.flatMap((number) => excerpt(d.span, number, gutter));
  const gap = last > line + 1 ? [`${gutter} ⋮`] : [];
  const body = [...excerpts.slice(0, 2), ...gap, ...excerpts.slice(2)];
  const hint = d.hint === undefined ? [] : [`${gutter} = hint: ${visible(d.hint)}`];
  return [heading, `${gutter} |`, ...body, ...hint].join('\n');
}

/** Several messages, a blank line between them. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(renderDiagnostic).join('\n\n');
}

function lastLine({ file, start, end }: Span, first: number): number {
  return end <= start ? first : positionAt(file, end - 1).line;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** A line by its number from 1, with the offset it begins at and without its end. */
function lineOf({ text }: SourceFile, number: number): Line {
  let start = 0;
  for (let i = 1; i < number; i++) start = text.indexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  return { start, text: text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '') };
}

/** A line of the file and, below it, carets under the part of the span that lies in it. */
function excerpt(span: Span, number: number, gutter: string): readonly [string, string] {
  const line = lineOf(span.file, number);
  const from = Math.max(0, span.start - line.start);
  const to = Math.max(from + 1, Math.min(line.text.length, span.end - line.start));
  const cells = cellsOf(line.text);
  const window = cut(cells, from);
  const indent = columnsOf(window.cells.filter(({ offset }) => offset < from));
  const marked = columnsOf(window.cells.filter(({ offset }) => offset >= from && offset < to));
  const text = window.before + window.cells.map(({ shown }) => shown).join('') + window.after;
  const carets = ' '.repeat(window.before.length + indent) + '^'.repeat(Math.max(1, marked));
  const label = String(number).padStart(gutter.length);
  return [`${label} | ${text}`.trimEnd(), `${gutter} | ${carets}`];
}

function columnsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { columns }) => sum + columns, 0);
}

interface Window {
  readonly before: string;
  readonly cells: readonly Cell[];
  readonly after: string;
}

/** At most `MAX_COLUMNS` of a line, with a third of them before the marked place. */
function cut(cells: readonly Cell[], from: number): Window {
  if (columnsOf(cells) <= MAX_COLUMNS) return { before: '', cells, after: '' };
  const marked = cells.findIndex(({ offset }) => offset >= from);
  const place = marked < 0 ? cells.length : marked;
  const first = Math.max(0, place - Math.floor(MAX_COLUMNS / 3));
  const kept: Cell[] = [];
  let columns = 0;
  for (const cell of cells.slice(first)) {
    columns += cell.columns;
    if (columns > MAX_COLUMNS) break;
    kept.push(cell);
  }
  return {
    before: first > 0 ? '…' : '',
    cells: kept,
    after: first + kept.length < cells.length ? '…' : '',
  };
}
