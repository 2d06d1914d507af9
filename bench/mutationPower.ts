/**
 * How much a check sees: `npm run bench:mutation`. Each numeric coefficient of the recursions of K, V and G1 is changed by 10 %,
 * one at a time, and the check must reject it; the unchanged theory is judged over many seeds and must be rejected rarely.
 *
 * Arguments: the number of seeds of the second part (200 by default), and a file of studies.
 */
import { readFileSync } from 'node:fs';
import { compile } from '../compiler/compile.ts';
import { openBackend, type Backend } from '../runtime/backend.ts';
import type { Model, Study } from '../theory/model.ts';
import { rational } from '../theory/rational.ts';
import { itemsOf, judge, measureStudy, mutants, theoryToCheck } from './mutants.ts';

const [seeds = '200', file = 'bench/mutationPower.eft'] = process.argv.slice(2);
const NO_FILES = { readText: () => undefined };

function modelOf(name: string): Model {
  const compiled = compile({ name, text: readFileSync(name, 'utf8') }, NO_FILES);
  if (!compiled.value) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return compiled.value;
}

async function tryMutants(model: Model, study: Study, backend: Backend): Promise<void> {
  const theory = theoryToCheck(model);
  const { networks, seed, widths } = study.checks[0]!;
  const measured = await measureStudy(model, study, itemsOf(theory, study), backend, { networks, seed });
  console.log(`\n${study.name}: n = ${widths.join(', ')}, ${networks} networks each, seed ${seed}`);
  console.log(`  unchanged: ${judge(theory, study, measured).verdict}`);
  for (const factor of [rational(11, 10), rational(9, 10)])
    for (const mutant of mutants(theory, factor)) {
      const { verdict, rows, scaling } = judge(mutant.theory, study, measured);
      const largest = Math.max(...[...rows, ...scaling].map(({ z }) => Math.abs(z ?? 0)));
      const change = factor.numerator > factor.denominator ? '+10 %' : '-10 %';
      console.log(
        `  ${change}  ${verdict.padEnd(12)}  |z| ${largest.toFixed(1).padStart(6)}  ${mutant.label}`,
      );
    }
}

async function tryUnchanged(model: Model, study: Study, backend: Backend, count: number): Promise<void> {
  const theory = theoryToCheck(model);
  const items = itemsOf(theory, study);
  const { networks } = study.checks[0]!;
  const verdicts = new Map<string, number>();
  for (let seed = 1; seed <= count; seed++) {
    const measured = await measureStudy(model, study, items, backend, { networks, seed: 1000 + seed });
    const { verdict } = judge(theory, study, measured);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  const counts = [...verdicts].map(([verdict, number]) => `${verdict} ${number}`).join(', ');
  console.log(`  unchanged, ${count} seeds: ${counts}`);
}

const model = modelOf(file);
const backend = await openBackend('wasm');
for (const study of model.studies) {
  await tryMutants(model, study, backend);
  if (Number(seeds) > 0) await tryUnchanged(model, study, backend, Number(seeds));
}
