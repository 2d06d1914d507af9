/** Tables in the angle between samples along rows of pairs. */
import type { PairRow } from './pairRow.ts';

/** sum_kij left[a, i] right[b, j] table[k, i, j] T_k(2 arcsin(rho) / pi), see `angleTable.ts`. */
export interface AngleKernel {
  readonly kind: 'angles';
  readonly degrees: number;
  readonly columns: number;
  readonly table: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

export function fillAngles(
  { degrees, columns, table, left, right }: AngleKernel,
  { a, from, count, arcsine }: PairRow,
  out: Float64Array,
): void {
  const own = new Float64Array(degrees * columns);
  for (let k = 0; k < degrees; k++)
    for (let i = 0; i < columns; i++) {
      const weight = left[a * columns + i]!;
      const at = (k * columns + i) * columns;
      for (let j = 0; j < columns; j++) own[k * columns + j]! += weight * table[at + j]!;
    }
  for (let p = 0; p < count; p++) {
    const x = Math.max(-1, Math.min(1, (arcsine[p]! * 2) / Math.PI));
    const at = (from + p) * columns;
    let [last, beforeLast] = [0, 0];
    for (let k = degrees - 1; k >= 0; k--) {
      let coefficient = 0;
      for (let j = 0; j < columns; j++) coefficient += own[k * columns + j]! * right[at + j]!;
      const next = coefficient + (k === 0 ? x : 2 * x) * last - beforeLast;
      beforeLast = last;
      last = next;
    }
    out[p] = last;
  }
}
