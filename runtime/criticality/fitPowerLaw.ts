/** Power laws from the numbers of a flow, by least squares. */

export interface FittedLaw {
  /** Absent where logarithms hide it: the amplitude is then fitted at the exponent derived. */
  readonly exponent?: number;
  readonly amplitude: number;
}

/** log|X| = log A + p log l + (a log l + b) / l. Undefined where the values change sign, vanish or are not finite. */
export function fitPowerLaw(depths: readonly number[], values: readonly number[]): FittedLaw | undefined {
  const sign = Math.sign(values[0] ?? 0);
  if (sign === 0 || values.some((value) => !Number.isFinite(value) || Math.sign(value) !== sign))
    return undefined;
  const rows = depths.map((l) => [1, Math.log(l), Math.log(l) / l, 1 / l]);
  const [front, exponent] = leastSquares(
    rows,
    values.map((value) => Math.log(Math.abs(value))),
  );
  if (front === undefined || exponent === undefined) return undefined;
  return { exponent, amplitude: sign * Math.exp(front) };
}

/** X = l^p (A log^m l + ... + a_0 + (b log l + c) / l) at a given exponent. */
export function fitLogarithms(
  depths: readonly number[],
  values: readonly number[],
  exponent: number,
  logarithm: number,
): FittedLaw | undefined {
  if (values.length < depths.length || values.some((value) => !Number.isFinite(value))) return undefined;
  const rows = depths.map((l) => [
    ...Array.from({ length: logarithm + 1 }, (_, m) => Math.log(l) ** m),
    ...Array.from({ length: logarithm + 2 }, (_, m) => Math.log(l) ** m / l),
  ]);
  const solution = leastSquares(
    rows,
    values.map((value, k) => value / depths[k]! ** exponent),
  );
  const amplitude = solution[logarithm];
  return amplitude === undefined ? undefined : { amplitude };
}

/** By orthogonalisation of the columns (modified Gram-Schmidt). */
export function leastSquares(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const count = rows[0]?.length ?? 0;
  const columns = Array.from({ length: count }, (_, j) => rows.map((row) => row[j]!));
  const triangle = Array.from({ length: count }, () => Array.from({ length: count }, () => 0));
  const rest = [...right];
  const projections: number[] = [];
  for (let j = 0; j < count; j++) {
    const q = columns[j]!;
    const norm = Math.hypot(...q);
    triangle[j]![j] = norm;
    q.forEach((value, i) => (q[i] = value / norm));
    for (let k = j + 1; k < count; k++) {
      const other = columns[k]!;
      const overlap = q.reduce((sum, value, i) => sum + value * other[i]!, 0);
      triangle[j]![k] = overlap;
      q.forEach((value, i) => (other[i]! -= overlap * value));
    }
    const projection = q.reduce((sum, value, i) => sum + value * rest[i]!, 0);
    projections.push(projection);
    q.forEach((value, i) => (rest[i]! -= projection * value));
  }
  const solution: number[] = Array.from({ length: count }, () => 0);
  for (let j = count - 1; j >= 0; j--) {
    let value = projections[j]!;
    for (let k = j + 1; k < count; k++) value -= triangle[j]![k]! * solution[k]!;
    solution[j] = value / triangle[j]![j]!;
  }
  return solution;
}
