/** c_k(sigma) = < f(sigma x) h_k(x) >, the normalised Hermite coefficients, by Gauss-Legendre panels that end at the kinks. */
import { gaussLegendre } from '../averages/gaussRules.ts';
import { NumericsError } from '../averages/numericsError.ts';
import { radiusForGrowth } from '../averages/truncationRadius.ts';
import type { UnivariateFunction } from '../averages/univariate.ts';

export interface HermiteQuadrature {
  readonly fn: UnivariateFunction;
  readonly radius: number;
  /** Widest panel, in standard deviations. */
  readonly width: number;
  /** The points and weights of the last length asked for, where no kink moves with the variance. */
  readonly memory: { nodes?: Nodes };
}

/** h_k(x_p) with weight and density: `table[p * length + k]`. */
interface Nodes {
  readonly length: number;
  readonly points: Float64Array;
  readonly squareWeights: Float64Array;
  readonly table: Float64Array;
}

const RULE = gaussLegendre(16);
const FIRST_WIDTH = 2;
const NARROWEST = 0.01;
/** Coefficients looked at to settle the width of the panels. */
const PROBED = 32;
/** What differs less is rounding: halved panels differ by the 32nd power of what the error was. */
const SETTLED = 1e-14;

/** Panels are halved until the coefficients at the given variances, sorted, no longer change. */
export function quadratureFor(
  fn: UnivariateFunction,
  variances: Float64Array,
  layer: number,
): HermiteQuadrature {
  const radius = radiusForGrowth([squareOf(fn, Math.sqrt(variances.at(-1)!))], 1e-32);
  let before = normalisedRows({ fn, radius, width: FIRST_WIDTH, memory: {} }, variances, PROBED).values;
  for (let width = FIRST_WIDTH / 2; width > NARROWEST; width /= 2) {
    const quadrature = { fn, radius, width, memory: {} };
    const after = normalisedRows(quadrature, variances, PROBED).values;
    if (after.every((c, k) => Math.abs(c - before[k]!) <= SETTLED * Math.max(1, Math.abs(c))))
      return quadrature;
    before = after;
  }
  throw tooSlow('quadrature', layer);
}

export function tooSlow(what: string, layer: number): NumericsError {
  const reason = `the ${what} of an activation function converges too slowly for a kernel matrix: it varies too fast, or its average diverges`;
  return new NumericsError('not-converged', reason, [], { layer });
}

export function squareOf(
  fn: UnivariateFunction,
  deviation: number,
): Parameters<typeof radiusForGrowth>[0][number] {
  const values = (points: Float64Array): Float64Array =>
    points.map((z) => {
      const out = new Float64Array(1);
      fn.pieces[fn.breakpoints.filter((at) => at < z).length]!.rows(Float64Array.of(z), 1, 0, out);
      return out[0]! ** 2;
    });
  return { deviation, columns: 1, values };
}

/** c_0 ... c_(length - 1) in units of sqrt(< f^2 >), and its logarithm; one row a variance. */
export function normalisedRows(
  quadrature: HermiteQuadrature,
  variances: Float64Array,
  length: number,
): { values: Float64Array; columns: number } {
  const columns = length + 1;
  const values = new Float64Array(variances.length * columns);
  variances.forEach((variance, s) => {
    const deviation = Math.sqrt(variance);
    const nodes = nodesFor(quadrature, deviation, length);
    const row = values.subarray(s * columns, (s + 1) * columns);
    const square = addPoints(nodes, functionValues(quadrature.fn, deviation, nodes.points), row);
    const scale = Math.sqrt(square);
    for (let k = 0; k < length; k++) row[k] = scale === 0 ? (k === 0 ? 1 : 0) : row[k]! / scale;
    row[length] = scale === 0 ? -Infinity : Math.log(scale);
  });
  return { values, columns };
}

/** Points are in order, so each piece holds on a run of them. */
function functionValues(
  { breakpoints, pieces }: UnivariateFunction,
  deviation: number,
  points: Float64Array,
): Float64Array {
  const z = points.map((x) => deviation * x);
  const values = new Float64Array(z.length);
  for (let k = 0, from = 0; k < pieces.length; k++) {
    const at = breakpoints[k];
    let to = z.length;
    if (at !== undefined) for (to = from; to < z.length && z[to]! < at; to++);
    if (to > from) pieces[k]!.rows(z.subarray(from, to), to - from, 0, values.subarray(from, to));
    from = to;
  }
  return values;
}

/** Adds c_k to `row` and returns < f^2 >. */
function addPoints({ length, squareWeights, table }: Nodes, values: Float64Array, row: Float64Array): number {
  let square = 0;
  for (let p = 0; p < values.length; p++) {
    const value = values[p]!;
    square += squareWeights[p]! * value * value;
    for (let k = 0, at = p * length; k < length; k++) row[k]! += value * table[at + k]!;
  }
  return square;
}

function nodesFor(
  { fn, radius, width, memory }: HermiteQuadrature,
  deviation: number,
  length: number,
): Nodes {
  const isFixed = fn.breakpoints.every((at) => at === 0);
  if (isFixed && memory.nodes?.length === length) return memory.nodes;
  const kinks = fn.breakpoints.map((at) => at / deviation).filter((x) => Math.abs(x) < radius);
  // h_k oscillates with wave number sqrt(k): 16 points see a panel of eight radians exactly.
  const nodes = createNodes([-radius, ...kinks, radius], Math.min(width, 8 / Math.sqrt(length)), length);
  if (isFixed) memory.nodes = nodes;
  return nodes;
}

/** Hermite functions h_k(x) exp(-x^2/4) stay of order one, so nothing overflows at any k. */
function createNodes(edges: readonly number[], width: number, length: number): Nodes {
  const points: number[] = [];
  const weights: number[] = [];
  for (let e = 1; e < edges.length; e++) {
    const [low, high] = [edges[e - 1]!, edges[e]!];
    const panels = Math.max(1, Math.ceil((high - low) / width));
    const half = (high - low) / (2 * panels);
    for (let panel = 0; panel < panels; panel++)
      RULE.nodes.forEach((node, k) => {
        points.push(low + (2 * panel + 1 + node) * half);
        weights.push((half * RULE.weights[k]!) / Math.sqrt(2 * Math.PI));
      });
  }
  const roots = Float64Array.from({ length: length + 1 }, (_, k) => Math.sqrt(k));
  const table = new Float64Array(points.length * length);
  const squareWeights = new Float64Array(points.length);
  points.forEach((x, p) => {
    const envelope = Math.exp(-0.25 * x * x);
    const weight = weights[p]! * envelope;
    squareWeights[p] = weight * envelope;
    let [here, before] = [envelope, 0];
    for (let k = 0; k < length; k++) {
      table[p * length + k] = weight * here;
      const next = (x * here - roots[k]! * before) / roots[k + 1]!;
      before = here;
      here = next;
    }
  });
  return { length, points: Float64Array.from(points), squareWeights, table };
}
