/** All set partitions of a list, blocks and elements in the order of the list. */
export function setPartitions<T>(items: readonly T[]): T[][][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return setPartitions(rest).flatMap((partition) => [
    [[first], ...partition],
    ...partition.map((block, k) => [[first, ...block], ...partition.filter((_, other) => other !== k)]),
  ]);
}

/** All perfect matchings of a list of even length; none for odd length. */
export function pairings<T>(items: readonly T[]): [T, T][][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return rest.flatMap((partner, k) =>
    pairings(rest.filter((_, other) => other !== k)).map((others): [T, T][] => [[first, partner], ...others]),
  );
}

/** All multisets of `size` elements of `0 ... count-1`, each sorted. */
export function multisets(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const result: number[][] = [];
  for (let k = from; k < count; k++)
    for (const rest of multisets(count, size - 1, k)) result.push([k, ...rest]);
  return result;
}

/** All subsets of `0 ... count-1` that contain 0 and leave something out. */
export function properSubsetsWithFirst(items: readonly number[]): number[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [];
  const subsets = rest.reduce<number[][]>(
    (all, item) => all.flatMap((set) => [set, [...set, item]]),
    [[first]],
  );
  return subsets.filter((set) => set.length < items.length);
}
