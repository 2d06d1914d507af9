/**
 * The ways to land one coupling: given fields and any number of z-legs, tied in every way that puts tied nodes on one neuron.
 */
import type { Leg } from '../../theory/atom.ts';
import { tieFields, type CouplingFamily } from '../../theory/coupling.ts';
import { FUNCTION, Z } from '../../theory/field.ts';
import { rational, type Rational } from '../../theory/rational.ts';
import type { PlacedField } from './rowStatistic.ts';

/** A coupling on neurons: nodes of fields are at their samples, z-legs differentiate the neuron of that number. */
export interface Placement {
  readonly family: CouplingFamily;
  readonly legs: readonly Leg[];
  /** The neuron of each leg. */
  readonly neurons: readonly number[];
  /** 1/u! for u z-legs in a block, 1/m! for m equal blocks of z alone. */
  readonly weight: Rational;
}

/** One block of a tie: nodes that sit on its neuron, and z-legs that land there. */
interface Block {
  readonly neuron: number;
  readonly nodes: readonly number[];
  readonly zLegs: number;
  /** Instead of z-legs: what is on the neuron is the function that the coupling ends on. */
  readonly ofFunction?: boolean;
}

/** The couplings there are. */
export interface CouplingKinds {
  /** Most nodes a coupling ties on one neuron. */
  readonly maxBlock: number;
  /** Whether couplings also end on functions of neurons (`theory/functionCoupling.ts`). */
  readonly endOnFunctions?: boolean;
}

/**
 * All couplings of exactly these fields with z-legs that begin at 1/n^maxOrder or before. Without fields the kernel itself
 * is among them.
 */
export function placements(
  fields: readonly PlacedField[],
  neurons: readonly number[],
  maxOrder: number,
  { maxBlock, endOnFunctions = false }: CouplingKinds,
): Placement[] {
  const maxPoints = 2 * (maxOrder + 1);
  const nodes = fields.flatMap((field) => field.neurons);
  const manyNodes = endOnFunctions && maxOrder >= 1 ? withNodesOnFunctions(fields, neurons) : [];
  // Every node is a point; of more nodes the ties, soon millions, would all begin later.
  if (nodes.length > maxPoints) return manyNodes.map((blocks) => place(fields, blocks));
  const tied = tieNodes(nodes, maxBlock).filter((blocks) => pointsIn(blocks) <= maxPoints);
  const pure = pureBlocks(neurons, maxBlock);
  return tied
    .flatMap((blocks) => withPureBlocks(blocks, pure, maxPoints))
    .filter((blocks) => blocks.length > 0)
    .flatMap((blocks) => (endOnFunctions ? [blocks, ...withFunctions(fields, blocks)] : [blocks]))
    .concat(manyNodes)
    .map((blocks) => place(fields, blocks));
}

/**
 * A pair on one neuron, and on another one, or the same, a function beside three nodes or more: fields that join the two neurons are carried
 * with the second by skip connections, however many they are.
 */
function withNodesOnFunctions(fields: readonly PlacedField[], neurons: readonly number[]): Block[][] {
  const nodes = fields.flatMap((field) => field.neurons);
  const fieldOf = fields.flatMap(({ neurons: own }, field) => own.map(() => field));
  const all = nodes.map((_, node) => node);
  const pairs: Block[] = [
    ...neurons.map((neuron) => ({ neuron, nodes: [], zLegs: 2 })),
    ...all.map((node) => ({ neuron: nodes[node] as number, nodes: [node], zLegs: 1 })),
    ...all.flatMap((p) =>
      all
        .filter((q) => q > p && nodes[q] === nodes[p])
        .map((q) => ({ neuron: nodes[p] as number, nodes: [p, q], zLegs: 0 })),
    ),
  ];
  return pairs.flatMap((pair) => {
    const rest = all.filter((node) => !pair.nodes.includes(node));
    const [neuron, ...others] = new Set(rest.map((node) => nodes[node] as number));
    const joins = fields.every((_, field) => pair.nodes.some((node) => fieldOf[node] === field));
    if (neuron === undefined || others.length > 0 || rest.length < 3 || !joins) return [];
    return [[pair, { neuron, nodes: rest, zLegs: 0, ofFunction: true }]];
  });
}

/** Every way to put the nodes into blocks on their neurons, filled up with z-legs to an even size. */
function tieNodes(nodes: readonly number[], maxBlock: number): Block[][] {
  const extend = (left: readonly number[]): Block[][] => {
    const [first, ...rest] = left;
    if (first === undefined) return [[]];
    const neuron = nodes[first] as number;
    const companions = rest.filter((node) => nodes[node] === neuron);
    return subsetsUpTo(companions, maxBlock - 1).flatMap((others) => {
      const members = [first, ...others];
      const sizes = evenSizes(members.length, maxBlock);
      return extend(rest.filter((node) => !others.includes(node))).flatMap((blocks) =>
        sizes.map((size) => [{ neuron, nodes: members, zLegs: size - members.length }, ...blocks]),
      );
    });
  };
  return extend(nodes.map((_, node) => node));
}

function evenSizes(least: number, most: number): number[] {
  const sizes: number[] = [];
  for (let size = least + (least % 2); size <= most; size += 2) sizes.push(size);
  return sizes;
}

function pureBlocks(neurons: readonly number[], maxBlock: number): Block[] {
  return neurons.flatMap((neuron) => evenSizes(2, maxBlock).map((zLegs) => ({ neuron, nodes: [], zLegs })));
}

/** All multisets of blocks of z alone beside the given ones. */
function withPureBlocks(blocks: readonly Block[], pure: readonly Block[], maxPoints: number): Block[][] {
  const extend = (from: number, chosen: readonly Block[]): Block[][] => [
    [...chosen],
    ...pure.flatMap((next, k) =>
      k >= from && pointsIn(chosen) + next.zLegs <= maxPoints ? extend(k, [...chosen, next]) : [],
    ),
  ];
  return extend(0, blocks);
}

/**
 * The same with a function in place of the z-legs of one neuron, or beside its nodes. To leading order one function is enough, and
 * none beside a field that lies on the neuron with all its nodes: its mean at infinite width depends on no neuron.
 */
function withFunctions(fields: readonly PlacedField[], blocks: readonly Block[]): Block[][] {
  if (blocks.length !== 2) return [];
  const fieldOf = fields.flatMap(({ neurons }, field) => neurons.map(() => field));
  const isOwn = ({ nodes }: Block): boolean =>
    nodes.length === 2 && fieldOf[nodes[0] as number] === fieldOf[nodes[1] as number];
  const alike = blocks[0] === blocks[1];
  return blocks.flatMap((block, k) =>
    isOwn(block) || (alike && k > 0) ? [] : [blocks.with(k, { ...block, zLegs: 0, ofFunction: true })],
  );
}

function pointsIn(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { nodes, zLegs }) => sum + nodes.length + zLegs, 0);
}

function place(fields: readonly PlacedField[], blocks: readonly Block[]): Placement {
  const nodeCount = fields.reduce((sum, { neurons }) => sum + neurons.length, 0);
  const blockOf = Array.from({ length: nodeCount }, (_, node) =>
    blocks.findIndex(({ nodes }) => nodes.includes(node)),
  );
  const functions = blocks.flatMap(({ ofFunction }, block) => (ofFunction ? [block] : []));
  const zBlocks = blocks.flatMap(({ zLegs }, block) => Array.from({ length: zLegs }, () => block));
  const shapes = [
    ...fields.map(({ shape }) => shape),
    ...functions.map(() => FUNCTION),
    ...zBlocks.map(() => Z),
  ];
  const placed = [...blockOf, ...functions, ...zBlocks];
  const { family, order } = tieFields(shapes, placed);
  const legs: Leg[] = [
    ...fields.flatMap(({ samples }) => samples),
    ...[...functions, ...zBlocks].map((block) => (blocks[block] as Block).neuron),
  ];
  const neurons = placed.map((block) => (blocks[block] as Block).neuron);
  return {
    family,
    legs: order.map((given) => legs[given] as Leg),
    neurons: order.map((given) => neurons[given] as number),
    weight: weightOf(blocks),
  };
}

function weightOf(blocks: readonly Block[]): Rational {
  const legs = blocks.reduce((product, { zLegs }) => product * factorial(zLegs), 1);
  const pure = blocks.filter(({ nodes, ofFunction }) => nodes.length === 0 && !ofFunction);
  const repeats = [...new Set(pure)].map((block) => pure.filter((other) => other === block).length);
  return rational(
    1,
    repeats.reduce((product, m) => product * factorial(m), legs),
  );
}

function factorial(m: number): number {
  return m <= 1 ? 1 : m * factorial(m - 1);
}

function subsetsUpTo<T>(items: readonly T[], size: number): T[][] {
  return items
    .reduce<T[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]])
    .filter((set) => set.length <= size);
}
