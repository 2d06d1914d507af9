import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** What the compiler may ask of the outside world. */
export interface CompilerHost {
  /** The text of a file by its path relative to the folder of the compiled file; undefined when there is none. */
  readonly readText: (path: string) => string | undefined;
}

/** Takes the messages of a pass; a pass reports what is wrong and goes on with what is sound. */
export type Report = (message: Diagnostic) => void;

/** A letter that is wrong in one place is wrong in all of them: one message says so. */
export function eachOnce(report: Report): Report {
  const seen = new Set<string>();
  return (message) => {
    const key = `${message.code} ${message.message}`;
    if (!seen.has(key)) report(message);
    seen.add(key);
  };
}
