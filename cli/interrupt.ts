import { EXIT } from './exitCodes.ts';

/**
 * Runs `task` with a signal that the first Ctrl-C aborts; the second ends the process at once. Only for tasks
 * that give way to the event loop: elsewhere the system's own handling, which stops a busy process, is better.
 */
export async function interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await task(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}
