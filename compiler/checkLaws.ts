/** Pass 7c: priors that are not Gaussian stand where a sum of many of them is, so that the derivation can do with its cumulants. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closesOnPairs, type Architecture, type LayerTerm, type ParameterGroup } from '../theory/model.ts';
import { isZeroRational } from '../theory/rational.ts';
import { powerOf } from './checkOrders.ts';
import type { Report } from './host.ts';

export function checkLaws(
  { input, firstLayer, layer }: Architecture,
  groups: readonly ParameterGroup[],
  report: Report,
): void {
  const names = new Set(groups.filter(isNotGaussian).map(({ name }) => name));
  const usedIn = (terms: readonly LayerTerm[]) =>
    terms.filter((term) => term.kind === 'weights').filter(({ group }) => names.has(group));
  for (const { group, span } of input.large === true ? [] : usedIn(firstLayer)) {
    const hint =
      `give layer 1 weights of its own with a normal prior, or neglect what is of order ` +
      `1/${input.dimension}: \`input ${input.name}[${input.dimension}] large\``;
    report(diagnostic('EFT424', span, { name: group }, hint));
  }
  const [weights] = usedIn(layer);
  const skip = layer.find(({ kind }) => kind === 'skip');
  if (!weights || !skip) return;
  const what = `a skip connection together with the prior of \`${weights.group}\`, which is not normal, is`;
  report(diagnostic('EFT401', skip.span, { what }, 'the two are not derived together yet'));
}

/** Beside a nonlinear layer, corrections of a skip connection at finite width do not close on the couplings that are followed. */
export function checkSkips(architecture: Architecture, order: number, width: string, report: Report): void {
  for (const message of skipMessages(architecture, order, width)) report(message);
}

/** Nothing when the corrections through this order close. */
export function skipMessages(architecture: Architecture, order: number, width: string): Diagnostic[] {
  const skip = architecture.layer.find(({ kind }) => kind === 'skip');
  if (!skip || order === 0 || closesOnPairs(architecture)) return [];
  const hint =
    `\`expand in 1/${width} to order 0\`: from layer 3 on, cumulants with more than two legs on one neuron ` +
    `are of order 1/${width} as well, and they are not followed`;
  return [diagnostic('EFT425', skip.span, { order: powerOf(order, width) }, hint)];
}

function isNotGaussian({ standardCumulants = [] }: ParameterGroup): boolean {
  return !standardCumulants.every(isZeroRational);
}
