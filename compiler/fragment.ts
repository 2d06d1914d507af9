/** Pieces of the language outside of a file, such as the values of `--set`. */
import type { Span } from '../diagnostics/span.ts';
import { parse } from '../grammar/parse.ts';
import type { Assignment } from '../grammar/syntax.ts';
import type { Report } from './host.ts';

const STUDY = 'study "" {\n';

/**
 * `before` and the text of the span, read as an assignment of a study, everything in it placed in the text the user wrote. Undefined after
 * reporting an error of syntax.
 */
export function readFragment(
  { file, start, end }: Span,
  before: string,
  report: Report,
): Assignment | 'several' | undefined {
  const head = `${STUDY}${before}`;
  const inPlace = (span: Span): Span => {
    const clamp = (offset: number): number => Math.min(Math.max(offset - head.length + start, start), end);
    return { file, start: clamp(span.start), end: clamp(span.end) };
  };
  const text = `${head}${file.text.slice(start, end)}\n}\n`;
  const { value, diagnostics } = parse({ name: file.name, text });
  diagnostics.forEach((message) => report({ ...message, span: inPlace(message.span) }));
  if (!value) return undefined;
  const [study, ...others] = value.items;
  const statements = study?.kind === 'study' ? study.statements : [];
  const [statement] = statements;
  if (others.length === 0 && statements.length === 1 && statement?.kind === 'assignment')
    return moved(statement, inPlace);
  return 'several';
}

/** The same tree with every span moved. */
function moved<T>(node: T, move: (span: Span) => Span): T {
  if (Array.isArray(node)) return node.map((each: unknown) => moved(each, move)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => [
    key,
    key === 'span' ? move(value as Span) : moved(value, move),
  ]);
  return Object.fromEntries(entries) as T;
}
