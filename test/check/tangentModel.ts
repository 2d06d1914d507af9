/** A multilayer perceptron that learns, with every tangent observable of PDLT at the first order where it does not vanish. */
import { NTK, DNTK, DDNTK_I, DDNTK_II, Z, type FieldShape } from '../../theory/field.ts';
import { numberExpr, type Expr } from '../../theory/expression.ts';
import type { CorrelatorField, Model, Observable, Study } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { mlpModel, observable, studyOf } from '../simulate/networks.ts';

const RATES = { W: rational(1), b: rational(1, 3) };

/** Fields in a word each: the shape, then for each node its neuron and sample letter, as in `H 1a 1b`. */
const OBSERVABLES: Readonly<
  Record<string, readonly [connected: boolean, order: number, ...fields: string[]]>
> = {
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

const SHAPES: Readonly<Record<string, FieldShape>> = {
  z: Z,
  H: NTK,
  dH: DNTK,
  ddI: DDNTK_I,
  ddII: DDNTK_II,
};

function fieldOf(text: string): CorrelatorField {
  const [shape = '', ...nodes] = text.split(' ');
  return {
    field: SHAPES[shape]!,
    nodes: nodes.map((node) => ({ neuron: Number(node[0]), sample: { index: node.slice(1) } })),
  };
}

export function tangentObservable(name: string): Observable {
  const [connected, order, ...fields] = OBSERVABLES[name]!;
  const letters = fields.flatMap((text) => text.split(' ').slice(1)).map((node) => node.slice(1));
  const body = { kind: 'correlator', connected, fields: fields.map(fieldOf) } as const;
  return observable(name, [letters], body, order);
}

/** The perceptron with learning rates and the observables named, G and V among them if asked for. */
export function tangentModel(names: readonly string[]): Model {
  return {
    ...mlpModel,
    groups: mlpModel.groups.map((group) => ({
      ...group,
      rate: numberExpr(RATES[group.name as keyof typeof RATES]),
    })),
    observables: names.map(
      (name) => mlpModel.observables.find((known) => known.name === name) ?? tangentObservable(name),
    ),
  };
}

export interface TangentStudyOptions {
  readonly activation: Expr;
  readonly depth: number;
  readonly samples: readonly (readonly number[])[];
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly widths: readonly number[];
  readonly observables: readonly string[];
}

export function tangentStudy({ widths, observables, ...network }: TangentStudyOptions): Study {
  const study = studyOf(network);
  const check = { observables, widths, networks: 0, seed: 0, span: study.span };
  return { ...study, checks: [check] };
}
