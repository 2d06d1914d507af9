/**
 * Smooth functions of a variance at the variances of many samples: where these are many, by Chebyshev interpolation in
 * the logarithm of the variance, with what it neglects kept below `TOLERANCE`.
 */

/** Rows of `columns` numbers, one row a variance. */
export type Rows = (variances: Float64Array) => { readonly values: Float64Array; readonly columns: number };

/** Relative to the largest entry of a column. */
const TOLERANCE = 3e-14;
const FIRST_POINTS = 8;
const MOST_POINTS = 256;

/** What `rows` would give at each of `variances` (positive), one row each. */
export function rowsAtVariances(
  variances: Float64Array,
  rows: Rows,
): { readonly values: Float64Array; readonly columns: number } {
  const distinct = Float64Array.from(new Set(variances)).sort();
  const [low, high] = [Math.log(distinct[0]!), Math.log(distinct.at(-1)!)];
  for (
    let points = FIRST_POINTS;
    points < Math.min(distinct.length, MOST_POINTS);
    points = Math.ceil(1.5 * points)
  ) {
    const table = rows(chebyshevPoints(points, low, high));
    const coefficients = chebyshevCoefficients(table.values, points, table.columns);
    if (isResolved(coefficients, points, table.columns))
      return {
        columns: table.columns,
        values: interpolate(coefficients, table.columns, variances, low, high),
      };
  }
  return spread(rows(distinct), distinct, variances);
}

function spread(
  { values, columns }: ReturnType<Rows>,
  distinct: Float64Array,
  variances: Float64Array,
): ReturnType<Rows> {
  const place = new Map(Array.from(distinct, (variance, k) => [variance, k]));
  const out = new Float64Array(variances.length * columns);
  variances.forEach((variance, s) => {
    const k = place.get(variance)!;
    out.set(values.subarray(k * columns, (k + 1) * columns), s * columns);
  });
  return { values: out, columns };
}

/** `count` points from `low` to `high`, exponentials of Chebyshev's. */
export function chebyshevPoints(count: number, low: number, high: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) =>
    Math.exp((low + high) / 2 + ((high - low) / 2) * Math.cos((Math.PI * (k + 0.5)) / count)),
  );
}

/** One row a degree. */
function chebyshevCoefficients(values: Float64Array, count: number, columns: number): Float64Array {
  const out = new Float64Array(count * columns);
  for (let degree = 0; degree < count; degree++)
    for (let k = 0; k < count; k++) {
      const weight = ((degree === 0 ? 1 : 2) / count) * Math.cos((Math.PI * degree * (k + 0.5)) / count);
      for (let c = 0; c < columns; c++) out[degree * columns + c]! += weight * values[k * columns + c]!;
    }
  return out;
}

/** The last quarter of the coefficients is noise: they fall geometrically, so what follows is smaller still. */
function isResolved(coefficients: Float64Array, count: number, columns: number): boolean {
  let [largest, last] = [0, 0];
  for (let degree = 0; degree < count; degree++)
    for (let c = 0; c < columns; c++) {
      const size = Math.abs(coefficients[degree * columns + c]!);
      largest = Math.max(largest, size);
      if (degree >= count - count / 4) last = Math.max(last, size);
    }
  return last <= TOLERANCE * largest;
}

function interpolate(
  coefficients: Float64Array,
  columns: number,
  variances: Float64Array,
  low: number,
  high: number,
): Float64Array {
  const count = coefficients.length / columns;
  const out = new Float64Array(variances.length * columns);
  variances.forEach((variance, s) => {
    const x = Math.max(-1, Math.min(1, (2 * Math.log(variance) - low - high) / (high - low)));
    let [here, before] = [1, x];
    for (let degree = 0; degree < count; degree++) {
      for (let c = 0; c < columns; c++) out[s * columns + c]! += here * coefficients[degree * columns + c]!;
      [here, before] = [degree === 0 ? x : 2 * x * here - before, here];
    }
  });
  return out;
}
