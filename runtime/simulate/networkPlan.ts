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
  /** Layers 1 ... L in order. */
  readonly layers: readonly LayerPlan[];
}

/**
 * `z[i] = sum over biases of s b[i] + sum over weights of s sum(j) W[i,j] F(j) + skip z[i]` with b and W of variance 1.
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
  /** Standard deviation of what is added: that of the parameter, times the coefficient for a bias. */
  readonly deviation: number;
  /** Learning rate of the same, 0 where the model has none. */
  readonly rate: number;
  readonly distribution: Distribution;
}

/** One random matrix, and F as a combination of functions of z[j] (or of x[j]). */
export interface WeightPlan extends ParameterPlan {
  /** In the first layer the functions are absent: F is the input times the coefficient. */
  readonly terms: readonly { readonly coefficient: number; readonly fn?: Expr }[];
}

/** Throws UserError when some layer would not have a whole number of neurons. */
export function planNetwork(model: Model, study: Study, n: number): NetworkPlan {
  const inputDimension = study.samples[0]?.length ?? 0;
  const widths = study.widths.map((ratio, index) => wholeWidth(ratio, n, index + 1));
  const layers = Array.from({ length: study.depth }, (_, index) =>
    planLayer(model, study, index + 1, widths[index]!, index === 0 ? inputDimension : widths[index - 1]!),
  );
  const inputs = Float64Array.from(study.samples.flat());
  return { n, samples: study.samples.length, inputDimension, inputs, layers };
}

/** Standard normals drawn for one network up to, but not including, the last layer. */
export function normalsPerNetwork(plan: NetworkPlan): number {
  return plan.layers
    .slice(0, -1)
    .reduce(
      (sum, layer) => sum + layer.width * (layer.biases.length + layer.weights.length * layer.fanIn),
      0,
    );
}

/**
 * Whether the pre-activations of hidden layers, given the layer below, are independent Gaussians of mean zero: so all but the last
 * layer have Gaussian parameters and no skip connection.
 */
export function isConditionallyGaussian({ layers }: NetworkPlan): boolean {
  return layers
    .slice(0, -1)
    .every(
      ({ biases, weights, skip }) =>
        skip === 0 && [...biases, ...weights].every(({ distribution }) => isNormal(distribution)),
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
        planParameter(group, index, values, totalCoefficient(own, values)),
      ),
    weights: used
      .filter(({ group }) => group.kind === 'weights')
      .map(({ group, index, terms: own }) => ({
        ...planParameter(group, index, values, 1 / Math.sqrt(fanIn)),
        terms: own.flatMap((term) => planTerm(term, study, layer, values)),
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
  values: ReadonlyMap<string, number>,
  factor: number,
): ParameterPlan {
  return {
    group,
    deviation: factor * Math.sqrt(evaluate(variance, values)),
    rate: rate === undefined ? 0 : factor ** 2 * evaluate(rate, values),
    distribution,
  };
}

/** Terms in the same group of biases add up before the draw, and so do skip connections. */
function totalCoefficient(terms: readonly LayerTerm[], values: ReadonlyMap<string, number>): number {
  return terms.reduce((sum, { coefficient }) => sum + evaluate(coefficient, values), 0);
}

function planTerm(
  term: LayerTerm,
  study: Study,
  layer: number,
  values: ReadonlyMap<string, number>,
): WeightPlan['terms'] {
  if (term.kind !== 'weights') return [];
  const coefficient = evaluate(term.coefficient, values);
  return [layer === 1 ? { coefficient } : { coefficient, fn: localFunction(term.local, study, layer - 1) }];
}

/** The product of a term's local factors as one function of `z` at the layer they read. */
function localFunction(local: readonly LocalFactor[], study: Study, layer: number): Expr {
  return multiply(...local.map((f) => power(activationAt(study, f.activation, layer), rational(f.power))));
}
