/**
 * Every tensor of order 1/n against simulated networks in one table: `npm run bench:tensors`. The studies are in
 * bench/tensors/; arguments: which of its files, all by default.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CheckReport, CheckRow, ScalingRow } from '../runtime/check/report.ts';
import { printTable } from './table.ts';

const folder = fileURLToPath(new URL('tensors/', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);
const EXIT_OF_REPORTS = [0, 1, 3];

function checkFile(file: string): readonly CheckReport[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/eft.js', 'check', `${folder}${file}`, '--format', 'json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (!EXIT_OF_REPORTS.includes(status ?? -1)) throw new Error(`${file} failed:\n${stderr}`);
  return JSON.parse(stdout) as CheckReport[];
}

/** All components of one observable in one check. */
interface Tested {
  readonly name: string;
  readonly report: CheckReport;
  readonly rows: readonly CheckRow[];
  readonly scaling: readonly ScalingRow[];
}

function testedIn(report: CheckReport): readonly Tested[] {
  const names = [...new Set(report.rows.map(({ observable }) => observable))];
  const of = <T extends { readonly observable: string }>(all: readonly T[], name: string): readonly T[] =>
    all.filter(({ observable }) => observable === name);
  return names.map((name) => ({
    name,
    report,
    rows: of(report.rows, name),
    scaling: of(report.scaling, name),
  }));
}

/** The one with the smallest `value`, where it has one. */
function smallest<T>(all: readonly T[], value: (one: T) => number | null): T | undefined {
  return [...all].sort((p, q) => (value(p) ?? Infinity) - (value(q) ?? Infinity))[0];
}

/**
 * A line shows the component that is tested most sharply, at the narrowest width, and the best-resolved exponent.
 * Where the part of order 1/n vanishes there is no relative error to see, and the verdict is at best `consistent`.
 */
function lineOf({ name, report, rows, scaling }: Tested): readonly string[] {
  const sharpest = smallest(scaling, ({ detectable }) => detectable)!;
  const row = smallest(
    rows.filter(({ indices }) => String(indices) === String(sharpest.indices)),
    ({ n }) => n,
  )!;
  const falling = smallest(scaling, ({ exponentError }) => exponentError)!;
  const all = [...rows, ...scaling];
  const largest = Math.max(...all.map(({ z }) => Math.abs(z ?? 0)));
  const rejected = all.some(({ verdict }) => verdict === 'disagree');
  const seen = (sharpest.detectable ?? Infinity) <= 0.1;
  return [
    `${name}[${row.indices.join(',')}]`,
    report.study,
    String(row.n),
    text(row.predicted),
    text((row.predicted ?? 0) + (row.neglected ?? 0)),
    text(row.measured),
    text(row.standardError, 2),
    falling.exponent === null
      ? '-'
      : `${falling.exponent.toFixed(2)} (${falling.exponentError?.toFixed(2) ?? '-'})`,
    text(falling.expected, 1),
    sharpest.detectable === null ? '-' : `${(100 * sharpest.detectable).toPrecision(2)} %`,
    `${largest.toFixed(1)} of ${all.length}`,
    rejected ? 'disagree' : sharpest.detectable === null ? 'consistent' : seen ? 'agree' : 'inconclusive',
  ];
}

function text(value: number | null, digits = 4): string {
  return value === null ? '-' : value.toPrecision(digits);
}

const HEAD = [
  'observable',
  'study',
  'n',
  'through 1/n',
  'with 1/n^2',
  'measured',
  'error',
  'falls as n^-',
  'expected',
  'detectable',
  'largest z',
  'verdict',
];

const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.eft') && (chosen.length === 0 || chosen.includes(name)))
  .flatMap(checkFile);
printTable(HEAD, reports.flatMap(testedIn).map(lineOf));
const seconds = reports.reduce((sum, report) => sum + report.seconds, 0);
console.log(`\n${reports.length} checks, ${seconds.toFixed(0)} s`);
