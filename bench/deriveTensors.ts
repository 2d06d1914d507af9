/**
 * Time and memory of deriving the tensors of PDLT for an MLP with symbolic samples: `npm run bench:derive [ROUNDS]`. Whole
 * processes of the built command, so the start of Node, reading the file and printing the recursions are included.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, printTable } from './table.ts';

const ROUNDS = Number(process.argv[2] ?? 20);
const root = fileURLToPath(new URL('..', import.meta.url));

/** The model without its studies. */
const [perceptron = ''] = readFileSync(new URL('tensors/perceptron.eft', import.meta.url), 'utf8').split(
  'study "',
);
/** Without the definitions of observables that `letters` begin. */
const without = (letters: string): string =>
  perceptron.replaceAll(new RegExp(`^ {2}[${letters}]\\[.*\\n`, 'gm'), '');

const CASES = [
  { title: 'K, V, G1, Theta, Theta1, A, B, D, F, P, Q, R, S, T, U', text: perceptron, allowed: '10000' },
  { title: 'K, V, G1, Theta, Theta1, A, B, D, F', text: without('P-U'), allowed: '2000' },
];

/** Says at the end, on standard error, how much memory the process had at most, in KiB. */
const PEAK = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

function deriveOnce(text: string): { readonly milliseconds: number; readonly mebibytes: number } {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', PEAK, 'bin/eft.js', 'derive', '-'], {
    cwd: root,
    encoding: 'utf8',
    input: text,
  });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(stderr);
  return { milliseconds, mebibytes: Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

console.log(`Whole processes, Node ${process.versions.node}: ${ROUNDS} rounds.`);
printTable(
  ['derived', 'median (ms)', 'best (ms)', 'allowed (ms)', 'peak memory (MiB)'],
  CASES.map(({ title, text, allowed }) => {
    const runs = Array.from({ length: ROUNDS + 1 }, () => deriveOnce(text)).slice(1);
    const times = runs.map(({ milliseconds }) => milliseconds);
    const peak = Math.max(...runs.map(({ mebibytes }) => mebibytes));
    return [title, median(times).toFixed(0), Math.min(...times).toFixed(0), allowed, peak.toFixed(0)];
  }),
);
