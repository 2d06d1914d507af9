/**
 * Automatic differentiation for tests, on purpose the plainest there is: numbers a + sum over subsets S of a_S eps_S with eps_i^2 = 0,
 * one eps for each parameter differentiated by. Entry S (as bits) of a number is its derivative by all parameters of S.
 */
export type MultiDual = Float64Array;

export function constant(value: number, size: number): MultiDual {
  const result = new Float64Array(size);
  result[0] = value;
  return result;
}

export function sum(x: MultiDual, y: MultiDual): MultiDual {
  return x.map((value, s) => value + y[s]!);
}

export function product(x: MultiDual, y: MultiDual): MultiDual {
  return x.map((_, s) => {
    let total = 0;
    for (let t = 0; t <= s; t++) if ((t & s) === t) total += x[t]! * y[s & ~t]!;
    return total;
  });
}

/** f(a + N) = sum of f^(k)(a) N^k / k!, the derivatives 0 ... 3 given. */
export function compose(derivatives: readonly number[], x: MultiDual): MultiDual {
  const nilpotent = x.slice();
  nilpotent[0] = 0;
  let [power, factorial] = [constant(1, x.length), 1];
  let result: MultiDual = new Float64Array(x.length);
  for (const [k, derivative] of derivatives.entries()) {
    if (k > 0) power = product(power, nilpotent);
    if (k > 0) factorial *= k;
    result = sum(
      result,
      power.map((value) => (derivative / factorial) * value),
    );
  }
  return result;
}
