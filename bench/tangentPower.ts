/**
 * How much checks of tangent kernels see: `npm run bench:tangent`. Each numeric coefficient of the recursions of A, B, D, F, P and Q
 * is changed by 10 %, up and down, one at a time, and one of the studies below must reject it; the theory as derived must agree.
 *
 * Argument: the number of networks of each study is multiplied by it (1 by default).
 */
import { openBackend, type Backend } from '../runtime/backend.ts';
import type { CheckReport } from '../runtime/check/report.ts';
import { rational } from '../theory/rational.ts';
import { itemsOf, judge, measureStudy, mutants } from './mutants.ts';
import { POWER_STUDIES, type PowerStudy } from './powerStudies.ts';
import { printTable } from './table.ts';
import { tangentStudy, tangentTheory } from './tangentStudies.ts';

const [scale = '1'] = process.argv.slice(2);

/** One coefficient changed, in one study. */
interface Trial {
  readonly label: string;
  readonly study: string;
  /** Relative change of the component it changes most, at the narrowest width. */
  readonly shift: number;
  readonly z: number;
  readonly rejected: boolean;
}

type Judged = Pick<CheckReport, 'rows' | 'scaling' | 'verdict'>;

function largestZ({ rows, scaling }: Judged): number {
  return Math.max(...[...rows, ...scaling].map(({ z }) => Math.abs(z ?? 0)));
}

function largestShift(changed: Judged, derived: Judged): number {
  const total = ({ predicted, neglected }: CheckReport['rows'][number]): number =>
    (predicted ?? 0) + (neglected ?? 0);
  return Math.max(...changed.rows.map((row, k) => Math.abs(total(row) / total(derived.rows[k]!) - 1)));
}

function printRows({ rows, scaling }: Judged): void {
  const text = (value: number | null | undefined, digits = 4): string => value?.toPrecision(digits) ?? '-';
  const table = rows.map((row) => {
    const all = scaling.find(({ observable }) => observable === row.observable) ?? row;
    return [
      `${row.observable}, n = ${row.n}`,
      text(row.predicted),
      text((row.predicted ?? 0) + (row.neglected ?? 0)),
      text(row.measured),
      text(row.standardError, 2),
      text(row.z, 2),
      text(all.z, 2),
      all.detectable === null ? '-' : `${(100 * all.detectable).toPrecision(2)} %`,
    ];
  });
  printTable(['', 'through 1/n', 'with 1/n^2', 'measured', 'error', 'z', 'z, all n', 'detectable'], table);
}

async function tryMutants(
  { name, networks, letters, ...options }: PowerStudy,
  backend: Backend,
): Promise<Trial[]> {
  const theory = tangentTheory(options.observables);
  const study = tangentStudy(options);
  const start = performance.now();
  const all = Math.round(networks * Number(scale));
  const measured = await measureStudy(theory.model, study, itemsOf(theory, study), backend, {
    networks: all,
    seed: 1,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const derived = judge(theory, study, measured);
  console.log(`\n${name}: ${all} networks at each width, seed 1, ${seconds} s: ${derived.verdict}`);
  printRows(derived);
  return [rational(11, 10), rational(9, 10)].flatMap((factor) =>
    mutants(theory, factor)
      .filter(({ label }) => letters.some((letter) => label.startsWith(`${letter}:`)))
      .map((mutant) => {
        const changed = judge(mutant.theory, study, measured);
        const sign = factor.numerator > factor.denominator ? '+' : '-';
        return {
          label: `${sign}${mutant.label}`,
          study: name,
          shift: largestShift(changed, derived),
          z: largestZ(changed),
          rejected: changed.verdict === 'disagree',
        };
      }),
  );
}

/** Changes below it are those of coefficients that do not occur in a study's layers. */
const ROUNDING = 1e-9;

/** A line for each coefficient: the study that rejects its change most clearly. */
function printTrials(trials: readonly Trial[]): void {
  const sharpest = (label: string): Trial =>
    trials
      .filter((trial) => trial.label === label && trial.shift > ROUNDING)
      .reduce((best, trial) => (trial.z > best.z ? trial : best));
  const labels = [...new Set(trials.map(({ label }) => label.slice(1)))];
  const lines = labels.map((label) => ({ label, up: sharpest(`+${label}`), down: sharpest(`-${label}`) }));
  const head = ['coefficient', 'study', 'shift', 'z at +10 %', 'z at -10 %', 'rejected'];
  printTable(
    head,
    lines.map(({ label, up, down }) => [
      `\`${label}\``,
      up.study,
      `${(100 * up.shift).toFixed(1)} %`,
      up.z.toFixed(1),
      down.z.toFixed(1),
      up.rejected && down.rejected ? 'both' : up.rejected ? 'up' : down.rejected ? 'down' : 'no',
    ]),
  );
  const both = lines.filter(({ up, down }) => up.rejected && down.rejected).length;
  console.log(`\nRejected up and down: ${both} of ${lines.length} coefficients.`);
}

const backend = await openBackend('wasm');
const trials: Trial[] = [];
for (const study of POWER_STUDIES) trials.push(...(await tryMutants(study, backend)));
console.log('');
printTrials(trials);
