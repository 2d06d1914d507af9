/**
 * G(m) = < f(m + s x) >, x ~ N(0, 1), for a piecewise analytic f, as Taylor polynomials on a grid of means. The
 * derivatives come from the values of f alone: G^(k)(m) = < f(m + s x) He_k(x) > / s^k.
 */
import { pieceAt, type Distribution } from './distribution.ts';
import { gaussLegendre, type Rule } from './gaussRules.ts';
import { NumericsError } from './numericsError.ts';
import type { AnalyticPiece } from './univariate.ts';

export interface HermiteTable {
  readonly value: (mean: number) => number;
  /** Largest error over the largest |G|. */
  readonly error: number;
}

const DEGREE = 14;
/** Spacing of the means in units of s: the remainder (1/4)^15 He_15 / sqrt(15!) is below roundoff. */
const SPACING = 0.5;
const MOST_MEANS = 4000;
const RULE = gaussLegendre(24);
const CHECK = gaussLegendre(16);

/**
 * For |m| <= reach. Where s is so small that the table would be large, it is kept around the kinks only; of a function without kinks
 * around zero, if the trapezoidal rule does for the rest.
 */
export function createHermiteTable(
  f: Distribution,
  spread: number,
  reach: number,
  radius: number,
): HermiteTable {
  const half = Math.ceil(reach / (SPACING * spread));
  if (2 * half + 1 > MOST_MEANS) return tablesAroundKinks(f, spread, radius);
  const isLarge = half > 2 * NEAR * (radius / SPACING);
  if (isLarge && kinksOf(f).length === 0 && isPlainBeyond(f, NEAR * radius * spread, reach, spread, radius))
    return tablesAroundKinks(f, spread, radius);
  const { width, error } = panelWidth(f, spread, radius, [0, spread, reach / 2, reach]);
  refuseLong(2 * half + 1, radius, width);
  return { value: tableAround(f, 0, half, { spread, radius, width }), error: error + 3e-14 };
}

/**
 * Away from the kinks, where f is analytic over the whole spread, the trapezoidal rule does without a table. Where panels end in the
 * middle of one piece, f varies on the scale of the distance from zero, and far out that is wide against the spread.
 */
function tablesAroundKinks(f: Distribution, spread: number, radius: number): HermiteTable {
  const kinks = kinksOf(f);
  const panels = f.breakpoints.filter(
    (at) => !kinks.includes(at) && Math.abs(at) <= (NEAR - 1) * radius * spread,
  );
  const windows = [
    ...kinks.map((at) => ({ at, reach: radius })),
    ...(panels.length > 0 ? [{ at: 0, reach: NEAR * radius }] : []),
  ];
  const { width, error } = panelWidth(f, spread, radius, [0, ...kinks, ...panels]);
  const halves = windows.map(({ reach }) => Math.ceil(reach / SPACING) + 1);
  refuseLong(
    halves.reduce((sum, half) => sum + 2 * half + 1, 0),
    radius,
    width,
  );
  const tables = windows.map(({ at, reach }, k) => ({
    at,
    reach: reach * spread,
    value: tableAround(f, at, halves[k]!, { spread, radius, width }),
  }));
  const value = (mean: number): number => {
    const near = tables.find(({ at, reach }) => Math.abs(mean - at) <= reach);
    return near ? near.value(mean) : trapezoidal(f, mean, spread, radius);
  };
  return { value, error: error + 3e-14 };
}

/** How far from zero, in radii times the spread, a table around zero goes. */
const NEAR = 3;

/** Ends of panels in the middle of one piece are no kinks. */
function kinksOf({ breakpoints, pieces }: Distribution): number[] {
  return breakpoints.filter((_, k) => pieces[k] !== pieces[k + 1]);
}

/** Whether the trapezoidal rule and one of half the step agree at some means between `low` and `high`, and their opposites. */
function isPlainBeyond(f: Distribution, low: number, high: number, spread: number, radius: number): boolean {
  const means = Array.from({ length: 12 }, (_, k) => low * (high / low) ** (k / 11));
  const both = [...means, ...means.map((mean) => -mean)].map((mean) => ({
    coarse: trapezoidal(f, mean, spread, radius, STEP),
    fine: trapezoidal(f, mean, spread, radius, STEP / 2),
  }));
  const scale = Math.max(...both.map(({ fine }) => Math.abs(fine)));
  return both.every(({ coarse, fine }) => Math.abs(coarse - fine) <= 1e-13 * scale);
}

/** Function values in one table: a few seconds of work. */
const MOST_VALUES = 2e7;

function refuseLong(means: number, radius: number, width: number): void {
  const values = means * Math.ceil((2 * radius) / width) * RULE.nodes.length;
  if (values <= MOST_VALUES) return;
  throw tooFast(`${values.toExponential(0)} function values, more than ${MOST_VALUES.toExponential(0)}`);
}

function tooFast(need: string): NumericsError {
  const what = `a Gaussian average over several samples would need ${need}: a function with kinks varies too fast`;
  return new NumericsError('not-converged', what, []);
}

/** Step of the trapezoidal rule: for analytic functions wide against the spread its error is exp(-2 pi^2 / h^2). */
const STEP = 0.6;

function trapezoidal(f: Distribution, mean: number, spread: number, radius: number, step = STEP): number {
  const half = Math.floor(radius / step);
  const points = Float64Array.from({ length: 2 * half + 1 }, (_, p) => mean + spread * step * (p - half));
  const values = new Float64Array(points.length);
  pieceAt(f, mean).rows(points, points.length, 0, values);
  const sum = values.reduce(
    (total, value, p) => total + value * Math.exp(-0.5 * (step * (p - half)) ** 2),
    0,
  );
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

interface TableSettings {
  readonly spread: number;
  readonly radius: number;
  readonly width: number;
}

/** Means centre + g spacing, |g| <= half. */
function tableAround(
  f: Distribution,
  centre: number,
  half: number,
  { spread, radius, width }: TableSettings,
): HermiteTable['value'] {
  const spacing = SPACING * spread;
  const taylor = new Float64Array((2 * half + 1) * (DEGREE + 1));
  for (let g = 0; g <= 2 * half; g++) {
    const moments = hermiteMoments(f, centre + (g - half) * spacing, spread, {
      radius,
      width,
      rule: RULE,
      degree: DEGREE,
    });
    for (let k = 0, factor = 1; k <= DEGREE; k++, factor /= spread * k) {
      taylor[g * (DEGREE + 1) + k] = moments[k]! * factor;
    }
  }
  return (mean) => lookUp(taylor, half, spacing, mean - centre);
}

function lookUp(taylor: Float64Array, half: number, spacing: number, mean: number): number {
  const g = Math.max(-half, Math.min(half, Math.round(mean / spacing)));
  const t = mean - g * spacing;
  let sum = 0;
  for (let k = DEGREE, from = (g + half) * (DEGREE + 1); k >= 0; k--) sum = sum * t + taylor[from + k]!;
  return sum;
}

/** Part of the size of a function below which two rules may differ by rounding; above, panels are too wide. */
const NOISE = 1e-4;

/** Panels, in standard deviations, beyond which a function is refused rather than resolved. */
const NARROWEST = 0.02;

/** Panels narrow enough for two rules to agree at some means. */
function panelWidth(
  f: Distribution,
  spread: number,
  radius: number,
  means: readonly number[],
): { width: number; error: number } {
  let width = 1.5;
  // Against the average of |f|: that of f may be what a fast oscillation leaves.
  const absolute = { radius, width, rule: RULE, degree: 0 };
  const size = Math.max(...means.map((mean) => hermiteMoments(absoluteOf(f), mean, spread, absolute)[0]!));
  let [before, stuck] = [Infinity, 0];
  for (;;) {
    const settings = { radius, width, degree: 0 };
    const both = [...means, ...means.map((mean) => -mean)].map((mean) => [
      hermiteMoments(f, mean, spread, { ...settings, rule: RULE })[0]!,
      hermiteMoments(f, mean, spread, { ...settings, rule: CHECK })[0]!,
    ]);
    const scale = Math.max(...both.map(([value]) => Math.abs(value!)));
    const difference = Math.max(...both.map(([value, check]) => Math.abs(value! - check!)));
    const error = scale === 0 ? 0 : difference / scale;
    // What does not fall when panels are halved is rounding in f.
    stuck = difference < NOISE * size && difference > 0.5 * before ? stuck + 1 : 0;
    if (!(difference > 1e-13 * size) || stuck === 2) return { width, error };
    if (width < NARROWEST) throw tooFast(`panels narrower than ${NARROWEST} of its width`);
    before = difference;
    width /= 2;
  }
}

function absoluteOf({ pieces, ...rest }: Distribution): Distribution {
  const rows = (piece: AnalyticPiece): AnalyticPiece['rows'] => {
    return (points, count, order, out) => {
      piece.rows(points, count, order, out);
      for (let p = 0; p < count; p++) out[p] = Math.abs(out[p]!);
    };
  };
  return { ...rest, pieces: pieces.map((piece) => ({ polynomial: undefined, rows: rows(piece) })) };
}

interface Settings {
  readonly radius: number;
  readonly width: number;
  readonly rule: Rule;
  readonly degree: number;
}

/** < f(m + s x) He_k(x) >, k = 0..degree, on panels that end at the kinks. */
function hermiteMoments(f: Distribution, mean: number, spread: number, settings: Settings): Float64Array {
  const { radius, width, rule, degree } = settings;
  const kinks = f.breakpoints.map((at) => (at - mean) / spread).filter((x) => Math.abs(x) < radius);
  const edges = [-radius, ...kinks, radius];
  const moments = new Float64Array(degree + 1);
  for (let e = 1; e < edges.length; e++) {
    const [low, high] = [edges[e - 1]!, edges[e]!];
    const count = Math.max(1, Math.ceil((high - low) / width));
    for (let p = 0; p < count; p++) {
      const half = (high - low) / (2 * count);
      addPanel(moments, f, mean, spread, low + (2 * p + 1) * half, half, rule);
    }
  }
  return moments;
}

function addPanel(
  moments: Float64Array,
  f: Distribution,
  mean: number,
  spread: number,
  middle: number,
  half: number,
  { nodes, weights }: Rule,
): void {
  const points = nodes.map((node) => mean + spread * (middle + half * node));
  const values = new Float64Array(points.length);
  pieceAt(f, mean + spread * middle).rows(points, points.length, 0, values);
  for (let p = 0; p < values.length; p++) {
    const x = middle + half * nodes[p]!;
    const weighted = (weights[p]! * half * values[p]! * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
    let [hermite, before] = [1, 0];
    for (let k = 0; k < moments.length; k++) {
      moments[k]! += weighted * hermite;
      [hermite, before] = [x * hermite - k * before, hermite];
    }
  }
}
