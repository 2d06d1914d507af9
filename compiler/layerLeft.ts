import { diagnostic } from '../diagnostics/catalogue.ts';
import type { IndexedExpression } from '../grammar/syntax.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';

/** The neuron on the left of a layer equation; undefined after reporting another left side. */
export function leftNeuron(left: IndexedExpression, report: Report): string | undefined {
  const [index, ...more] = left.groups.flat();
  if (index?.kind === 'index-name' && more.length === 0) return index.name;
  const hint = 'what a layer defines carries one index, its neuron; samples are understood';
  report(diagnostic('EFT413', left.span, { text: textOf(left.span), name: left.name.name }, hint));
  return undefined;
}
