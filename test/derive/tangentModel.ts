/** The perceptron with learning rates, and observables for the cumulants of its tangent kernel and of its differentials. */
import { symbol } from '../../theory/expression.ts';
import { DDNTK_I, DDNTK_II, DNTK, NTK, Z, type FieldShape } from '../../theory/field.ts';
import type { CorrelatorField, Model, Observable, Study } from '../../theory/model.ts';
import { mlpModel } from './mlp.ts';

/** Fields of a correlator, and for each of their nodes the number of its neuron. */
export type Tie = readonly [fields: readonly FieldShape[], neurons: readonly number[]];

/** theory.md section 1; each coupling's letter with the one tie it multiplies. */
export const TIES: Readonly<Record<string, Tie>> = {
  Theta: [[NTK], [0, 0]],
  A: [
    [NTK, NTK],
    [0, 0, 1, 1],
  ],
  B: [
    [NTK, NTK],
    [0, 1, 0, 1],
  ],
  D: [
    [Z, Z, NTK],
    [0, 0, 1, 1],
  ],
  F: [
    [Z, Z, NTK],
    [0, 1, 0, 1],
  ],
  P: [
    [DNTK, Z],
    [0, 1, 1, 0],
  ],
  Q: [
    [DNTK, Z],
    [0, 0, 1, 1],
  ],
  R: [[DDNTK_I], [0, 0, 1, 1]],
  S: [[DDNTK_II], [0, 0, 1, 1]],
  T: [[DDNTK_II], [0, 1, 0, 1]],
  U: [[DDNTK_II], [0, 1, 1, 0]],
};

/** Samples a, b, c, ... node by node. */
export function tiedFields([fields, neurons]: Tie): CorrelatorField[] {
  let next = 0;
  return fields.map((field) => ({
    field,
    nodes: Array.from({ length: field.nodes }, () => {
      const index = String.fromCharCode(97 + next);
      return { neuron: neurons[next++] as number, sample: { index } };
    }),
  }));
}

/** Observables G, V and those named, all by default. */
export function tangentModel(order: number, names: readonly string[] = Object.keys(TIES)): Model {
  const model = mlpModel(order);
  const { span } = model.architecture;
  const observables = names.map((name): Observable => {
    const tie = TIES[name] as Tie;
    const indices = [tie[1].map((_, k) => String.fromCharCode(97 + k))];
    const body = { kind: 'correlator', connected: true, fields: tiedFields(tie) } as const;
    return { name, indices, body, leadingOrder: tie[1].length / 2 - 1, span };
  });
  return {
    ...model,
    groups: model.groups.map((group) => ({ ...group, rate: symbol(`lambda_${group.name}`) })),
    observables: [...model.observables, ...observables],
  };
}

export function withRates(study: Study, lambda_W = 1, lambda_b = 0): Study {
  return {
    ...study,
    parameters: new Map([...study.parameters, ['lambda_W', lambda_W], ['lambda_b', lambda_b]]),
  };
}
