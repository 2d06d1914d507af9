/** The letters of the literature for couplings (PDLT): K and G, V, U; Theta, A, B, D, F; P, Q; R; S, T, U. */
import { functionSlot, leadingOrder, pointsOf, tieFields, zFamily, type CouplingFamily } from './coupling.ts';
import { DDNTK_I, DDNTK_II, DNTK, FUNCTION, NTK, Z, type FieldShape } from './field.ts';
import { replacedLegs } from './functionCoupling.ts';

export interface CouplingName {
  /** Several letters are a name (`Theta`), or a family without one: `C<zz|zz|H.0H.1>`; `V~` is V with a function for legs of z. */
  readonly letter: string;
  /** The power of 1/n when it is not the leading one, otherwise 0: `G1`, `V2`, `Theta1`. */
  readonly correction: number;
}

const TIES: readonly (readonly [string, readonly FieldShape[], readonly number[]])[] = [
  ['Theta', [NTK], [0, 0]],
  ['A', [NTK, NTK], [0, 0, 1, 1]],
  ['B', [NTK, NTK], [0, 1, 0, 1]],
  ['D', [Z, Z, NTK], [0, 0, 1, 1]],
  ['F', [Z, Z, NTK], [0, 1, 0, 1]],
  ['P', [DNTK, Z], [0, 1, 1, 0]],
  ['Q', [DNTK, Z], [0, 0, 1, 1]],
  ['R', [DDNTK_I], [0, 0, 1, 1]],
  ['S', [DDNTK_II], [0, 0, 1, 1]],
  ['T', [DDNTK_II], [0, 1, 0, 1]],
  ['U', [DDNTK_II], [0, 1, 1, 0]],
];

const LETTERS: ReadonlyMap<string, string> = new Map([
  [zFamily(4).key, 'V'],
  [zFamily(6).key, 'U'],
  ...TIES.map(([letter, fields, blockOf]): [string, string] => [
    tieFields(fields, blockOf).family.key,
    letter,
  ]),
]);

export function couplingName(family: CouplingFamily, order: number): CouplingName {
  const excess = order - leadingOrder(family);
  const correction = excess === 0 ? 0 : order;
  if (family.key === zFamily(2).key) return { letter: excess === 0 ? 'K' : 'G', correction };
  if (functionSlot(family) >= 0)
    return { letter: `${couplingName(inPairs(family), order).letter}~`, correction };
  return { letter: LETTERS.get(family.key) ?? genericLetter(family), correction };
}

/** With z-legs where the function is. */
function inPairs(family: CouplingFamily): CouplingFamily {
  const blockOf = (slot: number): number => family.blocks.findIndex((slots) => slots.includes(slot));
  const others = family.fields.flatMap((field, k) =>
    field === FUNCTION
      ? []
      : [{ field, blocks: family.slots.flatMap((slot, s) => (slot.field === k ? [{ ...slot, s }] : [])) }],
  );
  const legs = Array.from({ length: replacedLegs(family) }, () => blockOf(functionSlot(family)));
  const nodes = others.flatMap(({ blocks }) =>
    [...blocks].sort((p, q) => p.node - q.node).map(({ s }) => blockOf(s)),
  );
  return tieFields([...others.map(({ field }) => field), ...legs.map(() => Z)], [...nodes, ...legs]).family;
}

function genericLetter(family: CouplingFamily): string {
  const pairsOfZ =
    family.fields.every(({ name }) => name === Z.name) && family.blocks.every(({ length }) => length === 2);
  return pairsOfZ ? `Z${pointsOf(family)}` : `C<${family.key}>`;
}

/** What messages about numbers call a coefficient of a coupling. */
export function quantityName(family: CouplingFamily, order: number): string {
  const { letter } = couplingName(family, order);
  return order === 0 ? letter : `the coefficient of ${letter} at 1/n${order === 1 ? '' : `^${order}`}`;
}
