/**
 * The chain rule on the written layer equation: derivatives, in parameters of lower layers, of local functions of z, as sums over
 * the ways to share the derivatives out among factors s^(m)(z) and fields of the layer below.
 */
import { samplesOf, type LocalFunction } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { fieldShape, type Edge } from '../../theory/field.ts';
import { setPartitions } from './partitions.ts';
import type { PlacedField } from './rowStatistic.ts';

/**
 * A local function F(z) on a neuron and at a sample, differentiated once by every end of an edge that lists it. Where a block has
 * several fields, F is a function of some of them.
 */
export interface Node {
  readonly neuron: number;
  readonly locals: readonly LocalFunction[];
}

/** `weight * prod over nodes of locals[node] * prod of fields`. */
export interface DifferentiatedTerm {
  readonly weight: number;
  readonly locals: readonly (readonly LocalFunction[])[];
  readonly fields: readonly PlacedField[];
}

/** Derivatives that act on one z below the node they belong to. */
interface LowerNode<End> {
  readonly node: number;
  readonly block: readonly End[];
  /** The z: with several fields, any of those F depends on. */
  readonly label: SampleLabel;
}

/**
 * Faa di Bruno at every node: its derivatives are split into m blocks, F becomes F^(m), and each block of derivatives acts on a z
 * of its own. The edges join these z's into fields.
 */
export function differentiateNodes(nodes: readonly Node[], edges: readonly Edge[]): DifferentiatedTerm[] {
  const ends = edges.flatMap(([p, q], edge) => [
    { edge, side: 0, node: p },
    { edge, side: 1, node: q },
  ]);
  const choices = nodes.map(({ locals }, k) =>
    setPartitions(ends.filter(({ node }) => node === k)).flatMap((blocks) =>
      onLabels(k, blocks, samplesOf(locals)),
    ),
  );
  const splittings = choices.reduce<LowerNode<(typeof ends)[number]>[][]>(
    (all, ways) => all.flatMap((head) => ways.map((way) => [...head, ...way])),
    [[]],
  );
  return splittings.flatMap((lower) => {
    const place = (edge: number, side: number): number =>
      lower.findIndex(({ block }) => block.some((end) => end.edge === edge && end.side === side));
    const lowerEdges = edges.map((_, edge): Edge => [place(edge, 0), place(edge, 1)]);
    const fields = components(lower.length, lowerEdges).map((members) =>
      placeField(
        members,
        lowerEdges,
        lower.map(({ node, label }) => ({ neuron: (nodes[node] as Node).neuron, label })),
      ),
    );
    return differentiatedLocals(
      nodes.map(({ locals }) => locals),
      nodes.map((_, k) => lower.flatMap(({ node, label }) => (node === k ? [label] : []))),
    ).map(({ weight, locals }) => ({ weight, locals, fields }));
  });
}

/** Every way to let each block of derivatives act on one of the labels. */
function onLabels<End>(
  node: number,
  blocks: readonly (readonly End[])[],
  labels: readonly SampleLabel[],
): LowerNode<End>[][] {
  return blocks.reduce<LowerNode<End>[][]>(
    (all, block) => all.flatMap((head) => labels.map((label) => [...head, { node, block, label }])),
    [[]],
  );
}

function placeField(
  members: readonly number[],
  edges: readonly Edge[],
  nodes: readonly { readonly neuron: number; readonly label: SampleLabel }[],
): PlacedField {
  const inside = edges
    .filter(([p]) => members.includes(p))
    .map(([p, q]): Edge => [members.indexOf(p), members.indexOf(q)]);
  const { shape, order } = fieldShape(members.length, inside);
  const placed = order.map((k) => nodes[members[k] as number] as (typeof nodes)[number]);
  return { shape, neurons: placed.map(({ neuron }) => neuron), samples: placed.map(({ label }) => label) };
}

/** The connected components of a graph, each a list of nodes. */
function components(nodes: number, edges: readonly Edge[]): number[][] {
  const root = Array.from({ length: nodes }, (_, k) => k);
  for (const [p, q] of edges) {
    const [from, to] = [root[p], root[q]];
    root.forEach((r, k) => {
      if (r === from) root[k] = to as number;
    });
  }
  return [...new Set(root)].map((r) => root.flatMap((other, k) => (other === r ? [k] : [])));
}

interface WeightedLocals<T> {
  readonly weight: number;
  readonly locals: T;
}

function differentiatedLocals(
  products: readonly (readonly LocalFunction[])[],
  labels: readonly (readonly SampleLabel[])[],
): WeightedLocals<(readonly LocalFunction[])[]>[] {
  return products
    .map((product, k) => derivatives(product, labels[k] as readonly SampleLabel[]))
    .reduce<WeightedLocals<(readonly LocalFunction[])[]>[]>(
      (all, terms) =>
        all.flatMap((head) =>
          terms.map(({ weight, locals }) => ({
            weight: head.weight * weight,
            locals: [...head.locals, locals],
          })),
        ),
      [{ weight: 1, locals: [] }],
    );
}

/** The derivative of a product of local functions, once by the z of each label. */
function derivatives(
  product: readonly LocalFunction[],
  labels: readonly SampleLabel[],
): WeightedLocals<readonly LocalFunction[]>[] {
  const [label, ...rest] = labels;
  if (label === undefined) return [{ weight: 1, locals: product }];
  return derivatives(product, rest).flatMap(({ weight, locals }) =>
    locals.flatMap((local, k) => {
      if (local.sample !== label) return [];
      const others = locals.filter((_, other) => other !== k);
      const power = local.power > 1 ? [{ ...local, power: local.power - 1 }] : [];
      const inner = innerDerivative(local);
      return inner ? [{ weight: weight * local.power, locals: [...others, ...power, ...inner] }] : [];
    }),
  );
}

/** `fn^(m+1)`; the derivative of z is 1, its second derivative zero (undefined). */
function innerDerivative(local: LocalFunction): LocalFunction[] | undefined {
  if (local.fn !== 'identity') return [{ ...local, derivative: local.derivative + 1, power: 1 }];
  return local.derivative === 0 ? [] : undefined;
}
