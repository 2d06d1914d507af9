/** The functions of one direction that a batch of averages needs, evaluated together on many points. */
import { baseKey, type LocalFactor, type LocalProduct } from './localProduct.ts';
import { multiplyRows } from './taylor.ts';

/** The `derivative`-th derivative of a product of smooth functions. */
export interface Column {
  readonly product: LocalProduct;
  readonly derivative: number;
}

/**
 * `rows(points, count, extra)` gives for column c the Taylor coefficients 0..extra at `out[(c * (extra + 1) + k) * count + p]`.
 * The array is reused by the next call.
 */
export interface ColumnEvaluator {
  readonly columns: readonly Column[];
  /** Multiplications for one point, about: products of Taylor rows, a function counted as four. */
  cost(extra: number): number;
  rows(points: Float64Array, count: number, extra: number): Float64Array;
}

/** One block of Taylor rows computed from earlier ones. */
type Step = (block: Blocks, out: number) => void;

interface Blocks {
  readonly data: Float64Array;
  readonly count: number;
  readonly order: number;
  readonly size: number;
  readonly bases: readonly Float64Array[];
}

/** Powers are built by squaring and shared: s^4 from s^2. All pieces must be smooth; the first piece is used. */
export function createColumns(columns: readonly Column[]): ColumnEvaluator {
  const steps: Step[] = [];
  const slots = new Map<string, number>();
  const bases = new Map<string, { factor: LocalFactor; highest: number }>();
  const slot = (key: string, step: () => Step): number => {
    const known = slots.get(key);
    if (known !== undefined) return known;
    const made = step();
    slots.set(key, steps.length);
    return steps.push(made) - 1;
  };
  const baseSlot = (factor: LocalFactor): number => {
    const key = baseKey(factor.fn, factor.scale);
    const highest = Math.max(factor.derivative, bases.get(key)?.highest ?? 0);
    if (bases.has(key)) bases.get(key)!.highest = highest;
    else bases.set(key, { factor, highest });
    const base = [...bases.keys()].indexOf(key);
    return slot(`${key}'${factor.derivative}`, () => (block, out) => shiftRows(block, out, base, factor));
  };
  const powerSlot = (factor: LocalFactor, power: number): number => {
    if (power === 1) return baseSlot(factor);
    const half = powerSlot(factor, power >> 1);
    const square = timesSlot(half, half);
    return power % 2 === 0 ? square : timesSlot(square, baseSlot(factor));
  };
  const timesSlot = (a: number, b: number): number =>
    slot(
      `${a}*${b}`,
      () => (block, out) => multiplyRows(block, out, a * block.size, b * block.size, Infinity),
    );
  const sources = columns.map(({ product }) =>
    product.factors.map((factor) => powerSlot(factor, factor.power)).reduce(timesSlot),
  );
  const highest = Math.max(0, ...columns.map(({ derivative }) => derivative));
  return {
    columns,
    cost: (extra) => ((4 * bases.size + steps.length) * (highest + extra + 1) ** 2) / 2,
    rows: createEvaluator(columns, sources, steps, [...bases.values()], highest),
  };
}

function createEvaluator(
  columns: readonly Column[],
  sources: readonly number[],
  steps: readonly Step[],
  bases: readonly { readonly factor: LocalFactor; readonly highest: number }[],
  highest: number,
): ColumnEvaluator['rows'] {
  let data = new Float64Array(0);
  let scaled = new Float64Array(0);
  let out = new Float64Array(0);
  const baseRows = bases.map(() => new Float64Array(0));
  return (points, count, extra) => {
    const order = highest + extra;
    const size = (order + 1) * count;
    data = atLeast(data, steps.length * size);
    scaled = atLeast(scaled, count);
    out = atLeast(out, columns.length * (extra + 1) * count);
    bases.forEach(({ factor, highest: shift }, b) => {
      baseRows[b] = atLeast(baseRows[b]!, (order + shift + 1) * count);
      if (factor.scale !== 1) for (let p = 0; p < count; p++) scaled[p] = factor.scale * points[p]!;
      const at = factor.scale === 1 ? points : scaled;
      factor.fn.pieces[0]!.rows(at, count, order + shift, baseRows[b]);
    });
    const block = { data, count, order, size, bases: baseRows };
    steps.forEach((step, index) => step(block, index * size));
    columns.forEach(({ derivative }, c) => {
      const from = sources[c]! * size + derivative * count;
      for (let k = 0; k <= extra; k++) {
        const factor = fallingFactorial(derivative + k, derivative);
        const row = (c * (extra + 1) + k) * count;
        for (let p = 0; p < count; p++) out[row + p] = factor * data[from + k * count + p]!;
      }
    });
    return out;
  };
}

export function atLeast(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return array.length >= length ? array : new Float64Array(length);
}

/** Rows of fn^(d)(scale z) from those of fn: coefficient k is scale^k (k + d)!/k! times coefficient k + d. */
function shiftRows(
  { data, count, order, bases }: Blocks,
  out: number,
  base: number,
  factor: LocalFactor,
): void {
  const source = bases[base]!;
  const { derivative, scale } = factor;
  for (let k = 0; k <= order; k++) {
    const weight = fallingFactorial(k + derivative, derivative) * scale ** k;
    for (let p = 0; p < count; p++)
      data[out + k * count + p] = weight * source[(k + derivative) * count + p]!;
  }
}

/** n (n-1) ... (n-d+1) */
function fallingFactorial(n: number, d: number): number {
  let product = 1;
  for (let k = 0; k < d; k++) product *= n - k;
  return product;
}
