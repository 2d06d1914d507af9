/**
 * The power of 1/n a correlator that is not connected begins at. It is a sum over ways to part its fields of products of connected
 * correlators; one of p points begins at 1/n^(p/2-1) and is there only when every neuron occurs in it an even number of times.
 * `fields` gives the neuron of each node of each field; every neuron occurs an even number of times in all of them together.
 */
export function leadingOrder(fields: readonly (readonly string[])[]): number {
  const all = 2 ** fields.length - 1;
  const known = new Map([[0, 0]]);
  const best = (set: number): number => {
    const found =
      known.get(set) ?? Math.min(...partsWithFirst(set).map((part) => orderOf(part) + best(set & ~part)));
    known.set(set, found);
    return found;
  };
  const orderOf = (part: number): number => {
    const neurons = fields.filter((_, k) => part & (1 << k)).flat();
    return isEven(neurons) ? neurons.length / 2 - 1 : Infinity;
  };
  return best(all);
}

/** The subsets of a set of bits that contain its lowest one. */
function partsWithFirst(set: number): number[] {
  const first = set & -set;
  const rest = set & ~first;
  const parts: number[] = [];
  for (let others = rest; ; others = (others - 1) & rest) {
    parts.push(first | others);
    if (others === 0) return parts;
  }
}

function isEven(neurons: readonly string[]): boolean {
  const odd = new Set<string>();
  for (const neuron of neurons) if (!odd.delete(neuron)) odd.add(neuron);
  return odd.size === 0;
}
