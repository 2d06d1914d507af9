/**
 * The canonical layout of a program. The tokens stay as they were written, Greek letters and parentheses included,
 * except for the optional commas between statements; comments stay where they are among the tokens.
 */
import { layoutStretch } from './format/layout.ts';
import { outline } from './format/outline.ts';
import { renderRow } from './format/rows.ts';
import { parseWithTokens } from './parse.ts';
import type { Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';

/** The program in canonical layout, or the messages of `parse`. Formatting twice changes nothing. */
export function format(source: SourceFile): Outcome<string> {
  const { value, diagnostics } = parseWithTokens(source);
  if (value === undefined) return { diagnostics };
  const { text } = source;
  const { tokens, program } = value;
  const file = { start: 0, end: text.length, entries: outline(program), indent: '' };
  const rows = layoutStretch({ text, tokens, comments: program.comments }, file);
  return { value: rows.map(renderRow).join(''), diagnostics };
}
