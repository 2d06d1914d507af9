/** Every number of a chart as a table: CSV, JSON, and an array for NumPy. */
import type { Chart, Panel } from './chart.ts';
import { plainLabel } from './label.ts';

export interface ChartRow {
  readonly panel: string;
  readonly series: string;
  readonly kind: 'cell' | 'curve' | 'point';
  readonly x: number;
  readonly y: number;
  /** The quantity that cells show, in charts that have cells. */
  readonly z?: number | null;
  /** Standard error of a measured point. */
  readonly error: number | null;
}

/** In the order of the panels and their series; in each first the curve, then the points. Cells come first. */
export function chartRows(chart: Chart): ChartRow[] {
  const rows = chart.panels.flatMap((panel) => [...cellRows(panel), ...seriesRows(panel)]);
  return hasCells(chart) ? rows.map((row) => ({ ...row, z: row.z ?? null })) : rows;
}

function hasCells({ panels }: Chart): boolean {
  return panels.some(({ cells }) => cells !== undefined);
}

function cellRows({ name: panel, cells }: Panel): ChartRow[] {
  if (!cells) return [];
  const { name: series, x: xs, y: ys, rows } = cells;
  return ys.flatMap((y, j) =>
    xs.map((x, i): ChartRow => ({ panel, series, kind: 'cell', x, y, z: rows[j]![i]!, error: null })),
  );
}

function seriesRows(panel: Panel): ChartRow[] {
  return panel.series.flatMap(({ name, curve = [], points = [] }) => [
    ...curve.map(({ x, y }): ChartRow => ({
      panel: panel.name,
      series: name,
      kind: 'curve',
      x,
      y,
      error: null,
    })),
    ...points.map(({ x, y, error }): ChartRow => ({
      panel: panel.name,
      series: name,
      kind: 'point',
      x,
      y,
      error: error ?? null,
    })),
  ]);
}

const COLUMNS = ['panel', 'series', 'kind', 'x', 'y', 'error'] as const;
const CELL_COLUMNS = ['panel', 'series', 'kind', 'x', 'y', 'z', 'error'] as const;

/** RFC 4180, numbers with all their digits. */
export function chartCsv(chart: Chart): string {
  const columns = hasCells(chart) ? CELL_COLUMNS : COLUMNS;
  const lines = chartRows(chart).map((row) => columns.map((column) => quoteCsv(String(row[column] ?? ''))));
  return [columns, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

function quoteCsv(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** `docs/schemas/plot.schema.json`. */
export function chartJson(chart: Chart): string {
  const { title, notes, panels } = chart;
  const document = {
    title: plainLabel(title),
    notes: notes.map(plainLabel),
    panels: panels.map(({ name, x, y }) => ({
      name,
      x: { label: plainLabel(x.label), scale: x.scale },
      y: { label: plainLabel(y.label), scale: y.scale },
    })),
    rows: chartRows(chart).map((row) => ({
      ...row,
      x: finite(row.x),
      y: finite(row.y),
      ...(row.z === undefined ? {} : { z: finite(row.z ?? NaN) }),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const TEXT_COLUMNS = ['panel', 'series', 'kind'] as const;
const NUMBER_COLUMNS = ['x', 'y', 'error'] as const;
const CELL_NUMBER_COLUMNS = ['x', 'y', 'z', 'error'] as const;
type NumberColumns = typeof NUMBER_COLUMNS | typeof CELL_NUMBER_COLUMNS;

/**
 * A structured array in NumPy's format, version 2: `numpy.load(file)["y"]`. Texts are of fixed width in UCS-4, numbers doubles,
 * an absent number is not a number.
 */
export function chartNpy(chart: Chart): Uint8Array {
  const rows = chartRows(chart);
  const texts = TEXT_COLUMNS.map((column) =>
    rows.map((row) => Array.from(row[column], (c) => c.codePointAt(0)!)),
  );
  const widths = texts.map((column) => column.reduce((most, { length }) => Math.max(most, length), 1));
  const numbers: NumberColumns = hasCells(chart) ? CELL_NUMBER_COLUMNS : NUMBER_COLUMNS;
  const header = npyHeader(widths, numbers, rows.length);
  const size = widths.reduce((sum, width) => sum + 4 * width, 8 * numbers.length);
  const bytes = new Uint8Array(header.length + size * rows.length);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  rows.forEach((row, k) => {
    let at = header.length + k * size;
    texts.forEach((column, c) => {
      column[k]!.forEach((code, j) => view.setUint32(at + 4 * j, code, true));
      at += 4 * widths[c]!;
    });
    for (const column of numbers) {
      view.setFloat64(at, row[column] ?? NaN, true);
      at += 8;
    }
  });
  return bytes;
}

/** Magic string, version, length of the description, and the description padded to a multiple of 64 bytes. */
function npyHeader(widths: readonly number[], numbers: NumberColumns, rows: number): Uint8Array {
  const fields = [
    ...TEXT_COLUMNS.map((name, k) => `('${name}', '<U${widths[k]!}')`),
    ...numbers.map((name) => `('${name}', '<f8')`),
  ];
  const text = `{'descr': [${fields.join(', ')}], 'fortran_order': False, 'shape': (${rows},), }`;
  const prefix = 12;
  const padding = (64 - ((prefix + text.length + 1) % 64)) % 64;
  const padded = `${text}${' '.repeat(padding)}\n`;
  const bytes = new Uint8Array(prefix + padded.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  new DataView(bytes.buffer).setUint32(8, padded.length, true);
  bytes.set(
    Array.from(padded, (character) => character.charCodeAt(0)),
    prefix,
  );
  return bytes;
}
