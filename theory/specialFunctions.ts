/** Elementary and special functions in double precision, without avoidable overflow or cancellation. */

/**
 * Chebyshev coefficients of erf(x) / x in 2 x^2 - 1 on |x| <= 1, truncated below 1e-17. Computed with 50 digits:
 * mpmath, f = lambda t: erf(sqrt(t)) / sqrt(t) on [0, 1], by the discrete cosine sum over 52 Chebyshev nodes.
 */
const ERF_NEAR = [
  0.9754769393826541, -0.14226120510371365, 0.010035582187599796, -0.0005768764699767485,
  2.741993125219606e-5, -1.1043175507344507e-6, 3.8488755420345036e-8, -1.1808582533875466e-9,
  3.2334215826050907e-11, -7.991015947004549e-13, 1.7990725113961456e-14, -3.718635487818693e-16,
  7.103599003714253e-18,
];

/** The same for exp(x^2) erfc(x) (1 + 2 x) in t = (x - 3) / (x + 3), which runs from -1/2 (x = 1) to 1 (x = infinity). */
const ERFC_FAR = [
  1.214373361609205, -0.08560693623397121, -0.005999640519915682, 0.007801951554945334, -0.002715651717391105,
  0.0006115494911330234, -9.340626641960768e-5, 7.818816898966098e-6, 2.7197258578141963e-7,
  -1.6637239214622205e-7, 1.3133701262289988e-8, 2.0754203597909473e-9, -4.4148718962068737e-10,
  -1.7967351765140848e-11, 1.1481428873007284e-11, -2.807460684069243e-14, -3.012251024442509e-13,
  7.106503405462323e-15, 8.542035882836416e-15, -2.329298464180819e-16, -2.6466825044432234e-16,
];

/** The error function, relative error below 4e-16. */
export function erf(x: number): number {
  if (Math.abs(x) <= 1) return x * chebyshev(ERF_NEAR, 2 * x * x - 1);
  return x > 0 ? 1 - erfcAboveOne(x) : erfcAboveOne(-x) - 1;
}

/** 1 - erf(x) with small relative error also where it is tiny. */
export function erfc(x: number): number {
  if (x > 1) return erfcAboveOne(x);
  return 1 - erf(x);
}

/** 1 / (1 + exp(-x)), accurate in both tails. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function erfcAboveOne(x: number): number {
  if (!(x < 28)) return Number.isNaN(x) ? x : 0;
  const scaled = chebyshev(ERFC_FAR, (4 * ((x - 3) / (x + 3)) - 1) / 3) / (1 + 2 * x);
  return scaled * expOfMinusSquare(x);
}

/** exp(-x^2) with the rounding error of the square put back: it would be multiplied by x^2. */
function expOfMinusSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** Clenshaw's recurrence; the first coefficient counts in full. */
function chebyshev(coefficients: readonly number[], x: number): number {
  let [last, beforeLast] = [0, 0];
  for (let k = coefficients.length - 1; k > 0; k--) {
    [last, beforeLast] = [coefficients[k]! + 2 * x * last - beforeLast, last];
  }
  return coefficients[0]! + x * last - beforeLast;
}
