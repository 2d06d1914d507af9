import {
  compile,
  defaultRequest,
  derive,
  renderUniversality,
  universality,
  type UniversalityReport,
} from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { printJson } from '../json.ts';
import type { CriticalOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft universality FILE`: how the observables of each study scale with depth at its critical point. */
export async function universalityCommand(
  path: string,
  options: CriticalOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, 'searches', options, terminal);
  const theory = derive(model);
  const reports: UniversalityReport[] = [];
  for (const study of studies)
    reports.push(await universality(theory, study, study.searches?.[0] ?? defaultRequest(model)));
  terminal.out(options.format === 'json' ? printJson(reports) : reports.map(renderUniversality).join('\n'));
  return EXIT.ok;
}
