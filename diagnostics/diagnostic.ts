import type { Span } from './span.ts';

export type Severity = 'error' | 'warning';

/** One message about the user's input. Compiler bugs are `InternalError`s, never diagnostics. */
export interface Diagnostic {
  /** Stable code, for example `EFT201`; see `catalogue.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly span: Span;
  /** What is wrong, first. */
  readonly message: string;
  /** What was expected, or how to mend it, when known. */
  readonly hint?: string;
}

/** A value together with the messages found on the way to it; `value` is absent when there were errors. */
export interface Outcome<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Thrown where input read so far cannot be continued with (a bad `--set`, a kernel that is not positive): exit code 2. */
export class UserError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, diagnostics: readonly Diagnostic[] = []) {
    super(message);
    this.name = 'UserError';
    this.diagnostics = diagnostics;
  }
}

/** Thrown when a graphics device fails while it computes: exit code 5. */
export class DeviceError extends UserError {
  constructor(message: string) {
    super(message);
    this.name = 'DeviceError';
  }
}

/** A broken invariant of ours, never the user's fault: exit code 4 with a request to report it. */
export class InternalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InternalError';
  }
}
