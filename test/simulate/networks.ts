/** Small models and studies built by hand, so that these tests need neither the parser nor the derivation. */
import type { SourceFile } from '../../diagnostics/span.ts';
import { symbol, type Expr } from '../../theory/expression.ts';
import { Z } from '../../theory/field.ts';
import type { CorrelatorField, Model, Observable, ObservableExpression, Study } from '../../theory/model.ts';
import { integer } from '../../theory/expression.ts';
import { ONE } from '../../theory/rational.ts';

const file: SourceFile = { name: 'test', text: '' };
const span = { file, start: 0, end: 0 };

export interface NetworkOptions {
  readonly activation: Expr;
  readonly depth: number;
  readonly weightVariance?: number;
  readonly biasVariance?: number;
  readonly samples: readonly (readonly number[])[];
}

const bias = { kind: 'bias', group: 'b', coefficient: integer(1), span } as const;
const weights = { kind: 'weights', group: 'W', coefficient: integer(1), span } as const;

/** z' = b + W sigma(z), with observables G and V. */
export const mlpModel: Model = {
  name: 'mlp',
  architecture: {
    span,
    input: { name: 'x', dimension: 'n0' },
    width: { name: 'n', perLayer: false },
    depth: 'L',
    activations: [{ name: 'sigma', perLayer: false, span }],
    firstLayer: [bias, { ...weights, local: [] }],
    layer: [bias, { ...weights, local: [{ activation: 'sigma', power: 1 }] }],
  },
  groups: [
    { name: 'W', kind: 'weights', variance: symbol('C_W'), span },
    { name: 'b', kind: 'bias', variance: symbol('C_b'), span },
  ],
  observables: [
    observable('G', [['a', 'b']], correlator(false, ['1a', '1b']), 0),
    observable(
      'V',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      correlator(true, ['1a', '1b', '2c', '2d']),
      1,
    ),
  ],
  order: 1,
  studies: [],
};

export function studyOf(options: NetworkOptions): Study {
  const { activation, depth, samples, weightVariance = 1, biasVariance = 0 } = options;
  return {
    name: 'test',
    span,
    parameters: new Map([
      ['C_W', weightVariance],
      ['C_b', biasVariance],
    ]),
    activations: new Map([['sigma', [{ name: 'sigma', expression: activation }]]]),
    samples,
    depth,
    widths: Array.from({ length: depth }, () => ONE),
    flows: [],
    checks: [],
    expectations: [],
  };
}

/** Fields written `1a`: neuron 1, sample index a; `1#0`: neuron 1, sample 0. */
export function correlator(connected: boolean, fields: readonly string[]): ObservableExpression {
  return { kind: 'correlator', connected, fields: fields.map(correlatorField) };
}

export function observable(
  name: string,
  indices: readonly (readonly string[])[],
  body: ObservableExpression,
  leadingOrder: number,
): Observable {
  return { name, indices, body, leadingOrder, span };
}

export const testSpan = span;

function correlatorField(text: string): CorrelatorField {
  const [neuron, sample] = [text.slice(0, 1), text.slice(1)];
  const reference = sample.startsWith('#') ? { sample: Number(sample.slice(1)) } : { index: sample };
  return { field: Z, nodes: [{ neuron: Number(neuron), sample: reference }] };
}
