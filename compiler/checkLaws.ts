/** Pass 7c: priors that are not Gaussian stand where a sum of many of them is, so that the derivation can do with its cumulants. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Architecture, LayerTerm, ParameterGroup } from '../theory/model.ts';
import { isZeroRational } from '../theory/rational.ts';
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

function isNotGaussian({ standardCumulants = [] }: ParameterGroup): boolean {
  return !standardCumulants.every(isZeroRational);
}
