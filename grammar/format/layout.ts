/** The rows of a program: statements, blocks and the comments between them, in the order of the text. */
import { LeftBrace } from '../tokens.ts';
import { fillLines, oneLine } from './fill.ts';
import { piecesOf } from './pieces.ts';
import { alignComments, joinRows } from './rows.ts';
import type { Padding } from './fill.ts';
import type { Block, Entry, Statement } from './outline.ts';
import type { Piece, Tightness } from './pieces.ts';
import type { Row } from './rows.ts';
import type { IToken } from '../chevrotain.ts';
import type { Comment } from '../syntax.ts';

/** A text with its tokens and comments, both in order. */
export interface LayoutSource {
  readonly text: string;
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

/** A stretch of text between the braces of a block, or the whole file. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly Entry[];
  readonly indent: string;
  /** The row a comment right at the start belongs to. */
  readonly header?: Row;
}

const INDENT = '  ';

type Thing = Entry | (Comment & { readonly kind?: never });

const startOf = (thing: Thing): number => (thing.kind === undefined ? thing.span.start : thing.start);
const endOf = (thing: Thing): number => (thing.kind === undefined ? thing.span.end : thing.end);

/** The rows of a stretch, its header row first when it has one. */
export function layoutStretch(source: LayoutSource, stretch: Stretch): readonly Row[] {
  const { indent, header } = stretch;
  const statements = layoutStatements(source, stretch);
  const rows: Row[] = header ? [header] : [];
  let before: Thing | undefined;
  for (const thing of thingsOf(source, stretch)) {
    const gap = source.text.slice(before ? endOf(before) : stretch.start, startOf(thing));
    const sameLine = rows.length > 0 && !/[\r\n]/.test(gap);
    const blankBefore = before !== undefined && (/\n[^\n]*\n/.test(gap) || separates(before, thing));
    const last = sameLine ? rows.at(-1) : undefined;
    if (thing.kind === 'block') rows.push(...layoutBlock(source, thing, indent, blankBefore));
    else {
      const lines = thing.kind === undefined ? [`#${thing.text}`] : statements.get(thing)!;
      const row: Row = { lines, indent, blankBefore };
      const merged = last && mergeRows(last, before, thing, row);
      if (merged) rows.pop();
      rows.push(merged ?? row);
    }
    before = thing;
  }
  return rows;
}

/** The last row with a comment or a statement that stood on the same line, where they go together. */
function mergeRows(last: Row, before: Thing | undefined, thing: Thing, row: Row): Row | undefined {
  if (thing.kind === undefined) return { ...last, comment: row.lines[0]! };
  const both = before?.kind === 'statement' && thing.kind === 'statement' && before.joins && thing.joins;
  return both ? joinRows(last, row) : undefined;
}

/** Blocks stand apart from what is before and after them; a comment above a block belongs to it. */
function separates(before: Thing, thing: Thing): boolean {
  return before.kind === 'block' || (thing.kind === 'block' && before.kind === 'statement');
}

/** Entries and the comments between them. */
function thingsOf(source: LayoutSource, { start, end, entries }: Stretch): readonly Thing[] {
  let next = 0;
  const outside = commentsBetween(source, start, end).filter(({ span }) => {
    while (next < entries.length && entries[next]!.end <= span.start) next++;
    const entry = entries[next];
    return entry === undefined || span.start < entry.start;
  });
  return [...entries, ...outside].sort((a, b) => startOf(a) - startOf(b));
}

function layoutBlock(
  source: LayoutSource,
  block: Block,
  indent: string,
  blankBefore: boolean,
): readonly Row[] {
  const tokens = tokensBetween(source, block.start, block.end);
  const start = tokens.find(({ tokenType }) => tokenType === LeftBrace)!.startOffset + 1;
  const lines = fillLines(piecesBetween(source, block.start, start, 'loose'), indent);
  const header: Row = { lines, indent, blankBefore };
  const body = { start, end: block.end - 1, entries: block.members, indent: indent + INDENT, header };
  const [headed, ...rows] = layoutStretch(source, body);
  return [headed!, ...alignComments(rows), { lines: ['}'], indent, blankBefore: false }];
}

/** The lines of every statement of a stretch, lined up with the others of its group. */
function layoutStatements(
  source: LayoutSource,
  { entries, indent }: Stretch,
): ReadonlyMap<Statement, readonly string[]> {
  const statements = entries
    .filter((entry) => entry.kind === 'statement')
    .map((entry) => aligned(source, entry));
  const widths = new Map<string, number>();
  for (const { statement, width = 0 } of statements) {
    const group = statement.align?.group ?? '';
    widths.set(group, Math.max(width, widths.get(group) ?? 0));
  }
  return new Map(
    statements.map(({ statement, pieces, at, width }) => {
      const widest = widths.get(statement.align?.group ?? '')!;
      const padding: Padding | undefined = at === undefined ? undefined : { at, spaces: widest - width! };
      return [statement, fillLines(pieces, indent, padding)];
    }),
  );
}

interface AlignedStatement {
  readonly statement: Statement;
  readonly pieces: readonly Piece[];
  /** The piece that is lined up and the width of what stands before it. */
  readonly at?: number;
  readonly width?: number;
}

function aligned(source: LayoutSource, statement: Statement): AlignedStatement {
  const pieces = piecesBetween(source, statement.start, statement.end, statement.tightness);
  const { align } = statement;
  const found = pieces.findIndex(({ type, kind }) => kind !== 'token' || type === align?.token);
  if (align === undefined || found < 0 || pieces[found]!.kind !== 'token') return { statement, pieces };
  const at = align.side === 'after' ? found + 1 : found;
  return { statement, pieces, at, width: oneLine(pieces.slice(0, at)).length };
}

function piecesBetween(
  source: LayoutSource,
  start: number,
  end: number,
  tightness: Tightness,
): readonly Piece[] {
  const comments = commentsBetween(source, start, end);
  return piecesOf(source.text, tokensBetween(source, start, end), comments, tightness);
}

function tokensBetween({ tokens }: LayoutSource, start: number, end: number): readonly IToken[] {
  return between(tokens, ({ startOffset }) => startOffset, start, end);
}

function commentsBetween({ comments }: LayoutSource, start: number, end: number): readonly Comment[] {
  return between(comments, ({ span }) => span.start, start, end);
}

/** The elements of an ordered list that lie in `[start, end)`. */
function between<T>(
  list: readonly T[],
  offset: (element: T) => number,
  start: number,
  end: number,
): readonly T[] {
  return list.slice(firstAtOrAfter(list, offset, start), firstAtOrAfter(list, offset, end));
}

function firstAtOrAfter<T>(list: readonly T[], offset: (element: T) => number, bound: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offset(list[middle]!) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
