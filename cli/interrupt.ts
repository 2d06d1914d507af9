import { EXIT } from './exitCodes.ts';

/** A Ctrl-C that a command answers itself. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** From here on the first Ctrl-C aborts the signal, and the second ends the process at once. */
  readonly listen: () => void;
  readonly release: () => void;
}

/**
 * Until `listen` the system's own handling stands. It also stops a process that is busy and does not give way to the
 * event loop, so nothing should listen before it has something to lose.
 */
export function createInterrupt(): Interrupt {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  return {
    signal: controller.signal,
    listen: () => {
      if (!process.listeners('SIGINT').includes(onInterrupt)) process.on('SIGINT', onInterrupt);
    },
    release: () => void process.off('SIGINT', onInterrupt),
  };
}
