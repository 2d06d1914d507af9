/** Entries of symmetric M x M matrices, stored as the upper triangle row by row: (0,0), (0,1), ... (1,1), ... */

export function pairCount(samples: number): number {
  return (samples * (samples + 1)) / 2;
}

/** The place of (a, b), or (b, a). */
export function pairIndex(samples: number, a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low * samples - (low * (low - 1)) / 2 + (high - low);
}
