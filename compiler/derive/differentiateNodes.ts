/**
 * The chain rule on the written layer equation: derivatives, in parameters of lower layers, of local functions of z, as sums over
 * the ways to share the derivatives out among factors s^(m)(z) and fields of the layer below.
 */
import type { LocalFunction } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { fieldShape, type Edge } from '../../theory/field.ts';
import { setPartitions } from './partitions.ts';
import type { PlacedField } from './rowStatistic.ts';

/** A local function F(z) on a neuron and at a sample, differentiated once by every end of an edge that lists it. */
export interface Node {
  readonly neuron: number;
  readonly sample: SampleLabel;
  readonly locals: readonly LocalFunction[];
}

/** `weight * prod over nodes of locals[node] * prod of fields`. */
export interface DifferentiatedTerm {
  readonly weight: number;
  readonly locals: readonly (readonly LocalFunction[])[];
  readonly fields: readonly PlacedField[];
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
  const choices = nodes.map((_, k) => setPartitions(ends.filter(({ node }) => node === k)));
  const splittings = choices.reduce<(typeof ends)[][][]>(
    (all, partitions) => all.flatMap((head) => partitions.map((partition) => [...head, partition])),
    [[]],
  );
  return splittings.flatMap((splitting) => {
    const lower = splitting.flatMap((blocks, node) => blocks.map((block) => ({ node, block })));
    const place = (edge: number, side: number): number =>
      lower.findIndex(({ block }) => block.some((end) => end.edge === edge && end.side === side));
    const lowerEdges = edges.map((_, edge): Edge => [place(edge, 0), place(edge, 1)]);
    const fields = components(lower.length, lowerEdges).map((members) =>
      placeField(
        members,
        lowerEdges,
        lower.map(({ node }) => nodes[node] as Node),
      ),
    );
    return differentiatedLocals(
      nodes.map(({ locals }) => locals),
      splitting.map(({ length }) => length),
    ).map(({ weight, locals }) => ({ weight, locals, fields }));
  });
}

function placeField(members: readonly number[], edges: readonly Edge[], nodes: readonly Node[]): PlacedField {
  const inside = edges
    .filter(([p]) => members.includes(p))
    .map(([p, q]): Edge => [members.indexOf(p), members.indexOf(q)]);
  const { shape, order } = fieldShape(members.length, inside);
  const placed = order.map((k) => nodes[members[k] as number] as Node);
  return { shape, neurons: placed.map(({ neuron }) => neuron), samples: placed.map(({ sample }) => sample) };
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
  counts: readonly number[],
): WeightedLocals<(readonly LocalFunction[])[]>[] {
  return products
    .map((product, k) => derivatives(product, counts[k] as number))
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

/** The m-th derivative in z of a product of local functions at one sample. */
function derivatives(
  product: readonly LocalFunction[],
  m: number,
): WeightedLocals<readonly LocalFunction[]>[] {
  if (m === 0) return [{ weight: 1, locals: product }];
  return derivatives(product, m - 1).flatMap(({ weight, locals }) =>
    locals.flatMap((local, k) => {
      const rest = locals.filter((_, other) => other !== k);
      const power = local.power > 1 ? [{ ...local, power: local.power - 1 }] : [];
      const inner = innerDerivative(local);
      return inner ? [{ weight: weight * local.power, locals: [...rest, ...power, ...inner] }] : [];
    }),
  );
}

/** `fn^(m+1)`; the derivative of z is 1, its second derivative zero (undefined). */
function innerDerivative(local: LocalFunction): LocalFunction[] | undefined {
  if (local.fn !== 'identity') return [{ ...local, derivative: local.derivative + 1, power: 1 }];
  return local.derivative === 0 ? [] : undefined;
}
