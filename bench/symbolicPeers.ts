/** Who takes part in the symbolic benchmark, behind one interface: run a case once, say how long it took. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SYMBOLIC_CASES, type SymbolicCase } from './symbolicCases.ts';

export interface Measurement {
  readonly milliseconds: number;
  readonly terms: number;
}

/** Runs a case, or with `undefined` only what it takes to start. */
export type Contestant = (test: SymbolicCase | undefined) => Promise<Measurement>;

/** A contestant that stays, and whose process ends with `stop`. */
export interface WarmContestant {
  readonly run: Contestant;
  readonly stop: () => void;
}

/** A folder for programs, removed by `clean`. */
export interface Workshop {
  readonly folder: string;
  readonly clean: () => void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'eft-symbolic-'));
  return { folder, clean: () => rmSync(folder, { recursive: true }) };
}

/** Our kernel in a fresh Node process for every case, and in one that is warm. */
export async function kernelContestants({
  folder,
}: Workshop): Promise<{ fresh: Contestant; warm: WarmContestant }> {
  const program = join(folder, 'kernel.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('symbolicKernel.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  return {
    fresh: (test) => Promise.resolve(timed(process.execPath, [program, test?.name ?? 'start'])),
    warm: warmContestant(process.execPath, program),
  };
}

/** FORM once a case, statistics and printing off; undefined when it is not installed. */
export function formContestant({ folder }: Workshop): Contestant | undefined {
  if (spawnSync('form', ['-v']).error) return undefined;
  const path = (name: string): string => join(folder, `${name}.frm`);
  for (const { name, form } of SYMBOLIC_CASES) writeFileSync(path(name), formProgram(form));
  writeFileSync(path('start'), formProgram(['Local F = 0;']));
  return (test) => Promise.resolve(timed('form', ['-q', path(test?.name ?? 'start')]));
}

function formProgram(lines: readonly string[]): string {
  const report = ['.sort', '#$terms = termsin_(F);', '#write "%$", $terms', '.end'];
  return [...['Off Statistics;', ...lines, ...report], ''].join('\n');
}

/** SymPy in one warm process; undefined when it is not installed. */
export function sympyContestant(): WarmContestant | undefined {
  if (spawnSync('python3', ['-c', 'import sympy']).status !== 0) return undefined;
  return warmContestant('python3', fileURLToPath(new URL('symbolicPeer.py', import.meta.url)));
}

/** A process that reads names of cases, times them itself, and answers milliseconds and number of terms. */
function warmContestant(command: string, program: string): WarmContestant {
  const child = spawn(command, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const run: Contestant = async (test) => {
    if (!test) return { milliseconds: 0, terms: 0 };
    child.stdin.write(`${test.name}\n`);
    const { value } = (await answers.next()) as IteratorResult<string, undefined>;
    const [milliseconds = NaN, terms = NaN] = (value ?? '').split(' ').map(Number);
    return { milliseconds, terms };
  };
  return { run, stop: () => child.stdin.end() };
}

function timed(command: string, args: readonly string[]): Measurement {
  const start = performance.now();
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${command} failed`);
  return { milliseconds, terms: Number(stdout.trim()) };
}
