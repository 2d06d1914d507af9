import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: results go to `out`, everything said about them to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly input: Readable;
  /** The stream of `err` when a person is watching it, for a progress bar. */
  readonly progressStream: Writable | undefined;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: process.stdin,
    progressStream: process.stderr.isTTY ? process.stderr : undefined,
  };
}

/** A reader that went away (`eft derive m.eft | head`) ends the command quietly instead of crashing it. */
export function surviveClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.stderr.on('error', () => undefined);
}

/** Resolves when everything written so far has left the process. */
export async function flushOutput(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushStream));
}

function flushStream(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
