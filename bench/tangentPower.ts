/**
 * Tangent kernels, their fluctuations and their differentials against real networks: `npx tsx bench/tangentPower.ts`. The derived
 * theory must agree, and with any one numeric coefficient of its recursions changed by 10 % it must be rejected.
 *
 * Argument: the number of networks at each width is multiplied by it (1 by default).
 */
import { openBackend, type Backend } from '../runtime/backend.ts';
import type { CheckReport } from '../runtime/check/report.ts';
import type { Study } from '../theory/model.ts';
import { rational } from '../theory/rational.ts';
import { itemsOf, judge, measureStudy, mutants } from './mutants.ts';
import { printTable } from './table.ts';
import { tangentStudy, tangentTheory, type TangentOptions } from './tangentStudies.ts';

const [scale = '1', only] = process.argv.slice(2);

const x = [1, 0.5, -0.3];
const y = [0.2, -0.7, 0.9];
const kernels = { observables: ['Theta', 'A', 'B', 'D', 'F'], depth: 4 };
const differentials = { observables: ['P', 'Q', 'R', 'S', 'T', 'U'], depth: 3 };
const tanh = { activation: 'tanh', weightVariance: 1.2, biasVariance: 0.05 };
const gelu = { activation: 'gelu', weightVariance: 1.9, biasVariance: 0.2 };

const STUDIES: readonly (TangentOptions & { readonly networks: number })[] = [
  { ...kernels, ...tanh, samples: [x], widths: [16, 32, 64], networks: 20_000 },
  { ...kernels, ...tanh, samples: [x, y], widths: [16, 32], networks: 20_000 },
  { ...kernels, ...gelu, samples: [x], widths: [32, 64], networks: 20_000 },
  { ...differentials, ...tanh, samples: [x], widths: [8, 16, 32], networks: 20_000 },
  { ...differentials, ...tanh, samples: [x, y], widths: [8, 16], networks: 10_000 },
  { ...differentials, ...gelu, samples: [x], widths: [16, 32], networks: 20_000 },
];

function printRows({ rows, scaling }: Pick<CheckReport, 'rows' | 'scaling'>, widest: number): void {
  const text = (value: number | null, digits = 4): string => value?.toPrecision(digits) ?? '-';
  const table = rows
    .filter(({ n }) => n === widest)
    .map((row) => {
      const all = scaling.find(
        ({ observable, indices }) => observable === row.observable && String(indices) === String(row.indices),
      );
      return [
        `${row.observable} ${row.indices.join('')}`,
        text(row.predicted),
        text((row.predicted ?? 0) + (row.neglected ?? 0)),
        text(row.measured),
        text(row.standardError, 2),
        text(row.z, 2),
        text(all?.z ?? null, 2),
        text(all?.detectable ?? null, 2),
      ];
    });
  const head = [`n = ${widest}`, '1/n', '+ 1/n^2', 'measured', 'error', 'z', 'z, all n', 'detectable'];
  printTable(head, table);
}

async function tryMutants(
  study: Study,
  backend: Backend,
  options: TangentOptions,
  networks: number,
): Promise<void> {
  const { observables, widths, samples, depth } = options;
  const theory = tangentTheory(observables);
  const start = performance.now();
  const measured = await measureStudy(theory.model, study, itemsOf(theory, study), backend, {
    networks,
    seed: 1,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const report = judge(theory, study, measured);
  console.log(
    `\n${study.name}, ${depth} layers, ${samples.length} samples, n = ${widths.join(', ')}, ${networks} networks each, ${seconds} s: ${report.verdict}`,
  );
  printRows(report, Math.max(...widths));
  for (const factor of [rational(11, 10), rational(9, 10)]) {
    const all = mutants(theory, factor).map(({ label, theory: changed }) => ({
      label,
      verdict: judge(changed, study, measured).verdict,
    }));
    const missed = all.filter(({ verdict }) => verdict !== 'disagree').map(({ label }) => label);
    const change = factor.numerator > factor.denominator ? '+10 %' : '-10 %';
    console.log(`  ${change} in a coefficient: rejected ${all.length - missed.length} of ${all.length}`);
    missed.forEach((label) => console.log(`    not seen  ${label}`));
  }
}

const backend = await openBackend('wasm');
for (const [at, { networks, ...options }] of STUDIES.entries()) {
  if (only !== undefined && Number(only) !== at) continue;
  await tryMutants(tangentStudy(options), backend, options, networks * Number(scale));
}
