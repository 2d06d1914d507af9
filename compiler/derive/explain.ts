import { UserError } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { couplingName } from '../../theory/couplingName.ts';
import type { Explanation } from '../../theory/explanation/explanation.ts';
import { endsOnFunctions, type Recursion, type Theory } from '../../theory/theory.ts';
import { simplified } from './closeRecursions.ts';
import { atEqualWidths, expansionThrough } from './derive.ts';
import { explainRecursion } from './explainRecursion.ts';

export interface ExplainOptions {
  /** Products of summands that may be gone through before the explanation is refused. */
  readonly maxTerms?: number;
}

/**
 * Where each term of the coupling `name` (`V`, `G1`, `Theta`, as printed) comes from. Two couplings of one letter are both explained: U
 * is a six-point vertex and a ddNTK. Throws UserError for a name that was not derived and beyond `maxTerms`.
 */
export function explain(theory: Theory, name: string, options: ExplainOptions = {}): Explanation[] {
  const { model, ring } = theory;
  const { layer, width } = model.architecture;
  const endOnFunctions = endsOnFunctions(theory);
  return recursionsNamed(theory, name).map((recursion) => {
    const what = `this explanation of ${name}`;
    const expansion = expansionThrough(model, recursion.order, what, options.maxTerms);
    const explained = explainRecursion(
      ring,
      { terms: layer, groups: model.groups },
      recursion,
      { ...expansion, endOnFunctions },
      (value) => simplified(ring, width.perLayer ? value : atEqualWidths(ring, value), recursion.family),
    );
    return { name, recursion, ...explained };
  });
}

/** What `explain` can be asked for, in the order of the recursions. */
export function couplingNames({ recursions }: Theory): string[] {
  return [...new Set(recursions.map(printedName))];
}

function recursionsNamed(theory: Theory, name: string): Recursion[] {
  const found = theory.recursions.filter((recursion) => printedName(recursion) === name);
  if (found.length > 0) return found;
  const names = couplingNames(theory);
  const nearest = suggest(name, names);
  const derived = names.map((each) => `\`${each}\``).join(', ');
  throw new UserError(
    `no coupling \`${name}\` was derived; ${nearest === undefined ? '' : `${nearest} `}derived are ${derived}`,
  );
}

function printedName({ family, order }: Recursion): string {
  const { letter, correction } = couplingName(family, order);
  return `${letter}${correction || ''}`;
}
