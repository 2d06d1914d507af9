import {
  compile,
  derive,
  defaultRequest,
  findCritical,
  renderCritical,
  type CriticalReport,
} from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { printJson } from '../json.ts';
import { budgetOf, type CriticalOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft critical FILE`: one report for each `find critical`; a study without one is searched over the variances. */
export async function criticalCommand(
  path: string,
  options: CriticalOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, 'searches', options, terminal);
  const theory = derive(model, { order: 0, ...budgetOf(options) });
  const searched = studies.filter(({ searches = [] }) => searches.length > 0);
  const reports: CriticalReport[] = [];
  for (const study of searched.length > 0 ? searched : studies)
    for (const request of study.searches ?? [defaultRequest(model)])
      reports.push(await findCritical(theory, study, request));
  terminal.out(options.format === 'json' ? printJson(reports) : reports.map(renderCritical).join('\n'));
  return EXIT.ok;
}
