/** Sums of products along a row of pairs, and the overlaps of inputs they begin with. */
import type { Operand } from './pairProgram.ts';
import type { OutputExpression, RowTerm } from './kernelPlan.ts';

/** What operands refer to along a row (a, from), ..., (a, from + count - 1). */
export interface RowValues {
  readonly a: number;
  readonly from: number;
  readonly count: number;
  readonly overlaps?: { readonly row: Float64Array; readonly norms: Float64Array };
  readonly couplings: readonly Float64Array[];
  readonly diagonals: readonly Float64Array[];
  readonly averages: readonly Float64Array[];
  readonly averageDiagonals: readonly Float64Array[];
}

/** Writes the sum of the terms to `out`; `product` is room for a row. With `exchanged` the row is that of (b, a). */
export function sumTerms(
  terms: readonly RowTerm[],
  values: RowValues,
  out: Float64Array,
  product: Float64Array,
  exchanged = false,
): void {
  const { count } = values;
  let constant = 0;
  for (const { coefficient, operands } of terms)
    if (!operands.some((operand) => runsAlong(operand, exchanged)))
      constant += rowFactor(coefficient, operands, values, exchanged);
  out.fill(constant, 0, count);
  for (const { coefficient, operands } of terms) {
    let [first, second, more]: [Operand | undefined, Operand | undefined, number] = [undefined, undefined, 0];
    for (const operand of operands)
      if (runsAlong(operand, exchanged)) {
        if (!first) first = operand;
        else if (!second) second = operand;
        else more++;
      }
    if (!first) continue;
    const factor = rowFactor(coefficient, operands, values, exchanged);
    const [row, at] = [arrayOf(first, values), offsetOf(first, values)];
    if (!second) addRow(factor, row, at, count, out);
    else if (more === 0)
      addPair(factor, row, at, arrayOf(second, values), offsetOf(second, values), count, out);
    else addProduct(factor, operands, values, out, product, exchanged);
  }
}

/** The coefficient with what is one number along the row. */
function rowFactor(
  coefficient: number,
  operands: readonly Operand[],
  values: RowValues,
  exchanged: boolean,
): number {
  let factor = coefficient;
  for (const operand of operands)
    if (!runsAlong(operand, exchanged)) factor *= diagonalOf(operand, values)[values.a]!;
  return factor;
}

/** Whether an operand changes along the row. */
function runsAlong({ place }: Operand, exchanged: boolean): boolean {
  return place === 'ab' || (place === 'aa') === exchanged;
}

function arrayOf(operand: Operand, values: RowValues): Float64Array {
  if (operand.place !== 'ab') return diagonalOf(operand, values);
  if (operand.kind === 'overlap') return values.overlaps!.row;
  return (operand.kind === 'coupling' ? values.couplings : values.averages)[operand.index]!;
}

function diagonalOf(operand: Operand, values: RowValues): Float64Array {
  if (operand.kind === 'overlap') return values.overlaps!.norms;
  return (operand.kind === 'coupling' ? values.diagonals : values.averageDiagonals)[operand.index]!;
}

function offsetOf({ place }: Operand, { from }: RowValues): number {
  return place === 'ab' ? 0 : from;
}

function addRow(factor: number, row: Float64Array, at: number, count: number, out: Float64Array): void {
  for (let p = 0; p < count; p++) out[p]! += factor * row[at + p]!;
}

function addPair(
  factor: number,
  row: Float64Array,
  at: number,
  other: Float64Array,
  otherAt: number,
  count: number,
  out: Float64Array,
): void {
  for (let p = 0; p < count; p++) out[p]! += factor * row[at + p]! * other[otherAt + p]!;
}

function addProduct(
  factor: number,
  operands: readonly Operand[],
  values: RowValues,
  out: Float64Array,
  product: Float64Array,
  exchanged: boolean,
): void {
  const { count } = values;
  product.fill(factor, 0, count);
  for (const operand of operands)
    if (runsAlong(operand, exchanged))
      multiplyRow(product, arrayOf(operand, values), offsetOf(operand, values), count);
  addRow(1, product, 0, count, out);
}

function multiplyRow(product: Float64Array, row: Float64Array, at: number, count: number): void {
  for (let p = 0; p < count; p++) product[p]! *= row[at + p]!;
}

/** The values of an observable along a row, which may be a row of the state itself. */
export function evaluateOutput(
  expression: OutputExpression,
  values: RowValues,
  exchanged: boolean,
): Float64Array {
  const whole = couplingOf(expression);
  if (whole !== undefined) return values.couplings[whole]!;
  const out = new Float64Array(values.count);
  switch (expression.kind) {
    case 'number':
      return out.fill(expression.value);
    case 'terms':
      sumTerms(expression.terms, values, out, new Float64Array(values.count), exchanged);
      return out;
    case 'sum':
    case 'product': {
      const isSum = expression.kind === 'sum';
      out.fill(isSum ? 0 : 1);
      for (const part of expression.parts)
        evaluateOutput(part, values, exchanged).forEach((value, p) => {
          out[p] = isSum ? out[p]! + value : out[p]! * value;
        });
      return out;
    }
    case 'power':
      return evaluateOutput(expression.base, values, exchanged).map((value) => value ** expression.exponent);
  }
}

/** The coupling that an expression is, if it is one and nothing else. */
function couplingOf(expression: OutputExpression): number | undefined {
  if (expression.kind !== 'terms' || expression.terms.length !== 1) return undefined;
  const [{ coefficient, operands }] = expression.terms as [RowTerm];
  const [operand] = operands;
  const isWhole = coefficient === 1 && operands.length === 1 && operand?.place === 'ab';
  return isWhole && operand.kind === 'coupling' ? operand.index : undefined;
}

/** (1/n_0) sum_j x_j(a) x_j(b) for b = from, ..., from + count - 1, written to `out`. */
export function overlapRow(
  inputs: Float64Array,
  dimension: number,
  a: number,
  from: number,
  count: number,
  out: Float64Array,
): void {
  const start = a * dimension;
  let p = 0;
  for (; p + 3 < count; p += 4) {
    const at0 = (from + p) * dimension;
    const [at1, at2, at3] = [at0 + dimension, at0 + 2 * dimension, at0 + 3 * dimension];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = 0; j < dimension; j++) {
      const x = inputs[start + j]!;
      s0 += x * inputs[at0 + j]!;
      s1 += x * inputs[at1 + j]!;
      s2 += x * inputs[at2 + j]!;
      s3 += x * inputs[at3 + j]!;
    }
    out[p] = s0 / dimension;
    out[p + 1] = s1 / dimension;
    out[p + 2] = s2 / dimension;
    out[p + 3] = s3 / dimension;
  }
  for (; p < count; p++) {
    const at = (from + p) * dimension;
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += inputs[start + j]! * inputs[at + j]!;
    out[p] = sum / dimension;
  }
}
