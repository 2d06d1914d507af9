/**
 * < f(z_a) g(z_b) > along rows of pairs, as plain data that travels to worker threads, and its evaluation. `left[a]` and
 * `right[b]` hold what depends on one sample.
 */
import { determinant } from '../averages/determinant.ts';
import { fillAngles, type AngleKernel } from './angleRows.ts';
import { fillKinks, type KinksKernel } from './kinkRows.ts';
import type { PairRow } from './pairRow.ts';

export type PairKernel =
  /** sum_j left[a, j] right[b, j] rho^(first + step j); `needed[i]` terms suffice for |rho| <= i / (needed.length - 1). */
  | {
      readonly kind: 'series';
      readonly first: number;
      readonly step: number;
      readonly count: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
      readonly needed: Int32Array;
    }
  /** left right (linear rho + absolute (2/pi) (sqrt(1 - rho^2) + rho arcsin rho)) */
  | {
      readonly kind: 'ramp';
      readonly linear: number;
      readonly absolute: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
    }
  /** constant + factor arcsin(rho) */
  | { readonly kind: 'step'; readonly constant: number; readonly factor: number }
  /** constant + factor arcsin(left right K) */
  | {
      readonly kind: 'erf';
      readonly constant: number;
      readonly factor: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
    }
  /** factor exp(left + right + rate K), and what is even or odd in K of it with the exponents negative. */
  | {
      readonly kind: 'exp' | 'sin' | 'cos';
      readonly factor: number;
      readonly rate: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
    }
  /** factor D^(-1/2) or factor K D^(-3/2), D = (1 - (rate left right K)^2) / (left right)^2 */
  | {
      readonly kind: 'bump' | 'odd-bump';
      readonly factor: number;
      readonly rate: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
    }
  | KinksKernel
  | AngleKernel
  | { readonly kind: 'sum'; readonly parts: readonly PairKernel[] };

/** Whether `arcsine` is read. */
export function needsArcsine(kernel: PairKernel): boolean {
  if (kernel.kind === 'sum') return kernel.parts.some(needsArcsine);
  return READS_ARCSINE.has(kernel.kind);
}

const READS_ARCSINE: ReadonlySet<PairKernel['kind']> = new Set(['ramp', 'step', 'kinks', 'angles']);

/** Writes the averages of a row of pairs to `out`. */
export function fillRow(kernel: PairKernel, row: PairRow, out: Float64Array): void {
  switch (kernel.kind) {
    case 'series':
      return fillSeries(kernel, row, out);
    case 'ramp':
      return fillRamp(kernel, row, out);
    case 'step':
      for (let p = 0; p < row.count; p++) out[p] = kernel.constant + kernel.factor * row.arcsine[p]!;
      return;
    case 'erf':
      return fillErf(kernel, row, out);
    case 'exp':
      return fillExponential(kernel, row, out);
    case 'sin':
    case 'cos':
      return fillWave(kernel, row, out);
    case 'bump':
    case 'odd-bump':
      return fillBump(kernel, row, out);
    case 'kinks':
      return fillKinks(kernel, row, out);
    case 'angles':
      return fillAngles(kernel, row, out);
    case 'sum':
      return fillSum(kernel, row, out);
  }
}

type Kernel<Kind extends PairKernel['kind']> = Extract<PairKernel, { readonly kind: Kind }>;

function fillSum({ parts }: Kernel<'sum'>, row: PairRow, out: Float64Array): void {
  const part = new Float64Array(row.count);
  out.fill(0, 0, row.count);
  for (const kernel of parts) {
    fillRow(kernel, row, part);
    for (let p = 0; p < row.count; p++) out[p]! += part[p]!;
  }
}

/** Horner's rule for four pairs at a time, with as many terms as the largest correlation of the four needs. */
function fillSeries(kernel: Kernel<'series'>, row: PairRow, out: Float64Array): void {
  const { first, step, count, left, right, needed } = kernel;
  const { a, from, correlation } = row;
  const [start, levels] = [a * count, needed.length - 1];
  let p = 0;
  for (; p + 3 < row.count; p += 4) {
    const [r0, r1, r2, r3] = [correlation[p]!, correlation[p + 1]!, correlation[p + 2]!, correlation[p + 3]!];
    const largest = Math.max(Math.abs(r0), Math.abs(r1), Math.abs(r2), Math.abs(r3));
    const [x0, x1, x2, x3] = step === 2 ? [r0 * r0, r1 * r1, r2 * r2, r3 * r3] : [r0, r1, r2, r3];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    const at0 = (from + p) * count;
    const [at1, at2, at3] = [at0 + count, at0 + 2 * count, at0 + 3 * count];
    for (let j = needed[Math.ceil(largest * levels)]! - 1; j >= 0; j--) {
      const c = left[start + j]!;
      s0 = s0 * x0 + c * right[at0 + j]!;
      s1 = s1 * x1 + c * right[at1 + j]!;
      s2 = s2 * x2 + c * right[at2 + j]!;
      s3 = s3 * x3 + c * right[at3 + j]!;
    }
    out[p] = s0;
    out[p + 1] = s1;
    out[p + 2] = s2;
    out[p + 3] = s3;
  }
  for (; p < row.count; p++) {
    const r = correlation[p]!;
    const x = step === 2 ? r * r : r;
    const at = (from + p) * count;
    let sum = 0;
    for (let j = needed[Math.ceil(Math.abs(r) * levels)]! - 1; j >= 0; j--)
      sum = sum * x + left[start + j]! * right[at + j]!;
    out[p] = sum;
  }
  if (first === 1) for (p = 0; p < row.count; p++) out[p]! *= correlation[p]!;
}

function fillRamp(kernel: Kernel<'ramp'>, row: PairRow, out: Float64Array): void {
  const { linear, right } = kernel;
  const own = kernel.left[row.a]!;
  const absolute = (kernel.absolute * 2) / Math.PI;
  const { from, correlation, sine, arcsine } = row;
  for (let p = 0; p < row.count; p++) {
    const rho = correlation[p]!;
    out[p] = own * right[from + p]! * (linear * rho + absolute * (sine[p]! + rho * arcsine[p]!));
  }
}

function fillErf(kernel: Kernel<'erf'>, row: PairRow, out: Float64Array): void {
  const { constant, factor, right } = kernel;
  const own = kernel.left[row.a]!;
  const { from, covariance } = row;
  for (let p = 0; p < row.count; p++)
    out[p] = constant + factor * Math.asin(own * right[from + p]! * covariance[p]!);
}

function fillExponential(kernel: Kernel<'exp' | 'sin' | 'cos'>, row: PairRow, out: Float64Array): void {
  const { factor, rate, right } = kernel;
  const own = kernel.left[row.a]!;
  const { from, covariance } = row;
  for (let p = 0; p < row.count; p++)
    out[p] = factor * Math.exp(own + right[from + p]! + rate * covariance[p]!);
}

/** exp(-(u + v)) sinh(x) or cosh(x), |x| <= u + v: no factor of the difference form overflows. */
function fillWave(kernel: Kernel<'exp' | 'sin' | 'cos'>, row: PairRow, out: Float64Array): void {
  const { factor, rate, right } = kernel;
  const own = kernel.left[row.a]!;
  const sign = kernel.kind === 'sin' ? -1 : 1;
  const { from, covariance } = row;
  for (let p = 0; p < row.count; p++) {
    const [exponent, x] = [own + right[from + p]!, rate * covariance[p]!];
    const isSmall = sign < 0 && Math.abs(x) < 1;
    out[p] = isSmall
      ? factor * Math.exp(exponent) * Math.sinh(x)
      : (factor / 2) * (Math.exp(exponent + x) + sign * Math.exp(exponent - x));
  }
}

function fillBump(kernel: Kernel<'bump' | 'odd-bump'>, row: PairRow, out: Float64Array): void {
  const { factor, rate, right } = kernel;
  const own = kernel.left[row.a]!;
  const { from, covariance } = row;
  const isOdd = kernel.kind === 'odd-bump';
  for (let p = 0; p < row.count; p++) {
    const both = own * right[from + p]!;
    const r = rate * both * covariance[p]!;
    const root = both / Math.sqrt((1 - r) * (1 + r));
    out[p] = factor * (isOdd ? covariance[p]! * root * root * root : root);
  }
}

/** Below this part of its own variance left, a sample is a multiple of the other: as in the averages of the flow. */
const DEPENDENCE = 2e-14;
/** Above it 1 - rho^2 keeps its digits as it stands. */
const FAR = 1e-3;

/** Fills correlation, and sine and arcsine if asked for, from the covariance. */
export function fillCorrelations(
  row: PairRow,
  variances: Float64Array,
  inverses: Float64Array,
  withArcsine: boolean,
): void {
  const { a, from, covariance, correlation, sine, arcsine } = row;
  const own = inverses[a]!;
  for (let p = 0; p < row.count; p++) {
    let rho = covariance[p]! * own * inverses[from + p]!;
    let left = 1 - rho * rho;
    if (left < FAR) {
      left =
        determinant(variances[a]!, covariance[p]!, covariance[p]!, variances[from + p]!) *
        (own * inverses[from + p]!) ** 2;
      if (left <= DEPENDENCE) {
        left = 0;
        rho = Math.sign(rho);
      }
    }
    correlation[p] = Math.max(-1, Math.min(1, rho));
    if (!withArcsine) continue;
    const root = Math.sqrt(left);
    sine[p] = root;
    arcsine[p] = left < FAR ? Math.atan2(rho, root) : Math.asin(rho);
  }
}
