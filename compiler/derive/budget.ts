import { UserError } from '../../diagnostics/diagnostic.ts';

/** Counts the terms a derivation generates, so that a request too large is refused early and with a figure. */
export interface Budget {
  /** Throws UserError once the total passes the limit. */
  readonly spend: (terms: number) => void;
}

/** Terms generated before merging; 10^5 take a second or two, and are enough for everything through 1/n^3. */
export const DEFAULT_MAX_TERMS = 100_000;

export function createBudget(maxTerms: number): Budget {
  let spent = 0;
  return {
    spend: (terms) => {
      spent += terms;
      if (spent > maxTerms)
        throw new UserError(
          `this derivation needs more than ${maxTerms} terms before merging; lower the order, or raise the limit with --max-terms`,
        );
    },
  };
}
