/** NumPy's file format: a header that names type and shape, then the numbers as they lie in memory. */
import { endianness } from 'node:os';
import type { NumberSize } from './numbers.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';

const ORDER = endianness() === 'LE' ? '<' : '>';
const ALIGNMENT = 64;

/** What stands before numbers of this shape and size, row by row. */
export function npyHeader(shape: readonly number[], size: NumberSize): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const text = `{'descr': '${ORDER}f${size}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const length = total - 10;
  const prefix = Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8);
  return Buffer.concat([prefix, Buffer.from(`${text.padEnd(length - 1)}\n`)]);
}

/** The rows of a two-dimensional array of floats. Throws UserError naming the file. */
export function readNpy(bytes: Uint8Array, path: string): number[][] {
  const refuse = (reason: string): never => {
    throw new UserError(`cannot read ${path}: ${reason}`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length > 12 && bytes[0] === 0x93 && ascii(bytes, 1, 6) === 'NUMPY';
  if (!isNpy) return refuse('it is no .npy file');
  const [at, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = ascii(bytes, at, at + length);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'a structure';
  const shape = /'shape':\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((part) => part.trim() !== '');
  if (!/^[<>]f[48]$/.test(type)) return refuse(`expected float64 or float32, found ${type}`);
  if (shape?.length !== 2)
    return refuse(`expected two dimensions, samples and components, found ${shape?.length ?? 0}`);
  const [rows, columns] = shape.map(Number) as [number, number];
  const size = Number(type.at(-1));
  if (bytes.length < at + length + rows * columns * size) return refuse('it ends before its last number');
  const isLittle = type.startsWith('<');
  const isByColumns = /'fortran_order':\s*True/.test(header);
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_column, c) => {
      const place = at + length + size * (isByColumns ? c * rows + r : r * columns + c);
      return size === 8 ? view.getFloat64(place, isLittle) : view.getFloat32(place, isLittle);
    }),
  );
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}
