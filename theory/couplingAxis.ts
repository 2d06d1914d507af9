/** A dimensionless coupling as an axis of a picture: an expression of couplings. */
import { couplingName } from './couplingName.ts';
import type { Expr } from './expression.ts';
import type { Theory } from './theory.ts';

export interface CouplingAxis {
  /** As it was written. */
  readonly text: string;
  /** Its symbols are `couplingSymbols`, each the coefficient of its leading power of 1/n, at one input. */
  readonly expression: Expr;
  readonly range?: readonly [low: number, high: number];
}

/** Couplings as `derive` prints them, the two susceptibilities, and observables of the file, which stand for their leading coefficients. */
export function couplingSymbols({ recursions, model }: Pick<Theory, 'recursions' | 'model'>): string[] {
  const names = recursions.map(({ family, order }) => {
    const { letter, correction } = couplingName(family, order);
    return `${letter}${correction || ''}`;
  });
  const written = names.filter((name) => /^\w+$/.test(name));
  return [...new Set([...written, 'chi_par', 'chi_perp', ...model.observables.map(({ name }) => name)])];
}
