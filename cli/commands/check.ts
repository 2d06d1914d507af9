import {
  check,
  type CheckReport,
  compile,
  derive,
  printTheory,
  renderReport,
  type Theory,
} from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { interruptible } from '../interrupt.ts';
import { printJson } from '../json.ts';
import type { CheckOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { type SelectedStudy, selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/**
 * `eft check FILE`: the derivation in brief, then for each study what was predicted and measured. JSON is
 * printed at the end, text as soon as a study is done. An interrupted study reports what it has measured.
 */
export async function checkCommand(
  path: string,
  options: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, options, terminal).filter(({ study }) => asksForCheck(study));
  if (studies.length === 0) throw new UserError('nothing to check: no study says `check ... at n = ...`');
  const theory = derive(model);
  if (options.format === 'text') terminal.out(derivationInBrief(theory, path));
  const reports: CheckReport[] = [];
  for (const selected of studies) {
    const report = await checkOne(theory, selected, options, terminal);
    reports.push(report);
    if (options.format === 'text') terminal.out(`\n${renderReport(report).trimEnd()}\n`);
    if (report.interrupted) break;
  }
  if (options.format === 'json') terminal.out(printJson(reports));
  return exitCodeOf(reports);
}

function asksForCheck(study: SelectedStudy['study']): boolean {
  return study.checks.length > 0;
}
