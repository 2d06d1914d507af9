/**
 * Couplings: the coefficients of connected cumulants, the variables the recursions are about.
 *
 * A connected cumulant of fields at one layer is, by the permutation symmetry of neurons, a sum over the ways to
 * tie its neuron indices together. A family names the fields and one such tie; a coupling is a family with its
 * power of 1/n and its sample indices. For Gaussian weights the ties of z-legs are pairings:
 *
 *     E_c[z_i1(a) z_i2(b) z_i3(c) z_i4(d)] = d12 d34 V_(ab)(cd) + two more pairings
 *
 * (PDLT section 4.3; the factor 1/n is kept inside the coupling, `order` says which power it belongs to.)
 */

/** `a`, `b`, ... when symbolic; `1`, `2`, ... once samples are numbered. */
export type SampleLabel = string;

/** The fields whose cumulants are followed from layer to layer. */
export type FieldName = 'z';

/** `ties[s]` is the block of slot `s`; slots of one block sit on the same neuron. */
export interface CouplingFamily {
  readonly fields: readonly FieldName[];
  readonly ties: readonly number[];
}

/** The 2m-point family of pre-activations, slots tied in pairs (0 1)(2 3)...: K, V, U, ... */
export function zFamily(points: number): CouplingFamily {
  const slots = Array.from({ length: points }, (_, slot) => slot);
  return { fields: slots.map(() => 'z'), ties: slots.map((slot) => slot >> 1) };
}

/** Number of neuron blocks a family ties its slots into. */
export function blockCount(family: CouplingFamily): number {
  return new Set(family.ties).size;
}

/** Connected cumulants over m blocks begin at 1/n^(m-1): the large-width power counting (PDLT section 4.3). */
export function leadingOrder(family: CouplingFamily): number {
  return blockCount(family) - 1;
}

/** Stable identification: `zz|zz` is the four-point vertex. */
export function familyKey(family: CouplingFamily): string {
  return slotsByBlock(family)
    .map((slots) => slots.map((slot) => family.fields[slot]).join(''))
    .join('|');
}

/** The slots of each block, in order of block number. */
export function slotsByBlock(family: CouplingFamily): readonly (readonly number[])[] {
  const blocks: number[][] = Array.from({ length: blockCount(family) }, () => []);
  family.ties.forEach((block, slot) => blocks[block]?.push(slot));
  return blocks;
}

/**
 * The representative of `legs` under the symmetry of the family: legs within a block commute, and so do
 * blocks of the same size. Exact for families of z alone.
 */
export function canonicalLegs<T>(
  family: CouplingFamily,
  legs: readonly T[],
  compare: (a: T, b: T) => number,
): T[] {
  const blocks = slotsByBlock(family).map((slots) => slots.map((slot) => legs[slot] as T).sort(compare));
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

/** The field's letters: K and G for two points, V for four (PDLT), U for six; beyond that `Z8`, `Z10`, ... */
export function couplingName(
  family: CouplingFamily,
  order: number,
): { readonly letter: string; readonly correction: number } {
  const points = family.fields.length;
  if (points === 2) return order === 0 ? { letter: 'K', correction: 0 } : { letter: 'G', correction: order };
  const letter = points === 4 ? 'V' : points === 6 ? 'U' : `Z${points}`;
  const excess = order - leadingOrder(family);
  return { letter, correction: excess === 0 ? 0 : order };
}
