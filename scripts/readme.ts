/**
 * README and docs show what the command prints: every line `$ npx eft ...` of a `console` block is followed by its real output.
 * `npx tsx scripts/readme.ts` renews the blocks; a test says when they are out of date.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The pages with such blocks. */
export const PAGES = ['README.md', 'docs/algorithm.md', 'docs/commands.md'];

export function readPage(page: string): string {
  return readFileSync(`${ROOT}${page}`, 'utf8');
}

/** The text with the output of each command run anew, kept where only times differ. */
export function renewOutputs(text: string): string {
  return text.replace(/^```console\n\$ npx eft (.*)\n[^]*?^```$/gm, (former, args: string) => {
    const block = `\`\`\`console\n$ npx eft ${args}\n${output(args)}\`\`\``;
    return withoutTimes(block) === withoutTimes(former) ? former : block;
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

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const page of PAGES) writeFileSync(`${ROOT}${page}`, renewOutputs(readPage(page)));
