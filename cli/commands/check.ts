import {
  check,
  type CheckReport,
  type CheckRequest,
  compile,
  derive,
  type Model,
  printTheory,
  renderReport,
  type Study,
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
 * `eft check FILE`: the derivation in brief, then for each `check` of each study what was predicted and measured.
 * Text is printed as soon as a check is done, JSON at the end. Ctrl-C prints what has been measured by then.
 */
export async function checkCommand(
  path: string,
  options: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const tasks = selectStudies(model, options, terminal).flatMap(tasksOf);
  if (tasks.length === 0) throw new UserError('nothing to check: no study says `check ... at n = ...`');
  if (options.format === 'text') terminal.out(derivationInBrief(derive(model), path));
  const reports = await runTasks(deriveFurther(model), tasks, options, terminal);
  if (options.format === 'json') terminal.out(printJson(reports));
  return exitCodeOf(reports);
}

interface Task {
  readonly study: Study;
  readonly request: CheckRequest;
}

function tasksOf({ study, width }: SelectedStudy): Task[] {
  return study.checks.map((request) => ({
    study,
    request: width === undefined ? request : { ...request, widths: [width] },
  }));
}

/** One order beyond the one on trial, so that the neglected order is known instead of estimated. */
function deriveFurther(model: Model): Theory {
  try {
    return derive(model, { order: model.order + 1 });
  } catch (error) {
    // Beyond the budget of a derivation: the check then estimates the neglected order.
    if (error instanceof UserError) return derive(model);
    throw error;
  }
}

async function runTasks(
  theory: Theory,
  tasks: readonly Task[],
  options: CheckOptions,
  terminal: Terminal,
): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const task of tasks) {
    const report = await interruptible((signal) => runTask(theory, task, options, terminal, signal));
    reports.push(report);
    if (options.format === 'text') terminal.out(`\n${renderReport(report).trimEnd()}\n`);
    if (report.interrupted) break;
  }
  return reports;
}

async function runTask(
  theory: Theory,
  { study, request }: Task,
  { networks, seed, backend }: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CheckReport> {
  const progress = startProgress(terminal);
  try {
    return await check(theory, study, {
      request,
      backend,
      signal,
      ...(networks === undefined ? {} : { networks }),
      ...(seed === undefined ? {} : { seed }),
      onProgress: (fraction, n) => progress.update(fraction, `n = ${n}`),
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
