/** Perceptrons that learn, with every tangent observable of PDLT, and the ensembles to hold them against. */
import { derive } from '../compiler/derive/derive.ts';
import { NAMED_ACTIVATIONS } from '../theory/activations.ts';
import { integer, symbol } from '../theory/expression.ts';
import { DDNTK_I, DDNTK_II, DNTK, NTK, Z, type FieldShape } from '../theory/field.ts';
import type { CorrelatorField, LayerTerm, Model, Observable, Study } from '../theory/model.ts';
import { ONE, type Rational } from '../theory/rational.ts';
import type { Theory } from '../theory/theory.ts';

const span = { file: { name: 'bench', text: '' }, start: 0, end: 0 };

/** Fields in a word each: the shape, then for each node its neuron and sample letter, as in `H 1a 1b`. */
const OBSERVABLES: Readonly<
  Record<string, readonly [connected: boolean, order: number, ...fields: string[]]>
> = {
  G: [false, 0, 'z 1a', 'z 1b'],
  V: [true, 1, 'z 1a', 'z 1b', 'z 2c', 'z 2d'],
  Theta: [false, 0, 'H 1a 1b'],
  A: [true, 1, 'H 1a 1b', 'H 2c 2d'],
  B: [true, 1, 'H 1a 2b', 'H 1c 2d'],
  D: [true, 1, 'z 1a', 'z 1b', 'H 2c 2d'],
  F: [true, 1, 'z 1a', 'z 2b', 'H 1c 2d'],
  P: [true, 1, 'dH 1a 2b 2c', 'z 1d'],
  Q: [true, 1, 'dH 1a 1b 2c', 'z 2d'],
  R: [false, 1, 'ddI 1a 1b 2c 2d'],
  S: [false, 1, 'ddII 1a 1b 2c 2d'],
  T: [false, 1, 'ddII 1a 2b 1c 2d'],
  U: [false, 1, 'ddII 1a 2b 2c 1d'],
};

const SHAPES: Readonly<Record<string, FieldShape>> = { z: Z, H: NTK, dH: DNTK, ddI: DDNTK_I, ddII: DDNTK_II };

function fieldOf(text: string): CorrelatorField {
  const [shape = '', ...nodes] = text.split(' ');
  return {
    field: SHAPES[shape]!,
    nodes: nodes.map((node) => ({ neuron: Number(node[0]), sample: { index: node.slice(1) } })),
  };
}

export function tangentObservable(name: string): Observable {
  const [connected, leadingOrder, ...fields] = OBSERVABLES[name]!;
  const letters = fields.flatMap((text) => text.split(' ').slice(1)).map((node) => node.slice(1));
  const body = { kind: 'correlator', connected, fields: fields.map(fieldOf) } as const;
  return { name, indices: [letters], body, leadingOrder, span };
}

const one = integer(1);
const bias: LayerTerm = { kind: 'bias', group: 'b', coefficient: one, span };
const weights = { kind: 'weights', group: 'W', coefficient: one, local: [], span } as const;

const SIGMA = [{ activation: 'sigma', power: 1 }];

export interface TangentOptions {
  readonly activation: string;
  readonly depth: number;
  readonly samples: readonly (readonly number[])[];
  readonly weightVariance: number;
  readonly biasVariance: number;
  /** Learning rate of the biases, that of the weights being 1 over fan-in; 1/3 by default. */
  readonly biasRate?: number;
  /** Widths of the layers relative to n, all 1 by default. */
  readonly ratios?: readonly Rational[];
  readonly widths: readonly number[];
  readonly observables: readonly string[];
}

/** z' = b + W sigma(z), learning rates 1 over fan-in for W and lambda_b for b; a width for every layer. */
export function tangentModel(observables: readonly string[]): Model {
  return {
    name: 'perceptron',
    architecture: {
      span,
      input: { name: 'x', dimension: 'n0' },
      width: { name: 'n', perLayer: true },
      depth: 'L',
      activations: [{ name: 'sigma', perLayer: false, span }],
      firstLayer: [bias, weights],
      layer: [bias, { ...weights, local: SIGMA }],
    },
    groups: [
      { name: 'W', kind: 'weights', variance: symbol('C_W'), rate: one, span },
      { name: 'b', kind: 'bias', variance: symbol('C_b'), rate: symbol('lambda_b'), span },
    ],
    observables: observables.map(tangentObservable),
    order: 1,
    studies: [],
  };
}

export function tangentStudy(options: TangentOptions): Study {
  const { activation, depth, samples, weightVariance, biasVariance, biasRate, ratios, widths, observables } =
    options;
  const expression = NAMED_ACTIVATIONS.get(activation)!(symbol('z'));
  return {
    name: activation,
    span,
    parameters: new Map([
      ['C_W', weightVariance],
      ['C_b', biasVariance],
      ['lambda_b', biasRate ?? 1 / 3],
    ]),
    activations: new Map([['sigma', [{ name: activation, expression }]]]),
    samples,
    depth,
    widths: ratios ?? Array.from({ length: depth }, () => ONE),
    flows: [],
    checks: [{ observables, widths, networks: 0, seed: 0, span }],
    expectations: [],
  };
}

/** One order beyond the one on trial, as `eft check` derives it. */
export function tangentTheory(observables: readonly string[], order = 2): Theory {
  return derive(tangentModel(observables), { order });
}
