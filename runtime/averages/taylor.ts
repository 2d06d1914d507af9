/**
 * Truncated Taylor arithmetic on many points at once. A block holds rows k = 0..order of `count` numbers,
 * row k the coefficient f^(k)/k!, starting at an offset of one shared array. The recurrences are those of
 * Griewank and Walther, "Evaluating Derivatives" (2008), section 13.2; `degree` bounds the rows of the argument
 * that are not zero, which makes functions of a linear argument cost O(order) instead of O(order^2).
 */

/** The rows in use: `order + 1` rows of `count` numbers in `data`. */
export interface Rows {
  readonly data: Float64Array;
  readonly count: number;
  readonly order: number;
}

/** out = constant + sum_i coefficients[i] * terms[i] */
export function linearRows(
  { data, count, order }: Rows,
  out: number,
  constant: number,
  terms: readonly number[],
  coefficients: readonly number[],
): void {
  const length = (order + 1) * count;
  data.fill(0, out, out + length);
  data.fill(constant, out, out + count);
  terms.forEach((term, index) => {
    const coefficient = coefficients[index]!;
    for (let i = 0; i < length; i++) data[out + i]! += coefficient * data[term + i]!;
  });
}

/** out = a * b; rows of `a` beyond `degree` are zero. */
export function multiplyRows(
  { data, count, order }: Rows,
  out: number,
  a: number,
  b: number,
  degree: number,
): void {
  data.fill(0, out, out + (order + 1) * count);
  for (let k = 0; k <= order; k++) {
    for (let j = 0; j <= Math.min(k, degree); j++)
      addProduct(data, count, out + k * count, a + j * count, b + (k - j) * count, 1);
  }
}

/**
 * out' = factor * rate * u', given row 0 of out: the chain rule for a function whose derivative is known.
 * Only row k is filled, from rows below k of `rate`.
 */
export function chainRow(
  { data, count }: Rows,
  k: number,
  out: number,
  rate: number,
  argument: number,
  degree: number,
  factor: number,
): void {
  data.fill(0, out + k * count, out + (k + 1) * count);
  for (let j = 1; j <= Math.min(k, degree); j++) {
    addProduct(data, count, out + k * count, rate + (k - j) * count, argument + j * count, (factor * j) / k);
  }
}

/** Row k of out = factor * (a b)_k */
export function productRow(
  { data, count }: Rows,
  k: number,
  out: number,
  a: number,
  b: number,
  factor: number,
): void {
  data.fill(0, out + k * count, out + (k + 1) * count);
  for (let j = 0; j <= k; j++)
    addProduct(data, count, out + k * count, a + j * count, b + (k - j) * count, factor);
}

/** out = u^exponent for u(0) != 0: k u_0 y_k = sum_j (exponent j - (k - j)) u_j y_(k-j). */
export function powerRows(rows: Rows, out: number, u: number, exponent: number, degree: number): void {
  const { data, count, order } = rows;
  for (let p = 0; p < count; p++) data[out + p] = Math.pow(data[u + p]!, exponent);
  for (let k = 1; k <= order; k++) {
    const row = out + k * count;
    data.fill(0, row, row + count);
    for (let j = 1; j <= Math.min(k, degree); j++) {
      addProduct(data, count, row, u + j * count, out + (k - j) * count, (exponent * j - (k - j)) / k);
    }
    for (let p = 0; p < count; p++) data[row + p]! /= data[u + p]!;
  }
}

/** out = log u: u_0 y_k = u_k - (1/k) sum_(0<j<k) j y_j u_(k-j). */
export function logRows({ data, count, order }: Rows, out: number, u: number): void {
  for (let p = 0; p < count; p++) data[out + p] = Math.log(data[u + p]!);
  for (let k = 1; k <= order; k++) {
    const row = out + k * count;
    data.copyWithin(row, u + k * count, u + (k + 1) * count);
    for (let j = 1; j < k; j++) addProduct(data, count, row, out + j * count, u + (k - j) * count, -j / k);
    for (let p = 0; p < count; p++) data[row + p]! /= data[u + p]!;
  }
}

/** data[out..] += factor * data[a..] * data[b..] */
function addProduct(
  data: Float64Array,
  count: number,
  out: number,
  a: number,
  b: number,
  factor: number,
): void {
  if (factor === 1) {
    for (let p = 0; p < count; p++) data[out + p]! += data[a + p]! * data[b + p]!;
  } else {
    for (let p = 0; p < count; p++) data[out + p]! += factor * data[a + p]! * data[b + p]!;
  }
}
