/** Pass 7: every group of parameters has one prior, i.i.d. of zero mean and a width that fits its kind. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames, suggest } from '../diagnostics/suggest.ts';
import type { Expr } from '../theory/expression.ts';
import type { ParameterGroup } from '../theory/model.ts';
import type { Argument, Identifier, PriorStatement } from '../grammar/syntax.ts';
import type { CheckedArchitecture, GroupUse } from './checkArchitecture.ts';
import { placeOf, textOf } from './excerpts.ts';
import { fanInHint, hasFanIn, readWithFanIn, timesFanIn } from './fanIn.ts';
import type { Report } from './host.ts';
import { readDistribution } from './readDistribution.ts';
import { reportWrongKind, type Names } from './names.ts';
import { parameterScope } from './resolveActivations.ts';
import { toExpr } from './scalarExpression.ts';

/** One group for every sound prior of a group the layers use, in the order of the layers. */
export function checkPriors(
  priors: readonly PriorStatement[],
  { groups: uses, architecture }: CheckedArchitecture,
  names: Names,
  report: Report,
): readonly ParameterGroup[] {
  const first = new Map<string, PriorStatement>();
  for (const prior of priors) {
    const earlier = first.get(prior.group.name);
    if (earlier) reportSecond(prior.group, earlier, report);
    else first.set(prior.group.name, prior);
  }
  const missing = [...uses.keys()].filter((name) => !first.has(name));
  // A layer that could not be read may use what seems unused.
  const unused = architecture ? [...first.values()].filter(({ group }) => !uses.has(group.name)) : [];
  const taken = reportUnused(unused, missing, names, report);
  for (const name of missing) {
    const { kind, span } = uses.get(name)!;
    const example = kind === 'weights' ? `normal(0, C_${name} / fan_in)` : `normal(0, C_${name})`;
    if (!taken.has(name))
      report(diagnostic('EFT430', span, { name }, `for example \`${name} ~ ${example}\``));
  }
  return [...uses].flatMap(([name, use]) => {
    const prior = first.get(name);
    const read = prior && readPrior(prior, use, names, report);
    return read ? [{ name, kind: use.kind, ...read, span: prior.span }] : [];
  });
}

function reportSecond({ name, span }: Identifier, earlier: PriorStatement, report: Report): void {
  const hint = `the first is at ${placeOf(earlier.group.span)}`;
  report(diagnostic('EFT206', span, { what: `prior of \`${name}\`` }, hint));
}

/** Priors of groups no layer uses; returns the groups without a prior that one of them was probably meant for. */
function reportUnused(
  unused: readonly PriorStatement[],
  missing: readonly string[],
  names: Names,
  report: Report,
): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const { group } of unused) {
    const [meant] = nearestNames(group.name, missing, 1);
    if (meant !== undefined) taken.add(meant);
    const parameters = { what: 'group of parameters', name: group.name };
    if (meant !== undefined)
      report(diagnostic('EFT201', group.span, parameters, suggest(group.name, missing)));
    else if (names.has(group.name)) reportWrongKind(names, group, 'a group of parameters', report);
    else report(diagnostic('EFT431', group.span, { name: group.name }));
  }
  return taken;
}

/** The law and the variance without its `/ fan_in`. */
function readPrior(
  prior: PriorStatement,
  use: GroupUse,
  names: Names,
  report: Report,
): Pick<ParameterGroup, 'variance' | 'distribution' | 'standardCumulants'> | undefined {
  const { name } = prior.group;
  const read = readDistribution(prior, report);
  if (!read) return undefined;
  const { law, mean, variance } = read;
  if (mean) checkMean(name, mean, names, report);
  if (use.kind === 'bias' && prior.distribution.name !== 'normal') {
    const hint = 'a sum of many weights is Gaussian, a single bias is not: write `normal(0, variance)`';
    report(diagnostic('EFT441', prior.distribution.span, { name }, hint));
    return undefined;
  }
  const value = readWithFanIn(variance.value, names, report);
  const scale =
    value &&
    (use.kind === 'bias'
      ? biasVariance(name, variance, value, report)
      : weightVariance(name, variance, value, report));
  return scale && { variance: scale, ...law };
}

function checkMean(name: string, { value, span }: Argument, names: Names, report: Report): void {
  const mean = toExpr(value, parameterScope(names, new Map(), report));
  if (!mean || mean.key === '0') return;
  const hint = 'priors have zero mean in this version';
  report(diagnostic('EFT436', span, { name, text: textOf(span) }, hint));
}

function biasVariance(name: string, { span }: Argument, value: Expr, report: Report): Expr | undefined {
  if (!hasFanIn(value)) return value;
  report(diagnostic('EFT435', span, { name }, 'write `normal(0, C_b)`'));
  return undefined;
}

function weightVariance(
  name: string,
  { value: written, span }: Argument,
  value: Expr,
  report: Report,
): Expr | undefined {
  if (!hasFanIn(value)) {
    report(diagnostic('EFT433', span, { name }, fanInHint(value, written)));
    return undefined;
  }
  const numerator = timesFanIn(value);
  if (numerator) return numerator;
  const hint = 'the large-width expansion needs a variance that falls as 1/fan_in';
  report(diagnostic('EFT434', span, { name, text: textOf(span) }, hint));
  return undefined;
}
