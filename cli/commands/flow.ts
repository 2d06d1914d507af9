import { compile, derive, flow, type FlowResult, renderFlowCsv, renderFlowTable } from '../../index.ts';
import type { Study, Theory } from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { printJson } from '../json.ts';
import { budgetOf, type FlowOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft flow FILE`: one result for each `flow` of each study; a study without one is evaluated to its depth. */
export async function flowCommand(path: string, options: FlowOptions, terminal: Terminal): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, 'flows', options, terminal);
  const theory = derive(model, budgetOf(options));
  const results = studies.flatMap((study) => flowsOf(theory, study));
  const print = {
    table: () => renderFlowTable(results, model.observables),
    csv: () => renderFlowCsv(results),
    json: () => printJson(results),
  };
  terminal.out(print[options.format]());
  return EXIT.ok;
}

/** One result for each `flow` statement. */
function flowsOf(theory: Theory, study: Study): FlowResult[] {
  return study.flows.length === 0
    ? [flow(theory, study)]
    : study.flows.map((request) => flow(theory, study, request));
}
