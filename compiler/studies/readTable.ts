/**
 * `csv("file.csv")`, `csv("file.csv", rows)`, `csv("file.csv", rows, columns)`: samples from a file of numbers
 * separated by commas, an optional first line of column names included. `rows` is how many, or a list of rows counted
 * from 1; `columns` is a list of columns counted from 1 or of their names.
 */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { SourceFile, Span } from '../../diagnostics/span.ts';
import type { CallExpression, Expression } from '../../grammar/syntax.ts';
import { checkPath, shownPath } from '../paths.ts';
import { wholeConstant } from './constants.ts';
import type { SampleContext } from './readSamples.ts';

/** Characters of text; a larger file is refused unread. */
export const MAX_TABLE_SIZE = 64 << 20;
const MAX_ROW = 10_000_000;
const MAX_COLUMN = 100_000;

/** One line of the file that is not empty. */
interface Row {
  readonly cells: readonly string[];
  /** The line of the file it ends on, from 1. */
  readonly line: number;
}

interface Table {
  readonly file: SourceFile;
  readonly header?: Row;
  readonly rows: readonly Row[];
}

export function readTable(call: CallExpression, context: SampleContext): number[][] | undefined {
  const [path, rows, columns, ...more] = call.arguments;
  if (path?.kind !== 'string' || more.length > 0) {
    const usage = 'write `csv("file.csv")`, `csv("file.csv", rows)` or `csv("file.csv", rows, columns)`';
    const expected = 'a path and at most two selections';
    context.report(
      diagnostic('EFT207', call.span, { name: 'csv', expected, count: describeCount(call) }, usage),
    );
    return undefined;
  }
  const text = readFile(path.value, path.span, context);
  if (text === undefined) return undefined;
  const file = { name: shownPath(context.file, path.value), text };
  const table = splitTable(file, path.span, context);
  if (!table || !isRectangular(table, context)) return undefined;
  const chosenRows = rows ? selectRows(rows, table, context) : table.rows;
  const chosenColumns = columns ? selectColumns(columns, table, context) : allColumns(table);
  if (!chosenRows || !chosenColumns) return undefined;
  return readNumbers(chosenRows, chosenColumns, table.file, context);
}

function describeCount({ arguments: given }: CallExpression): string {
  return given[0]?.kind === 'string' ? String(given.length) : `${given.length} without a path`;
}

function readFile(path: string, span: Span, { host, report }: SampleContext): string | undefined {
  const refused = checkPath(path, span);
  if (refused) {
    report(refused);
    return undefined;
  }
  const text = host.readText(path);
  if (text === undefined) {
    const hint = 'expected a UTF-8 text file in the folder of this file or below it';
    report(diagnostic('EFT210', span, { path }, hint));
  } else if (text.length > MAX_TABLE_SIZE) {
    const size = `${text.length} characters`;
    report(diagnostic('EFT530', span, { file: path, size, limit: MAX_TABLE_SIZE }));
    return undefined;
  }
  return text;
}

/** What the CSV library gives for each record when asked for its place. */
interface PlacedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function splitTable(file: SourceFile, path: Span, { report }: SampleContext): Table | undefined {
  try {
    const records = parse(file.text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly PlacedRecord[];
    const rows = records.map(({ record, info }) => ({ cells: record, line: info.lines }));
    const [first, ...rest] = rows;
    return first && isHeader(first) ? { file, header: first, rows: rest } : { file, rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error;
    const span = typeof lines === 'number' ? lineSpan(file, lines) : path;
    report(
      diagnostic('EFT533', span, { file: file.name, reason: TABLE_ERRORS[error.code] ?? error.message }),
    );
    return undefined;
  }
}

/** What the CSV library reports, in the words of a reader of the file. */
const TABLE_ERRORS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens on this line is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote on this line',
  INVALID_OPENING_QUOTE: 'a quote opens in the middle of a value on this line',
};

/** A first line without any number holds names. */
function isHeader({ cells }: Row): boolean {
  return cells.every((cell) => toNumber(cell) === undefined) && cells.some((cell) => cell !== '');
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function toNumber(cell: string): number | undefined {
  const value = NUMBER.test(cell) ? Number(cell) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

function isRectangular({ file, header, rows }: Table, { report }: SampleContext): boolean {
  const first = header ?? rows[0];
  const ragged = rows.find(({ cells }) => cells.length !== first?.cells.length);
  if (!first || !ragged) return true;
  const parameters = {
    line: ragged.line,
    file: file.name,
    count: columnsText(ragged.cells.length),
    firstLine: first.line,
    expected: first.cells.length,
  };
  report(diagnostic('EFT531', lineSpan(file, ragged.line), parameters, 'values are separated by commas'));
  return false;
}

function columnsText(count: number): string {
  return count === 1 ? 'one column' : `${count} columns`;
}

function selectRows(rows: Expression, table: Table, { report }: SampleContext): readonly Row[] | undefined {
  const pick = (expression: Expression): Row | undefined => {
    const number = wholeConstant(expression, 'the number of a row', 1, MAX_ROW, report);
    if (number === undefined) return undefined;
    const row = table.rows[number - 1];
    if (!row) reportMissing(`row ${number}`, expression.span, `it has ${table.rows.length} rows`);
    return row;
  };
  const reportMissing = (what: string, span: Span, hint: string): void => {
    report(diagnostic('EFT534', span, { file: table.file.name, what }, hint));
  };
  if (rows.kind === 'list') return allOf(rows.items.map(pick));
  const count = wholeConstant(rows, 'the number of rows', 1, MAX_ROW, report);
  if (count === undefined) return undefined;
  if (count <= table.rows.length) return table.rows.slice(0, count);
  reportMissing(`${count} rows`, rows.span, `it has ${table.rows.length}`);
  return undefined;
}

function allOf<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

function allColumns({ header, rows }: Table): readonly number[] {
  return ((header ?? rows[0])?.cells ?? []).map((_, column) => column);
}

/** Columns counted from 0. */
function selectColumns(
  columns: Expression,
  table: Table,
  { report }: SampleContext,
): readonly number[] | undefined {
  const names = table.header?.cells ?? [];
  const count = allColumns(table).length;
  const pick = (expression: Expression): number | undefined => {
    const byName = expression.kind === 'string';
    const number = byName
      ? names.indexOf(expression.value) + 1
      : wholeConstant(expression, 'the number of a column', 1, MAX_COLUMN, report);
    if (number === undefined) return undefined;
    if (number >= 1 && number <= count) return number - 1;
    const what = byName ? `column "${expression.value}"` : `column ${number}`;
    const hint = byName ? (suggest(expression.value, names) ?? columnHint(names)) : `it has ${count} columns`;
    report(diagnostic('EFT534', expression.span, { file: table.file.name, what }, hint));
    return undefined;
  };
  if (columns.kind === 'list') return allOf(columns.items.map(pick));
  const expected = 'a list such as `[1, 2]` or `["width"]`';
  report(diagnostic('EFT514', columns.span, { what: 'the columns', expected, found: 'one value' }));
  return undefined;
}

function columnHint(names: readonly string[]): string {
  return names.length === 0 ? 'its first line does not name columns' : `its columns are ${names.join(', ')}`;
}

function readNumbers(
  rows: readonly Row[],
  columns: readonly number[],
  file: SourceFile,
  { report }: SampleContext,
): number[][] | undefined {
  const values: number[][] = [];
  for (const { cells, line } of rows) {
    const numbers = columns.map((column) => toNumber(cells[column]!));
    const wrong = numbers.indexOf(undefined);
    if (wrong >= 0) {
      reportCell(cells[columns[wrong]!]!, columns[wrong]! + 1, line, file, report);
      return undefined;
    }
    values.push(numbers as number[]);
  }
  return values;
}

function reportCell(
  cell: string,
  column: number,
  line: number,
  file: SourceFile,
  report: SampleContext['report'],
): void {
  const span = cellSpan(file, line, cell);
  if (cell === '') {
    report(diagnostic('EFT535', span, { line, file: file.name, column }));
    return;
  }
  const text = cell.length > 30 ? `"${cell.slice(0, 29)}…"` : `"${cell}"`;
  const hint = cell.includes(';')
    ? 'values are separated by commas'
    : 'choose the columns that hold numbers: `csv("file.csv", rows, columns)`';
  report(diagnostic('EFT532', span, { line, file: file.name, text }, hint));
}

function lineSpan(file: SourceFile, line: number): Span {
  let start = 0;
  for (let k = 1; k < line; k++) {
    const next = file.text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = file.text.indexOf('\n', start);
  return { file, start, end: end < 0 ? file.text.length : end };
}

function cellSpan(file: SourceFile, line: number, cell: string): Span {
  const whole = lineSpan(file, line);
  const at = cell === '' ? -1 : file.text.slice(whole.start, whole.end).indexOf(cell);
  return at < 0 ? whole : { file, start: whole.start + at, end: whole.start + at + cell.length };
}
