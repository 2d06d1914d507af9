/** What stands after the `~` of a prior: the law of the parameters in units of their variance, and the variance as it is written. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames, suggest } from '../diagnostics/suggest.ts';
import type { Distribution, ParameterGroup } from '../theory/model.ts';
import { compareRationals, isZeroRational, ONE, rational, ZERO, type Rational } from '../theory/rational.ts';
import type { Argument, Expression, PriorStatement } from '../grammar/syntax.ts';
import { MAX_ORDER } from './checkOrders.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { toExpr } from './scalarExpression.ts';
import { cumulantsOf, evenMoment } from './standardCumulants.ts';

/** The cumulants 4, 6, ... that an expansion can need: a check looks one order beyond the highest. */
export const CUMULANT_COUNT = MAX_ORDER + 1;

export type Law = Pick<ParameterGroup, 'distribution' | 'standardCumulants'>;

export interface ReadDistribution {
  readonly law: Law;
  readonly variance: Argument;
  /** Of a normal distribution. */
  readonly mean?: Argument;
}

type Given = ReadonlyMap<string, Argument>;

/** A distribution: its arguments in their order, and the law they make; undefined after reporting what is unsound. */
interface Kind {
  readonly parameters: readonly string[];
  readonly example: string;
  readonly law: (given: Given, report: Report) => Law | undefined;
}

const KAPPAS = Array.from({ length: CUMULANT_COUNT }, (_, k) => `kappa${2 * k + 4}`);

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['normal', { parameters: ['mean', 'variance'], example: 'normal(0, variance)', law: () => ({}) }],
  ['uniform', plain('uniform')],
  ['rademacher', plain('rademacher')],
  ['laplace', plain('laplace')],
  [
    'sparse',
    {
      parameters: ['p', 'variance'],
      example: 'sparse(1/10, variance = C_W / fan_in)',
      law: (given, report) => {
        const probability = readNumber(given, 'p', upToOne, report);
        return probability && sampled({ kind: 'sparse', probability });
      },
    },
  ],
  [
    'mixture',
    {
      parameters: ['p', 'ratio', 'variance'],
      example: 'mixture(1/10, 3, variance = C_W / fan_in)',
      law: (given, report) => {
        const probability = readNumber(given, 'p', belowOne, report);
        const ratio = readNumber(given, 'ratio', positive, report);
        return probability && ratio && sampled({ kind: 'mixture', probability, ratio });
      },
    },
  ],
  [
    'cumulants',
    {
      parameters: ['variance', ...KAPPAS],
      example: 'cumulants(variance = C_W / fan_in, kappa4 = -6/5, kappa6 = 48/7)',
      law: readCumulants,
    },
  ],
]);

function plain(kind: 'uniform' | 'rademacher' | 'laplace'): Kind {
  const example = `${kind}(variance = C_W / fan_in)`;
  return { parameters: ['variance'], example, law: () => sampled({ kind }) };
}

function sampled(distribution: Distribution): Law {
  const standardCumulants = cumulantsOf((k) => evenMoment(distribution, k), CUMULANT_COUNT);
  return { distribution, standardCumulants };
}

/** Names of priors that mean something else here, or nothing yet. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['gaussian', 'write `normal(0, variance)`'],
  ['bernoulli', 'for weights of which a part is zero write `sparse(p, variance = ...)`'],
  ['dropout', 'for weights of which a part is zero write `sparse(p, variance = ...)`'],
]);
const LATER = ['orthogonal', 'student_t', 'cauchy'];

/** Undefined after reporting what is unsound. */
export function readDistribution(prior: PriorStatement, report: Report): ReadDistribution | undefined {
  const { name, span } = prior.distribution;
  const kind = KINDS.get(name);
  if (!kind) {
    const known = `the distributions are ${[...KINDS.keys()].map((each) => `\`${each}\``).join(', ')}`;
    const [other = ''] = nearestNames(name, [...ELSEWHERE.keys()], 1);
    const hint = suggest(name, [...KINDS.keys()]) ?? ELSEWHERE.get(other) ?? known;
    if (LATER.includes(name)) report(diagnostic('EFT401', span, { what: `the \`${name}\` prior is` }, known));
    else report(diagnostic('EFT201', span, { what: 'distribution', name }, hint));
    return undefined;
  }
  const given = bindArguments(prior, kind, report);
  const law = given && kind.law(given, report);
  const mean = given?.get('mean');
  return law && { law, variance: given.get('variance')!, ...(mean && { mean }) };
}

/** Arguments by name. Those without one fill the places that are left, but a variance other than the normal's has its name. */
function bindArguments(
  { distribution, arguments: written, span }: PriorStatement,
  { parameters, example }: Kind,
  report: Report,
): Given | undefined {
  const { name } = distribution;
  const given = new Map<string, Argument>();
  const named = written.filter((argument) => argument.name !== undefined);
  const unknown = named.find((argument) => !parameters.includes(argument.name!.name));
  if (unknown?.name) {
    const hint = suggest(unknown.name.name, parameters) ?? `as in \`${example}\``;
    report(diagnostic('EFT201', unknown.name.span, { what: 'argument', name: unknown.name.name }, hint));
    return undefined;
  }
  for (const argument of named) given.set(argument.name!.name, argument);
  const free = parameters.filter((each) => !given.has(each) && (each !== 'variance' || name === 'normal'));
  const others = written.filter((argument) => argument.name === undefined);
  others.slice(0, free.length).forEach((argument, k) => given.set(free[k]!, argument));
  const complete = parameters.every((each) => given.has(each) || OPTIONAL.has(each));
  if (complete && given.size === written.length) return given;
  const expected = EXPECTED[name] ?? 'a variance, given by its name';
  report(diagnostic('EFT437', span, { name, expected }, `write \`${example}\``));
  return undefined;
}

const OPTIONAL: ReadonlySet<string> = new Set(KAPPAS);
const EXPECTED: Readonly<Record<string, string>> = {
  normal: 'a mean and a variance',
  sparse: 'the probability of a weight that is not zero, and a variance, given by its name',
  mixture: 'a probability, a ratio of standard deviations, and a variance, given by its name',
  cumulants: `a variance, given by its name, and the cumulants \`kappa4\`, \`kappa6\`, ... to \`${KAPPAS.at(-1)!}\``,
};

interface Range {
  readonly expected: string;
  readonly why?: string;
  readonly holds: (value: Rational) => boolean;
}

const positive: Range = { expected: 'a positive number', holds: (value) => value.numerator > 0n };
const belowOne: Range = {
  expected: 'a number between 0 and 1',
  holds: (value) => value.numerator > 0n && compareRationals(value, ONE) < 0,
};
const upToOne: Range = {
  expected: 'a positive number, at most 1',
  holds: (value) => value.numerator > 0n && compareRationals(value, ONE) <= 0,
};
const anyNumber: Range = { expected: 'a number', holds: () => true };
const fourth: Range = {
  expected: '-2 or more',
  why: 'it is -2 for two equally likely values, and larger for every other law',
  holds: (value) => compareRationals(value, rational(-2)) >= 0,
};

function readNumber(given: Given, name: string, range: Range, report: Report): Rational | undefined {
  const { value } = given.get(name)!;
  const number = constantOf(value, report);
  if (number && range.holds(number)) return number;
  const parameters = { what: `\`${name}\``, expected: range.expected, text: textOf(value.span) };
  report(diagnostic('EFT440', value.span, parameters, range.why));
  return undefined;
}

/** The exact value of a formula of numbers; undefined for any other. */
function constantOf(value: Expression, report: Report): Rational | undefined {
  const expr = toExpr(value, { name: () => undefined, functions: new Map(), report });
  return expr?.kind === 'number' ? expr.value : undefined;
}

/** Cumulants that are not given are zero. */
function readCumulants(given: Given, report: Report): Law | undefined {
  const values = KAPPAS.map((name, k) =>
    given.has(name) ? readNumber(given, name, k === 0 ? fourth : anyNumber, report) : ZERO,
  );
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return undefined;
  const last = known.findLastIndex((value) => !isZeroRational(value));
  return { distribution: { kind: 'cumulants' }, standardCumulants: known.slice(0, last + 1) };
}
