import {
  compile,
  derive,
  flow,
  type FlowOptions as Range,
  renderFlowCsv,
  renderFlowTable,
} from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { printJson } from '../json.ts';
import type { FlowOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { type SelectedStudy, selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft flow FILE`: one result for each `flow` of each study; a study without one is evaluated to its depth. */
export async function flowCommand(path: string, options: FlowOptions, terminal: Terminal): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, options, terminal);
  const theory = derive(model);
  const results = studies.flatMap((selected) =>
    ranges(selected).map((range) => flow(theory, selected.study, range)),
  );
  const print = {
    table: () => renderFlowTable(results, model.observables),
    csv: () => renderFlowCsv(results),
    json: () => printJson(results),
  };
  terminal.out(print[options.format]());
  return EXIT.ok;
}

/** What `--set` says about the depth and the width goes before what the file says. */
function ranges({ study, width, depth }: SelectedStudy): Range[] {
  const requests: readonly Range[] = study.flows.length > 0 ? study.flows : [{}];
  return requests.map((request) => ({
    ...request,
    ...(width === undefined ? {} : { n: width }),
    ...(depth === undefined ? {} : { from: Math.min(request.from ?? 1, depth), to: depth }),
  }));
}
