/** Threads that sum shards of networks. Which thread sums a shard changes nothing (runtime/check/streams.ts). */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { UserError } from '../diagnostics/diagnostic.ts';
import {
  type Backend,
  type BackendName,
  isPerThread,
  openStream,
  type Simulator,
  type Stream,
  type SumNetworks,
  type Sums,
} from '../index.ts';
import type { Answer, Request } from './simulationWorker.ts';

export interface WorkerPool extends Simulator {
  readonly close: () => Promise<void>;
}

interface Task {
  readonly stream: number;
  readonly first: number;
  readonly count: number;
  readonly done: (sums: Sums) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly known: Set<number>;
  task: Task | undefined;
}

/** Threads run the built program: there is none when the sources run as they are. */
const CAN_START_THREADS = import.meta.url.endsWith('.js');

export interface PoolOptions {
  /** Streams of less work are left to this thread while no other has been started. */
  readonly leastWork?: number;
  /** Starts one thread, which is told the name of its backend. */
  readonly start?: (backend: BackendName) => Worker;
}

function startBuilt(backend: BackendName): Worker {
  return new Worker(new URL('./simulationWorker.js', import.meta.url), { workerData: backend });
}

/** A pool where each thread may have a backend of its own; one thread alone would only add its start. */
export function openPool(backend: Backend, workers = availableParallelism()): WorkerPool | undefined {
  const isPossible = CAN_START_THREADS && isPerThread(backend.name);
  return workers > 1 && isPossible ? createWorkerPool(workers, backend) : undefined;
}

/** Random numbers that take about as long as starting threads. */
const LEAST_WORK = 1e8;

/** Threads start with the first stream that is worth it. Shards given up by an interrupt are simply never answered. */
export function createWorkerPool(
  workers: number,
  backend: Backend,
  { leastWork = LEAST_WORK, start = startBuilt }: PoolOptions = {},
): WorkerPool {
  const streams: Stream[] = [];
  const waiting: Task[] = [];
  const threads: Thread[] = [];

  const feed = (): void => {
    for (const thread of threads) {
      if (thread.task) continue;
      const task = waiting.shift();
      if (!task) return;
      thread.task = task;
      const { stream, first, count } = task;
      const isNew = !thread.known.has(stream);
      thread.known.add(stream);
      post(thread.worker, { stream, first, count, ...(isNew ? { data: streams[stream]! } : {}) });
    }
  };
  const fail = (error: Error): void => {
    for (const task of [...waiting.splice(0), ...threads.flatMap((thread) => thread.task ?? [])])
      task.failed(error);
  };
  const add = (): Thread => {
    const worker = start(backend.name);
    const thread: Thread = { worker, known: new Set(), task: undefined };
    worker.on('message', (answer: Answer) => {
      const { task } = thread;
      thread.task = undefined;
      if ('sums' in answer) task?.done(answer.sums);
      else task?.failed(answer.isUserError ? new UserError(answer.error) : new Error(answer.error));
      feed();
    });
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    return thread;
  };

  return {
    // A second one for each thread waits, so that none idles while the first ones are merged.
    shards: 2 * workers,
    open: (stream, work) => {
      if (threads.length === 0 && work < leastWork) return openStream(stream, backend);
      while (threads.length < workers) threads.push(add());
      const number = streams.push(stream) - 1;
      const sum: SumNetworks = (first, count, signal) =>
        new Promise<Sums>((resolve, failed) => {
          const abort = (): void => resolve([]);
          signal?.addEventListener('abort', abort, { once: true });
          const done = (sums: Sums): void => {
            signal?.removeEventListener('abort', abort);
            resolve(sums);
          };
          waiting.push({ stream: number, first, count, done, failed });
          feed();
        });
      return Promise.resolve(sum);
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function post(worker: Worker, request: Request): void {
  worker.postMessage(request);
}
