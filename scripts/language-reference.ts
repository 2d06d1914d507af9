/**
 * The parts of docs/language.md that come from elsewhere: the table of messages, from the catalogue. `npm run generate`
 * renews it; a test says when it is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CATALOGUE } from '../diagnostics/catalogue.ts';

const REFERENCE = fileURLToPath(new URL('../docs/language.md', import.meta.url));

/** What the hundreds of a code stand for. */
const RANGES: ReadonlyMap<string, string> = new Map([
  ['1', 'Syntax'],
  ['2', 'Names and imports'],
  ['3', 'Indices'],
  ['4', 'Orders, architecture and priors'],
  ['5', 'Studies and data'],
  ['6', 'Numerics'],
]);

export function readReference(): string {
  return readFileSync(REFERENCE, 'utf8');
}

/** The text with its table of messages made anew. */
export function renewReference(text: string): string {
  const marked = /(<!-- codes -->\n)[^]*(<!-- end of codes -->)/;
  return text.replace(marked, (_, begin: string, end: string) => `${begin}\n${codeTables()}\n${end}`);
}

function codeTables(): string {
  const codes = Object.entries(CATALOGUE).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...RANGES]
    .map(([range, title]) => ({ title, rows: codes.filter(([code]) => code[3] === range) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, rows }) => codeTable(title, rows))
    .join('\n');
}

type Row = readonly [string, { readonly severity: string; readonly text: string }];

/** In the layout that prettier gives a table. */
function codeTable(title: string, rows: readonly Row[]): string {
  const lines = rows.map(([code, { severity, text }]): readonly [string, string] => [
    code,
    `${severity === 'error' ? '' : `(${severity}) `}${text}`,
  ]);
  const width = Math.max('message'.length, ...lines.map(([, text]) => text.length));
  const line = (code: string, text: string) => `| ${code} | ${text.padEnd(width)} |`;
  const head = [line('code  ', 'message'), `| ------ | ${'-'.repeat(width)} |`];
  return [`### ${title}`, '', ...head, ...lines.map(([code, text]) => line(code, text)), ''].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(REFERENCE, renewReference(readReference()));
