/** A check as text: one table of rows, one of scaling fits, and the verdict in words. */
import { percent, significant, withError } from './formatNumber.ts';
import type { CheckReport, CheckRow, ScalingRow } from './report.ts';
import { FAMILY_ERROR, REQUIRED_SENSITIVITY } from './verdict.ts';

const ROW_HEADINGS = ['', 'n', 'predicted', 'measured', 'neglected', 'z', 'detectable', ''];
const SCALING_HEADINGS = ['', 'falls as n^-', 'expected', 'z', 'detectable', ''];

export function renderReport(report: CheckReport): string {
  const head = `Check "${report.study}": ${report.networks} networks at each width, seed ${report.seed}, ${report.backend}, ${report.seconds.toFixed(1)} s`;
  const rows = table(ROW_HEADINGS, report.rows.map(rowCells));
  const scaling = table(SCALING_HEADINGS, report.scaling.map(scalingCells));
  const fits = report.scaling.length > 0 ? ['Measured - predicted over all widths:', ...scaling, ''] : [];
  return [head, '', ...rows, '', ...fits, ...notes(report), verdictLine(report), ''].join('\n');
}

function rowCells(row: CheckRow): readonly string[] {
  return [
    nameOf(row),
    String(row.n),
    significant(row.predicted),
    withError(row.measured, row.standardError),
    significant(row.neglected),
    row.z === null ? '-' : row.z.toFixed(2),
    percent(row.detectable),
    mark(row),
  ];
}

function scalingCells(row: ScalingRow): readonly string[] {
  return [
    nameOf(row),
    row.exponent === null ? 'not resolved' : withError(row.exponent, row.exponentError),
    row.expected === null ? '-' : String(row.expected),
    row.z === null ? '-' : row.z.toFixed(2),
    percent(row.detectable),
    mark(row),
  ];
}

/** `V[1,1;2,2]` for an observable; a stated formula already names its samples. */
function nameOf({
  observable,
  indices,
}: {
  readonly observable: string;
  readonly indices: readonly number[];
}): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(observable) ? `${observable}[${indices.join(',')}]` : observable;
}

/** A quantity predicted to vanish has no part on trial: all that can be said is that it does. */
function mark({ verdict, detectable }: CheckRow | ScalingRow): string {
  if (verdict !== 'inconclusive') return verdict;
  return detectable === null ? 'consistent' : 'too weak';
}

function notes({ rows, scaling, omitted, interrupted, networks }: CheckReport): readonly string[] {
  const weak = [...rows, ...scaling].filter((row) => mark(row) === 'too weak').length;
  const family = rows.length + scaling.length;
  return [
    ...(interrupted
      ? [`Interrupted: what was measured so far, from ${networks} networks or more at each width.`]
      : []),
    ...(omitted > 0 ? [`${omitted} further components were not compared.`] : []),
    ...(weak > 0
      ? [`${weak} of ${family} comparisons could not have seen an error of ${percent(REQUIRED_SENSITIVITY)}.`]
      : []),
  ];
}

function verdictLine({ verdict, rows, scaling }: CheckReport): string {
  const failed = [...rows, ...scaling].filter((row) => row.verdict === 'disagree');
  const names = [...new Set(failed.map(nameOf))].join(', ');
  switch (verdict) {
    case 'agree':
      return `AGREE: theory and simulation agree (chance of a false alarm at most ${percent(FAMILY_ERROR)}).`;
    case 'disagree':
      return `DISAGREE: the simulation rejects ${names}.`;
    case 'inconclusive':
      return 'INCONCLUSIVE: nothing contradicts the theory, but an observable was not seen sharply enough; use more networks or other widths.';
  }
}

/** Columns padded to their widest cell: names to the left, numbers to the right. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  const last = headings.length - 1;
  return all.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 || column === last ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
