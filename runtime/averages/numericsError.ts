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
  constructor(code: NumericsCode, what: string, samples: readonly number[], context: KernelContext = {}) {
    super(
      `${what}${nameSamples(samples, context)}${context.layer === undefined ? '' : `, layer ${context.layer}`}`,
    );
    this.name = 'NumericsError';
    this.code = code;
    this.samples = samples;
    this.layer = context.layer;
  }
}

function nameSamples(samples: readonly number[], { labels }: KernelContext): string {
  if (samples.length === 0) return '';
  const names = samples.map((sample) => labels?.[sample] ?? String(sample + 1));
  return ` (sample${names.length > 1 ? 's' : ''} ${names.join(', ')})`;
}
