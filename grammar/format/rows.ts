/** Rows of a formatted program: what stands on lines of its own, and the comment after it. */
import { LINE_WIDTH } from './fill.ts';

/** One statement, header, closing brace or comment; the first line without its indentation. */
export interface Row {
  readonly lines: readonly string[];
  readonly indent: string;
  readonly blankBefore: boolean;
  readonly comment?: string;
  readonly commentColumn?: number;
}

/** Comments after statements are lined up unless the statement is longer than this. */
const COMMENT_COLUMN_LIMIT = 60;
const COMMENT_GAP = 2;

export function renderRow({ lines, indent, blankBefore, comment, commentColumn = 0 }: Row): string {
  const body = indent + lines.join('\n');
  const gap = lines.length === 1 ? Math.max(COMMENT_GAP, commentColumn - body.length) : COMMENT_GAP;
  return `${blankBefore ? '\n' : ''}${body}${comment === undefined ? '' : ' '.repeat(gap) + comment}\n`;
}

/** Two short statements that shared a line in the source, on one line if they still fit. */
export function joinRows(left: Row, right: Row): Row | undefined {
  const line = `${left.lines[0]!},  ${right.lines[0]!}`;
  const single = left.lines.length === 1 && right.lines.length === 1 && left.comment === undefined;
  return single && left.indent.length + line.length <= LINE_WIDTH ? { ...left, lines: [line] } : undefined;
}

/** Gives the comments after the statements of a block one column. */
export function alignComments(rows: readonly Row[]): readonly Row[] {
  const lengths = rows
    .filter(({ comment, lines }) => comment !== undefined && lines.length === 1)
    .map(({ indent, lines }) => indent.length + lines[0]!.length)
    .filter((length) => length <= COMMENT_COLUMN_LIMIT);
  const commentColumn = lengths.reduce((widest, length) => Math.max(widest, length), 0) + COMMENT_GAP;
  return rows.map((row) => ({ ...row, commentColumn }));
}
