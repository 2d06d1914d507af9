/** PyTorch as a process that answers a case a line; absent where `python3` (or $EFT_PYTHON) has no torch. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Peer {
  readonly version: string;
  readonly run: <T>(request: string) => Promise<T>;
  readonly stop: () => void;
}

export async function openPeer(): Promise<Peer | undefined> {
  const program = fileURLToPath(new URL('simulationPeer.py', import.meta.url));
  const child = spawn(process.env.EFT_PYTHON ?? 'python3', [program], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string | undefined> => {
    const next = await lines.next();
    return next.done ? undefined : next.value;
  };
  const version = await answer();
  if (version === undefined) return undefined;
  return {
    version: JSON.parse(version) as string,
    run: async <T>(request: string) => {
      child.stdin.write(`${request}\n`);
      return JSON.parse((await answer()) ?? 'null') as T;
    },
    stop: () => child.stdin.end(),
  };
}
