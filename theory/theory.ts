/**
 * The derived effective theory: what the compiler hands to printers and to the runtime. Data only.
 */
import type { Atom } from './atom.ts';
import { functionSlot, type CouplingFamily, type SampleLabel } from './coupling.ts';
import { labelOf } from './label.ts';
import type { CorrelatorField, CorrelatorNode, Model, SampleReference } from './model.ts';
import type { Polynomial, Ring } from './polynomial.ts';

export interface Theory {
  readonly model: Model;
  /** Highest power of 1/n kept. */
  readonly order: number;
  readonly ring: Ring<Atom>;
  /** By increasing order, then number of legs: everything a recursion needs on its right comes from these. */
  readonly recursions: readonly Recursion[];
  /** The couplings of layer 1 that do not vanish there: K, and the mean of H where it is followed. */
  readonly firstLayer: readonly Recursion[];
  /** Every correlator of the observables, by `correlatorKey`. */
  readonly readouts: ReadonlyMap<string, Readout>;
}

/** Whether recursions hold couplings that end on functions of a neuron (`functionCoupling.ts`). */
export function endsOnFunctions({ recursions }: Theory): boolean {
  return recursions.some(({ family }) => functionSlot(family) >= 0);
}

/** `coupling[l+1](samples) = value`, a polynomial in the couplings and averages of layer l. */
export interface Recursion {
  readonly family: CouplingFamily;
  readonly order: number;
  readonly samples: readonly SampleLabel[];
  readonly value: Polynomial<Atom>;
}

/** A correlator in the couplings of its own layer: entry p is the coefficient of n^-p. */
export interface Readout {
  readonly orders: readonly Polynomial<Atom>[];
}

/** A label for a sample reference: the index letter itself, or a fixed sample counted from 1. */
export function sampleLabel(reference: SampleReference): SampleLabel {
  return 'index' in reference ? reference.index : String(reference.sample + 1);
}

/** The label of a node: its sample, with its field where there are several. */
export function nodeLabel({ of, sample }: CorrelatorNode): SampleLabel {
  return labelOf(of, sampleLabel(sample));
}

/** Identifies a correlator; the same key means the same readout. */
export function correlatorKey(connected: boolean, fields: readonly CorrelatorField[]): string {
  const factors = fields.map(({ field, nodes }) => {
    const neurons = nodes.map(({ neuron }) => neuron).join(',');
    const samples = nodes.map(nodeLabel).join(',');
    return `${field.name}[${neurons}${nodes.length > 1 ? ';' : ','}${samples}]`;
  });
  return `<${factors.join(' ')}>${connected ? '_c' : ''}`;
}
