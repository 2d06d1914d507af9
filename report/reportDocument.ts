/** The whole report: what a reader needs to follow the theory, its numbers and their test, and to make it again. */
import type { SourceFile } from '../diagnostics/span.ts';
import type { Explanation } from '../theory/explanation/explanation.ts';
import type { Theory } from '../theory/theory.ts';
import { conventionBlocks } from './content/conventions.ts';
import { derivationBlocks } from './content/derivation.ts';
import { modelBlocks } from './content/model.ts';
import { studyBlocks, type StudyResults } from './content/study.ts';
import { type Block, code, type Document, type Inline, text, type VerdictKind } from './document.ts';

export interface ReportInput {
  readonly source: SourceFile;
  readonly theory: Theory;
  /** The couplings whose terms are traced back to the file; none when there are too many. */
  readonly explanations: readonly Explanation[];
  readonly studies: readonly StudyResults[];
  readonly made: Making;
}

/** How to make the report again. */
export interface Making {
  readonly command: string;
  /** Programs and their versions. */
  readonly versions: readonly (readonly [name: string, version: string])[];
}

export function reportDocument(input: ReportInput): Document {
  const { source, theory, explanations, studies } = input;
  return {
    title: `The effective theory of ${theory.model.name}`,
    subtitle: [text('Derived, evaluated and checked by eft from '), code(source.name)],
    blocks: [
      ...summaryBlocks(studies),
      ...conventionBlocks(theory),
      ...modelBlocks(theory.model),
      ...derivationBlocks(theory, explanations),
      ...studies.flatMap((results) => studyBlocks(results, theory.model.observables)),
      { kind: 'heading', level: 1, text: [text('The file')] },
      { kind: 'source', text: source.text },
      ...makingBlocks(input),
    ],
  };
}

const SUMMARY: Readonly<Record<VerdictKind, string>> = {
  agree: 'Theory and simulated networks agree in every check of the file.',
  disagree: 'Simulated networks reject a prediction or a formula of the file; the study says which.',
  inconclusive: 'Nothing contradicts the theory, but some check was too weak to have seen an error of 10 %.',
};

function summaryBlocks(studies: readonly StudyResults[]): Block[] {
  const verdicts = studies.flatMap(({ checks }) => checks.map(({ report }) => report.verdict));
  const worst = (['disagree', 'inconclusive', 'agree'] as const).find((each) => verdicts.includes(each));
  return worst === undefined ? [] : [{ kind: 'verdict', verdict: worst, text: [text(SUMMARY[worst])] }];
}

function makingBlocks({ made, studies }: ReportInput): Block[] {
  const seeds = studies.flatMap(({ study, checks }) =>
    checks.map(({ report }): Inline[] => [
      text(
        `${study.name}: ${report.networks} networks at each width, seed ${report.seed}, backend ${report.backend}`,
      ),
    ]),
  );
  return [
    { kind: 'heading', level: 1, text: [text('How this was made')] },
    { kind: 'paragraph', text: [code(made.command)] },
    {
      kind: 'list',
      items: [...made.versions.map(([name, version]) => [text(`${name} ${version}`)]), ...seeds],
    },
  ];
}
