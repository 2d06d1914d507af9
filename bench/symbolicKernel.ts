/**
 * Our part of the symbolic benchmark in a process of its own. With an argument it does that one case (`start`: none)
 * and ends; without, it reads names of cases and answers milliseconds and number of terms, warm from the beginning.
 */
import { createInterface } from 'node:readline';
import { SYMBOLIC_CASES } from './symbolicCases.ts';

const [wanted] = process.argv.slice(2);
const run = (name: string): number => SYMBOLIC_CASES.find((test) => test.name === name)?.run() ?? 0;

if (wanted !== undefined) {
  console.log(run(wanted));
} else {
  for (const { name } of SYMBOLIC_CASES) for (let k = 0; k < 30; k++) run(name);
  createInterface({ input: process.stdin }).on('line', (name) => {
    const start = performance.now();
    const terms = run(name);
    console.log(performance.now() - start, terms);
  });
}
