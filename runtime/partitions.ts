/** Ways to split finite sets: the combinatorics of cumulants and of Wick's theorem. */

/** All set partitions, in a fixed order; blocks keep the order of the items. There are Bell(length) of them. */
export function setPartitions<T>(items: readonly T[]): readonly (readonly (readonly T[])[])[] {
  if (items.length === 0) return [[]];
  const [first, rest] = [items[0]!, items.slice(1)];
  return setPartitions(rest).flatMap((partition) => [
    [[first], ...partition],
    ...partition.map((block, at) => partition.with(at, [first, ...block])),
  ]);
}

/** All perfect matchings; none when the number of items is odd. */
export function pairings<T>(items: readonly T[]): readonly (readonly (readonly [T, T])[])[] {
  if (items.length === 0) return [[]];
  const [first, rest] = [items[0]!, items.slice(1)];
  return rest.flatMap((partner, at) =>
    pairings(rest.filter((_, other) => other !== at)).map((others): readonly (readonly [T, T])[] => [
      [first, partner],
      ...others,
    ]),
  );
}

/** The Moebius function of the partition lattice between the finest partition of a block and the block: (-1)^(k-1) (k-1)! */
export function moebius(blockSize: number): number {
  let value = 1;
  for (let k = 1; k < blockSize; k++) value *= -k;
  return value;
}
