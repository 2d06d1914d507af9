/** Where the terms of one recursion come from, as blocks of a document. */
import { describeMoment } from '../../theory/explanation/describeContribution.ts';
import type {
  Contribution,
  ExplainedTerm,
  Explanation,
  MomentContribution,
} from '../../theory/explanation/explanation.ts';
import { momentName, PRODUCTS_LEGEND } from '../../theory/explanation/printExplanation.ts';
import { sourcesOf } from '../../theory/explanation/sources.ts';
import { latexNotation } from '../../theory/notation.ts';
import { printLatexExpression } from '../../theory/printExpression.ts';
import { printOrbit } from '../../theory/printRecursion.ts';
import { formatRational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import { type Block, code, type Document, type Inline, tex, text } from '../document.ts';
import { conventionBlocks, permutationText } from './conventions.ts';

const NOTATION = latexNotation(printLatexExpression);

/** A document of its own: what `derive --explain NAME --format latex` prints. */
export function explanationDocument(theory: Theory, explanations: readonly Explanation[]): Document {
  const parts = explanations.flatMap((explanation): Block[] => {
    const { family, order, samples } = explanation.recursion;
    return [
      { kind: 'heading', level: 1, text: [tex(NOTATION.coupling(family, order, samples, 'next'))] },
      ...explanationBlocks(theory, explanation),
    ];
  });
  return {
    title: `Where the terms of ${explanations[0]?.name ?? 'the recursions'} come from`,
    subtitle: [text(`in ${theory.model.name}`)],
    blocks: [...conventionBlocks(theory), ...parts],
  };
}

/** Each term with its contributions, under its picture where there are pictures; then the lines of the file they come from. */
export function explanationBlocks(
  { model }: Theory,
  explanation: Explanation,
  drawings: readonly string[] = [],
): Block[] {
  const width = model.architecture.width.perLayer ? 'n_l' : 'n';
  const several = explanation.terms.some(({ contributions }) =>
    contributions.some((each) => clusters(each) > 1),
  );
  return [
    ...(several ? [paragraph(inProse(PRODUCTS_LEGEND.replace('\n', ' ')))] : []),
    ...explanation.terms.flatMap((term, k) => termBlocks(explanation, term, k, width, drawings[k])),
    ...cancellationBlocks(explanation),
    sourceTable(explanation),
  ];
}

function paragraph(inline: readonly Inline[]): Block {
  return { kind: 'paragraph', text: inline };
}

function clusters({ moments }: Contribution): number {
  return moments.reduce((sum, moment) => sum + moment.clusters.length, 0);
}

function termBlocks(
  { recursion: { samples } }: Explanation,
  { term, permutations, contributions }: ExplainedTerm,
  k: number,
  width: string,
  drawing: string | undefined,
): Block[] {
  const { sign, body } = printOrbit({ term, others: permutations }, samples, NOTATION);
  return [
    {
      kind: 'equations',
      equations: [
        {
          left: `${k + 1}.`,
          relation: '\\quad',
          terms: [{ sign, tex: body + permutationText(permutations) }],
        },
      ],
    },
    { kind: 'list', items: contributions.flatMap((contribution) => contributionItems(contribution, width)) },
    ...(drawing === undefined ? [] : [{ kind: 'drawing' as const, svg: drawing }]),
  ];
}

/** The contribution with its weight; the moments of a product each on a line of their own. */
function contributionItems(contribution: Contribution, width: string): Inline[][] {
  const { moments, moebius, weight } = contribution;
  const weighed = tex(signed(formatRational(weight)));
  const [only] = moments;
  if (moments.length === 1 && only) {
    const name = clusters(contribution) > 1 ? `${momentName(only)}: ` : '';
    return [[weighed, text(`: ${name}`), ...described(only, width)]];
  }
  const factor = moebius === -1 ? '−' : `${moebius} `;
  return [
    [weighed, text(`: ${factor}${moments.map(momentName).join(' ')}, where`)],
    ...moments.map((moment) => [text(`${momentName(moment)}: `), ...described(moment, width)]),
  ];
}

function signed(number: string): string {
  return number.startsWith('-') ? number : `+${number}`;
}

function described(moment: MomentContribution, width: string): Inline[] {
  return inProse(describeMoment(moment, width).join('; '));
}

/** Powers of the width as formulas. */
function inProse(sentence: string): Inline[] {
  return sentence.split(/(-?\d+\/n(?:_l)?(?:\^\d+)?(?![\w(]))/).map((part, k) => {
    if (k % 2 === 0) return text(part);
    return tex(part.replace('n_l', 'n_\\ell').replace(/\^(\d+)/, '^{$1}'));
  });
}

function cancellationBlocks({ cancellations }: Explanation): Block[] {
  if (cancellations.length === 0) return [];
  const parts = cancellations.flatMap(({ order, terms, contributions }, k) => [
    text(`${k === 0 ? '' : ', '}${contributions} to ${terms} term${terms === 1 ? '' : 's'} at order `),
    tex(order === 0 ? '1' : order === 1 ? '1/n' : `1/n^{${order}}`),
  ]);
  return [paragraph([text('Contributions that cancel exactly: '), ...parts, text('.')])];
}

function sourceTable(explanation: Explanation): Block {
  return {
    kind: 'table',
    columns: [
      { head: [text('line')], align: 'left' },
      { head: [text('source')], align: 'left' },
    ],
    rows: sourcesOf(explanation).map(({ file, line, text: source }) => [
      [text(`${file}:${line}`)],
      [code(source)],
    ]),
  };
}
