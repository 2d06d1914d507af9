/** A thread that runs a source of this repository as it is. */
import { Worker } from 'node:worker_threads';

export function startSourceThread(path: string, workerData: unknown): Worker {
  const program = new URL(`../${path}`, import.meta.url).href;
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import('${program}'); })`;
  return new Worker(code, { eval: true, workerData, stdout: false });
}
