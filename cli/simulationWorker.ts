/** The program of one thread of the pool (workerPool.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type BackendName,
  openBackend,
  openStream,
  type Stream,
  type SumNetworks,
  type Sums,
} from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';

export interface Request {
  /** Number of the stream; its data comes with the first request for it. */
  readonly stream: number;
  readonly data?: Stream;
  readonly first: number;
  readonly count: number;
}

export type Answer = { readonly sums: Sums } | { readonly error: string; readonly isUserError: boolean };

const backend = openBackend(workerData as BackendName);
const streams = new Map<number, Promise<SumNetworks>>();

async function sum({ stream, data, first, count }: Request): Promise<Sums> {
  if (data)
    streams.set(
      stream,
      backend.then((own) => openStream(data, own)),
    );
  return (await streams.get(stream)!)(first, count);
}

parentPort!.on('message', (request: Request) => {
  void sum(request).then(
    (sums) =>
      answer(
        { sums },
        sums.map(({ buffer }) => buffer as ArrayBuffer),
      ),
    (error: unknown) =>
      answer({
        error: error instanceof Error ? error.message : String(error),
        isUserError: error instanceof UserError,
      }),
  );
});

function answer(message: Answer, transfer: readonly ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
