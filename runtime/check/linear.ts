/** Small dense symmetric systems. */

/** Lower triangle L with L L^T = matrix; undefined unless the matrix is positive definite and finite. */
export function choleskyFactor(matrix: readonly (readonly number[])[]): readonly Float64Array[] | undefined {
  const rows = matrix.map(() => new Float64Array(matrix.length));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= rows[i]![k]! * rows[j]![k]!;
      if (i === j && !(rest > 0 && rest < Infinity)) return undefined;
      rows[i]![j] = i === j ? Math.sqrt(rest) : rest / rows[j]![j]!;
    }
  }
  return rows;
}

/** The solution of L L^T x = right. */
export function solveWithFactor(
  factor: readonly Float64Array[],
  right: readonly number[],
): readonly number[] {
  const size = factor.length;
  const x = [...right];
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i]![k]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}
