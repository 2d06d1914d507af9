/**
 * The atoms of the recursions: what a polynomial of the effective theory is a polynomial in.
 * Everything is immutable and canonical on construction, so `atomKey` decides equality.
 */
import { canonicalLegs, type CouplingFamily, type SampleLabel } from './coupling.ts';
import type { Expr } from './expression.ts';
import { fieldOf } from './label.ts';

/** `fn^(derivative)(z(sample))^power`, a function of one neuron's pre-activation at one sample. */
export interface LocalFunction {
  readonly fn: string;
  readonly derivative: number;
  readonly sample: SampleLabel;
  readonly power: number;
}

/** A model parameter such as `C_W`. */
export interface ParameterAtom {
  readonly kind: 'parameter';
  readonly name: string;
}

/** A function of parameters that is no polynomial, such as `1 / sqrt(k)`, kept whole. */
export interface ScalarAtom {
  readonly kind: 'scalar';
  readonly expression: Expr;
}

/** `n / n_l`, the reference width over the width of the layer whose neurons are summed; 1 for equal widths. */
export interface WidthRatioAtom {
  readonly kind: 'width-ratio';
}

/** `(1/n_0) sum_j x_j(a) x_j(b)`: what the first layer sees of the inputs. */
export interface OverlapAtom {
  readonly kind: 'overlap';
  readonly samples: readonly [SampleLabel, SampleLabel];
}

/** `< d/dz(e1) d/dz(e2) ... prod of local functions >_K`, the derivatives acting on the whole product. */
export interface AverageAtom {
  readonly kind: 'average';
  readonly locals: readonly LocalFunction[];
  readonly derivatives: readonly SampleLabel[];
}

/** A coupling with its sample indices written out. */
export interface CouplingAtom {
  readonly kind: 'coupling';
  readonly family: CouplingFamily;
  readonly order: number;
  readonly samples: readonly SampleLabel[];
}

/**
 * Couplings contracted with Gaussian averages: every leg that is a number differentiates the average of that
 * number, summed over the sample index they share; a leg that is a label is a free index. The leg of a function takes what would be
 * averaged, with the derivatives of all other legs, as the function its coupling ends on.
 */
export interface DiagramAtom {
  readonly kind: 'diagram';
  readonly averages: readonly (readonly LocalFunction[])[];
  readonly vertices: readonly Vertex[];
}

/** A coupling with its samples written out that ends on `d/dz(e1) d/dz(e2) ... prod of local functions`; see `functionCoupling.ts`. */
export interface FunctionCouplingAtom {
  readonly kind: 'function-coupling';
  readonly family: CouplingFamily;
  readonly order: number;
  /** That of the function is FUNCTION_LABEL. */
  readonly samples: readonly SampleLabel[];
  readonly locals: readonly LocalFunction[];
  readonly derivatives: readonly SampleLabel[];
}

export interface Vertex {
  readonly family: CouplingFamily;
  readonly order: number;
  readonly legs: readonly Leg[];
}

export type Leg = number | SampleLabel;

export type Atom =
  | ParameterAtom
  | ScalarAtom
  | WidthRatioAtom
  | OverlapAtom
  | AverageAtom
  | CouplingAtom
  | FunctionCouplingAtom
  | DiagramAtom;

export const WIDTH_RATIO: WidthRatioAtom = { kind: 'width-ratio' };

export function parameterAtom(name: string): ParameterAtom {
  return { kind: 'parameter', name };
}

export function scalarAtom(expression: Expr): ScalarAtom {
  return { kind: 'scalar', expression };
}

export function overlapAtom(a: SampleLabel, b: SampleLabel): OverlapAtom {
  return { kind: 'overlap', samples: compareLabels(a, b) <= 0 ? [a, b] : [b, a] };
}

/** Merges equal factors into powers and sorts; labels of derivatives are sorted. */
export function averageAtom(
  locals: readonly LocalFunction[],
  derivatives: readonly SampleLabel[] = [],
): AverageAtom {
  return { kind: 'average', locals: mergeLocals(locals), derivatives: [...derivatives].sort(compareLabels) };
}

/**
 * The average as a product of averages over one field of the block each: with parameters of their own, the fields are independent at
 * infinite width. One average in networks with z alone; none of nothing.
 */
export function averageFactors(
  locals: readonly LocalFunction[],
  derivatives: readonly SampleLabel[] = [],
): AverageAtom[] {
  const fields = [...new Set(locals.map(({ sample }) => fieldOf(sample)))];
  return fields.map((field) =>
    averageAtom(
      locals.filter(({ sample }) => fieldOf(sample) === field),
      derivatives.filter((label) => fieldOf(label) === field),
    ),
  );
}

export function couplingAtom(
  family: CouplingFamily,
  order: number,
  samples: readonly SampleLabel[],
): CouplingAtom {
  return { kind: 'coupling', family, order, samples: canonicalLegs(family, samples, compareLabels) };
}

export function functionCouplingAtom(
  { family, order }: Pick<CouplingAtom, 'family' | 'order'>,
  samples: readonly SampleLabel[],
  locals: readonly LocalFunction[],
  derivatives: readonly SampleLabel[],
): FunctionCouplingAtom {
  return {
    kind: 'function-coupling',
    family,
    order,
    samples: canonicalLegs(family, samples, compareLabels),
    locals: mergeLocals(locals),
    derivatives: [...derivatives].sort(compareLabels),
  };
}

/** Canonical under exchange of averages, of vertices, and under the symmetry of each coupling. */
export function diagramAtom(
  averages: readonly (readonly LocalFunction[])[],
  vertices: readonly Vertex[],
): DiagramAtom {
  const merged = averages.map(mergeLocals);
  const orderings = sortedOrderings(merged.map(localsKey));
  const candidates = orderings.map((ordering) => relabelled(merged, vertices, ordering));
  return candidates.reduce((best, next) => (atomKey(next) < atomKey(best) ? next : best));
}

/** A string that is equal exactly for equal atoms. */
export function atomKey(atom: Atom): string {
  switch (atom.kind) {
    case 'parameter':
      return `p:${atom.name}`;
    case 'scalar':
      return `s:${atom.expression.key}`;
    case 'width-ratio':
      return 'r';
    case 'overlap':
      return `x:${atom.samples.join(',')}`;
    case 'average':
      return `a:${localsKey(atom.locals)}/${atom.derivatives.join(',')}`;
    case 'coupling':
      return `c:${couplingKey(atom.family, atom.order)}:${atom.samples.join(',')}`;
    case 'function-coupling':
      return `f:${couplingKey(atom.family, atom.order)}:${atom.samples.join(',')}/${localsKey(atom.locals)}/${atom.derivatives.join(',')}`;
    case 'diagram':
      return `d:${atom.averages.map(localsKey).join(';')}/${atom.vertices.map(vertexKey).join(';')}`;
  }
}

/** Identifies a coupling up to its sample indices: `zz|zz@1`. */
export function couplingKey(family: CouplingFamily, order: number): string {
  return `${family.key}@${order}`;
}

/** Numbered samples by value, then letters alphabetically. */
export function compareLabels(a: SampleLabel, b: SampleLabel): number {
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The distinct samples a product of local functions depends on. */
export function samplesOf(locals: readonly LocalFunction[]): SampleLabel[] {
  return [...new Set(locals.map((local) => local.sample))].sort(compareLabels);
}

function mergeLocals(locals: readonly LocalFunction[]): LocalFunction[] {
  const powers = new Map<string, LocalFunction>();
  for (const local of locals) {
    const key = `${local.fn}'${local.derivative}'${local.sample}`;
    powers.set(key, { ...local, power: local.power + (powers.get(key)?.power ?? 0) });
  }
  return [...powers.values()].sort(compareLocals);
}

function compareLocals(a: LocalFunction, b: LocalFunction): number {
  return (
    compareLabels(a.sample, b.sample) ||
    a.derivative - b.derivative ||
    (a.fn < b.fn ? -1 : a.fn > b.fn ? 1 : 0)
  );
}

function localsKey(locals: readonly LocalFunction[]): string {
  return locals
    .map(({ fn, derivative, sample, power }) => `${fn}'${derivative}(${sample})^${power}`)
    .join('*');
}

function vertexKey(vertex: Vertex): string {
  return `${couplingKey(vertex.family, vertex.order)}:${vertex.legs.join(',')}`;
}

function relabelled(
  averages: readonly (readonly LocalFunction[])[],
  vertices: readonly Vertex[],
  ordering: readonly number[],
): DiagramAtom {
  const position = new Map(ordering.map((from, to) => [from, to]));
  const moved = vertices.map(({ family, order, legs }) => ({
    family,
    order,
    legs: canonicalLegs(
      family,
      legs.map((leg) => (typeof leg === 'number' ? (position.get(leg) as number) : leg)),
      compareLegs,
    ),
  }));
  return {
    kind: 'diagram',
    averages: ordering.map((from) => averages[from] as readonly LocalFunction[]),
    vertices: moved.sort((a, b) => (vertexKey(a) < vertexKey(b) ? -1 : vertexKey(a) > vertexKey(b) ? 1 : 0)),
  };
}

function compareLegs(a: Leg, b: Leg): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareLabels(a, b);
}

/** All orderings of the positions that sort `keys`; several only when keys repeat. */
function sortedOrderings(keys: readonly string[]): number[][] {
  const sorted = keys
    .map((_, index) => index)
    .sort((a, b) => (keyAt(keys, a) < keyAt(keys, b) ? -1 : keyAt(keys, a) > keyAt(keys, b) ? 1 : a - b));
  const extend = (prefix: number[]): number[][] => {
    if (prefix.length === keys.length) return [prefix];
    const wanted = keyAt(keys, sorted[prefix.length] as number);
    const choices = sorted.filter((index) => keyAt(keys, index) === wanted && !prefix.includes(index));
    return choices.flatMap((index) => extend([...prefix, index]));
  };
  return extend([]);
}

function keyAt(keys: readonly string[], index: number): string {
  return keys[index] as string;
}

/** The legs of each block of a vertex, in slot order. */
export function legsByBlock(vertex: Vertex): Leg[][] {
  return vertex.family.blocks.map((slots) => slots.map((slot) => vertex.legs[slot] as Leg));
}
