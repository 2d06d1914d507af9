/** Reports of models, made as the command makes them. */
import {
  advise,
  compile,
  couplingFlow,
  couplingNames,
  defaultAxes,
  derive,
  explain,
  findCritical,
  flow,
  check,
  phaseDiagram,
  universality,
  type CheckReport,
} from '../../index.ts';
import { reportDocument, type Document } from '../../report/index.ts';
import { predictTheory } from '../../runtime/check/checkTheory.ts';
import type { SourceFile } from '../../diagnostics/span.ts';
import type { Study, Theory } from '../../index.ts';
import { readFileSync } from 'node:fs';

const readText = (path: string): string => readFileSync(`examples/${path}`, 'utf8');

export interface ReportChoice {
  /** Those of these names; all by default. */
  readonly studies?: readonly string[];
  /** With the flow of couplings. */
  readonly couplings?: boolean;
}

/** Checked on a few networks only. */
export async function reportOf(source: SourceFile, choice: ReportChoice = {}): Promise<Document> {
  const { value: model, diagnostics } = compile(source, { readText });
  if (!model) throw new Error(JSON.stringify(diagnostics));
  const theory = derive(model);
  const termCount = theory.recursions.reduce((sum, { value }) => sum + theory.ring.termCount(value), 0);
  return reportDocument({
    source,
    theory,
    explanations: termCount > 20 ? [] : couplingNames(theory).flatMap((name) => explain(theory, name)),
    studies: await Promise.all(
      model.studies
        .filter(({ name }) => choice.studies?.includes(name) ?? true)
        .map((study) => resultsOf(theory, study, choice)),
    ),
    made: { command: `eft report ${source.name}`, versions: [['eft', '0']] },
  });
}

async function resultsOf(theory: Theory, study: Study, choice: ReportChoice) {
  const searched = await searchesOf(theory, study);
  if ((study.absent ?? []).length > 0) return { study, flows: [], checks: [], ...searched };
  const requests = study.flows.length === 0 ? [{}] : study.flows;
  const checks = await Promise.all(
    study.checks.map((request) => checkOf(theory, { ...study, checks: [request] })),
  );
  const flows = requests.map((request) => flow(theory, study, request));
  const couplings = choice.couplings
    ? defaultAxes(theory).map((axes) => couplingFlow(theory, study, axes))
    : [];
  return { study, flows, checks, couplings, ...searched };
}

async function searchesOf(theory: Theory, study: Study) {
  const searches = await Promise.all(
    (study.searches ?? []).map((request) => findCritical(theory, study, request)),
  );
  const phases = (study.phases ?? []).map((request) => ({
    diagram: phaseDiagram(theory, study, request, { points: 20 }),
    ...(searches[0] && { critical: searches[0] }),
  }));
  const [first] = study.searches ?? [];
  if (!first) return { searches, phases };
  return {
    searches,
    phases,
    universality: await universality(theory, study, first),
    advice: await advise(derive(theory.model, { order: 1 }), study, first),
  };
}

async function checkOf(theory: Theory, study: Study) {
  const report: CheckReport = await check(theory, study, { networks: 20, backend: 'wasm' });
  return { report, predictions: predictTheory(theory, study).predictions };
}

/** A model whose every free text tries to be markup. */
export function hostileModel(): SourceFile {
  const text = readText('relu-critical.eft')
    .replace(
      'study "criticality"',
      `study "</title></script><script>alert(1)</script> & \\\\input{x} $x_1^2$ 100% #1 ~ ^ {} é Ω 中 ''"`,
    )
    .replace(
      '# A deep ReLU',
      '# </script></style><img src=x onerror=alert(1)> \\end{document} \\write18{x} $$ %% é 中 \u{1f600}\n# A deep ReLU',
    );
  return { name: '<b>"hostile" & $\\danger_{1}%\'~^.eft', text };
}
