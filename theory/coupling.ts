/**
 * Couplings: the coefficients of connected cumulants, the variables the recursions are about.
 *
 * A connected cumulant of fields at one layer is, by the permutation symmetry of neurons, a sum over the ways to
 * tie its neuron indices together. A family names the fields and one such tie; a coupling is a family with its
 * power of 1/n and its sample indices. For Gaussian weights every tie is made of pairs:
 *
 *     E_c[z_i1(a) z_i2(b) z_i3(c) z_i4(d)] = d12 d34 V_(ab)(cd) + two more pairings
 *     E_c[z_i1(a) z_i2(b) H_i3i4(c,d)]     = d12 d34 D_(ab)(cd) + d13 d24 F_(ac)(bd) + d14 d23 F_(ad)(bc)
 *
 * (PDLT sections 4.3 and 8.1; the factor 1/n is kept inside the coupling, `order` says which power it belongs to.)
 * Sample indices are written block by block, as the brackets above show.
 */
import { FUNCTION, permutations, Z, type FieldShape } from './field.ts';

/** `a`, `b`, ... when symbolic; `1`, `2`, ... once samples are numbered. */
export type SampleLabel = string;

/** One node of one field of a family. */
export interface Slot {
  readonly field: number;
  readonly node: number;
}

/** Slots are numbered block by block; those of one block sit on the same neuron. */
export interface CouplingFamily {
  readonly fields: readonly FieldShape[];
  readonly slots: readonly Slot[];
  readonly blocks: readonly (readonly number[])[];
  /** Equal for equal families: `zz|zz` is the four-point vertex, `zH.0|zH.1` is F. */
  readonly key: string;
  /**
   * Every reordering of the slots that is a symmetry of the cumulant (entry k is the slot that takes the place of k), found
   * from the symmetries of the fields; empty for families of z alone, where sorting does the same.
   */
  readonly symmetries: readonly (readonly number[])[];
}

/** A family, and the given node behind each of its slots: nodes are counted through all fields in turn. */
export interface TiedFields {
  readonly family: CouplingFamily;
  readonly order: readonly number[];
}

const known = new Map<string, TiedFields>();

/** `blockOf[k]` says on which neuron node k sits; equal numbers are one block. Equal ties give the same family. */
export function tieFields(fields: readonly FieldShape[], blockOf: readonly number[]): TiedFields {
  const first = new Map<number, number>();
  const normal = blockOf.map((block) => {
    if (!first.has(block)) first.set(block, first.size);
    return first.get(block) as number;
  });
  const given = `${fields.map(({ name }) => name).join(' ')}/${normal.join()}`;
  const found = known.get(given) ?? canonicalTie(fields, normal);
  known.set(given, found);
  return found;
}

/** The 2m-point family of pre-activations, slots tied in pairs (0 1)(2 3)...: K, V, U, ... */
export function zFamily(points: number): CouplingFamily {
  return tieFields(
    Array.from({ length: points }, () => Z),
    Array.from({ length: points }, (_, k) => k >> 1),
  ).family;
}

/** Number of nodes of all fields. */
export function pointsOf(family: CouplingFamily): number {
  return family.slots.length;
}

/**
 * Connected cumulants of 2m nodes begin at 1/n^(m-1): the large-width power counting (PDLT section 4.3). One that ends on a function
 * of a neuron stands for cumulants with any number of nodes there, and begins as with two.
 */
export function leadingOrder(family: CouplingFamily): number {
  return functionSlot(family) < 0 ? pointsOf(family) / 2 - 1 : family.blocks.length - 1;
}

/** The slot of the function that a coupling ends on, -1 for couplings of pre-activations and their derivatives alone. */
export function functionSlot({ slots, fields }: CouplingFamily): number {
  return fields.includes(FUNCTION) ? slots.findIndex(({ field }) => fields[field] === FUNCTION) : -1;
}

/** The representative of `legs` under the symmetry of the family. */
export function canonicalLegs<T>(
  family: CouplingFamily,
  legs: readonly T[],
  compare: (a: T, b: T) => number,
): T[] {
  if (family.symmetries.length === 0) return sortedBlocks(family, legs, compare);
  let best = legs.slice();
  for (const symmetry of family.symmetries) {
    const moved = symmetry.map((slot) => legs[slot] as T);
    if (compareLists(moved, best, compare) < 0) best = moved;
  }
  return best;
}

/** Legs within a block commute, and so do blocks of the same size: exact for families of z alone. */
function sortedBlocks<T>(family: CouplingFamily, legs: readonly T[], compare: (a: T, b: T) => number): T[] {
  const blocks = family.blocks.map((slots) => slots.map((slot) => legs[slot] as T).sort(compare));
  blocks.sort((left, right) => left.length - right.length || compareLists(left, right, compare));
  return blocks.flat();
}

function compareLists<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): number {
  for (let k = 0; k < left.length; k++) {
    const order = compare(left[k] as T, right[k] as T);
    if (order !== 0) return order;
  }
  return 0;
}

/** Nodes of the fields other than z in one order that their symmetries allow, with what the order looks like. */
interface Candidate {
  readonly fields: readonly number[];
  readonly nodes: readonly { readonly place: number; readonly node: number; readonly given: number }[];
  readonly code: string;
}

function canonicalTie(fields: readonly FieldShape[], blockOf: readonly number[]): TiedFields {
  const starts = fields.map((_, k) => fields.slice(0, k).reduce((sum, { nodes }) => sum + nodes, 0));
  const candidates = candidatesOf(fields, starts, blockOf);
  const code = candidates.reduce(
    (least, next) => (next.code < least ? next.code : least),
    candidates[0]!.code,
  );
  const orders = candidates
    .filter((candidate) => candidate.code === code)
    .map((candidate) => layOut(candidate, fields, starts, blockOf));
  const [first] = orders as [LaidOut];
  const onlyZ = fields.every(({ name }) => name === Z.name);
  const symmetries = onlyZ ? [] : symmetriesOf(orders, first);
  const { slots, blocks } = first;
  const named = first.fields.map((k) => fields[k] as FieldShape);
  const family: CouplingFamily = {
    fields: named,
    slots,
    blocks,
    key: keyOf(named, slots, blocks),
    symmetries,
  };
  return { family, order: first.order };
}

/** Fields of one shape may change places and each may use a symmetry of its own; different shapes stand by name. */
function candidatesOf(
  fields: readonly FieldShape[],
  starts: readonly number[],
  blockOf: readonly number[],
): Candidate[] {
  const others = fields.flatMap((field, k) => (field.name === Z.name ? [] : [k]));
  const names = [...new Set(others.map((k) => (fields[k] as FieldShape).name))].sort();
  const orders = names
    .map((name) => permutations(others.filter((k) => (fields[k] as FieldShape).name === name)))
    .reduce<number[][]>(
      (all, choices) => all.flatMap((head) => choices.map((tail) => [...head, ...tail])),
      [[]],
    );
  return orders.flatMap((order) =>
    order
      .reduce<Candidate['nodes'][]>(
        (all, field, place) =>
          all.flatMap((nodes) =>
            (fields[field] as FieldShape).automorphisms.map((automorphism) => [
              ...nodes,
              ...automorphism.map((from, node) => ({ place, node, given: (starts[field] as number) + from })),
            ]),
          ),
        [[]],
      )
      .map((nodes) => ({ fields: order, nodes, code: codeOf(nodes, blockOf) })),
  );
}

/** Blocks in the order they are met, each with its size. */
function codeOf(nodes: Candidate['nodes'], blockOf: readonly number[]): string {
  const met: number[] = [];
  return nodes
    .map(({ given }) => {
      const block = blockOf[given] as number;
      if (!met.includes(block)) met.push(block);
      const size = blockOf.filter((other) => other === block).length;
      return `${met.indexOf(block)}.${size}`;
    })
    .join(' ');
}

interface LaidOut {
  /** The given field behind each field of the family. */
  readonly fields: readonly number[];
  readonly slots: readonly Slot[];
  readonly blocks: readonly (readonly number[])[];
  readonly order: readonly number[];
  /** How many of the fields are z; they come first. */
  readonly zCount: number;
}

/** Blocks of z alone first, by size; then those of the other nodes as they are met. In a block z comes first. */
function layOut(
  candidate: Candidate,
  fields: readonly FieldShape[],
  starts: readonly number[],
  blockOf: readonly number[],
): LaidOut {
  const zNodes = fields.flatMap((field, k) => (field.name === Z.name ? [starts[k] as number] : []));
  const met = [...new Set(candidate.nodes.map(({ given }) => blockOf[given] as number))];
  const pure = [...new Set(zNodes.map((node) => blockOf[node] as number))].filter(
    (block) => !met.includes(block),
  );
  const sizeOf = (block: number): number => blockOf.filter((other) => other === block).length;
  const blockOrder = [...pure.sort((p, q) => sizeOf(p) - sizeOf(q) || p - q), ...met];
  const zOrder = blockOrder.flatMap((block) => zNodes.filter((node) => blockOf[node] === block));
  const members = blockOrder.map((block) => [
    ...zNodes
      .filter((node) => blockOf[node] === block)
      .map((given) => ({ slot: { field: zOrder.indexOf(given), node: 0 }, given })),
    ...candidate.nodes
      .filter(({ given }) => blockOf[given] === block)
      .map(({ place, node, given }) => ({ slot: { field: zNodes.length + place, node }, given })),
  ]);
  let next = 0;
  return {
    fields: [...zOrder.map((node) => starts.lastIndexOf(node)), ...candidate.fields],
    slots: members.flat().map(({ slot }) => slot),
    blocks: members.map((block) => block.map(() => next++)),
    order: members.flat().map(({ given }) => given),
    zCount: zNodes.length,
  };
}

function symmetriesOf(orders: readonly LaidOut[], first: LaidOut): number[][] {
  const ofFields = orders.map(({ order }) => order.map((given) => first.order.indexOf(given)));
  const ofZ = zSymmetries(first);
  const all = ofFields.flatMap((outer) => ofZ.map((inner) => inner.map((slot) => outer[slot] as number)));
  return [...new Map(all.map((symmetry) => [symmetry.join(), symmetry])).values()];
}

/** Exchanges of z-legs within blocks, and of whole blocks of z. */
function zSymmetries({ slots, blocks, zCount }: LaidOut): number[][] {
  const pure = blocks.filter((block) => block.every((slot) => (slots[slot] as Slot).field < zCount));
  const sizes = [...new Set(pure.map((block) => block.length))];
  const identity = slots.map((_, k) => k);
  const arrangements = sizes
    .map((size) => pure.filter((block) => block.length === size))
    .map((group) =>
      permutations(group).flatMap((order) => withinBlocks(order).map((from) => ({ to: group.flat(), from }))),
    )
    .reduce<{ to: number[]; from: number[] }[][]>(
      (all, choices) => all.flatMap((head) => choices.map((choice) => [...head, choice])),
      [[]],
    );
  return arrangements.map((moves) => {
    const moved = [...identity];
    for (const { to, from } of moves) to.forEach((slot, k) => (moved[slot] = from[k] as number));
    return moved;
  });
}

function withinBlocks(blocks: readonly (readonly number[])[]): number[][] {
  return blocks
    .map((block) => permutations(block))
    .reduce<number[][]>(
      (all, choices) => all.flatMap((head) => choices.map((tail) => [...head, ...tail])),
      [[]],
    );
}

/** Letters of one field are told apart by a number where there are several, its nodes by theirs: `zH.0|zH.1`, `H1.0 H1.1|H2.0 H2.1`. */
function keyOf(
  fields: readonly FieldShape[],
  slots: readonly Slot[],
  blocks: readonly (readonly number[])[],
): string {
  const tokens = slots.map(({ field, node }) => {
    const { name } = fields[field] as FieldShape;
    if (name === Z.name) return name;
    const alike = fields.flatMap((other, k) => (other.name === name ? [k] : []));
    return `${name}${alike.length > 1 ? alike.indexOf(field) + 1 : ''}.${node}`;
  });
  return blocks.map((block) => block.map((slot) => tokens[slot]).join('')).join('|');
}
