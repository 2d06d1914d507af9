import {
  type Backend,
  check,
  type CheckReport,
  type CheckRequest,
  compile,
  derive,
  type Model,
  openBackend,
  printTheory,
  renderReport,
  type Study,
  type Theory,
} from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { createInterrupt, type Interrupt } from '../interrupt.ts';
import { printJson } from '../json.ts';
import type { CheckOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

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
  const tasks = selectStudies(model, 'checks', options, terminal).flatMap(tasksOf);
  if (tasks.length === 0) throw new UserError('nothing to check: no study says `check ... at n = ...`');
  const theory = derive(model);
  const backend = await openBackend(options.backend);
  if (options.format === 'text') terminal.out(derivationInBrief(theory, path));
  const interrupt = createInterrupt();
  const run = { theory: deriveFurther(model, theory), backend, options, terminal, interrupt };
  const reports = await runTasks(tasks, run).finally(interrupt.release);
  if (options.format === 'json') terminal.out(printJson(reports));
  return exitCodeOf(reports);
}

interface Task {
  readonly study: Study;
  readonly request: CheckRequest;
}

function tasksOf(study: Study): Task[] {
  return study.checks.map((request) => ({ study, request }));
}

/** One order beyond the one on trial, so that the neglected order is known instead of estimated. */
function deriveFurther(model: Model, theory: Theory): Theory {
  try {
    return derive(model, { order: model.order + 1 });
  } catch (error) {
    // Beyond the budget of a derivation: the check then estimates the neglected order.
    if (error instanceof UserError) return theory;
    throw error;
  }
}

/** What all checks of one command share. */
interface Run {
  readonly theory: Theory;
  readonly backend: Backend;
  readonly options: CheckOptions;
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
}

async function runTasks(tasks: readonly Task[], run: Run): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const task of tasks) {
    const report = await runTask(task, run);
    reports.push(report);
    if (run.options.format === 'text') {
      const { verbose = false } = run.options;
      run.terminal.out(`\n${renderReport(report, { verbose }).trimEnd()}\n`);
    }
    if (report.interrupted) break;
  }
  return reports;
}

async function runTask({ study, request }: Task, run: Run): Promise<CheckReport> {
  const { theory, backend, terminal, interrupt } = run;
  const { networks, seed } = run.options;
  const progress = startProgress(terminal);
  try {
    return await check(theory, study, {
      request,
      backend,
      signal: interrupt.signal,
      ...(networks === undefined ? {} : { networks }),
      ...(seed === undefined ? {} : { seed }),
      onProgress: (fraction, n) => {
        // The simulation gives way to events: from now on a Ctrl-C ends with what there is.
        interrupt.listen();
        progress.update(fraction, `n = ${n}`);
      },
    });
  } finally {
    progress.stop();
  }
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
