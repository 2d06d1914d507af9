/** A source text with the name it is reported under (a path as the user wrote it, or `<stdin>`). */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A half-open range `[start, end)` of UTF-16 offsets in one source file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A 1-based line and column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column (both from 1) of an offset. */
export function positionAt(file: SourceFile, offset: number): Position {
  const before = file.text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** The smallest span that covers both; they must lie in the same file. */
export function joinSpans(first: Span, second: Span): Span {
  return {
    file: first.file,
    start: Math.min(first.start, second.start),
    end: Math.max(first.end, second.end),
  };
}

/** The first line of a long construct, so that the excerpt stays short. */
export function headOf(span: Span): Span {
  const end = span.file.text.indexOf('\n', span.start);
  return { ...span, end: end < 0 ? span.end : Math.min(span.end, end) };
}
