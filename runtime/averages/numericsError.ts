import { diagnostic, type DiagnosticCode } from '../../diagnostics/catalogue.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';

/** What kept a Gaussian average from being a number. */
export type NumericsCode =
  | 'not-symmetric'
  | 'not-positive'
  | 'not-finite'
  | 'overflow'
  | 'divergent'
  | 'not-converged'
  | 'lost-digits';

/** The message of each, and how to mend it where that is known. */
const MESSAGES: Readonly<Record<NumericsCode, readonly [NumericDiagnostic, string?]>> = {
  'not-symmetric': ['EFT601'],
  'not-positive': ['EFT601'],
  overflow: ['EFT602', 'smaller variances, smaller samples or fewer layers keep it finite'],
  'not-finite': ['EFT603', 'activations must be defined for every real number'],
  divergent: ['EFT604'],
  'not-converged': [
    'EFT605',
    'smaller samples or variances, or a function that varies less, can be averaged',
  ],
  'lost-digits': ['EFT606', 'leave one of the samples out, or take samples that differ by more'],
};

type NumericDiagnostic = Extract<DiagnosticCode, `EFT60${number}`>;

/** Where a kernel comes from, so that an error can name it. `labels` name the samples (default 1, 2, ...). */
export interface KernelContext {
  readonly layer?: number;
  readonly labels?: readonly string[];
}

/** A kernel or an average that is no number; `samples` are indices from 0. Once the line of the file is known there is a diagnostic. */
export class NumericsError extends UserError {
  readonly code: NumericsCode;
  readonly samples: readonly number[];
  readonly layer: number | undefined;
  private readonly what: string;
  private readonly context: KernelContext;
  constructor(
    code: NumericsCode,
    what: string,
    samples: readonly number[],
    context: KernelContext = {},
    span?: Span,
  ) {
    const place = context.layer === undefined ? '' : `, layer ${context.layer}`;
    const message = `${what}${nameSamples(samples, context)}${place}`;
    const [number, hint] = MESSAGES[code];
    super(message, span ? [diagnostic(number, span, { what: message }, hint)] : []);
    this.name = 'NumericsError';
    this.code = code;
    this.samples = samples;
    this.layer = context.layer;
    this.what = what;
    this.context = context;
  }

  /** The same error where it does not say yet which samples it is about. */
  at(samples: readonly number[], context: KernelContext): NumericsError {
    return this.samples.length > 0 ? this : new NumericsError(this.code, this.what, samples, context);
  }

  /** The same error, pointing at the part of a file that caused it, where it does not point at one yet. */
  pointingAt(span: Span): NumericsError {
    if (this.diagnostics.length > 0) return this;
    return new NumericsError(this.code, this.what, this.samples, this.context, span);
  }
}

/** Runs a calculation about these samples: errors from inside, which see functions and matrices only, get the place. */
export function placing<T>(samples: readonly number[], context: KernelContext, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof NumericsError ? error.at(samples, context) : error;
  }
}

/** Runs a calculation that a part of a file asks for: errors from inside point at it. */
export function blaming<T>(cause: () => Span, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof NumericsError ? error.pointingAt(cause()) : error;
  }
}

function nameSamples(samples: readonly number[], { labels }: KernelContext): string {
  if (samples.length === 0) return '';
  const names = samples.map((sample) => labels?.[sample] ?? String(sample + 1));
  return ` (sample${names.length > 1 ? 's' : ''} ${names.join(', ')})`;
}
