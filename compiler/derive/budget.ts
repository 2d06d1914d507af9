import { UserError } from '../../diagnostics/diagnostic.ts';

/** Counts the terms a derivation generates, so that a request too large is refused early and with a figure. */
export interface Budget {
  /** Throws UserError once the total passes the limit. */
  readonly spend: (terms: number) => void;
}

/** Terms generated before merging; 50,000 take a second or two; everything through 1/n^3 needs 6,000, order 4 needs 165,000. */
export const DEFAULT_MAX_TERMS = 50_000;

export function createBudget(maxTerms: number): Budget {
  let spent = 0;
  return {
    spend: (terms) => {
      spent += terms;
      if (spent > maxTerms)
        throw new UserError(
          `this derivation needs more than ${maxTerms} terms before merging; lower the order, or ask for fewer points`,
        );
    },
  };
}
