/** `--samples FILE`: one sample a row, from CSV text or a NumPy array. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { readDataBytes } from '../files.ts';
import { readNpy } from './npy.ts';

/** Throws UserError naming file, line and column. */
export function readSampleFile(path: string): readonly (readonly number[])[] {
  const bytes = readDataBytes(path);
  const samples = path.endsWith('.npy') ? readNpy(bytes, path) : readCsv(bytes, path);
  if (samples.length === 0 || samples[0]!.length === 0)
    throw new UserError(`cannot read ${path}: it has no samples`);
  const bad = samples.findIndex((sample) => !sample.every(Number.isFinite));
  if (bad >= 0) throw new UserError(`cannot read ${path}: sample ${bad + 1} is not finite`);
  return samples;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Numbers between commas; a first line without any number holds names. */
function readCsv(bytes: Uint8Array, path: string): number[][] {
  const rows = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .map((text, k) => ({ cells: text.split(',').map((cell) => cell.trim()), line: k + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first] = rows;
  const hasNames = first?.cells.every((cell) => !NUMBER.test(cell)) ?? false;
  return rows.slice(hasNames ? 1 : 0).map(({ cells, line }) => {
    if (cells.length !== first!.cells.length)
      throw new UserError(
        `cannot read ${path}: line ${line} has ${cells.length} values, line ${first!.line} has ${first!.cells.length}`,
      );
    const bad = cells.findIndex((cell) => !NUMBER.test(cell));
    if (bad >= 0)
      throw new UserError(
        `cannot read ${path}: line ${line}, column ${bad + 1}: \`${cells[bad]!}\` is no number`,
      );
    return cells.map(Number);
  });
}
