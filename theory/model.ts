/**
 * The model: what a `.eft` file means, resolved and checked. Produced by the compiler's front end, read by the
 * derivation passes and by the runtime; contains no syntax, only spans to point messages at.
 */
import type { Span } from '../diagnostics/span.ts';
import type { Expr } from './expression.ts';
import type { FieldShape } from './field.ts';
import type { Rational } from './rational.ts';

export interface Model {
  readonly name: string;
  readonly architecture: Architecture;
  readonly groups: readonly ParameterGroup[];
  readonly observables: readonly Observable[];
  /** Powers of 1/n kept, from `expand in 1/n to order p`. */
  readonly order: number;
  /** Where it says so; absent in a model that was not compiled from a file. */
  readonly orderSpan?: Span;
  readonly studies: readonly Study[];
}

/** The layer equation `z' = sum of terms`, with the names it was written in. */
export interface Architecture {
  readonly span: Span;
  /** `x` and `n_0`; `large` when corrections of order 1/n_0 are to be neglected. */
  readonly input: { readonly name: string; readonly dimension: string; readonly large?: boolean };
  readonly width: { readonly name: string; readonly perLayer: boolean };
  readonly depth: string;
  /** The pre-activations of a block where they are not z alone: `u`, `v` of a gated unit. Each has parameters of its own. */
  readonly fields?: readonly string[];
  /** Names of the activation slots a study must fill, with the user's own definitions resolved elsewhere. */
  readonly activations: readonly { readonly name: string; readonly perLayer: boolean; readonly span: Span }[];
  readonly firstLayer: readonly LayerTerm[];
  readonly layer: readonly LayerTerm[];
}

/**
 * One term of a layer equation for `z[i]`:
 * `coefficient * b[i]`, `coefficient * sum(j) W[i,j] * local(z[j])`, or the skip connection `coefficient * z[i]`; in the first layer
 * `local` is empty and the sum runs over the inputs `x[j]`.
 */
export type LayerTerm = TermOfField &
  (
    | { readonly kind: 'bias'; readonly group: string }
    | { readonly kind: 'weights'; readonly group: string; readonly local: readonly LocalFactor[] }
    | { readonly kind: 'skip' }
  );

interface TermOfField {
  /** The pre-activation it adds to; absent for z alone. */
  readonly field?: string;
  readonly coefficient: Expr;
  readonly span: Span;
}

/**
 * Whether connected cumulants can be followed through the layers with pairs of nodes on each neuron. Beside a nonlinear layer a skip
 * connection carries z_i on together with a variance that depends on sigma(z_i): from layer 3 on cumulants with any number of
 * nodes on one neuron are of order 1/n, and those with two no longer determine themselves. Means at infinite width are not affected.
 */
export function closesOnPairs({ layer }: Architecture): boolean {
  const linear = layer.every(
    (term) =>
      term.kind !== 'weights' ||
      (term.local.length === 1 && term.local[0]?.activation === 'identity' && term.local[0].power === 1),
  );
  return linear || layer.every(({ kind }) => kind !== 'skip');
}

/** `sigma(z[j])^power`; activation `identity` is a bare `z[j]`. */
export interface LocalFactor {
  /** The pre-activation it is a function of; absent for z alone. */
  readonly of?: string;
  readonly activation: string;
  readonly power: number;
}

/**
 * An i.i.d. group of parameters with zero mean. `weights` have variance `variance / fan_in` and learning rate `rate / fan_in`,
 * `bias` has variance `variance` and learning rate `rate`.
 */
export interface ParameterGroup {
  readonly name: string;
  readonly kind: 'weights' | 'bias';
  readonly variance: Expr;
  /** Absent when the file gives no learning rate: then nothing is differentiated by these parameters. */
  readonly rate?: Expr;
  /** Where the learning rate is written. */
  readonly rateSpan?: Span;
  /** The 4th, 6th, ... cumulant in units of the variance squared, cubed, ...; none for a Gaussian. */
  readonly standardCumulants?: readonly Rational[];
  /** What a simulation draws; a Gaussian when absent. */
  readonly distribution?: Distribution;
  readonly span: Span;
}

/**
 * The law of a parameter in units of its standard deviation: mean 0 and variance 1. `sparse` is not zero with the given probability and
 * then Gaussian of variance 1/p. `mixture` is Gaussian of two standard deviations: with the given probability `ratio` times as
 * wide as otherwise. A law known by its `cumulants` alone cannot be sampled.
 */
export type Distribution =
  | { readonly kind: 'normal' | 'uniform' | 'rademacher' | 'laplace' | 'cumulants' }
  | { readonly kind: 'sparse'; readonly probability: Rational }
  | { readonly kind: 'mixture'; readonly probability: Rational; readonly ratio: Rational };

/** `V[a,b;c,d] = body`, with its sample indices in groups as written and its leading power of 1/n. */
export interface Observable {
  readonly name: string;
  readonly indices: readonly (readonly string[])[];
  readonly body: ObservableExpression;
  /** The power of 1/n of its leading term; found by the order check. */
  readonly leadingOrder: number;
  readonly span: Span;
}

export type ObservableExpression =
  | { readonly kind: 'number'; readonly value: Rational }
  /** A model parameter, the width `n`, the depth or layer (`L` and `l` both mean the layer observed). */
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'width' }
  | { readonly kind: 'layer' }
  | { readonly kind: 'correlator'; readonly connected: boolean; readonly fields: readonly CorrelatorField[] }
  | { readonly kind: 'reference'; readonly name: string; readonly samples: readonly SampleReference[] }
  | { readonly kind: 'sum'; readonly terms: readonly ObservableExpression[] }
  | { readonly kind: 'product'; readonly factors: readonly ObservableExpression[] }
  | { readonly kind: 'power'; readonly base: ObservableExpression; readonly exponent: number };

export type CorrelatorTerm = Extract<ObservableExpression, { readonly kind: 'correlator' }>;

/** The correlators written in an expression, those of observables it refers to not among them. */
export function correlatorsIn(body: ObservableExpression): CorrelatorTerm[] {
  return body.kind === 'correlator' ? [body] : partsOfObservable(body).flatMap(correlatorsIn);
}

export function partsOfObservable(body: ObservableExpression): readonly ObservableExpression[] {
  switch (body.kind) {
    case 'sum':
      return body.terms;
    case 'product':
      return body.factors;
    case 'power':
      return [body.base];
    default:
      return [];
  }
}

/** `z[i,a]`, `H[i,j;a,b]`: a field with its nodes. */
export interface CorrelatorField {
  readonly field: FieldShape;
  readonly nodes: readonly CorrelatorNode[];
}

/** Nodes with the same `neuron` number sit on the same neuron, others on different ones. */
export interface CorrelatorNode {
  /** The pre-activation it is; absent for z alone. */
  readonly of?: string;
  readonly neuron: number;
  readonly sample: SampleReference;
}

/** A sample index of the observable's left side, or a fixed sample counted from 0. */
export type SampleReference = { readonly index: string } | { readonly sample: number };

/** One `study` block with everything evaluated that does not need the theory. */
export interface Study {
  readonly name: string;
  readonly span: Span;
  /** Scalar parameters by name: one value, or one per layer (index 0 is layer 1). */
  readonly parameters: ReadonlyMap<string, number | readonly number[]>;
  /** For each activation slot the function applied to layers 1, 2, ... L-1 (the last one repeats). */
  readonly activations: ReadonlyMap<string, readonly ActivationChoice[]>;
  /** M rows of dimension n_0. */
  readonly samples: readonly (readonly number[])[];
  readonly depth: number;
  /** Width of layers 1 ... depth relative to the reference width n; all 1 for `width n`. */
  readonly widths: readonly Rational[];
  /** The neurons of a last layer of fixed width: nothing is summed over them, so the theory does not depend on it. */
  readonly readoutWidth?: number;
  readonly flows: readonly FlowRequest[];
  readonly checks: readonly CheckRequest[];
  readonly expectations: readonly Expectation[];
  /** `find critical (...)`; none when absent. */
  readonly searches?: readonly CriticalRequest[];
  /** `phase ...`; none when absent. */
  readonly phases?: readonly PhaseRequest[];
  /** Names without a value (`samples` among them), in a study that only searches: no flow and no check can run. */
  readonly absent?: readonly string[];
  /** What the numbers above were made of; absent in a study that was not compiled from a file. */
  readonly settings?: StudySettings;
}

/** What a study says, exact and before evaluation, so that one value can be replaced and the rest made anew. */
export interface StudySettings {
  /** In the order of the text: a value may refer to the parameters before it. */
  readonly parameters: ReadonlyMap<string, Setting>;
  readonly depth?: Setting;
  /** Every activation the layers use, its parameters still symbols. */
  readonly activations: ReadonlyMap<string, readonly ActivationChoice[]>;
  /** The activations that the file defines, whether the study uses them or not. */
  readonly definitions?: ReadonlyMap<string, Expr>;
  /** Widths of layers 1, 2, ... relative to n, when the study gives them. */
  readonly widths?: {
    readonly values: readonly Rational[];
    /** The neurons of the last layer where they are a number; its entry in `values` is then 1. */
    readonly readout?: number;
    readonly span: Span;
  };
  /** Where the samples are given. */
  readonly samplesSpan?: Span;
}

/** One value, or a list with a value for each of layers 1 ... L. */
export interface Setting {
  readonly values: readonly Expr[];
  readonly perLayer: boolean;
  readonly span: Span;
}

/** An activation as a function of the symbol `z`, its parameters already replaced by numbers. */
export interface ActivationChoice {
  readonly name: string;
  readonly expression: Expr;
  /** In settings: the value the study gives to the slot. */
  readonly span?: Span;
}

export interface FlowRequest {
  readonly observables: readonly string[];
  /** Those of `observables` that the file does not define: dimensionless combinations such as `V / G^2`. */
  readonly quantities?: readonly Observable[];
  readonly from: number;
  readonly to: number;
  /** The width at which totals are summed, when given. */
  readonly n?: number;
  readonly span: Span;
}

/** `find critical (C_b, C_W)`: one or two parameters. */
export interface CriticalRequest {
  readonly parameters: readonly string[];
  readonly span: Span;
}

/** `phase C_W = 0.5 .. 3, C_b = 0 .. 1`, the horizontal axis first. */
export interface PhaseRequest {
  readonly axes: readonly [PhaseAxis, PhaseAxis];
  readonly span: Span;
}

export interface PhaseAxis {
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
}

export interface CheckRequest {
  readonly observables: readonly string[];
  readonly widths: readonly number[];
  readonly networks: number;
  /** Networks are added until an error of this relative size would be seen in every observable. */
  readonly within?: number;
  readonly seed: number;
  readonly span: Span;
}

/** A claim about the last layer: `left` is measured, `right` computed from the study's numbers. */
export interface Expectation {
  readonly text: string;
  readonly left: Extract<ObservableExpression, { kind: 'reference' }>;
  readonly right: ObservableExpression;
  readonly span: Span;
}
