/**
 * Damerau-Levenshtein distance in its restricted form: the fewest insertions, deletions, substitutions and
 * exchanges of neighbours that turn one word into the other, no stretch edited twice.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const best = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution);
      const exchanged = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(exchanged ? Math.min(best, beforeLast[j - 2]! + 1) : best);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}

/** How far apart two names may be and still be taken for one another: a third of the length, at least one edit. */
function tolerance(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** Longer words are never compared, so that a hostile file cannot make the search slow. */
const LONGEST = 64;

/** The known names nearest to `name`, nearest first, ties in the order given; letters' case costs nothing. */
export function nearestNames(name: string, known: Iterable<string>, count = 3): readonly string[] {
  if (name.length > LONGEST) return [];
  const wanted = name.toLowerCase();
  return [...new Set(known)]
    .filter((candidate) => candidate !== name && Math.abs(candidate.length - name.length) <= tolerance(name))
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= tolerance(name) && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** ``did you mean `tanh`?`` or undefined when nothing known is near. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestNames(name, known).map((candidate) => `\`${candidate}\``);
  return nearest.length === 0 ? undefined : `did you mean ${nearest.join(' or ')}?`;
}
