/**
 * Fields: what is followed from layer to layer. A field is a multigraph: its nodes are pre-activations, each on a neuron
 * and at a sample, and each edge is a parameter summed over, weighed with its learning rate, by which the two nodes it joins are
 * differentiated (PDLT chapters 8 and 11, and infinity):
 *
 *     z      one node                          z_i(a)
 *     H      0-1                               sum_t lam_t dz_0/dt dz_1/dt                               (NTK)
 *     dH     0-1, 0-2                          sum_tu lam_t lam_u d2z_0/dtdu dz_1/dt dz_2/du             (dNTK)
 *     ddI    0-1, 0-2, 0-3                     d3z_0 dz_1 dz_2 dz_3                                      (first ddNTK)
 *     ddII   0-1, 0-2, 1-3                     d2z_0 d2z_1 dz_2 dz_3                                     (second ddNTK)
 *
 * Any other contraction of derivatives is a graph too, and nothing in the derivation knows these five by name.
 */
export type Edge = readonly [number, number];

export interface FieldShape {
  /** `z`, `H`, `dH`, `ddI`, `ddII`, or the edges of any other graph: `[01,01]`. Equal names mean equal shapes. */
  readonly name: string;
  readonly nodes: number;
  /** Canonical: of all numberings of the nodes, the one whose sorted edges come first. */
  readonly edges: readonly Edge[];
  /** Every renumbering of the nodes that leaves the edges as they are: entry k is the node that takes the place of k. */
  readonly automorphisms: readonly (readonly number[])[];
}

const NAMES: Readonly<Record<string, string>> = {
  '1:': 'z',
  '2:01': 'H',
  '3:01,02': 'dH',
  '4:01,02,03': 'ddI',
  '4:01,02,13': 'ddII',
};

const known = new Map<string, { readonly shape: FieldShape; readonly order: readonly number[] }>();

/**
 * The shape of a connected graph on nodes 0 ... nodes-1, and the node of the given graph behind each node of the shape.
 */
export function fieldShape(
  nodes: number,
  edges: readonly Edge[],
): { readonly shape: FieldShape; readonly order: readonly number[] } {
  const given = graphKey(nodes, sortEdges(edges));
  const found = known.get(given) ?? canonicalShape(nodes, edges);
  known.set(given, found);
  return found;
}

function canonicalShape(
  nodes: number,
  edges: readonly Edge[],
): { readonly shape: FieldShape; readonly order: readonly number[] } {
  const numberings = permutations(Array.from({ length: nodes }, (_, k) => k)).map((order) => {
    const renumbered = sortEdges(edges.map(([p, q]): Edge => [order.indexOf(p), order.indexOf(q)]));
    return { order, edges: renumbered, key: graphKey(nodes, renumbered) };
  });
  const best = numberings.reduce((first, next) => (next.key < first.key ? next : first));
  const same = numberings.filter(({ key }) => key === best.key);
  const automorphisms = same.map(({ order }) => order.map((node) => best.order.indexOf(node)));
  const name = NAMES[best.key] ?? `[${best.key.slice(best.key.indexOf(':') + 1)}]`;
  return { shape: { name, nodes, edges: best.edges, automorphisms }, order: best.order };
}

/** A pre-activation and the tangent kernels of PDLT. */
export const Z = fieldShape(1, []).shape;
export const NTK = fieldShape(2, [[0, 1]]).shape;
export const DNTK = fieldShape(3, [
  [0, 1],
  [0, 2],
]).shape;
export const DDNTK_I = fieldShape(4, [
  [0, 1],
  [0, 2],
  [0, 3],
]).shape;
export const DDNTK_II = fieldShape(4, [
  [0, 1],
  [0, 2],
  [1, 3],
]).shape;

/**
 * Any function f(z_i) of a neuron, at any number of samples, in place of pre-activations: what the couplings of a function end on
 * (`functionCoupling.ts`). A node without edges like z, but of a shape of its own.
 */
export const FUNCTION: FieldShape = { name: 'f', nodes: 1, edges: [], automorphisms: [[0]] };

function sortEdges(edges: readonly Edge[]): Edge[] {
  return edges.map(([p, q]): Edge => (p <= q ? [p, q] : [q, p])).sort(([p, q], [r, s]) => p - r || q - s);
}

function graphKey(nodes: number, edges: readonly Edge[]): string {
  return `${nodes}:${edges.map(([p, q]) => `${p}${q}`).join(',')}`;
}

/** All orders of a list. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, k) =>
    permutations(items.filter((_, other) => other !== k)).map((rest) => [item, ...rest]),
  );
}
