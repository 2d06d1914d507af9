/** Student's t and Fisher's F distribution: tail probabilities and critical values. */

/** P(|T| > |t|) for `degrees` degrees of freedom. */
export function twoSidedTail(t: number, degrees: number): number {
  if (Number.isNaN(t)) return NaN;
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(F > f) for the ratio of two mean squares of `degrees` and `other` degrees of freedom. */
export function upperTail(f: number, degrees: number, other: number): number {
  if (!(f < Infinity)) return Number.isNaN(f) ? NaN : 0;
  return f <= 0 ? 1 : incompleteBeta(other / (other + degrees * f), other / 2, degrees / 2);
}

/** The t with P(|T| > t) = `probability`, by bisection to full precision. */
export function criticalValue(probability: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (twoSidedTail(high, degrees) > probability) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (twoSidedTail(middle, degrees) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  return (Math.exp(front) / a) * continuedFraction(x, a, b);
}

/** Lentz's evaluation; converges in a few dozen steps on the side chosen above. */
function continuedFraction(x: number, a: number, b: number): number {
  let [c, d] = [1, 1 / nonzero(1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const step of [even, odd]) {
      d = 1 / nonzero(1 + step * d);
      c = nonzero(1 + step / c);
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

function nonzero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Gamma(x), x > 0: Stirling's series after shifting the argument above 12. */
function logGamma(x: number): number {
  let [shifted, product] = [x, 1];
  while (shifted < 12) product *= shifted++;
  const y = 1 / (shifted * shifted);
  const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
  );
}
