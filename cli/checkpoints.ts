/** The file of `--checkpoint` and `--resume`: what each check of a command has measured so far. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { Checkpoint } from '../index.ts';

/** Checks of a command by number. */
interface CheckpointFile {
  readonly eft: 'checkpoint';
  readonly checks: Readonly<Record<string, Checkpoint>>;
}

export interface Checkpoints {
  readonly resume: (check: number) => Checkpoint | undefined;
  /** Writes at most once in a while; `flush` writes what is left. */
  readonly keep: (check: number, state: () => Checkpoint) => void;
  readonly flush: () => void;
}

/** Time between writes: what a run loses when it is killed. */
const INTERVAL_MS = 1000;

/** Nothing is kept without a file. Throws UserError for a file to resume that cannot be read. */
export function openCheckpoints(checkpoint: string | undefined, resume: string | undefined): Checkpoints {
  const former = resume === undefined ? {} : readChecks(resume);
  const target = checkpoint ?? resume;
  if (target === undefined) return { resume: () => undefined, keep: () => undefined, flush: () => undefined };
  const checks: Record<string, Checkpoint> = { ...former };
  let pending: { readonly check: number; readonly state: () => Checkpoint } | undefined;
  let written = performance.now();
  const flush = (): void => {
    if (!pending) return;
    checks[pending.check] = pending.state();
    pending = undefined;
    writeWhole(target, JSON.stringify({ eft: 'checkpoint', checks } satisfies CheckpointFile));
    written = performance.now();
  };
  return {
    resume: (check) => former[check],
    keep: (check, state) => {
      if (pending && pending.check !== check) flush();
      pending = { check, state };
      if (performance.now() - written >= INTERVAL_MS) flush();
    },
    flush,
  };
}

/** All or nothing: a process that is killed while it writes leaves the former file. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.part`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    throw new UserError(`cannot write the checkpoint ${path}: ${messageOf(error)}`);
  }
}

function readChecks(path: string): CheckpointFile['checks'] {
  const text = readText(path);
  try {
    const content = JSON.parse(text) as Partial<CheckpointFile> | null;
    if (content?.eft === 'checkpoint' && content.checks) return content.checks;
  } catch {
    // Not JSON: the same answer.
  }
  throw new UserError(`${path} is not a checkpoint of eft check`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the checkpoint ${path}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
