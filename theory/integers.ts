/**
 * Integers of any size that cost no more than a double while they are small: a `number` exactly when it is a safe
 * integer, a `bigint` otherwise, so that `===` decides equality.
 */
export type Integer = number | bigint;

const LARGEST = Number.MAX_SAFE_INTEGER;

export function addIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= LARGEST && sum >= -LARGEST) return sum;
  }
  return compact(BigInt(a) + BigInt(b));
}

export function multiplyIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // A product that was rounded is at least 2^53 and fails the test; `+ 0` turns -0 into 0.
    if (product <= LARGEST && product >= -LARGEST) return product + 0;
  }
  return compact(BigInt(a) * BigInt(b));
}

export function negateInteger(a: Integer): Integer {
  return typeof a === 'number' ? 0 - a : -a;
}

/** `a / b` where b is known to divide a. */
export function divideExactly(a: Integer, b: Integer): Integer {
  return typeof a === 'number' && typeof b === 'number' ? a / b : compact(BigInt(a) / BigInt(b));
}

/** Never negative; gcd(0, 0) = 0. */
export function gcd(a: Integer, b: Integer): Integer {
  let [x, y] = [a, b];
  while (y !== 0) {
    if (typeof x === 'number' && typeof y === 'number') [x, y] = [y, x % y];
    else [x, y] = [y, compact(BigInt(x) % BigInt(y))];
  }
  return x < 0 ? negateInteger(x) : x;
}

/** By squaring; `**` on doubles is not exact in every engine. */
export function integerToPower(base: Integer, exponent: number): Integer {
  let result: Integer = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplyIntegers(result, square);
    if (rest > 1) square = multiplyIntegers(square, square);
  }
  return result;
}

/** `C(n, 0), ..., C(n, n)`. */
export function binomials(n: number): Integer[] {
  const row: Integer[] = [1];
  for (let k = 1; k <= n; k++) row.push(divideExactly(multiplyIntegers(row[k - 1]!, n - k + 1), k));
  return row;
}

/** The canonical form of an integer held as a bigint. */
export function compact(value: bigint): Integer {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
