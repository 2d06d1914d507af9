/** Explanations for readers: text for a terminal, JSON for programs. */
import { textLabel, textNotation } from '../notation.ts';
import { printTextExpression } from '../printExpression.ts';
import { printOrbit } from '../printRecursion.ts';
import { textLegend } from '../printTheory.ts';
import { formatRational } from '../rational.ts';
import type { Theory } from '../theory.ts';
import { describeMoment } from './describeContribution.ts';
import type {
  Cancellation,
  Contribution,
  ExplainedTerm,
  Explanation,
  MomentContribution,
} from './explanation.ts';
import { explanationToJson } from './explanationToJson.ts';
import { sourcesOf } from './sources.ts';

export type ExplanationFormat = 'text' | 'json';

/** Every term of the explained couplings, and under each the contributions that add up to it. */
export function printExplanation(
  theory: Theory,
  explanations: readonly Explanation[],
  format: ExplanationFormat,
): string {
  if (format === 'json') return `${JSON.stringify(explanationToJson(theory, explanations), null, 2)}\n`;
  return explanations.map((explanation) => printText(theory, explanation)).join('\n');
}

const LINE_WIDTH = 110;
const NOTATION = textNotation(printTextExpression);

/** What the names of products of moments mean. */
export const PRODUCTS_LEGEND =
  '(ab) is what the average over the parameters of layer l+1 leaves of the fields at a and b; E averages over layer l.\n' +
  'Products of several E are the disconnected parts that a connected cumulant subtracts.';

function printText(theory: Theory, explanation: Explanation): string {
  const { family, order, samples } = explanation.recursion;
  const left = NOTATION.coupling(family, order, samples, 'next');
  const width = theory.model.architecture.width.perLayer ? 'n_l' : 'n';
  const title = `Where the terms of ${left}${orderText(order)} come from, in ${theory.model.name}`;
  const connecting = hasClusters(explanation) ? [PRODUCTS_LEGEND] : [];
  return [
    [title, ...textLegend(theory), ...connecting].join('\n'),
    ...explanation.terms.map((term, k) => printExplainedTerm(explanation, term, k + 1, width)),
    ...printCancellations(explanation.cancellations),
    printSources(explanation),
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
}

function hasClusters({ terms }: Explanation): boolean {
  return terms.some(({ contributions }) => contributions.some((each) => clusterCount(each) > 1));
}

function clusterCount({ moments }: Contribution): number {
  return moments.reduce((sum, { clusters }) => sum + clusters.length, 0);
}

function orderText(order: number): string {
  return order === 0 ? '' : ` at order 1/n${order === 1 ? '' : `^${order}`}`;
}

function printExplainedTerm(
  { recursion: { samples } }: Explanation,
  { term, permutations, contributions }: ExplainedTerm,
  number: number,
  width: string,
): string {
  const { sign, body } = printOrbit({ term, others: permutations }, samples, NOTATION);
  const suffix = permutations === 0 ? '' : ` (+ ${permutations} perm.)`;
  const weights = contributions.map(({ weight }) => signed(formatRational(weight)));
  const column = Math.max(...weights.map(({ length }) => length));
  return [
    `${number}. ${sign === '-' ? '- ' : ''}${body}${suffix}`,
    ...contributions.map((each, k) =>
      printContribution(each, (weights[k] as string).padStart(column), width),
    ),
  ].join('\n');
}

function signed(number: string): string {
  return number.startsWith('-') ? number : `+${number}`;
}

function printContribution(contribution: Contribution, weight: string, width: string): string {
  const { moments } = contribution;
  const lead = `   ${weight}  `;
  const indent = ' '.repeat(lead.length);
  const [only] = moments;
  if (moments.length === 1 && only) {
    const name = clusterCount(contribution) > 1 ? `${momentName(only)}: ` : '';
    return wrapped(lead + name, indent + '  ', describeMoment(only, width));
  }
  const product = moments.map(momentName).join(' ');
  const factor = contribution.moebius === -1 ? '-' : `${contribution.moebius} `;
  const parts = moments.map((moment) =>
    wrapped(`${indent}  ${momentName(moment)}: `, `${indent}    `, describeMoment(moment, width)),
  );
  return [`${lead}${factor}${product}`, ...parts].join('\n');
}

/** `E[(ab)(cd)]`, a cluster of several neurons as `(ab|cd)`. */
export function momentName({ clusters }: MomentContribution): string {
  const names = clusters.map((blocks) => `(${blocks.map(joinLabels).join('|')})`);
  return `E[${names.join('')}]`;
}

function joinLabels(samples: readonly string[]): string {
  return samples.map(textLabel).join(samples.some(({ length }) => length > 1) ? ',' : '');
}

/** Clauses with semicolons between, broken between clauses where the line would be too long. */
function wrapped(lead: string, indent: string, clauses: readonly string[]): string {
  const lines: string[] = [];
  let line = lead;
  clauses.forEach((clause, k) => {
    const piece = k < clauses.length - 1 ? `${clause};` : clause;
    const fresh = line === lead || line === indent;
    if (!fresh && line.length + 1 + piece.length > LINE_WIDTH) {
      lines.push(line);
      line = indent + piece;
    } else line += fresh ? piece : ` ${piece}`;
  });
  return [...lines, line].join('\n');
}

function printCancellations(cancellations: readonly Cancellation[]): string[] {
  if (cancellations.length === 0) return [];
  const parts = cancellations.map(
    ({ order, terms, contributions }) =>
      `${plural(contributions, 'contribution')} to ${plural(terms, 'term')} at order ${inverseWidth(order)}`,
  );
  return [`Cancel exactly: ${parts.join(', ')}.`];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function inverseWidth(order: number): string {
  return order === 0 ? '1' : `1/n${order === 1 ? '' : `^${order}`}`;
}

function printSources(explanation: Explanation): string {
  const sources = sourcesOf(explanation).map(({ file, line, text }) => ({ place: `${file}:${line}`, text }));
  const column = Math.max(0, ...sources.map(({ place }) => place.length));
  return ['Source lines', ...sources.map(({ place, text }) => `  ${place.padEnd(column)}  ${text}`)].join(
    '\n',
  );
}
