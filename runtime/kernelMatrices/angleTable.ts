/**
 * Functions with a kink at zero and analytic on both sides. In polar coordinates z_a = sigma_a r cos(alpha), z_b = sigma_b r cos(alpha - theta)
 * the kinks are rays, so the average is analytic in the angle theta between the samples, up to both ends, and in the logarithms of the
 * variances: a product of Chebyshev polynomials, with the last coefficients as the size of what is left out. Averages are tabulated in
 * units of sqrt(< f^2 > < g^2 >).
 */
import { gaussLegendre } from '../averages/gaussRules.ts';
import { radiusForGrowth } from '../averages/truncationRadius.ts';
import type { UnivariateFunction } from '../averages/univariate.ts';
import type { AngleKernel } from './angleRows.ts';
import { limitAtZero } from './hermite.ts';
import { squareOf, tooSlow } from './hermiteQuadrature.ts';
import { shared } from './shared.ts';
import { chebyshevPoints } from './varianceTable.ts';

export interface AngleTable {
  readonly kernel: AngleKernel;
  /** What is left out, relative to sqrt(< f^2 > < g^2 >). */
  readonly truncation: number;
}

/** Last coefficients up to which a table is resolved. */
const TOLERANCE = 4e-14;
const DEGREES = [16, 24, 36, 54, 81, 120, 180];
const COLUMNS = [5, 7, 10, 14, 19, 25, 32, 42, 56];
/** Angles at which the functions of the variances are probed. */
const PROBES = [0.1, 1.2, 2.6];

export function angleTable(
  f: UnivariateFunction,
  g: UnivariateFunction,
  variances: Float64Array,
  layer: number,
): AngleTable {
  const distinct = Float64Array.from(new Set(variances.filter((variance) => variance > 0))).sort();
  const polar = distinct.length > 0 ? polarFor(f, g, distinct, layer) : { radius: 0, panels: 1, gradings: 0 };
  const ends = Float64Array.from(new Set([distinct[0] ?? 1, distinct.at(-1) ?? 1]));
  const angles = DEGREES.map((degrees) => ({ degrees, basis: exactBasis(ends) })).find(
    ({ degrees, basis }) =>
      distinct.length === 0 || lastInAngle(tabulate(f, g, basis, polar, degrees), degrees) <= TOLERANCE,
  );
  const columns = COLUMNS.filter((count) => count < distinct.length).find(
    (count) => lastInVariance(f, g, chebyshevBasis(distinct, count), polar) <= TOLERANCE,
  );
  if (!angles || (columns === undefined && distinct.length > COLUMNS.at(-1)!))
    throw tooSlow('table in the angle', layer);
  const basis = columns === undefined ? exactBasis(distinct) : chebyshevBasis(distinct, columns);
  const { degrees } = angles;
  // What follows falls geometrically: a few times the last coefficient of each kind.
  const truncation = TOLERANCE * (columns === undefined ? 2 : 4);
  return {
    kernel: kernelOf(f, g, variances, basis, tabulate(f, g, basis, polar, degrees), degrees),
    truncation,
  };
}

/** Functions of the variance, by their values at nodes. */
interface Basis {
  readonly nodes: Float64Array;
  /** The basis at a variance. */
  readonly at: (variance: number) => number[];
  /** Coefficients from values at the nodes. */
  readonly coefficients: (values: readonly number[]) => number[];
}

/** Few variances: one function each. */
function exactBasis(distinct: Float64Array): Basis {
  const place = new Map(Array.from(distinct, (variance, k) => [variance, k]));
  return {
    nodes: distinct,
    at: (variance) => Array.from(distinct, (_, k) => (place.get(variance) === k ? 1 : 0)),
    coefficients: (values) => [...values],
  };
}

/** Chebyshev polynomials of the logarithm. */
function chebyshevBasis(distinct: Float64Array, columns: number): Basis {
  const [low, high] = [Math.log(distinct[0]!), Math.log(distinct.at(-1)!)];
  return {
    nodes: chebyshevPoints(columns, low, high),
    at: (variance) => {
      const x = Math.max(-1, Math.min(1, (2 * Math.log(variance) - low - high) / (high - low)));
      return chebyshevValues(x, columns);
    },
    coefficients: chebyshevCoefficients,
  };
}

function chebyshevValues(x: number, count: number): number[] {
  const values = [1, x];
  for (let k = 2; k < count; k++) values.push(2 * x * values[k - 1]! - values[k - 2]!);
  return values.slice(0, count);
}

/** From values at cos(pi (k + 1/2) / count). */
function chebyshevCoefficients(values: readonly number[]): number[] {
  const count = values.length;
  return values.map((_, degree) =>
    values.reduce(
      (sum, value, k) =>
        sum + ((degree === 0 ? 1 : 2) / count) * Math.cos((Math.PI * degree * (k + 0.5)) / count) * value,
      0,
    ),
  );
}

interface Table {
  /** `table[(k * columns + i) * columns + j]` */
  readonly table: Float64Array;
  /** sqrt(< f^2 >) and sqrt(< g^2 >) at the nodes, and < f >, < g > in these units. */
  readonly scales: readonly [readonly number[], readonly number[]];
  readonly means: readonly [readonly number[], readonly number[]];
}

function tabulate(
  f: UnivariateFunction,
  g: UnivariateFunction,
  basis: Basis,
  polar: Polar,
  degrees: number,
): Table {
  const { nodes } = basis;
  const columns = nodes.length;
  if (columns === 0) return { table: new Float64Array(degrees), scales: [[], []], means: [[], []] };
  const one: UnivariateFunction = { key: '1', breakpoints: [], pieces: [ONE] };
  const scales = [f, g].map((fn) => diagonal(polarAverages(fn, fn, nodes, 0, polar), columns).map(Math.sqrt));
  const means = [f, g].map((fn, side) =>
    diagonal(polarAverages(fn, one, nodes, 0, polar), columns).map((mean, i) =>
      inUnits(mean, scales[side]![i]!),
    ),
  );
  const planes = Array.from({ length: degrees }, (_, k) => {
    const theta = (Math.PI / 2) * (1 - Math.cos((Math.PI * (k + 0.5)) / degrees));
    const plane = polarAverages(f, g, nodes, theta, polar);
    return plane.map((value, at) =>
      inUnits(value, scales[0]![Math.floor(at / columns)]! * scales[1]![at % columns]!),
    );
  });
  const table = shared(degrees * columns * columns);
  for (let at = 0; at < columns * columns; at++)
    chebyshevCoefficients(planes.map((plane) => plane[at]!)).forEach((value, k) => {
      table[k * columns * columns + at] = value;
    });
  for (let k = 0; k < degrees; k++)
    toCoefficients(table.subarray(k * columns * columns, (k + 1) * columns * columns), basis);
  return { table, scales: [scales[0]!, scales[1]!], means: [means[0]!, means[1]!] };
}

const ONE: UnivariateFunction['pieces'][number] = {
  polynomial: [1],
  rows: (_, count, order, out) => void out.fill(0, count, (order + 1) * count).fill(1, 0, count),
};

function inUnits(value: number, scale: number): number {
  return scale > 0 ? value / scale : 0;
}

function diagonal(plane: Float64Array, columns: number): number[] {
  return Array.from({ length: columns }, (_, i) => plane[i * columns + i]!);
}

/** The largest coefficient of the last quarter of the degrees. */
function lastInAngle({ table }: Table, degrees: number): number {
  const plane = table.length / degrees;
  return largest(table.subarray(plane * Math.ceil(0.75 * degrees)));
}

/** The same in either variance, at some angles. */
function lastInVariance(f: UnivariateFunction, g: UnivariateFunction, basis: Basis, polar: Polar): number {
  const columns = basis.nodes.length;
  const scales = [f, g].map((fn) =>
    diagonal(polarAverages(fn, fn, basis.nodes, 0, polar), columns).map(Math.sqrt),
  );
  const parts = PROBES.map((theta) => {
    const plane = polarAverages(f, g, basis.nodes, theta, polar).map((value, at) =>
      inUnits(value, scales[0]![Math.floor(at / columns)]! * scales[1]![at % columns]!),
    );
    toCoefficients(plane, basis);
    return largest(
      plane.filter((_, at) => Math.max(Math.floor(at / columns), at % columns) >= 0.75 * columns),
    );
  });
  return Math.max(...parts);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Values at pairs of nodes become coefficients, in place. */
function toCoefficients(plane: Float64Array, { coefficients, nodes }: Basis): void {
  const columns = nodes.length;
  for (let i = 0; i < columns; i++)
    plane.set(coefficients([...plane.subarray(i * columns, (i + 1) * columns)]), i * columns);
  for (let j = 0; j < columns; j++)
    coefficients(Array.from({ length: columns }, (_, i) => plane[i * columns + j]!)).forEach(
      (value, i) => (plane[i * columns + j] = value),
    );
}

/** A sample without variance has a column of its own: f(0) < g >. */
function kernelOf(
  f: UnivariateFunction,
  g: UnivariateFunction,
  variances: Float64Array,
  basis: Basis,
  { table, scales, means }: Table,
  degrees: number,
): AngleKernel {
  const inner = basis.nodes.length;
  const columns = inner + 1;
  const whole = shared(degrees * columns * columns);
  for (let k = 0; k < degrees; k++)
    for (let i = 0; i < inner; i++)
      for (let j = 0; j < inner; j++)
        whole[(k * columns + i) * columns + j] = table[(k * inner + i) * inner + j]!;
  basis.coefficients(means[0]).forEach((value, i) => (whole[i * columns + inner] = value));
  basis.coefficients(means[1]).forEach((value, j) => (whole[inner * columns + j] = value));
  whole[inner * columns + inner] = 1;
  const [left, right] = [f, g].map((fn, side) => {
    const logarithms = basis.coefficients(scales[side]!.map((scale) => (scale > 0 ? Math.log(scale) : -800)));
    const weights = shared(variances.length * columns);
    const known = new Map<number, number[]>();
    variances.forEach((variance, s) => {
      const made = known.get(variance) ?? weightsAt(fn, variance, basis, logarithms);
      known.set(variance, made);
      weights.set(made, s * columns);
    });
    return weights;
  });
  return { kind: 'angles', degrees, columns, table: whole, left: left!, right: right! };
}

function weightsAt(
  fn: UnivariateFunction,
  variance: number,
  basis: Basis,
  logarithms: readonly number[],
): number[] {
  if (variance === 0) return [...basis.nodes.map(() => 0), limitAtZero(fn)];
  const values = basis.at(variance);
  const scale = Math.exp(values.reduce((sum, value, k) => sum + value * logarithms[k]!, 0));
  return [...values.map((value) => value * scale), 0];
}

/**
 * Gauss-Legendre panels: `panels` in each sector of angles, three times as many in the radius. Those next to a kink are halved
 * `gradings` times towards it, where functions of a wide Gaussian vary fast.
 */
interface Polar {
  readonly radius: number;
  readonly panels: number;
  readonly gradings: number;
}

const RULE = gaussLegendre(12);
const MOST_PANELS = 16;
/** What differs less, in units of sqrt(< f^2 > < g^2 >), is rounding. */
const ROUNDING = 2e-14;
/** Halving panels takes the error down by three digits at least, by seven in the end. */
const SETTLED = 3e-12;

/** Panels are doubled until averages at some angles no longer change. */
function polarFor(f: UnivariateFunction, g: UnivariateFunction, nodes: Float64Array, layer: number): Polar {
  const widest = Math.sqrt(Math.max(...nodes));
  const radius = radiusForGrowth(
    [squareOf(f, widest), squareOf(g, widest)].map((each) => ({ ...each, values: rootOf(each.values) })),
    1e-17,
  );
  const gradings = Math.max(0, Math.ceil(Math.log2(widest)));
  const ends = Float64Array.of(Math.min(...nodes), Math.max(...nodes));
  const probes = (panels: number): number[] =>
    [0, 0.3, 1.7].flatMap((theta) => [...polarAverages(f, g, ends, theta, { radius, gradings, panels })]);
  let before = probes(1);
  for (let panels = 2; panels <= MOST_PANELS; panels *= 2) {
    const after = probes(panels);
    const size = (at: number): number =>
      Math.max(Number.MIN_VALUE, Math.sqrt(Math.abs(after[at < 2 ? 0 : 3]! * after[at % 2 === 0 ? 0 : 3]!)));
    const change = Math.max(...after.map((value, k) => Math.abs(value - before[k]!) / size(k % 4)));
    if (change <= ROUNDING) return { radius, gradings, panels: panels / 2 };
    if (change <= SETTLED) return { radius, gradings, panels };
    before = after;
  }
  throw tooSlow('quadrature', layer);
}

/** |f| from f^2. */
function rootOf(values: (points: Float64Array) => Float64Array): (points: Float64Array) => Float64Array {
  return (points) => values(points).map(Math.sqrt);
}

/** < f(z_a) g(z_b) > at the angle theta, one row a variance of z_a. */
function polarAverages(
  f: UnivariateFunction,
  g: UnivariateFunction,
  nodes: Float64Array,
  theta: number,
  { radius, panels, gradings }: Polar,
): Float64Array {
  const radii = panelPoints(graded(0, radius, 3 * panels, gradings, 0));
  const out = new Float64Array(nodes.length ** 2);
  // Both positive, and where z_a is negative already; the opposite directions have both signs changed.
  const sectors = [
    { from: theta - Math.PI / 2, to: Math.PI / 2, sign: 1 },
    { from: Math.PI / 2, to: Math.PI / 2 + theta, sign: -1 },
  ];
  for (const { from, to, sign } of sectors)
    if (to > from) {
      const angles = panelPoints(graded(from, to, panels, gradings, gradings));
      const weights = angles.weights.flatMap((weight) =>
        radii.weights.map((other, q) => (weight * other * radial(radii.points[q]!)) / (2 * Math.PI)),
      );
      const distances = (shift: number): number[] =>
        angles.points.flatMap((alpha) => radii.points.map((r) => r * Math.abs(Math.cos(alpha - shift))));
      const [toLeft, toRight] = [Float64Array.from(distances(0)), Float64Array.from(distances(theta))];
      for (const direction of [1, -1]) {
        const left = sideValues(f, nodes, toLeft, direction * sign);
        const right = sideValues(g, nodes, toRight, direction);
        left.forEach((values, i) => {
          const weighted = values.map((value, p) => value * weights[p]!);
          right.forEach((others, j) => (out[i * nodes.length + j]! += dot(weighted, others)));
        });
      }
    }
  return out;
}

function radial(r: number): number {
  return r * Math.exp(-0.5 * r * r);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let start = 0; start < a.length; start += BLOCK) {
    const end = Math.min(a.length, start + BLOCK);
    let part = 0;
    for (let p = start; p < end; p++) part += a[p]! * b[p]!;
    sum += part;
  }
  return sum;
}

/** Sums of sums round less than one long sum. */
const BLOCK = 128;

/** The function at sign sigma x, x >= 0, on its piece of that side; one array a variance. */
function sideValues(
  { pieces }: UnivariateFunction,
  nodes: Float64Array,
  x: Float64Array,
  sign: number,
): Float64Array[] {
  const piece = sign > 0 ? pieces.at(-1)! : pieces[0]!;
  return Array.from(nodes, (variance) => {
    const deviation = sign * Math.sqrt(variance);
    const values = new Float64Array(x.length);
    piece.rows(
      x.map((distance) => deviation * distance),
      x.length,
      0,
      values,
    );
    return values;
  });
}

/** Ends of equal panels, the first and the last halved towards their ends. */
function graded(low: number, high: number, panels: number, first: number, last: number): number[] {
  const width = (high - low) / panels;
  const halved = (times: number): number[] =>
    Array.from({ length: times }, (_, k) => width * 2 ** (k - times));
  const inner = Array.from({ length: panels - 1 }, (_, p) => low + (p + 1) * width);
  const edges = [...halved(first).map((at) => low + at), ...inner, ...halved(last).map((at) => high - at)];
  return [low, ...edges.sort((a, b) => a - b), high];
}

function panelPoints(edges: readonly number[]): { points: number[]; weights: number[] } {
  const panels = edges.slice(1).map((high, p) => ({
    middle: (edges[p]! + high) / 2,
    half: (high - edges[p]!) / 2,
  }));
  return {
    points: panels.flatMap(({ middle, half }) => Array.from(RULE.nodes, (node) => middle + half * node)),
    weights: panels.flatMap(({ half }) => Array.from(RULE.weights, (weight) => half * weight)),
  };
}
