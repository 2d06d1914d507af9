/**
 * The polynomial kernel against FORM and SymPy: `npm run bench:symbolic [ROUNDS]`. In every round each contestant
 * does each case once, so a slow moment of the machine hits all of them. Printed are medians over the rounds, and the
 * best rounds, which say more when the machine is busy with other things.
 * FORM (Debian: `apt-get install form`) and SymPy (`pip install sympy`) are left out when they are not installed.
 *
 * What is compared: FORM's whole process less its start is the time it computes, to be held against the kernel in a
 * warm process, as a derivation uses it. The kernel in a fresh process pays for compilation as well.
 */
import { median, printTable } from './table.ts';
import { SYMBOLIC_CASES, type SymbolicCase } from './symbolicCases.ts';
import {
  formContestant,
  kernelContestants,
  openWorkshop,
  sympyContestant,
  type Contestant,
} from './symbolicPeers.ts';

const ROUNDS = Number(process.argv[2] ?? 25);
const WARM_UP = 3;

const workshop = openWorkshop();
const sympy = sympyContestant();
const form = formContestant(workshop);
const kernel = await kernelContestants(workshop);
if (!form) console.log('FORM is not installed: left out (Debian: apt-get install form).');
if (!sympy) console.log('SymPy is not installed: left out (pip install sympy).');

const contestants = new Map<string, Contestant>([
  ['kernel', kernel.warm.run],
  ['fresh', kernel.fresh],
  ...(form ? ([['form', form]] as const) : []),
  ...(sympy ? ([['sympy', sympy.run]] as const) : []),
]);
const tasks: readonly (SymbolicCase | undefined)[] = [undefined, ...SYMBOLIC_CASES];

/** Milliseconds of every round by contestant and case. */
const times = new Map<string, number[]>();

for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const task of tasks) {
    for (const [name, contestant] of contestants) {
      const { milliseconds, terms } = await contestant(task);
      if (task && terms !== task.terms)
        throw new Error(`${name}: ${terms} terms for ${task.title}, not ${task.terms}`);
      if (round >= 0) timesOf(name, task).push(milliseconds);
    }
  }
}
sympy?.stop();
kernel.warm.stop();
workshop.clean();

function timesOf(name: string, task: SymbolicCase | undefined): number[] {
  const key = `${name} ${task?.name ?? 'start'}`;
  const known = times.get(key) ?? [];
  times.set(key, known);
  return known;
}

/** What it took in every round; a process may leave out its start, measured in the same round. */
function durations(name: string, task: SymbolicCase, lessStart = false): number[] {
  const start = timesOf(name, undefined);
  return timesOf(name, task).map((value, round) => value - (lessStart ? start[round]! : 0));
}

/** The least time a case took less the least time a start took. */
function best(name: string, task: SymbolicCase, lessStart = false): number {
  return Math.min(...timesOf(name, task)) - (lessStart ? Math.min(...timesOf(name, undefined)) : 0);
}

/** `4.05 (2.71)` */
function show(name: string, task: SymbolicCase, lessStart = false): string {
  if (!contestants.has(name)) return '-';
  return `${median(durations(name, task, lessStart)).toFixed(2)} (${best(name, task, lessStart).toFixed(2)})`;
}

/** Round by round; below 1 the kernel is the faster one. */
function ratioToForm(task: SymbolicCase): string {
  if (!form) return '-';
  const computing = durations('form', task, true);
  return median(durations('kernel', task).map((own, round) => own / computing[round]!)).toFixed(2);
}

console.log(`Milliseconds: the median of ${ROUNDS} rounds, and the best in brackets.`);
printTable(
  ['case', 'terms', 'kernel, warm', 'FORM less start', 'ratio', 'FORM', 'Node, fresh', 'SymPy, warm'],
  SYMBOLIC_CASES.map((task) => [
    task.title,
    String(task.terms),
    show('kernel', task),
    show('form', task, true),
    ratioToForm(task),
    show('form', task),
    show('fresh', task),
    show('sympy', task),
  ]),
);
