/** Pieces of the source text for messages. */
import { positionAt } from '../diagnostics/span.ts';
import type { Span } from '../diagnostics/span.ts';

/** `mlp.eft:3:9` */
export function placeOf({ file, start }: Span): string {
  const { line, column } = positionAt(file, start);
  return `${file.name}:${line}:${column}`;
}

/** The text of a construct on one line, cut when it is long. */
export function textOf({ file, start, end }: Span): string {
  const text = file.text.slice(start, end).replace(/\s+/g, ' ');
  return text.length <= LONGEST_EXCERPT ? text : `${text.slice(0, LONGEST_EXCERPT - 1)}…`;
}

const LONGEST_EXCERPT = 60;

/** What the name of a standard file begins with. */
export const STANDARD = 'standard:';

/** Whether a place is in a file that comes with the language. */
export function isStandard({ file }: Span): boolean {
  return file.name.startsWith(STANDARD);
}
