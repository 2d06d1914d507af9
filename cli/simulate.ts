import {
  type Backend,
  check,
  type CheckReport,
  type CheckRequest,
  derive,
  type DeriveOptions,
  type Model,
} from '../index.ts';
import type { Study, Theory } from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Interrupt } from './interrupt.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import type { WorkerPool } from './workerPool.ts';

/** One `check` statement. */
export interface CheckTask {
  readonly study: Study;
  readonly request: CheckRequest;
}

export function checkTasks(study: Study): CheckTask[] {
  return study.checks.map((request) => ({ study, request }));
}

/** One order beyond the one on trial, so that the neglected order is known instead of estimated. */
export function deriveFurther(model: Model, theory: Theory, budget: DeriveOptions): Theory {
  try {
    return derive(model, { ...budget, order: model.order + 1 });
  } catch (error) {
    // Beyond the budget of a derivation: the check then estimates the neglected order.
    if (error instanceof UserError) return theory;
    throw error;
  }
}

/** What all checks of one command share. */
export interface Simulation {
  /** Derived one order further than what is on trial. */
  readonly theory: Theory;
  readonly backend: Backend;
  readonly options: {
    readonly networks?: number;
    readonly seed?: number;
    readonly estimator?: string;
  };
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
  readonly checkpoints?: Checkpoints;
  readonly pool?: WorkerPool | undefined;
}

export interface TaskOptions {
  /** Of the check among those of its command. */
  readonly number?: number;
  /** Before the width that the progress bar shows. */
  readonly label?: string;
}

/** Runs one check under a progress bar; from its first networks on a Ctrl-C ends with what there is. */
export async function simulateTask(
  { study, request }: CheckTask,
  simulation: Simulation,
  { number = 0, label = '' }: TaskOptions = {},
): Promise<CheckReport> {
  const { theory, backend, terminal, interrupt, checkpoints, pool } = simulation;
  const { networks, seed, estimator = 'auto' } = simulation.options;
  const progress = startProgress(terminal);
  const resume = checkpoints?.resume(number);
  try {
    return await check(theory, study, {
      request,
      backend,
      signal: interrupt.signal,
      ...(networks === undefined ? {} : { networks }),
      ...(seed === undefined ? {} : { seed }),
      estimator,
      ...(pool ? { simulator: pool } : {}),
      ...(resume ? { resume } : {}),
      ...(checkpoints ? { onMerged: (state) => checkpoints.keep(number, state) } : {}),
      onProgress: (fraction, n) => {
        interrupt.listen();
        progress.update(fraction, `${label}n = ${n}`);
      },
    });
  } finally {
    progress.stop();
    checkpoints?.flush();
  }
}
