/**
 * A correlator of the observables in terms of the couplings of its own layer: a sum over the ties of its nodes that the neurons
 * written in the file allow, of a cumulant or, when not connected, a product of cumulants of parts of the fields.
 */
import { couplingAtom, type Atom } from '../../theory/atom.ts';
import { leadingOrder, tieFields } from '../../theory/coupling.ts';
import type { CorrelatorField } from '../../theory/model.ts';
import type { Ring } from '../../theory/polynomial.ts';
import { addSeries, constantSeries, multiplySeries, zeroSeries, type Series } from '../../theory/series.ts';
import { nodeLabel, type Readout } from '../../theory/theory.ts';
import { setPartitions } from './partitions.ts';

/** Through 1/n^maxOrder. A neuron with an odd number of nodes gives zero. `maxBlock` is 2 for Gaussian priors. */
export function readCorrelator(
  ring: Ring<Atom>,
  connected: boolean,
  fields: readonly CorrelatorField[],
  maxOrder: number,
  maxBlock = 2,
): Readout {
  const cumulant = (part: readonly CorrelatorField[]): Series<Atom> =>
    cumulantOf(ring, part, maxOrder, maxBlock);
  if (connected) return { orders: cumulant(fields) };
  const products = setPartitions(fields).map((parts) =>
    parts
      .map(cumulant)
      .reduce((p, q) => multiplySeries(ring, p, q), constantSeries(ring, ring.one, maxOrder)),
  );
  return { orders: products.reduce((p, q) => addSeries(ring, p, q), zeroSeries(ring, maxOrder)) };
}

function cumulantOf(
  ring: Ring<Atom>,
  fields: readonly CorrelatorField[],
  maxOrder: number,
  maxBlock: number,
): Series<Atom> {
  const nodes = fields.flatMap((field) => field.nodes);
  return tiesOf(
    nodes.map(({ neuron }) => neuron),
    maxBlock,
  )
    .map((blockOf): Series<Atom> => {
      const { family, order: given } = tieFields(
        fields.map(({ field }) => field),
        blockOf,
      );
      const samples = given.map((node) => nodeLabel(nodes[node] as (typeof nodes)[number]));
      return zeroSeries(ring, maxOrder).map((zero, order) =>
        order < leadingOrder(family) ? zero : ring.atom(couplingAtom(family, order, samples)),
      );
    })
    .reduce((p, q) => addSeries(ring, p, q), zeroSeries(ring, maxOrder));
}

/** Every tie into blocks of even size, each within one neuron: for each node the number of its block. */
function tiesOf(neurons: readonly number[], maxBlock: number): number[][] {
  const extend = (left: readonly number[]): number[][][] => {
    const [first, ...rest] = left;
    if (first === undefined) return [[]];
    const companions = rest.filter((node) => neurons[node] === neurons[first]);
    return oddSubsets(companions, maxBlock - 1).flatMap((others) =>
      extend(rest.filter((node) => !others.includes(node))).map((blocks) => [[first, ...others], ...blocks]),
    );
  };
  return extend(neurons.map((_, node) => node)).map((blocks) =>
    neurons.map((_, node) => blocks.findIndex((block) => block.includes(node))),
  );
}

function oddSubsets(items: readonly number[], most: number): number[][] {
  return items
    .reduce<number[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]])
    .filter(({ length }) => length % 2 === 1 && length <= most);
}
