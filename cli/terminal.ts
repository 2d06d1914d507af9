import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: results go to `out`, everything said about them to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly input: Readable;
  /** The stream of `err` when a person is watching it, for a progress bar. */
  readonly progressStream: (Writable & { readonly columns?: number }) | undefined;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: process.stdin,
    // A dumb terminal cannot move its cursor back.
    progressStream: process.stderr.isTTY && process.env.TERM !== 'dumb' ? process.stderr : undefined,
  };
}

/**
 * Gives back what kept the output from being written, if anything did. A reader that went away (`eft check m.eft | head`)
 * is no failure: the command goes on, for its exit code.
 */
export function watchOutput(): () => Error | undefined {
  const failures: Error[] = [];
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failures.push(error);
  });
  process.stderr.on('error', () => undefined);
  return () => failures[0];
}

/** Resolves when everything written so far has left the process. */
export async function flushOutput(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushStream));
  // Errors of the last writes arrive in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
}

function flushStream(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
