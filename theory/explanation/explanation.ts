/**
 * Where the terms of a recursion come from: data that the compiler fills in and that the printers and the pictures read.
 *
 * A joint cumulant of clusters (averages over one layer's parameters) is a sum over their set partitions of products of moments,
 * weighed by the Moebius function of the partition lattice:
 *
 *     kappa(S) = sum over partitions pi of S of (-1)^(|pi|-1) (|pi|-1)!  prod over parts B of E[prod of B].
 *
 * Each moment in turn is a sum over contractions, coincidences of neurons, and cumulants of the layer below landed. One choice of all
 * of these is a contribution; a term of a recursion is what the contributions with its monomial add up to.
 */
import type { Atom } from '../atom.ts';
import type { CouplingFamily, SampleLabel } from '../coupling.ts';
import type { LayerTerm, ParameterGroup } from '../model.ts';
import type { Term } from '../polynomial.ts';
import type { Rational } from '../rational.ts';
import type { Recursion } from '../theory.ts';

/** A node of a field of the layer above, as the samples of its cumulant name it. */
export interface ContractedNode {
  /** `z`, `H`, `dH`, ... */
  readonly field: string;
  readonly sample: SampleLabel;
}

/**
 * What tied the nodes of one neuron of the layer above together: the variance or a higher cumulant of a prior, a parameter both
 * are differentiated by (weight: its learning rate), or a skip connection; or that a function of the neuron stays on it.
 */
export type ContractionKind = 'variance' | 'cumulant' | 'learning-rate' | 'skip' | 'function';

export interface Contraction {
  readonly kind: ContractionKind;
  /** Absent for a skip connection and a function. */
  readonly group?: ParameterGroup;
  readonly nodes: readonly ContractedNode[];
  /** The term of the layer equation that each node was read as. */
  readonly terms: readonly LayerTerm[];
  /** The neuron below that the nodes now sit on; absent for biases, which have none. */
  readonly neuron?: number;
}

/** Which neurons of a multiple sum are one, and what that costs. */
export interface NeuronCounting {
  /** Sums over neurons, each with 1/n_l in front. */
  readonly sums: number;
  /** Neurons given by skip connections: not summed. */
  readonly pinned: readonly number[];
  /** Different neurons in all, those given among them; numbered from 0. */
  readonly neurons: number;
  /** Powers of 1/n_l that coincidences and higher cumulants of the prior cost. */
  readonly lost: number;
  /** `value / n_l^order`, one term of the number of ways to choose different neurons, over n_l to their number. */
  readonly choice: { readonly value: Rational; readonly order: number };
}

/** A leg of a landed coupling: a node of a field at its sample, or a z that differentiates the neuron it is on. */
export interface LandedLeg {
  readonly field: string;
  readonly neuron: number;
  readonly sample?: SampleLabel;
}

/** A cumulant of the layer below, at its power of 1/n; the legs of one block are on one neuron. */
export interface Landing {
  readonly family: CouplingFamily;
  readonly order: number;
  readonly blocks: readonly (readonly LandedLeg[])[];
}

/** One summand of the moment of some clusters. */
export interface MomentContribution {
  /** For each cluster the samples of its blocks. */
  readonly clusters: readonly (readonly (readonly SampleLabel[])[])[];
  readonly contractions: readonly Contraction[];
  readonly counting: NeuronCounting;
  readonly landings: readonly Landing[];
  /** From the exponential of the cumulants: 1/u! for u z-legs in a block, 1/m! for m equal ones. */
  readonly landingWeight: Rational;
}

/** One summand of the joint cumulant: a product of summands of moments. */
export interface Contribution {
  /** In units of the term's monomial. */
  readonly weight: Rational;
  /** (-1)^(m-1) (m-1)! for a product of m moments. */
  readonly moebius: number;
  readonly moments: readonly MomentContribution[];
}

export interface ExplainedTerm {
  readonly term: Term<Atom>;
  /** How many more terms it stands for, obtained by exchanging sample indices. */
  readonly permutations: number;
  /** Their weights add up to the coefficient of the term. */
  readonly contributions: readonly Contribution[];
}

/** Contributions of one power of 1/n that add up to nothing. */
export interface Cancellation {
  readonly order: number;
  /** Different monomials. */
  readonly terms: number;
  readonly contributions: number;
}

/** All printed terms of one recursion, in the order they are printed in. */
export interface Explanation {
  /** As printed: `V`, `G1`, `Theta`. */
  readonly name: string;
  readonly recursion: Recursion;
  readonly terms: readonly ExplainedTerm[];
  readonly cancellations: readonly Cancellation[];
}
