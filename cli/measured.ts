import { UserError } from '../diagnostics/diagnostic.ts';
import type { CheckReport } from '../index.ts';
import { readText } from './files.ts';

/** The reports that `eft check --format json` wrote into a file. */
export function readReports(path: string): CheckReport[] {
  const value = parseJson(readText(path), path);
  const reports = Array.isArray(value) ? value : [value];
  if (!reports.every(isReport)) throw new UserError(`${path} is not what \`eft check --format json\` prints`);
  return reports;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path} is not JSON`);
  }
}

function isReport(value: unknown): value is CheckReport {
  if (!isRecord(value)) return false;
  const { study, rows, scaling, networks, seed } = value;
  return (
    typeof study === 'string' &&
    typeof networks === 'number' &&
    typeof seed === 'number' &&
    Array.isArray(rows) &&
    rows.every(isRow) &&
    Array.isArray(scaling) &&
    scaling.every(isNamed)
  );
}

function isRow(value: unknown): boolean {
  if (!isRecord(value) || !isNamed(value)) return false;
  const { n, order, predicted, measured, standardError } = value;
  return (
    typeof n === 'number' &&
    typeof order === 'number' &&
    [predicted, measured, standardError].every(isNumberOrNull)
  );
}

function isNamed(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { observable, indices } = value;
  return (
    typeof observable === 'string' &&
    Array.isArray(indices) &&
    indices.every((each) => typeof each === 'number')
  );
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
