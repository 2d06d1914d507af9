/**
 * The door to the computer algebra library nerdamer, opened only on demand. What passes is text made here, over
 * opaque names, never text of a model file; what comes back is to be believed only after a check of its own.
 *
 * The library is synchronous, so a clock could not stop it, and a worker would cost more than the question: what limits its time is the
 * bounded size of what it is asked (`BUDGET` in `scalarAlgebra.ts`). All questions of one model took at most 39 ms of processor time in the
 * corpus and 47 ms in 2,000 fuzzed files.
 */

/** Commands of a computer algebra system, text in and text out. */
export interface AlgebraSystem {
  /** Throws what the system throws. */
  readonly run: (command: string) => string;
}

/** Names, numbers, operators and brackets: nothing that could name an object or end a statement. */
const HARMLESS = /^[a-z0-9+\-*/^(),]*$/;

/** Loads the library at the first call (about 60 ms). */
export async function loadAlgebraSystem(): Promise<AlgebraSystem> {
  const { default: nerdamer } = await import('nerdamer/all.js');
  return {
    run: (command) => {
      if (!HARMLESS.test(command)) throw new RangeError('a command with characters that are never sent');
      try {
        return nerdamer(command).toString();
      } finally {
        // The library keeps every expression it has parsed.
        nerdamer.flush();
        nerdamer.clearVars();
      }
    },
  };
}
