/**
 * A number as a series in 1/n, known only up to some power: `coefficients[k]` belongs to n^-(first + k), and
 * everything beyond the last one is unknown, so results never claim an order they do not have.
 */
export interface Laurent {
  readonly first: number;
  readonly coefficients: readonly number[];
}

/** An exact number, zeros filled in through n^-maxOrder. */
export function constantSeries(value: number, maxOrder: number): Laurent {
  return { first: 0, coefficients: Array.from({ length: maxOrder + 1 }, (_, k) => (k === 0 ? value : 0)) };
}

/** Multiplication by the width n moves every coefficient one power up. */
export function timesWidth(series: Laurent): Laurent {
  return { first: series.first - 1, coefficients: series.coefficients };
}

export function addSeries(left: Laurent, right: Laurent): Laurent {
  const first = Math.min(left.first, right.first);
  const end = Math.min(endOf(left), endOf(right));
  return build(first, end, (order) => coefficientAt(left, order) + coefficientAt(right, order));
}

export function multiplySeries(left: Laurent, right: Laurent): Laurent {
  const first = left.first + right.first;
  const end = Math.min(left.first + endOf(right), right.first + endOf(left));
  return build(first, end, (order) => {
    let sum = 0;
    left.coefficients.forEach((coefficient, k) => {
      sum += coefficient * coefficientAt(right, order - left.first - k);
    });
    return sum;
  });
}

/** Leading zeros are dropped first: the inverse of V/n + ... begins at n. NaN throughout for a vanishing series. */
export function invertSeries(series: Laurent): Laurent {
  const skipped = series.coefficients.findIndex((coefficient) => coefficient !== 0);
  if (skipped < 0) return { first: -series.first, coefficients: series.coefficients.map(() => NaN) };
  const known = series.coefficients.slice(skipped);
  const inverse: number[] = [];
  known.forEach((_, k) => {
    const carried = inverse.reduce((sum, value, j) => sum + value * (known[k - j] as number), 0);
    inverse.push(((k === 0 ? 1 : 0) - carried) / (known[0] as number));
  });
  return { first: -(series.first + skipped), coefficients: inverse };
}

/** Any integer power; the zeroth is exactly 1 as far as the base is known. */
export function powerSeries(base: Laurent, exponent: number): Laurent {
  if (exponent < 0) return powerSeries(invertSeries(base), -exponent);
  const one = constantSeries(1, base.coefficients.length - 1);
  return Array.from({ length: exponent }).reduce<Laurent>((product) => multiplySeries(product, base), one);
}

/** The coefficient of n^-order; 0 below the first known power, undefined beyond the last. */
export function coefficient(series: Laurent, order: number): number | undefined {
  return order >= endOf(series) ? undefined : coefficientAt(series, order);
}

function coefficientAt(series: Laurent, order: number): number {
  return series.coefficients[order - series.first] ?? 0;
}

function endOf(series: Laurent): number {
  return series.first + series.coefficients.length;
}

function build(first: number, end: number, at: (order: number) => number): Laurent {
  return { first, coefficients: Array.from({ length: Math.max(0, end - first) }, (_, k) => at(first + k)) };
}
