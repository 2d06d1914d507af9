/** Pass 7b: at most one learning rate for every group of parameters, of weights over their fan-in. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames, suggest } from '../diagnostics/suggest.ts';
import type { Expr } from '../theory/expression.ts';
import type { LearningRate, PriorStatement } from '../grammar/syntax.ts';
import type { CheckedArchitecture, GroupUse } from './checkArchitecture.ts';
import { placeOf, textOf } from './excerpts.ts';
import { fanInHint, hasFanIn, readWithFanIn, timesFanIn } from './fanIn.ts';
import type { Report } from './host.ts';
import { reportWrongKind, type Names } from './names.ts';

/** The sound rates by group, those of weights without their `/ fan_in`. */
export function checkRates(
  rates: readonly LearningRate[],
  priors: readonly PriorStatement[],
  { groups: uses, architecture }: CheckedArchitecture,
  names: Names,
  report: Report,
): ReadonlyMap<string, Expr> {
  const first = new Map<string, LearningRate>();
  const sound = new Map<string, Expr>();
  for (const rate of rates) {
    const { name, span } = rate.group;
    const use = uses.get(name);
    const earlier = first.get(name);
    if (earlier) {
      const hint = `the first is at ${placeOf(earlier.group.span)}`;
      report(diagnostic('EFT206', span, { what: `learning rate of \`${name}\`` }, hint));
    } else if (use) {
      const value = readRate(rate, use, names, report);
      if (value) sound.set(name, value);
    } else if (architecture && !priors.some(({ group }) => group.name === name))
      reportUnused(rate, [...uses.keys()], names, report);
    first.set(name, earlier ?? rate);
  }
  return sound;
}

function reportUnused({ group }: LearningRate, known: readonly string[], names: Names, report: Report): void {
  const { name, span } = group;
  const misspelt = nearestNames(name, known, 1).length > 0;
  if (names.has(name) && !misspelt) reportWrongKind(names, group, 'a group of parameters', report);
  else if (misspelt)
    report(diagnostic('EFT201', span, { what: 'group of parameters', name }, suggest(name, known)));
  else report(diagnostic('EFT431', span, { name }));
}

function readRate(
  { group: { name }, value }: LearningRate,
  { kind }: GroupUse,
  names: Names,
  report: Report,
): Expr | undefined {
  const rate = readWithFanIn(value, names, report);
  if (!rate || rate.key === '0') return rate;
  const text = textOf(value.span);
  if (kind === 'bias') {
    if (!hasFanIn(rate)) return rate;
    report(diagnostic('EFT435', value.span, { name }, `write \`learning_rate ${name} = lambda_${name}\``));
    return undefined;
  }
  const numerator = hasFanIn(rate) ? timesFanIn(rate) : undefined;
  if (numerator) return numerator;
  const hint = hasFanIn(rate)
    ? 'a tangent kernel of order one needs a rate that falls as 1/fan_in'
    : fanInHint(rate, value);
  report(diagnostic('EFT439', value.span, { name, text }, hint));
  return undefined;
}
