/** The network of a study at one width, with every number worked out: what the simulator needs and no more. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { multiply, power, type Expr } from '../../theory/expression.ts';
import type {
  Distribution,
  LayerTerm,
  LocalFactor,
  Model,
  ParameterGroup,
  Study,
} from '../../theory/model.ts';
import { multiplyRationals, rational, rationalToNumber, type Rational } from '../../theory/rational.ts';
import { activationAt, parametersAt } from '../flow/studyValues.ts';
import { isNormal } from './laws.ts';

export interface NetworkPlan {
  /** Reference width n. */
  readonly n: number;
  /** Number of inputs M. */
  readonly samples: number;
  readonly inputDimension: number;
  /** The inputs, [M, n_0] row by row. */
  readonly inputs: Float64Array;
  /** Pre-activations a neuron has: 1, or 2 for a gated unit. */
  readonly fields: number;
  /** Layers 1 ... L in order. */
  readonly layers: readonly LayerPlan[];
}

/**
 * `z[i] = sum over biases of s b[i] + sum over weights of s sum(j) W[i,j] F(j) + skip z[i]` with b and W of variance 1. A neuron with
 * several pre-activations has such an equation for each, with parameters of its own.
 */
export interface LayerPlan {
  /** Number of neurons, and of the neurons or inputs they read. */
  readonly width: number;
  readonly fanIn: number;
  readonly biases: readonly ParameterPlan[];
  readonly weights: readonly WeightPlan[];
  /** Factor of the skip connection, 0 without one. */
  readonly skip: number;
}

export interface ParameterPlan {
  /** Position of the group in the model: part of the address of its random numbers. */
  readonly group: number;
  /** The pre-activation it feeds, counted from 0. */
  readonly field: number;
  /** Standard deviation of what is added: that of the parameter, times the coefficient for a bias. */
  readonly deviation: number;
  /** Learning rate of the same, 0 where the model has none. */
  readonly rate: number;
  readonly distribution: Distribution;
}

/** One random matrix, and F as a combination of functions of z[j] (or of x[j]). */
export interface WeightPlan extends ParameterPlan {
  readonly terms: readonly SignalPlan[];
}

/** `coefficient` times the product of functions of the pre-activations; in the first layer, without functions, times the input. */
export interface SignalPlan {
  readonly coefficient: number;
  /** One for each pre-activation it depends on. */
  readonly functions: readonly { readonly field: number; readonly fn: Expr }[];
}

/** The terms of a signal where a neuron has one pre-activation: a coefficient times a function of it. */
export function ofOneField(
  terms: readonly SignalPlan[],
): readonly { readonly coefficient: number; readonly fn?: Expr }[] {
  return terms.map(({ coefficient, functions: [local] }) => ({
    coefficient,
    ...(local && { fn: local.fn }),
  }));
}

/** The parameters that feed one pre-activation. */
export function feeding<T extends { readonly field: number }>(
  all: readonly T[],
  field: number,
): readonly T[] {
  return all.filter((parameter) => parameter.field === field);
}

/** The pre-activation and the sample that a number stands for: all samples of the first one, then those of the second, ... */
export function fieldAndSample(
  { samples }: Pick<NetworkPlan, 'samples'>,
  place: number,
): { readonly field: number; readonly sample: number } {
  return { field: Math.floor(place / samples), sample: place % samples };
}

/** Throws UserError when some layer would not have a whole number of neurons. */
export function planNetwork(model: Model, study: Study, n: number): NetworkPlan {
  const inputDimension = study.samples[0]?.length ?? 0;
  const widths = study.widths.map((ratio, index) =>
    index === study.depth - 1 && study.readoutWidth !== undefined
      ? study.readoutWidth
      : wholeWidth(ratio, n, index + 1),
  );
  const layers = Array.from({ length: study.depth }, (_, index) =>
    planLayer(model, study, index + 1, widths[index]!, index === 0 ? inputDimension : widths[index - 1]!),
  );
  const inputs = Float64Array.from(study.samples.flat());
  const fields = model.architecture.fields?.length ?? 1;
  return { n, samples: study.samples.length, inputDimension, inputs, fields, layers };
}

/**
 * Whether the pre-activations of hidden layers, given the layer below, are independent Gaussians of mean zero: so all but the last
 * layer have Gaussian parameters and no skip connection. Different pre-activations of a neuron have parameters of their own, and are
 * independent too.
 */
export function isConditionallyGaussian(plan: NetworkPlan): boolean {
  return needsNoWeights(plan) && plan.layers.slice(0, -1).every(({ skip }) => skip === 0);
}

/** Whether they are Gaussians of any mean, which a skip connection gives them, so that no weights need be drawn. */
export function needsNoWeights({ layers }: NetworkPlan): boolean {
  return layers
    .slice(0, -1)
    .every(({ biases, weights }) =>
      [...biases, ...weights].every(({ distribution }) => isNormal(distribution)),
    );
}

function wholeWidth(ratio: Rational, n: number, layer: number): number {
  const width = rationalToNumber(multiplyRationals(ratio, rational(n)));
  if (Number.isInteger(width) && width >= 1) return width;
  throw new UserError(
    `layer ${layer} would have ${width} neurons at n = ${n}: choose n so that it is a whole number`,
  );
}

function planLayer(model: Model, study: Study, layer: number, width: number, fanIn: number): LayerPlan {
  const terms = layer === 1 ? model.architecture.firstLayer : model.architecture.layer;
  const values = parametersAt(study, layer);
  const names = model.architecture.fields ?? [];
  const fieldOf = ([term]: readonly LayerTerm[]): number => fieldIndex(names, term?.field);
  const groups = model.groups.map((group, index) => ({
    group,
    index,
    terms: terms.filter((term) => term.kind !== 'skip' && term.group === group.name),
  }));
  const used = groups.filter((one) => one.terms.length > 0);
  return {
    width,
    fanIn,
    biases: used
      .filter(({ group }) => group.kind === 'bias')
      .map(({ group, index, terms: own }) =>
        planParameter(group, index, { field: fieldOf(own), values }, totalCoefficient(own, values)),
      ),
    weights: used
      .filter(({ group }) => group.kind === 'weights')
      .map(({ group, index, terms: own }) => ({
        ...planParameter(group, index, { field: fieldOf(own), values }, 1 / Math.sqrt(fanIn)),
        terms: own.flatMap((term) => planTerm(term, { names, study, layer, values })),
      })),
    skip: totalCoefficient(
      terms.filter(({ kind }) => kind === 'skip'),
      values,
    ),
  };
}

/** The parameter times `factor` is what the layer adds, or what multiplies F. */
function planParameter(
  { variance, rate, distribution = { kind: 'normal' } }: ParameterGroup,
  group: number,
  { field, values }: { readonly field: number; readonly values: ReadonlyMap<string, number> },
  factor: number,
): ParameterPlan {
  return {
    group,
    field,
    deviation: factor * Math.sqrt(evaluate(variance, values)),
    rate: rate === undefined ? 0 : factor ** 2 * evaluate(rate, values),
    distribution,
  };
}

/** Terms in the same group of biases add up before the draw, and so do skip connections. */
function totalCoefficient(terms: readonly LayerTerm[], values: ReadonlyMap<string, number>): number {
  return terms.reduce((sum, { coefficient }) => sum + evaluate(coefficient, values), 0);
}

interface TermContext {
  readonly names: readonly string[];
  readonly study: Study;
  readonly layer: number;
  readonly values: ReadonlyMap<string, number>;
}

function planTerm(term: LayerTerm, { names, study, layer, values }: TermContext): SignalPlan[] {
  if (term.kind !== 'weights') return [];
  const coefficient = evaluate(term.coefficient, values);
  if (layer === 1) return [{ coefficient, functions: [] }];
  const fields = [...new Set(term.local.map(({ of }) => fieldIndex(names, of)))];
  const functions = fields.map((field) => {
    const own = term.local.filter(({ of }) => fieldIndex(names, of) === field);
    return { field, fn: localFunction(own, study, layer - 1) };
  });
  return [{ coefficient, functions }];
}

/** Counted from 0; networks of z alone name no field. */
export function fieldIndex(names: readonly string[], field: string | undefined): number {
  return field === undefined ? 0 : names.indexOf(field);
}

/** The product of a term's local factors of one pre-activation as one function of it, at the layer they read. */
function localFunction(local: readonly LocalFactor[], study: Study, layer: number): Expr {
  return multiply(...local.map((f) => power(activationAt(study, f.activation, layer), rational(f.power))));
}
