/** A check as text: one table of rows, one of scaling fits, and the verdict in words. */
import { percent, significant, withError } from './formatNumber.ts';
import type { CheckReport, CheckRow, ScalingRow } from './report.ts';
import type { Method } from './estimators.ts';
import { FAMILY_ERROR } from './verdict.ts';

const ROW_HEADINGS = ['', 'n', 'predicted', 'measured', 'neglected', 'z', 'detectable', ''];
const SCALING_HEADINGS = ['', 'falls as n^-', 'expected', 'z', 'detectable', ''];

/** `verbose` adds which networks each observable was measured on. */
export function renderReport(report: CheckReport, { verbose = false }: { verbose?: boolean } = {}): string {
  const head = `Check "${report.study}": ${report.networks} networks at each width, seed ${report.seed}, ${report.backend}, ${report.seconds.toFixed(1)} s`;
  const rows = table(ROW_HEADINGS, report.rows.map(rowCells));
  const scaling = table(SCALING_HEADINGS, report.scaling.map(scalingCells));
  const fits = report.scaling.length > 0 ? ['Measured - predicted over all widths:', ...scaling, ''] : [];
  return [
    head,
    '',
    ...rows,
    '',
    ...fits,
    ...(verbose ? estimatorLines(report) : []),
    ...notes(report),
    verdictLine(report),
    '',
  ].join('\n');
}

/** Observables measured in the same way share a line. */
function estimatorLines({ estimators }: CheckReport): readonly string[] {
  const methods = new Map(estimators.map((note) => [note.observable, note.estimator]));
  const alike = new Map<string, Set<string>>();
  for (const { observable, estimator, reason } of estimators) {
    const line = `${estimator} (${METHOD_NAMES[estimator]}); ${reason}`;
    alike.set(line, (alike.get(line) ?? new Set()).add(observable));
  }
  const lines = [...alike].map(([line, names]) => `  ${[...names].join(', ')}: ${line}`);
  const same = [...methods].map((pair) => pair.join('=')).join(',');
  return ['Measured by:', ...lines, ...(same === '' ? [] : [`  the same again: --estimator ${same}`]), ''];
}

const METHOD_NAMES: Readonly<Record<Method, string>> = {
  'conditional+controls': 'networks without weights, control variates',
  conditional: 'networks without weights',
  'weights+controls': 'networks with weights, last layer averaged, control variates',
  weights: 'networks with weights, last layer averaged',
  plain: 'networks with weights, last layer sampled',
};

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
export function nameOf({
  observable,
  indices,
}: {
  readonly observable: string;
  readonly indices: readonly number[];
}): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(observable) ? `${observable}[${indices.join(',')}]` : observable;
}

/** A comparison that would not have seen an error of the size required proves little alone: it only does not contradict. */
export function mark({ verdict }: CheckRow | ScalingRow): string {
  return verdict === 'inconclusive' ? 'consistent' : verdict;
}

function notes(report: CheckReport): readonly string[] {
  const { omitted, interrupted, networks, scaling } = report;
  return [
    ...tailNote(scaling),
    ...(interrupted
      ? [
          networks === 0
            ? 'Interrupted before anything was measured.'
            : `Interrupted: what was measured so far, from ${networks} networks or more at each width.`,
        ]
      : []),
    ...(omitted > 0 ? [`${omitted} further components were not compared.`] : []),
    'Smallest error of its highest kept power of 1/n that would have been seen, of each observable at its sharpest:',
    ...sharpest(report).map(([observable, error]) => {
      const weak = error === null || error > report.required;
      return `  ${observable}  ${percent(error)}${weak ? '  too weak' : ''}`;
    }),
    '',
  ];
}

/** One sentence on the components whose unknown orders had to be raised; none when there are none. */
export function tailNote(scaling: readonly ScalingRow[]): readonly string[] {
  const raised = scaling.filter(({ tail }) => tail > 1);
  if (raised.length === 0) return [];
  const list = raised.map((row) => `${nameOf(row)} (${row.tail.toPrecision(2)} times)`).join(', ');
  return [
    `Powers of 1/n beyond the neglected one are larger than expected, or no coefficient would fit all widths: ${list}.`,
  ];
}

/** For each observable the smallest relative error one of its comparisons could have seen; null when none could. */
export function sharpest({ rows, scaling }: CheckReport): readonly (readonly [string, number | null])[] {
  const best = new Map<string, number | null>();
  for (const { observable, detectable } of [...rows, ...scaling]) {
    const known = best.get(observable) ?? null;
    best.set(observable, known === null ? detectable : Math.min(known, detectable ?? Infinity));
  }
  return [...best];
}

export function verdictLine({ verdict, rows, scaling, required }: CheckReport): string {
  const failed = [...rows, ...scaling].filter((row) => row.verdict === 'disagree');
  const names = [...new Set(failed.map(nameOf))].join(', ');
  switch (verdict) {
    case 'agree':
      return `AGREE: theory and simulation agree (chance of a false alarm at most ${percent(FAMILY_ERROR)}).`;
    case 'disagree':
      return `DISAGREE: the simulation rejects ${names}.`;
    case 'inconclusive':
      return `INCONCLUSIVE: nothing contradicts the theory, but an error of ${percent(required)} in an observable would not have been seen; use more networks or other widths.`;
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
