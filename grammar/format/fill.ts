/** From the pieces of one statement to its lines. */
import type { Piece } from './pieces.ts';

export const LINE_WIDTH = 110;
const CONTINUATION = '    ';
const ROW_INDENT = '  ';

/** Spaces added before the piece at `at`, to line statements up. */
export interface Padding {
  readonly at: number;
  readonly spaces: number;
}

/**
 * The lines of a statement, the first without its indentation, the others with it. A statement that fits and holds
 * no comment stays on one line; otherwise lines are filled, and rows of lists of lists get a line each.
 */
export function fillLines(pieces: readonly Piece[], indent: string, padding?: Padding): readonly string[] {
  const line = oneLine(pieces, padding);
  const commented = pieces.some(({ kind }) => kind !== 'token');
  return !commented && indent.length + line.length <= LINE_WIDTH ? [line] : broken(pieces, indent, padding);
}

/** Everything on one line. */
export function oneLine(pieces: readonly Piece[], padding?: Padding): string {
  return pieces
    .map(
      ({ text, spaced }, i) =>
        (spaced ? ' ' : '') + (i === padding?.at ? ' '.repeat(padding.spaces) : '') + text,
    )
    .join('');
}

function broken(pieces: readonly Piece[], indent: string, padding?: Padding): readonly string[] {
  const lines = [''];
  let rows = 0;
  let afterComment = false;
  const breakLine = (extra: string): void => {
    lines.push(indent + ROW_INDENT.repeat(rows) + extra);
  };
  for (const [i, piece] of pieces.entries()) {
    if (piece.row === 'end') rows--;
    if (piece.row === 'first') rows++;
    if (piece.row !== undefined) breakLine('');
    else if (piece.kind === 'own-line-comment' || afterComment) breakLine(CONTINUATION);
    else if (!fits(lines, pieces, i, indent)) breakLine(CONTINUATION);
    const padded = i === padding?.at && lines.length === 1 ? ' '.repeat(padding.spaces) : '';
    lines[lines.length - 1] = lines.at(-1)! + gap(lines.at(-1)!, piece) + padded + piece.text;
    afterComment = piece.kind !== 'token';
  }
  return lines;
}

/** A line has room for a piece, and for the call that it begins, or the piece belongs to the one before it. */
function fits(lines: readonly string[], pieces: readonly Piece[], i: number, indent: string): boolean {
  const piece = pieces[i]!;
  if (!piece.spaced) return true;
  const before = lines.length === 1 ? indent.length : 0;
  const room = LINE_WIDTH - before - lines.at(-1)!.length - 1;
  const whole = piece.inner ? piece.text.length : lengthOfCall(pieces, i);
  const fresh = LINE_WIDTH - indent.length - CONTINUATION.length;
  return (whole <= fresh ? whole : piece.text.length) <= room;
}

/** The length of a piece and of all that is glued to it or inside the parentheses that follow. */
function lengthOfCall(pieces: readonly Piece[], i: number): number {
  let end = i + 1;
  while (end < pieces.length && (!pieces[end]!.spaced || pieces[end]!.inner === true)) end++;
  return oneLine(pieces.slice(i, end)).trimStart().length;
}

function gap(line: string, { kind, spaced }: Piece): string {
  if (line.trim() === '') return '';
  if (kind === 'trailing-comment') return '  ';
  return spaced ? ' ' : '';
}
