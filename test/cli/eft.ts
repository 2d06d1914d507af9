import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const COMMAND = join(ROOT, 'bin', 'eft.js');

export interface Result {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  /** Standard input; 'open' leaves it open and empty. */
  readonly input?: string;
  /** Sends SIGINT this long after the start, in milliseconds. */
  readonly interruptAfter?: number;
  /** Sends it as soon as this file is there. */
  readonly interruptAt?: string;
  /** Closes standard output at the first text on it, as `head` does. */
  readonly stopReading?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command as a user would: a process of its own, no terminal attached. */
export function eft(args: readonly string[], options: Options = {}): Promise<Result> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  if (options.stopReading) child.stdout.once('data', () => child.stdout.destroy());
  child.stdin.on('error', () => undefined);
  if (options.input !== 'open') child.stdin.end(options.input ?? '');
  const timer =
    options.interruptAfter === undefined
      ? undefined
      : setTimeout(() => child.kill('SIGINT'), options.interruptAfter);
  const { interruptAt } = options;
  const poll = setInterval(() => {
    if (interruptAt === undefined || !existsSync(interruptAt)) return;
    clearInterval(poll);
    child.kill('SIGINT');
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      clearTimeout(timer);
      clearInterval(poll);
      resolve({ code, ...output });
    });
  });
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder of the test's own, gone after the tests of its file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eft-test-'));
  folders.push(folder);
  return folder;
}
