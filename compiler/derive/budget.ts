import { userError } from '../../diagnostics/catalogue.ts';
import type { Span } from '../../diagnostics/span.ts';

/** Counts the terms a derivation generates, so that a request too large is refused early and with a figure. */
export interface Budget {
  /** Throws UserError once the total passes the limit. */
  readonly spend: (terms: number) => void;
}

/** Terms generated before merging; 50,000 take a second or two; everything through 1/n^3 needs 6,000, order 4 needs 165,000. */
export const DEFAULT_MAX_TERMS = 50_000;

/** What the terms are for, and the line of the model that asks for it. */
export interface BudgetPurpose {
  readonly what: string;
  readonly span?: Span | undefined;
}

export function createBudget(maxTerms: number, purpose: BudgetPurpose = { what: 'this derivation' }): Budget {
  const { what, span } = purpose;
  let spent = 0;
  return {
    spend: (terms) => {
      spent += terms;
      if (spent > maxTerms) throw userError('EFT610', span, { what, limit: maxTerms }, HINT);
    },
  };
}

const HINT =
  'allow more with `--max-terms` (`maxTerms` in the library), lower the order, or ask for fewer points';
