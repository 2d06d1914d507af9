import { UserError } from '../../diagnostics/diagnostic.ts';

/** What kept a Gaussian average from being a number. */
export type NumericsCode =
  'not-symmetric' | 'not-positive' | 'not-finite' | 'overflow' | 'divergent' | 'not-converged';

/** Where a kernel comes from, so that an error can name it. `labels` name the samples (default 1, 2, ...). */
export interface KernelContext {
  readonly layer?: number;
  readonly labels?: readonly string[];
}

/** A kernel or an average that is no number; `samples` are indices from 0. */
export class NumericsError extends UserError {
  readonly code: NumericsCode;
  readonly samples: readonly number[];
  readonly layer: number | undefined;
  private readonly what: string;
  constructor(code: NumericsCode, what: string, samples: readonly number[], context: KernelContext = {}) {
    super(
      `${what}${nameSamples(samples, context)}${context.layer === undefined ? '' : `, layer ${context.layer}`}`,
    );
    this.name = 'NumericsError';
    this.code = code;
    this.samples = samples;
    this.layer = context.layer;
    this.what = what;
  }

  /** The same error where it does not say yet which samples it is about. */
  at(samples: readonly number[], context: KernelContext): NumericsError {
    return this.samples.length > 0 ? this : new NumericsError(this.code, this.what, samples, context);
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

function nameSamples(samples: readonly number[], { labels }: KernelContext): string {
  if (samples.length === 0) return '';
  const names = samples.map((sample) => labels?.[sample] ?? String(sample + 1));
  return ` (sample${names.length > 1 ? 's' : ''} ${names.join(', ')})`;
}
