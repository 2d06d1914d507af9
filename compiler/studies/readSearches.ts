/** `find critical (C_b, C_W)` and `phase C_W = 0.5 .. 3, C_b = 0 .. 1`: two parameters to search or to map. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { CriticalRequest, PhaseAxis, PhaseRequest, StudySettings } from '../../theory/model.ts';
import type * as syntax from '../../grammar/syntax.ts';
import { listed, reportUnknown, reportWrongKind } from '../names.ts';
import { finiteConstant } from './constants.ts';
import type { StudyContext } from './studyContext.ts';

type Context = Pick<StudyContext, 'parameters' | 'names' | 'report' | 'architecture' | 'groups'>;

/** Undefined after reporting what is unsound. */
export function readFind(
  { parameters, span }: syntax.FindStatement,
  settings: StudySettings,
  context: Context,
): CriticalRequest | undefined {
  const { report } = context;
  const [first, second] = parameters;
  if (parameters.length > 2) {
    const found = String(parameters.length);
    const hint =
      'two conditions, chi_par = 1 and chi_perp = 1, determine two parameters: `find critical (C_b, C_W)`';
    report(
      diagnostic(
        'EFT517',
        span,
        { what: 'a critical point', expected: 'one or two parameters', found },
        hint,
      ),
    );
    return undefined;
  }
  const known = parameters.filter((each) => isParameter(each, context));
  if (first && second && known.length === 2 && first.name === second.name) {
    report(diagnostic('EFT508', second.span, { what: `\`${second.name}\`` }));
    return undefined;
  }
  const free = known.filter((each) => isOutsideActivations(each, settings, context));
  return free.length === parameters.length ? { parameters: free.map(({ name }) => name), span } : undefined;
}

/** Undefined after reporting what is unsound. */
export function readPhase({ axes, span }: syntax.PhaseStatement, context: Context): PhaseRequest | undefined {
  const read = axes.map((axis) => readAxis(axis, context));
  const [first, second] = read;
  if (!first || !second) return undefined;
  if (first.parameter === second.parameter) {
    context.report(diagnostic('EFT508', axes[1]!.name.span, { what: `\`${first.parameter}\`` }));
    return undefined;
  }
  return { axes: [first, second], span };
}

function readAxis({ name, from, to, span }: syntax.PhaseAxis, context: Context): PhaseAxis | undefined {
  if (!isParameter(name, context)) return undefined;
  const low = finiteConstant(from, 'the lower end of the range', context.report);
  const high = finiteConstant(to, 'the upper end of the range', context.report);
  if (low === undefined || high === undefined) return undefined;
  if (low < high) return { parameter: name.name, from: low, to: high };
  context.report(diagnostic('EFT512', span, { from: low, to: high }));
  return undefined;
}

function isParameter(identifier: syntax.Identifier, { parameters, names, report }: Context): boolean {
  if (parameters.has(identifier.name)) return true;
  if (names.has(identifier.name)) reportWrongKind(names, identifier, 'a parameter', report);
  else {
    const known = [...parameters];
    reportUnknown('parameter', identifier, known, report, listed('the parameters are', known));
  }
  return false;
}

/** The conditions are linear in what priors and layers contain; inside a function a parameter is not searched. */
function isOutsideActivations(
  { name, span }: syntax.Identifier,
  { activations }: StudySettings,
  { report }: Context,
): boolean {
  const inside = [...activations.values()]
    .flat()
    .find(({ expression }) => symbolsOf(expression).includes(name));
  if (!inside) return true;
  const what = 'a parameter to search';
  const expected = 'one of priors or layer equations';
  const hint = `give \`${name}\` a value, or draw it on an axis of \`phase\``;
  report(diagnostic('EFT517', span, { what, expected, found: `\`${name}\` of \`${inside.name}\`` }, hint));
  return false;
}
