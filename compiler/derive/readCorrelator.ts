/**
 * A correlator of the observables in terms of the couplings of its own layer. The neurons of a layer are
 * conditionally Gaussian, so a correlator is a sum over pairings within each neuron of a moment (or, when
 * connected, a cumulant) of the pairs.
 */
import { couplingAtom, type Atom } from '../../theory/atom.ts';
import { leadingOrder, zFamily, type SampleLabel } from '../../theory/coupling.ts';
import type { CorrelatorField } from '../../theory/model.ts';
import type { Ring } from '../../theory/polynomial.ts';
import { addSeries, multiplySeries, zeroSeries, type Series } from '../../theory/series.ts';
import { sampleLabel, type Readout } from '../../theory/theory.ts';
import { pairings, setPartitions } from './partitions.ts';

type Pair = readonly [CorrelatorField, CorrelatorField];

/** Through 1/n^maxOrder. An odd number of fields on a neuron gives zero. */
export function readCorrelator(
  ring: Ring<Atom>,
  connected: boolean,
  fields: readonly CorrelatorField[],
  maxOrder: number,
): Readout {
  const allowed = pairings(fields).filter((pairing) => pairing.every(([p, q]) => p.neuron === q.neuron));
  const contributions = allowed.map((pairing) =>
    connected ? cumulantOfPairs(ring, pairing, maxOrder) : momentOfPairs(ring, pairing, maxOrder),
  );
  return { orders: contributions.reduce((p, q) => addSeries(ring, p, q), zeroSeries(ring, maxOrder)) };
}

function momentOfPairs(ring: Ring<Atom>, pairing: readonly Pair[], maxOrder: number): Series<Atom> {
  const products = setPartitions(pairing).map((blocks) =>
    blocks
      .map((block) => cumulantOfPairs(ring, block, maxOrder))
      .reduce((p, q) => multiplySeries(ring, p, q)),
  );
  return products.reduce((p, q) => addSeries(ring, p, q));
}

function cumulantOfPairs(ring: Ring<Atom>, pairing: readonly Pair[], maxOrder: number): Series<Atom> {
  const family = zFamily(2 * pairing.length);
  const samples = pairing.flatMap((pair): SampleLabel[] => pair.map(({ sample }) => sampleLabel(sample)));
  return zeroSeries(ring, maxOrder).map((zero, order) =>
    order < leadingOrder(family) ? zero : ring.atom(couplingAtom(family, order, samples)),
  );
}
