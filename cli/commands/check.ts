import { type CheckReport, compile, derive, openBackend, printTheory, renderReport } from '../../index.ts';
import type { Theory } from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { openCheckpoints } from '../checkpoints.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { createInterrupt } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { budgetOf, type CheckOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { checkTasks, type CheckTask, deriveFurther, simulateTask, type Simulation } from '../simulate.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';
import { openPool } from '../workerPool.ts';

/**
 * `eft check FILE`: the derivation in brief, then for each `check` of each study what was predicted and measured.
 * Text is printed as soon as a check is done, JSON at the end. Ctrl-C prints what has been measured by then.
 */
export async function checkCommand(
  path: string,
  options: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const tasks = selectStudies(model, 'checks', options, terminal).flatMap(checkTasks);
  if (tasks.length === 0) throw new UserError('nothing to check: no study says `check ... at n = ...`');
  const budget = budgetOf(options);
  const theory = derive(model, budget);
  const backend = await openBackend(options.backend);
  if (options.format === 'text') terminal.out(derivationInBrief(theory, path));
  const interrupt = createInterrupt();
  const simulation = {
    theory: deriveFurther(model, theory, budget),
    backend,
    options,
    terminal,
    interrupt,
    checkpoints: openCheckpoints(options.checkpoint, options.resume),
    pool: openPool(backend, options.workers),
  };
  const reports = await runTasks(tasks, simulation, options).finally(async () => {
    interrupt.release();
    await simulation.pool?.close();
  });
  if (options.format === 'json') terminal.out(printJson(reports));
  return exitCodeOf(reports);
}

async function runTasks(
  tasks: readonly CheckTask[],
  simulation: Simulation,
  options: CheckOptions,
): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const [number, task] of tasks.entries()) {
    const report = await simulateTask(task, simulation, { number });
    reports.push(report);
    if (options.format === 'text') {
      const { verbose = false } = options;
      simulation.terminal.out(`\n${renderReport(report, { verbose }).trimEnd()}\n`);
    }
    if (report.interrupted) break;
  }
  return reports;
}

const BRIEF_LINES = 20;

/** The derivation as `eft derive` prints it, cut where it grows long. */
function derivationInBrief(theory: Theory, path: string): string {
  const lines = printTheory(theory, 'text').trimEnd().split('\n');
  if (lines.length <= BRIEF_LINES) return `${lines.join('\n')}\n`;
  return `${lines.slice(0, BRIEF_LINES).join('\n')}\n  ... (all of it: eft derive ${path})\n`;
}

function exitCodeOf(reports: readonly CheckReport[]): ExitCode {
  if (reports.some(({ interrupted }) => interrupted)) return EXIT.interrupted;
  const verdicts = new Set(reports.map(({ verdict }) => verdict));
  if (verdicts.has('disagree')) return EXIT.disagree;
  return verdicts.has('inconclusive') ? EXIT.inconclusive : EXIT.ok;
}
