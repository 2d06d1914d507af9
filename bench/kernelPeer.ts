/** neural-tangents in a Python process that stays: compiled once for each activation, then run when asked. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Peer {
  /** Seconds of one run; undefined for an activation it does not take, or one that is run once only. */
  readonly seconds: (activation: string, isFirst: boolean) => Promise<number | undefined>;
  readonly stop: () => void;
}

/** Undefined where Python has no neural-tangents. EFT_PYTHON names another Python. */
export function startPeer(): Peer | undefined {
  const python = process.env.EFT_PYTHON ?? 'python3';
  if (spawnSync(python, ['-c', 'import neural_tangents']).status !== 0) return undefined;
  const program = fileURLToPath(new URL('kernelPeer.py', import.meta.url));
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    seconds: async (activation, isFirst) => {
      child.stdin.write(`${activation} ${isFirst ? 'compile' : 'run'}\n`);
      const { value } = (await lines.next()) as { value: string };
      const time = Number(value);
      return Number.isFinite(time) ? time : undefined;
    },
    stop: () => void child.stdin.end(),
  };
}
