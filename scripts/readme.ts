/**
 * The README shows what the command prints: every line `$ npx eft ...` of a `console` block is followed by its
 * real output. `npm run golden` renews the blocks; a test says when they are out of date.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = fileURLToPath(new URL('../README.md', import.meta.url));

export function readReadme(): string {
  return readFileSync(README, 'utf8');
}

/** The text with the output of each command run anew. */
export function renewOutputs(text: string): string {
  return text.replace(/^```console\n\$ npx eft (.*)\n[^]*?^```$/gm, (_, args: string) => {
    return `\`\`\`console\n$ npx eft ${args}\n${output(args)}\`\`\``;
  });
}

/** Times and speeds differ from run to run. */
export function withoutTimes(text: string): string {
  return text.replace(/\d+(\.\d+)? s\b/g, '# s');
}

function output(args: string): string {
  const { stdout } = spawnSync(process.execPath, ['bin/eft.js', ...args.split(' ')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return stdout.replace(/[ \t]+$/gm, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(README, renewOutputs(readReadme()));
