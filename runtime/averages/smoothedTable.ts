/**
 * G_c(m) = < f_c(m + spread x) >, x ~ N(0, 1), for all columns c of one direction, tabulated as Taylor polynomials
 * on a grid of means: the innermost integral of an average over several samples costs a few multiplications.
 */
import { NumericsError } from './numericsError.ts';
import type { ColumnEvaluator } from './columns.ts';

/** `at(m)` fills `values` and `magnitudes` (the averages of |f_c|, to the accuracy a scale needs). */
export interface SmoothedTable {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
  at(mean: number): void;
}

/** Degree of the Taylor polynomials, and the part of a function's size their remainder may have. */
const DEGREE = 14;
const REMAINDER = 1e-14;

/**
 * Spacing in units of the spread beyond which nothing is gained: smoothed functions vary on the scale of the spread, the remainder of
 * what is sampled well is below 1e-14 from 0.49 on. What is not, a pole for example, refining the lattice will show.
 */
const FINEST = 0.15;

/** The table for |m| <= reach; the spacing is halved until the Taylor remainder is negligible. */
export function createTable(
  evaluator: ColumnEvaluator,
  spread: number,
  step: number,
  radius: number,
  reach: number,
): SmoothedTable {
  let spacing = Math.min(Math.max(0.5 * spread, 0.35), Math.max(2 * reach, 1e-300));
  for (let attempt = 0; ; attempt++) {
    const grid = fillGrid(evaluator, { spread, step, radius, reach, spacing });
    if (grid.magnitudes.includes(Infinity))
      throw new NumericsError('overflow', 'a Gaussian average overflows', []);
    const excess = remainderOf(grid);
    if (excess <= 1 || attempt === 12 || grid.spacing < FINEST * spread) return interpolation(grid);
    spacing = Number.isFinite(excess)
      ? grid.spacing * Math.max(0.2, 0.9 * excess ** (-1 / DEGREE))
      : 0.2 * spacing;
  }
}

interface GridRequest {
  readonly spread: number;
  readonly step: number;
  readonly radius: number;
  readonly reach: number;
  readonly spacing: number;
}

/** Taylor coefficient k of column c at mean g * spacing: `taylor[((g + half) * columns + c) * (DEGREE + 1) + k]`. */
interface Grid {
  readonly columns: number;
  readonly spacing: number;
  readonly half: number;
  readonly taylor: Float64Array;
  readonly magnitudes: Float64Array;
}

/**
 * When means are spaced by a whole number of steps they share evaluation points, and the functions are evaluated
 * once on a line; a narrow average over a long range is summed mean by mean instead.
 */
function fillGrid(evaluator: ColumnEvaluator, { spread, step, radius, reach, spacing }: GridRequest): Grid {
  const sampling = spread * step;
  const ratio = Math.max(1, Math.floor(spacing / sampling));
  const weights = gaussianWeights(step, radius);
  const aligned = Math.ceil(reach / (ratio * sampling));
  const shared = 2 * aligned * ratio + weights.length;
  const exact = Math.ceil(reach / spacing);
  const separate = (2 * exact + 1) * weights.length;
  const isShared = shared <= separate;
  const half = isShared ? aligned : exact;
  const columns = evaluator.columns.length;
  if (isShared) refuseLong(shared * evaluator.cost(DEGREE), MOST_SHARED_WORK);
  else refuseLong(separate * evaluator.cost(DEGREE), MOST_WORK);
  refuseLong((2 * half + 1) * weights.length * columns * (DEGREE + 1), MOST_WORK);
  const grid: Grid = {
    columns,
    spacing: isShared ? ratio * sampling : spacing,
    half,
    taylor: new Float64Array((2 * half + 1) * columns * (DEGREE + 1)),
    magnitudes: new Float64Array((2 * half + 1) * columns),
  };
  if (isShared) averageOnLine(evaluator, grid, { ratio, sampling, count: shared }, weights);
  else for (let g = 0; g <= 2 * half; g++) averageAround(evaluator, grid, g, sampling, weights);
  return grid;
}

/**
 * Multiplications for one table, up to a second of work. On a line of so many points functions are resolved, or they have poles
 * and refinement would go on for ever.
 */
const MOST_WORK = 3e8;
const MOST_SHARED_WORK = 5e7;

/** Functions that vary fast over a very wide kernel: a sine of unnormalised data. */
function refuseLong(work: number, most: number): void {
  if (work <= most) return;
  throw new NumericsError(
    'not-converged',
    `a Gaussian average over several samples would need ${work.toExponential(1)} multiplications, more than ${most.toExponential(0)}: ` +
      'the kernel is too wide for functions that vary so fast',
    [],
  );
}

/** Points evaluated together. */
const CHUNK = 512;

interface Line {
  /** Points from one mean to the next. */
  readonly ratio: number;
  readonly sampling: number;
  readonly count: number;
}

/** Mean g is the weighted sum of the points g ratio, g ratio + 1, ... of the line. */
function averageOnLine(
  evaluator: ColumnEvaluator,
  grid: Grid,
  { ratio, sampling, count }: Line,
  weights: Float64Array,
): void {
  const start = -((count - 1) / 2) * sampling;
  for (let first = 0; first < count; first += CHUNK) {
    const end = Math.min(count, first + CHUNK);
    const rows = rowsOnLine(evaluator, start + first * sampling, sampling, end - first);
    const from = Math.max(0, Math.ceil((first - weights.length + 1) / ratio));
    const to = Math.min(2 * grid.half, Math.floor((end - 1) / ratio));
    for (let g = from; g <= to; g++) {
      const low = Math.max(first, g * ratio);
      const part = weights.subarray(low - g * ratio, end - g * ratio);
      addRows(grid, g, { rows, count: end - first, offset: low - first }, part);
    }
  }
}

function averageAround(
  evaluator: ColumnEvaluator,
  grid: Grid,
  g: number,
  sampling: number,
  weights: Float64Array,
): void {
  const start = (g - grid.half) * grid.spacing - ((weights.length - 1) / 2) * sampling;
  for (let first = 0; first < weights.length; first += CHUNK) {
    const part = weights.subarray(first, first + CHUNK);
    const rows = rowsOnLine(evaluator, start + first * sampling, sampling, part.length);
    addRows(grid, g, { rows, count: part.length, offset: 0 }, part);
  }
}

function gaussianWeights(step: number, radius: number): Float64Array {
  const half = Math.floor(radius / step);
  return Float64Array.from(
    { length: 2 * half + 1 },
    (_, p) => (step * Math.exp(-0.5 * (step * (p - half)) ** 2)) / Math.sqrt(2 * Math.PI),
  );
}

/** Taylor rows of all columns at `count` equidistant points. */
function rowsOnLine(
  evaluator: ColumnEvaluator,
  start: number,
  sampling: number,
  count: number,
): Float64Array {
  const points = Float64Array.from({ length: count }, (_, p) => start + sampling * p);
  return evaluator.rows(points, count, DEGREE);
}

interface RowWindow {
  readonly rows: Float64Array;
  readonly count: number;
  readonly offset: number;
}

/** Adds the weighted sum of the rows in a window to the entries of one mean. */
function addRows(
  { columns, taylor, magnitudes }: Grid,
  g: number,
  { rows, count, offset }: RowWindow,
  weights: Float64Array,
): void {
  const length = columns * (DEGREE + 1);
  for (let row = 0; row < length; row++) {
    const from = row * count + offset;
    let sum = 0;
    for (let p = 0; p < weights.length; p++) sum += weights[p]! * rows[from + p]!;
    taylor[g * length + row]! += sum;
  }
  for (let c = 0; c < columns; c++) {
    const from = c * (DEGREE + 1) * count + offset;
    let sum = 0;
    for (let p = 0; p < weights.length; p++) sum += weights[p]! * Math.abs(rows[from + p]!);
    magnitudes[g * columns + c]! += sum;
  }
}

/** The largest Taylor remainder half a spacing away, over what is allowed. */
function remainderOf({ columns, spacing, taylor, magnitudes }: Grid): number {
  const largest = new Float64Array(columns);
  const remainder = new Float64Array(columns);
  const [last, beforeLast] = [(spacing / 2) ** DEGREE, 0.1 * (spacing / 2) ** (DEGREE - 1)];
  magnitudes.forEach((magnitude, index) => {
    const c = index % columns;
    const end = (index + 1) * (DEGREE + 1);
    largest[c] = Math.max(largest[c]!, magnitude);
    remainder[c] = Math.max(
      remainder[c]!,
      last * Math.abs(taylor[end - 1]!) + beforeLast * Math.abs(taylor[end - 2]!),
    );
  });
  return remainder.reduce(
    (worst, r, c) => (r === 0 ? worst : Math.max(worst, r / (REMAINDER * largest[c]!))),
    0,
  );
}

function interpolation({ columns, spacing, half, taylor, magnitudes }: Grid): SmoothedTable {
  const values = new Float64Array(columns);
  const nearest = new Float64Array(columns);
  return {
    values,
    magnitudes: nearest,
    at(mean) {
      const g = Math.max(-half, Math.min(half, Math.round(mean / spacing)));
      const t = mean - g * spacing;
      for (let c = 0; c < columns; c++) {
        const entry = (g + half) * columns + c;
        let sum = 0;
        for (let k = (entry + 1) * (DEGREE + 1) - 1; k >= entry * (DEGREE + 1); k--)
          sum = sum * t + taylor[k]!;
        values[c] = sum;
        nearest[c] = magnitudes[entry]!;
      }
    },
  };
}
