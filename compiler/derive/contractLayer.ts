/**
 * The average over one layer's parameters: pass 2 of the cumulant flow (theory.md section 2, steps 1 and 2).
 *
 * A node of a field above is a derivative of z'_i(a) = b_i + sum_j W_ij F(z_j) + gamma z_i. A parameter it is differentiated by
 * is either of this layer, which takes away the b or W it multiplies, or of a layer below, and then the chain rule acts on F.
 * What is left is averaged over b and W: nodes tied together share a neuron i, either as the two ends of one parameter of
 * this layer (weight: the learning rate), or as factors of one cumulant of the prior (weight: the variance). Both leave one
 * sum over a neuron j of the layer below. A function of z'_i, which a coupling may end on, is by then averaged over this layer's
 * parameters: a function of the z_i that a skip connection carries.
 */
import { overlapAtom, type Atom, type LocalFunction } from '../../theory/atom.ts';
import type { CouplingFamily, SampleLabel } from '../../theory/coupling.ts';
import type { ContractedNode, Contraction } from '../../theory/explanation/explanation.ts';
import { multiply, numberExpr, power, type Expr } from '../../theory/expression.ts';
import { FUNCTION, type Edge, type FieldShape } from '../../theory/field.ts';
import { ANY_FUNCTION } from '../../theory/functionCoupling.ts';
import { fieldOf, labelOf, sampleOf } from '../../theory/label.ts';
import type { LayerTerm, LocalFactor, ParameterGroup } from '../../theory/model.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rational, type Rational } from '../../theory/rational.ts';
import { differentiateNodes, type Node } from './differentiateNodes.ts';
import type { NeuronFactor, RowStatistic, StatisticTerm } from './rowStatistic.ts';
import { scalarPolynomial } from './scalarPolynomial.ts';

/** The layer equation with the priors of its parameters. */
export interface Layer {
  readonly terms: readonly LayerTerm[];
  readonly groups: readonly ParameterGroup[];
}

/** Fields of the layer above that ties join: their nodes in blocks, each block on a neuron of its own. */
export interface Cluster {
  readonly nodes: readonly ContractedNode[];
  readonly edges: readonly Edge[];
  readonly blocks: readonly { readonly pin: number; readonly nodes: readonly number[] }[];
}

/** The fields of a family in groups that its blocks join; within each group the average over weights cannot be split. */
export function clustersOf(family: CouplingFamily, samples: readonly SampleLabel[]): Cluster[] {
  const root = family.fields.map((_, field) => field);
  const fieldAt = (slot: number): number => (family.slots[slot] as CouplingFamily['slots'][number]).field;
  for (const block of family.blocks)
    for (const slot of block) {
      const [from, to] = [root[fieldAt(slot)], root[fieldAt(block[0] as number)] as number];
      root.forEach((r, k) => {
        if (r === from) root[k] = to;
      });
    }
  return [...new Set(root)].map((r) => {
    const slots = family.slots.flatMap(({ field }, slot) => (root[field] === r ? [slot] : []));
    const place = (field: number, node: number): number =>
      slots.findIndex((slot) => fieldAt(slot) === field && family.slots[slot]?.node === node);
    return {
      nodes: slots.map((slot) => ({
        field: (family.fields[fieldAt(slot)] as FieldShape).name,
        sample: samples[slot] as SampleLabel,
      })),
      edges: family.fields.flatMap(({ edges }, field) =>
        root[field] === r ? edges.map(([p, q]): Edge => [place(field, p), place(field, q)]) : [],
      ),
      blocks: family.blocks.flatMap((block, pin) =>
        slots.includes(block[0] as number) ? [{ pin, nodes: block.map((slot) => slots.indexOf(slot)) }] : [],
      ),
    };
  });
}

/** The average of a cluster as a random variable of the layer below. */
export function contractLayer(ring: Ring<Atom>, layer: Layer, cluster: Cluster): RowStatistic {
  const start: Contracted = {
    coefficient: ring.one,
    inverseWidths: 0,
    neurons: [],
    nodes: [],
    edges: cluster.edges,
    contractions: [],
  };
  const contracted = cluster.blocks.reduce<readonly Contracted[]>(
    (all, block) => all.flatMap((before) => contractBlock(ring, layer, cluster, block, before)),
    [start],
  );
  return {
    points: cluster.blocks.reduce((sum, block) => sum + pointsOfBlock(cluster, block), 0),
    blocks: cluster.blocks.map(({ nodes }) => nodes.map((node) => labelAt(cluster, node))),
    terms: contracted.flatMap((each) => lowerTerms(ring, each)),
  };
}

/**
 * The same at the first layer, exactly: inputs carry no parameters and do not fluctuate, so only pairs of nodes without
 * derivatives left remain, as overlaps of inputs.
 */
export function contractFirstLayer(ring: Ring<Atom>, layer: Layer, cluster: Cluster): Polynomial<Atom> {
  const { terms } = contractLayer(ring, layer, cluster);
  const deterministic = terms.filter(
    ({ fields, inverseWidths }) => fields.length === 0 && inverseWidths === 0,
  );
  return ring.sum(
    deterministic.map(({ coefficient, neurons }) =>
      neurons
        .map(({ locals }) => locals.map(({ sample }) => sampleOf(sample)))
        .reduce(
          (p, [a, b]) => ring.multiply(p, ring.atom(overlapAtom(a as string, b as string))),
          coefficient,
        ),
    ),
  );
}

/** Blocks contracted so far: nodes with the neuron and the local function they became. */
interface Contracted {
  readonly coefficient: Polynomial<Atom>;
  readonly inverseWidths: number;
  readonly neurons: readonly { readonly pin?: number }[];
  readonly nodes: readonly { readonly place: number; readonly node: Node }[];
  /** Parameters not of this layer, by the nodes they differentiate. */
  readonly edges: readonly Edge[];
  readonly contractions: readonly Contraction[];
}

/** One way to read the nodes of a block: the same kind of term for each, of one group. */
interface Reading {
  readonly terms: readonly LayerTerm[];
  /** Product of the terms' coefficients; kept an expression, so that `sqrt(k)` twice is k. */
  readonly coefficient: Expr;
  readonly block: Block;
}

type Block = Cluster['blocks'][number];

function isFunction({ nodes }: Cluster, node: number): boolean {
  return nodes[node]?.field === FUNCTION.name;
}

/** A function counts as much as the z it stands for. */
function pointsOfBlock(cluster: Cluster, { nodes }: Block): number {
  return nodes.some((node) => isFunction(cluster, node)) ? 2 : nodes.length;
}

function contractBlock(
  ring: Ring<Atom>,
  layer: Layer,
  cluster: Cluster,
  block: Block,
  before: Contracted,
): Contracted[] {
  const [ends, nodes] = [true, false].map((wanted) =>
    block.nodes.filter((node) => isFunction(cluster, node) === wanted),
  ) as [number[], number[]];
  const rest =
    nodes.length === 0 ? [before] : contractNodes(ring, layer, cluster, { ...block, nodes }, before);
  return ends.reduce(
    (all, end) => all.map((each) => keptFunction(cluster, layer, block.pin, end, each)),
    rest,
  );
}

/**
 * A function stays on its neuron. A weight of this layer could be contracted with it as well, which would leave a derivative of f; at
 * the order that such couplings are followed to, its average multiplies nothing, or vanishes.
 */
function keptFunction(
  cluster: Cluster,
  layer: Layer,
  pin: number,
  place: number,
  before: Contracted,
): Contracted {
  const neuron = before.neurons.length;
  const terms = layer.terms.filter(({ kind }) => kind === 'skip');
  const node = cluster.nodes[place] as ContractedNode;
  return {
    ...before,
    neurons: [...before.neurons, { pin }],
    nodes: [...before.nodes, { place, node: { neuron, locals: [ANY_FUNCTION] } }],
    contractions: [...before.contractions, { kind: 'function', nodes: [node], terms, neuron }],
  };
}

function contractNodes(
  ring: Ring<Atom>,
  layer: Layer,
  cluster: Cluster,
  block: Block,
  before: Contracted,
): Contracted[] {
  const choices = block.nodes.reduce<LayerTerm[][]>(
    (all, node) => {
      const field = fieldOf(labelAt(cluster, node));
      const terms = layer.terms.filter((term) => term.field === field);
      return all.flatMap((head) => terms.map((term) => [...head, term]));
    },
    [[]],
  );
  return choices.flatMap((terms) => {
    const [first] = terms as [LayerTerm];
    if (!terms.every((term) => term.kind === first.kind && groupName(term) === groupName(first))) return [];
    const reading = { terms, coefficient: multiply(...terms.map((term) => term.coefficient)), block };
    if (first.kind === 'skip')
      return [recorded(cluster, reading, before, carried(ring, cluster, reading, before))];
    const group = groupOf(layer, first.group);
    const kind = block.nodes.length === 2 ? 'variance' : 'cumulant';
    return [
      ...byCumulant(ring, group, cluster, reading, before).map((after) =>
        recorded(cluster, reading, before, after, { kind, group }),
      ),
      ...byParameter(ring, group, cluster, reading, before).map((after) =>
        recorded(cluster, reading, before, after, { kind: 'learning-rate', group }),
      ),
    ];
  });
}

/** Writes down what tied the block together and where it went. */
function recorded(
  cluster: Cluster,
  { terms, block }: Reading,
  before: Contracted,
  after: Contracted,
  by: Pick<Contraction, 'kind' | 'group'> = { kind: 'skip' },
): Contracted {
  const nodes = block.nodes.map((node) => cluster.nodes[node] as ContractedNode);
  const neuron = before.neurons.length;
  const sits = after.neurons.length > neuron ? { neuron } : {};
  return { ...after, contractions: [...before.contractions, { ...by, nodes, terms, ...sits }] };
}

const IDENTITY: readonly LocalFactor[] = [{ activation: 'identity', power: 1 }];

/** Both nodes come straight from the same neuron below. */
function carried(
  ring: Ring<Atom>,
  cluster: Cluster,
  { coefficient, block: { pin, nodes } }: Reading,
  before: Contracted,
): Contracted {
  const locals = nodes.map(() => IDENTITY);
  return landed(cluster, nodes, locals, scaled(ring, before, coefficient), { pin });
}

/** All nodes of the block keep their b or W, and the prior averages these. */
function byCumulant(
  ring: Ring<Atom>,
  group: ParameterGroup,
  cluster: Cluster,
  { terms, coefficient, block: { nodes } }: Reading,
  before: Contracted,
): Contracted[] {
  const pairs = nodes.length / 2;
  const factor = standardCumulant(group, nodes.length);
  if (factor.numerator === 0n) return [];
  const size = multiply(numberExpr(factor), power(group.variance, rational(pairs)), coefficient);
  const after = { ...scaled(ring, before, size), inverseWidths: before.inverseWidths + pairs - 1 };
  if (group.kind === 'weights') return [landed(cluster, nodes, terms.map(localsOf), after, {})];
  return nodes.every((node) => degree(before.edges, node) === 0) ? [after] : [];
}

/** A parameter of this layer that two nodes are differentiated by: it takes away the b or W of both. */
function byParameter(
  ring: Ring<Atom>,
  group: ParameterGroup,
  cluster: Cluster,
  { terms, coefficient, block: { nodes } }: Reading,
  before: Contracted,
): Contracted[] {
  const [p, q] = nodes;
  if (nodes.length !== 2 || !group.rate) return [];
  const size = multiply(group.rate, coefficient);
  const joining = before.edges.flatMap(([r, s], k) =>
    (r === p && s === q) || (r === q && s === p) ? [k] : [],
  );
  return joining.flatMap((taken) => {
    const edges = before.edges.filter((_, k) => k !== taken);
    const after = { ...scaled(ring, before, size), edges };
    if (group.kind === 'weights') return [landed(cluster, nodes, terms.map(localsOf), after, {})];
    return nodes.every((node) => degree(edges, node) === 0) ? [after] : [];
  });
}

function scaled(ring: Ring<Atom>, before: Contracted, factor: Expr): Contracted {
  return { ...before, coefficient: ring.multiply(before.coefficient, scalarPolynomial(ring, factor)) };
}

/** The nodes of a block moved to one neuron below. */
function landed(
  cluster: Cluster,
  nodes: readonly number[],
  locals: readonly (readonly LocalFactor[])[],
  before: Contracted,
  neuron: { readonly pin?: number },
): Contracted {
  const index = before.neurons.length;
  const added = nodes.map((place, k) => {
    const sample = sampleOf(labelAt(cluster, place));
    return { place, node: { neuron: index, locals: localsAt(locals[k] ?? [], sample) } };
  });
  return { ...before, neurons: [...before.neurons, neuron], nodes: [...before.nodes, ...added] };
}

function lowerTerms(
  ring: Ring<Atom>,
  { coefficient, inverseWidths, neurons, nodes, edges, contractions }: Contracted,
): StatisticTerm[] {
  const places = nodes.map(({ place }) => place);
  const inner = edges.map(([p, q]): Edge => [places.indexOf(p), places.indexOf(q)]);
  return differentiateNodes(
    nodes.map(({ node }) => node),
    inner,
  ).map(({ weight, locals, fields }) => ({
    coefficient: ring.scale(coefficient, rational(weight)),
    inverseWidths,
    neurons: neurons.map((neuron, index): NeuronFactor => ({
      ...neuron,
      locals: nodes.flatMap(({ node }, k) => (node.neuron === index ? (locals[k] as LocalFunction[]) : [])),
    })),
    fields,
    contractions,
  }));
}

function labelAt({ nodes }: Cluster, place: number): SampleLabel {
  return (nodes[place] as ContractedNode).sample;
}

/** Cumulants of the prior in units of its variance: 1 for two factors, then 0 for a Gaussian. */
function standardCumulant({ standardCumulants = [] }: ParameterGroup, factors: number): Rational {
  if (factors === 2) return rational(1);
  return standardCumulants[factors / 2 - 2] ?? rational(0);
}

function groupOf({ groups }: Layer, name: string): ParameterGroup {
  return groups.find((group) => group.name === name) as ParameterGroup;
}

function groupName(term: LayerTerm): string {
  return term.kind === 'skip' ? '' : term.group;
}

function localsOf(term: LayerTerm): readonly LocalFactor[] {
  return term.kind === 'weights' ? term.local : [];
}

function localsAt(factors: readonly LocalFactor[], sample: SampleLabel): LocalFunction[] {
  // An input has no local function of its own; it is written as z, and the first layer reads only its sample.
  const read: readonly LocalFactor[] = factors.length === 0 ? IDENTITY : factors;
  return read.map(({ of, activation, power }) => ({
    fn: activation,
    derivative: 0,
    sample: labelOf(of, sample),
    power,
  }));
}

function degree(edges: readonly Edge[], node: number): number {
  return edges.reduce((sum, [p, q]) => sum + Number(p === node) + Number(q === node), 0);
}
