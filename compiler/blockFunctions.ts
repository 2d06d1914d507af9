/** Functions of a block, `h[i] = u[i] * phi(v[i])`, as terms to put in the place of `h[j]` behind weights. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Equation } from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import { expandLayer, type BlockFunctions, type ExpandedTerm } from './expandLayer.ts';
import { eachOnce, type Report } from './host.ts';
import { leftNeuron } from './layerLeft.ts';
import type { Names } from './names.ts';
import { parameterScope } from './resolveActivations.ts';

/** By name; unsound terms are reported and left out. */
export function readFunctions(equations: readonly Equation[], names: Names, report: Report): BlockFunctions {
  return new Map(
    equations.map(({ left, right }) => {
      const once = eachOnce(report);
      const free = leftNeuron(left, once);
      if (free === undefined) return [left.name.name, []];
      const context = { names, scope: parameterScope(names, new Map(), once), free };
      const terms = expandLayer(right, context).filter((term) => isFunction(term, once));
      return [left.name.name, terms];
    }),
  );
}

function isFunction({ factors, summed, span }: ExpandedTerm, report: Report): boolean {
  const sound = factors.length > 0 && summed.length === 0 && factors.every(({ kind }) => kind === 'local');
  if (!sound) {
    const hint = 'for example `h[i] = u[i] * phi(v[i])`';
    report(diagnostic('EFT428', span, { text: textOf(span) }, hint));
  }
  return sound;
}

/** Equal for functions that are the same whatever their neuron is called. */
export function functionKey(terms: readonly ExpandedTerm[]): string {
  return terms
    .map(({ coefficient, factors }) => {
      const names = factors.map(({ of, name }) => `${name}(${of ?? ''})`);
      return `${coefficient.key} ${names.sort().join('*')}`;
    })
    .sort()
    .join('+');
}
