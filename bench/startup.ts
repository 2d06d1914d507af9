/**
 * What a user waits for: whole processes of the built command, `npm run bench:startup [ROUNDS]`. In every round each
 * command runs once; medians and best rounds are printed next to what the project allows itself.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, printTable } from './table.ts';

const ROUNDS = Number(process.argv[2] ?? 20);
const root = fileURLToPath(new URL('..', import.meta.url));
const eft = (...args: string[]): string[] => ['bin/eft.js', ...args];

interface Measured {
  readonly title: string;
  readonly args: readonly string[];
  readonly budget: string;
}

const COMMANDS: readonly Measured[] = [
  { title: 'node -e 0', args: ['-e', '0'], budget: '' },
  { title: 'eft --help', args: eft('--help'), budget: '150' },
  ...['tanh', 'gelu', 'iris', 'unequal-widths'].map((name) => ({
    title: `eft derive ${name}.eft`,
    args: eft('derive', `examples/${name}.eft`),
    budget: '1000',
  })),
  {
    title: 'eft derive tanh.eft, V to 1/n^3',
    args: eft('derive', 'examples/tanh.eft', '--observable', 'V', '--order', '3'),
    budget: '10000',
  },
];

const times = COMMANDS.map((): number[] => []);
for (let round = -1; round < ROUNDS; round++) {
  COMMANDS.forEach(({ args, title }, k) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const elapsed = performance.now() - start;
    if (status !== 0) throw new Error(`${title} failed:\n${stderr}`);
    if (round >= 0) times[k]!.push(elapsed);
  });
}

console.log(`Milliseconds, whole process, Node ${process.versions.node}: ${ROUNDS} rounds.`);
printTable(
  ['command', 'median', 'best', 'allowed'],
  COMMANDS.map(({ title, budget }, k) => [
    title,
    median(times[k]!).toFixed(0),
    Math.min(...times[k]!).toFixed(0),
    budget,
  ]),
);
