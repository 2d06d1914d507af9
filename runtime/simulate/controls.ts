/**
 * Control variates: quantities of a simulated network whose mean is exactly zero, to subtract noise with.
 *
 * Given the layer below, the pre-activations z_j of a hidden layer are independent N(0, g) with known g. So the average over
 * neurons of a Wick-ordered product :z_j(a)^p z_j(b)^q: (a Hermite polynomial in the metric g) has mean zero, exactly, at any width.
 * These averages are what makes the kernel of the next layer fluctuate: regressed on them, the mean of a kernel is
 * known ten times better and more from the same networks.
 *
 * Entry (a, a) uses powers 1 ... 6, entry (a, b) all p + q <= 4, at each hidden layer. Noise of second order in the fluctuations
 * is taken out by the quadratic averages times the conditional kernel, which depends on lower layers only, and by
 * products of two of them less their known mean: for :z(a) z(b): and :z(c) z(d): it is (g_ac g_bd + g_ad g_bc) / width.
 */
import { pairIndex } from './pairs.ts';

/** The powers (p, q) of an entry's controls; the degree sum is small since each layer adds as many again. */
type Powers = readonly (readonly [number, number])[];

const DIAGONAL: Powers = [1, 2, 3, 4, 5, 6].map((p): [number, number] => [p, 0]);
const OFF_DIAGONAL: Powers = [1, 2, 3, 4].flatMap((degree) =>
  Array.from({ length: degree + 1 }, (_, q): [number, number] => [degree - q, q]),
);
const SIDE = 7;
/** Averages of an entry as the kernels write them. */
export const AVERAGES = OFF_DIAGONAL.length;

/** What an entry's controls are made of: averages of Wick products, and those quadratic in z that enter squared. */
interface ControlKinds {
  readonly powers: Powers;
  /** Places of the quadratic ones in `powers`, and their legs: 0 is the entry's first sample, 1 its second. */
  readonly quadratic: readonly { readonly place: number; readonly legs: readonly [number, number] }[];
  /** Entries of the metric, as pairs of legs. */
  readonly metric: readonly (readonly [number, number])[];
  readonly size: number;
}

const ON_DIAGONAL = controlKinds(DIAGONAL, [[0, 0]]);
const BESIDE_DIAGONAL = controlKinds(OFF_DIAGONAL, [
  [0, 0],
  [0, 1],
  [1, 1],
]);

function controlKinds(powers: Powers, metric: ControlKinds['metric']): ControlKinds {
  const quadratic = metric.map((legs) => {
    const second = legs[0] + legs[1];
    return {
      place: powers.findIndex(([p, q]) => p === 2 - second && q === second),
      legs: [legs[0], legs[1]] as const,
    };
  });
  const count = quadratic.length;
  return { powers, quadratic, metric, size: powers.length + (count * (count + 1)) / 2 + count * count };
}

/** Controls of each kernel entry, in the order of `pairIndex`: how many there are, and where a layer writes its own. */
export interface ControlLayout {
  readonly samples: number;
  readonly hiddenLayers: number;
  /** [entries] controls of an entry over all hidden layers. */
  readonly sizes: readonly number[];
}

export function controlLayout(samples: number, hiddenLayers: number): ControlLayout {
  const sizes: number[] = [];
  for (let a = 0; a < samples; a++) {
    for (let b = a; b < samples; b++) sizes.push(hiddenLayers * kindsOf(a, b).size);
  }
  return { samples, hiddenLayers, sizes };
}

/** Room for the controls of `count` networks: for each entry an array [count, size]. */
export function createControls({ sizes }: ControlLayout, count: number): readonly Float64Array[] {
  return sizes.map((size) => new Float64Array(count * size));
}

/**
 * Writes the controls of one hidden layer (1-based). `kernels` are the conditional kernels [count, entries] of its pre-activations `z`,
 * [count, M, width].
 */
export function writeControls(
  into: readonly Float64Array[],
  layout: ControlLayout,
  layer: number,
  kernels: Float64Array,
  z: Float32Array,
): void {
  const { samples, sizes } = layout;
  const count = kernels.length / sizes.length;
  const width = z.length / (count * samples);
  const table = new Float64Array(SIDE * SIDE);
  for (let network = 0; network < count; network++) {
    const g = kernels.subarray(network * sizes.length, (network + 1) * sizes.length);
    const row = (a: number) =>
      z.subarray((network * samples + a) * width, (network * samples + a + 1) * width);
    for (let a = 0; a < samples; a++) {
      for (let b = a; b < samples; b++) {
        const entry = pairIndex(samples, a, b);
        const kinds = kindsOf(a, b);
        const start = network * sizes[entry]! + (layer - 1) * kinds.size;
        const target = into[entry]!.subarray(start, start + kinds.size);
        const [aa, bb] = [g[pairIndex(samples, a, a)]!, g[pairIndex(samples, b, b)]!];
        const second = a === b ? undefined : { row: row(b), variance: bb };
        averageWickProducts(target, kinds.powers, table, row(a), [aa, g[entry]!], second);
        addSecondOrder(target, kinds, [aa, g[entry]!, bb], width);
      }
    }
  }
}

/**
 * The same from averages taken elsewhere: [count, entries, 14], of the powers of each entry in order, at a layer of `width` neurons.
 */
export function writeAverages(
  into: readonly Float64Array[],
  { samples, sizes }: ControlLayout,
  layer: number,
  kernels: Float64Array,
  averages: Float64Array,
  width: number,
): void {
  const entries = sizes.length;
  const count = kernels.length / entries;
  for (let network = 0; network < count; network++) {
    const g = kernels.subarray(network * entries, (network + 1) * entries);
    for (let a = 0, entry = 0; a < samples; a++) {
      for (let b = a; b < samples; b++, entry++) {
        const kinds = kindsOf(a, b);
        const start = network * sizes[entry]! + (layer - 1) * kinds.size;
        const target = into[entry]!.subarray(start, start + kinds.size);
        const from = (network * entries + entry) * AVERAGES;
        target.set(averages.subarray(from, from + kinds.powers.length));
        const [aa, bb] = [g[pairIndex(samples, a, a)]!, g[pairIndex(samples, b, b)]!];
        addSecondOrder(target, kinds, [aa, g[entry]!, bb], width);
      }
    }
  }
}

function kindsOf(a: number, b: number): ControlKinds {
  return a === b ? ON_DIAGONAL : BESIDE_DIAGONAL;
}

/** Products of quadratic averages with each other and with the metric `[aa, ab, bb]`, after the averages in `target`. */
function addSecondOrder(
  target: Float64Array,
  { powers, quadratic, metric }: ControlKinds,
  g: readonly [number, number, number],
  width: number,
): void {
  let at = powers.length;
  for (const [s, { place, legs }] of quadratic.entries()) {
    for (const other of quadratic.slice(s)) {
      const mean =
        g[legs[0] + other.legs[0]]! * g[legs[1] + other.legs[1]]! +
        g[legs[0] + other.legs[1]]! * g[legs[1] + other.legs[0]]!;
      target[at++] = target[place]! * target[other.place]! - mean / width;
    }
    for (const [p, q] of metric) target[at++] = target[place]! * g[p + q]!;
  }
}

/** `target[k]` = average over neurons of :x^p y^q: for the k-th powers. */
function averageWickProducts(
  target: Float64Array,
  powers: Powers,
  table: Float64Array,
  x: Float32Array,
  [varianceX, covariance]: readonly [number, number],
  second: { readonly row: Float32Array; readonly variance: number } | undefined,
): void {
  for (let j = 0; j < x.length; j++) {
    if (second) fillBivariate(table, x[j]!, second.row[j]!, varianceX, covariance, second.variance);
    else fillUnivariate(table, x[j]!, varianceX);
    for (let k = 0; k < powers.length; k++) target[k]! += table[powers[k]![0] * SIDE + powers[k]![1]]!;
  }
  for (let k = 0; k < powers.length; k++) target[k]! /= x.length;
}

/** `table[p * SIDE]` = :x^p:, by :x^(p+1): = x :x^p: - p <xx> :x^(p-1): */
function fillUnivariate(table: Float64Array, x: number, variance: number): void {
  table[0] = 1;
  table[SIDE] = x;
  for (let p = 1; p < 6; p++)
    table[(p + 1) * SIDE] = x * table[p * SIDE]! - p * variance * table[(p - 1) * SIDE]!;
}

/** `table[p * SIDE + q]` = :x^p y^q: for p + q <= 4, contracting a new leg with each one there. */
function fillBivariate(table: Float64Array, x: number, y: number, xx: number, xy: number, yy: number): void {
  table[0] = 1;
  table[1] = y;
  for (let q = 1; q < 4; q++) table[q + 1] = y * table[q]! - q * yy * table[q - 1]!;
  for (let p = 0; p < 4; p++) {
    for (let q = 0; p + 1 + q <= 4; q++) {
      const same = p > 0 ? p * xx * table[(p - 1) * SIDE + q]! : 0;
      const other = q > 0 ? q * xy * table[p * SIDE + q - 1]! : 0;
      table[(p + 1) * SIDE + q] = x * table[p * SIDE + q]! - same - other;
    }
  }
}
