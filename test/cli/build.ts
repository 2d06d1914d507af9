import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Vitest's global setup: builds `dist/` once, so that the tests run the command users run. */
export function setup(): void {
  const { status, stdout, stderr } = spawnSync('npm run build', { cwd: root, encoding: 'utf8', shell: true });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
}
