/** Two-by-two determinants without cancellation: what is left of a variance when a parallel part is taken off. */

/** a d - b c with one rounding: products split in halves (Dekker, Numerische Mathematik 18, 1971). */
export function determinant(a: number, b: number, c: number, d: number): number {
  const [high, low] = twoProduct(a, d);
  const [otherHigh, otherLow] = twoProduct(b, c);
  return high - otherHigh + (low - otherLow);
}

function twoProduct(a: number, b: number): readonly [high: number, low: number] {
  const product = a * b;
  const [a1, a2] = split(a);
  const [b1, b2] = split(b);
  return [product, a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2)];
}

function split(a: number): readonly [high: number, low: number] {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}
