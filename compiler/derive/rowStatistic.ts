/**
 * What an average over one layer's parameters leaves behind: random variables of the layer below, written as sums over
 * its neurons of local functions and fields.
 */
import type { Atom, LocalFunction } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import type { Contraction } from '../../theory/explanation/explanation.ts';
import type { FieldShape } from '../../theory/field.ts';
import type { Polynomial } from '../../theory/polynomial.ts';

/** A field of the layer below, each node on one of the term's neurons and at a sample. */
export interface PlacedField {
  readonly shape: FieldShape;
  readonly neurons: readonly number[];
  readonly samples: readonly SampleLabel[];
}

/**
 * A neuron of the layer below: summed over with weight 1/n_l, or, with `pin`, the very neuron a skip connection comes from, the
 * number standing for the neuron of the layer above it feeds.
 */
export interface NeuronFactor {
  readonly pin?: number;
  readonly locals: readonly LocalFunction[];
}

/** `coefficient * n_l^-inverseWidths * (1/n_l)^r sum over r neurons of prod locals * prod fields`. */
export interface StatisticTerm {
  readonly coefficient: Polynomial<Atom>;
  readonly inverseWidths: number;
  readonly neurons: readonly NeuronFactor[];
  readonly fields: readonly PlacedField[];
  /** What tied each block of nodes together; for explanations, the value does not depend on it. */
  readonly contractions: readonly Contraction[];
}

/** The average over this layer's parameters of fields that its neurons tie together. */
export interface RowStatistic {
  /** Number of nodes of the fields tied together. */
  readonly points: number;
  /** The samples of each block. */
  readonly blocks: readonly (readonly SampleLabel[])[];
  readonly terms: readonly StatisticTerm[];
}

/** Terms without neurons do not depend on the layer below. */
export function isConstantTerm({ neurons, fields }: StatisticTerm): boolean {
  return neurons.length === 0 && fields.length === 0;
}
