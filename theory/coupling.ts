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

/** Slots of one block sit on the same neuron; blocks list their slots, each slot is in exactly one. */
export interface CouplingFamily {
  readonly fields: readonly FieldName[];
  readonly blocks: readonly (readonly number[])[];
  /** Stable identification by the fields of each block: `zz|zz` is the four-point vertex. */
  readonly key: string;
}

export function couplingFamily(
  fields: readonly FieldName[],
  blocks: readonly (readonly number[])[],
): CouplingFamily {
  const key = blocks.map((slots) => slots.map((slot) => fields[slot]).join('')).join('|');
  return { fields, blocks, key };
}

/** The 2m-point family of pre-activations, slots tied in pairs (0 1)(2 3)...: K, V, U, ... */
export function zFamily(points: number): CouplingFamily {
  const fields = Array.from({ length: points }, (): FieldName => 'z');
  const pairs = Array.from({ length: points / 2 }, (_, pair) => [2 * pair, 2 * pair + 1]);
  return couplingFamily(fields, pairs);
}

/** Connected cumulants over m blocks begin at 1/n^(m-1): the large-width power counting (PDLT section 4.3). */
export function leadingOrder(family: CouplingFamily): number {
  return family.blocks.length - 1;
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
