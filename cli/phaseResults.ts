import { defaultRequest, findCritical, phaseDiagram, type Study, type Theory } from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { PhaseResult } from '../report/index.ts';

/** The diagram of each `phase` of a study, with the critical points to mark on it. `theory` is of order 0. */
export async function phaseResults(theory: Theory, study: Study, points?: number): Promise<PhaseResult[]> {
  const results: PhaseResult[] = [];
  for (const request of study.phases ?? []) {
    const diagram = phaseDiagram(theory, study, request, points === undefined ? {} : { points });
    const names = request.axes.map(({ parameter }) => parameter);
    const search = [...(study.searches ?? []), ...variances(theory)].find(
      ({ parameters }) =>
        parameters.length === names.length && parameters.every((name) => names.includes(name)),
    );
    const { phases: _, ...searched } = study;
    results.push({ diagram, ...(search && { critical: await findCritical(theory, searched, search) }) });
  }
  return results;
}

function variances({ model }: Theory) {
  try {
    return [defaultRequest(model)];
  } catch (error) {
    // More parameters than a search takes: the map then has no point marked.
    if (error instanceof UserError) return [];
    throw error;
  }
}
