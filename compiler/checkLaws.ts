/** Pass 7c: priors that are not Gaussian stand where a sum of many of them is, so that the derivation can do with its cumulants. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  closesOnPairs,
  correlatorsIn,
  type Architecture,
  type CorrelatorTerm,
  type LayerTerm,
  type Observable,
  type ParameterGroup,
} from '../theory/model.ts';
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

/** Beside a nonlinear layer, not all corrections of a skip connection at finite width are followed. */
export function checkSkips(
  architecture: Architecture | undefined,
  observables: readonly Observable[],
  order: number,
  report: Report,
): void {
  if (architecture) skipMessages(architecture, observables, order).forEach(report);
}

/** Nothing when the corrections to these observables through this order are followed. */
export function skipMessages(
  architecture: Architecture,
  observables: readonly Observable[],
  order: number,
): Diagnostic[] {
  const width = architecture.width.name;
  const skip = architecture.layer.find(({ kind }) => kind === 'skip');
  if (!skip || order === 0 || closesOnPairs(architecture)) return [];
  if (order > 1) {
    const hint =
      `\`expand in 1/${width} to order 1\`: from layer 3 on, cumulants with any number of legs on one neuron are of order ` +
      `1/${width}, and they are followed to that order`;
    return [diagnostic('EFT425', skip.span, { order: powerOf(order, width) }, hint)];
  }
  return observables.flatMap(({ name, body, leadingOrder, span }) => {
    const what = correlatorsIn(body).flatMap(notFollowed)[0];
    if (what === undefined) return [];
    const hint =
      leadingOrder === 0 ? `\`expand in 1/${width} to order 0\` gives it at infinite width` : undefined;
    return [diagnostic('EFT442', span, { name, what }, hint)];
  });
}

/** What of a correlator goes beyond the cumulants that are followed. */
function notFollowed({ fields }: CorrelatorTerm): string[] {
  const points = fields.reduce((sum, { nodes }) => sum + nodes.length, 0);
  return points > MAX_POINTS ? [`a correlator of ${points} points`] : [];
}

/** Cumulants of more points have parts with several legs on one neuron. */
const MAX_POINTS = 4;

function isNotGaussian({ standardCumulants = [] }: ParameterGroup): boolean {
  return !standardCumulants.every(isZeroRational);
}
