/** A flow for readers: an aligned table for a terminal, CSV (RFC 4180) for other programs. */
import type { Observable } from '../../theory/model.ts';
import { flowRows, type FlowRow } from './flowRows.ts';
import type { FlowResult } from './flowResult.ts';

/** The sample index groups of the observables, to write `V[1,1;2,2]` as the language does. */
export type ObservableGroups = readonly Pick<Observable, 'name' | 'indices'>[];

/** One table a result; components equal by symmetry are shown once. */
export function renderFlowTable(results: readonly FlowResult[], observables: ObservableGroups): string {
  return results.map((result) => renderTable(result, observables)).join('\n');
}

/** Every component of every result, one a line; numbers with all their digits, nothing where a power is absent. */
export function renderFlowCsv(results: readonly FlowResult[]): string {
  const rows = results.flatMap((result) => flowRows(result).map((row) => ({ study: result.study, row })));
  const orders = ordersOf(rows.map(({ row }) => row));
  const header = ['study', 'layer', 'observable', 'samples', ...orders.map((p) => `order_${p}`), 'total'];
  const lines = rows.map(({ study, row }) => [
    study,
    String(row.layer),
    row.observable,
    row.samples.join(' '),
    ...orders.map((order) => String(row.orders.get(order) ?? '')),
    String(row.total ?? ''),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(quoteCsv).join(',')}\n`).join('');
}

function quoteCsv(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function renderTable(result: FlowResult, observables: ObservableGroups): string {
  const rows = withoutRepeats(flowRows(result));
  const orders = ordersOf(rows);
  const totals = result.n === undefined ? [] : [`n = ${result.n}`];
  const header = ['layer', 'observable', ...orders.map(orderHeading), ...totals];
  const lines = rows.map((row) => [
    String(row.layer),
    componentName(row, observables),
    ...orders.map((order) => formatNumber(row.orders.get(order))),
    ...totals.map(() => formatNumber(row.total)),
  ]);
  const limits = (result.limits ?? []).map(({ quantity, layer, extrapolated }) =>
    extrapolated
      ? `${quantity} goes to 1 near layer ${layer.toPrecision(3)}, by the growth over these layers\n`
      : `${quantity} reaches 1 in layer ${layer}: there the expansion in 1/n ends\n`,
  );
  const below = limits.length > 0 ? `\n${limits.join('')}` : '';
  return `${title(result)}\n\n${alignColumns([header, ...lines])}${below}`;
}

function title({ study, parameters }: FlowResult): string {
  const values = Object.entries(parameters).map(([name, value]) => {
    const text = typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
    return `${name} = ${text}`;
  });
  return `Study "${study}": ${values.join(', ')}`;
}

function orderHeading(order: number): string {
  if (order === 0) return 'n^0';
  return order === 1 ? '1/n' : order > 1 ? `1/n^${order}` : `n^${-order}`;
}

function componentName({ observable, samples }: FlowRow, observables: ObservableGroups): string {
  const groups = observables.find(({ name }) => name === observable)?.indices;
  if (samples.length === 0) return observable;
  // A combination of observables, all at one sample.
  if (!groups) return `(${observable})[${samples.join(',')}]`;
  let at = 0;
  const parts = groups.map((group) => samples.slice(at, (at += group.length)).join(','));
  return `${observable}[${parts.join(';')}]`;
}

function formatNumber(value: number | undefined): string {
  if (value === undefined) return '';
  return Object.is(value, 0) ? '0' : value.toPrecision(7);
}

/** The first two columns to the left, numbers to the right, two spaces between. */
function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, k) => Math.max(...lines.map((cells) => cells[k]?.length ?? 0)));
  return lines
    .map((cells) => cells.map((cell, k) => pad(cell, widths[k] ?? 0, k < 2)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}

function ordersOf(rows: readonly FlowRow[]): number[] {
  return [...new Set(rows.flatMap(({ orders }) => [...orders.keys()]))].sort((a, b) => a - b);
}

/** Drops a component when one before it has the same samples in another order and the same values. */
function withoutRepeats(rows: readonly FlowRow[]): FlowRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values = [...row.orders.values()].map((value) => value.toPrecision(10));
    const key = [row.layer, row.observable, [...row.samples].sort((a, b) => a - b), values].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
