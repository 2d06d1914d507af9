/** The multilayer perceptron of theory.md section 1 as the derivation passes see it, with short names for its atoms. */
import { createBudget } from '../../compiler/derive/budget.ts';
import { closeRecursions } from '../../compiler/derive/closeRecursions.ts';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { atomKey, averageAtom, couplingAtom, parameterAtom, type Atom } from '../../theory/atom.ts';
import { zFamily } from '../../theory/coupling.ts';
import { couplingName } from '../../theory/couplingName.ts';
import { Z } from '../../theory/field.ts';
import { integer, symbol } from '../../theory/expression.ts';
import { specialiseToOneSample } from '../../theory/expandSamples.ts';
import type { CorrelatorField, LayerTerm, Model, Observable, ParameterGroup } from '../../theory/model.ts';
import { createRing, type Polynomial, type Ring } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';
import type { Recursion } from '../../theory/theory.ts';

const span = { file: { name: 'test', text: '' }, start: 0, end: 0 };

export const MLP_GROUPS: readonly ParameterGroup[] = [
  { name: 'W', kind: 'weights', variance: symbol('C_W'), span },
  { name: 'b', kind: 'bias', variance: symbol('C_b'), span },
];

export const MLP_LAYER: readonly LayerTerm[] = [
  { kind: 'bias', group: 'b', coefficient: integer(1), span },
  { kind: 'weights', group: 'W', coefficient: integer(1), local: [{ activation: 'sigma', power: 1 }], span },
];

export type P = Polynomial<Atom>;

export function atomRing(): Ring<Atom> {
  return createRing<Atom>({ key: atomKey });
}

/** `z[neuron, sample]` as a field of a correlator. */
export function z(neuron: number, index: string): CorrelatorField {
  return { field: Z, nodes: [{ neuron, sample: { index } }] };
}

/** Every recursion that the 2-point function and the 2m-point vertices through `maxOrder` need. */
export function mlpRecursions(ring: Ring<Atom>, maxOrder: number): Recursion[] {
  const fields = Array.from({ length: 2 * (maxOrder + 1) }, (_, k) => z(k >> 1, `s${k}`));
  const readouts = Array.from({ length: maxOrder + 1 }, (_, m) =>
    readCorrelator(ring, true, fields.slice(0, 2 * (m + 1)), maxOrder),
  );
  const layer = { terms: MLP_LAYER, groups: MLP_GROUPS };
  return closeRecursions(ring, layer, readouts, { maxOrder, maxBlock: 2, budget: createBudget(1e6) });
}

/** Single-input, equal-width right-hand sides by name: K, G1, V, G2, V2, U, ... */
export function singleInputRecursions(ring: Ring<Atom>, recursions: readonly Recursion[]): Map<string, P> {
  return new Map(
    recursions.map(({ family, order, value }) => {
      const { letter, correction } = couplingName(family, order);
      const single = specialiseToOneSample(ring, value);
      const equalWidths = ring.substitute(single, (atom) =>
        atom.kind === 'width-ratio' ? ring.one : undefined,
      );
      return [`${letter}${correction || ''}`, equalWidths];
    }),
  );
}

/** `<sigma^power>` differentiated `derivatives` times in z. */
export function average(ring: Ring<Atom>, power: number, derivatives = 0): P {
  const local = { fn: 'sigma', derivative: 0, sample: '1', power };
  return ring.atom(
    averageAtom(
      [local],
      Array.from({ length: derivatives }, () => '1'),
    ),
  );
}

/** d/dK of a polynomial in single-input averages: d<f>/dK = (1/2) <f''>. */
export function kernelDerivative(ring: Ring<Atom>, value: P): P {
  let total = ring.zero;
  for (const { coefficient, factors } of ring.terms(value))
    for (const chosen of factors) {
      if (chosen.atom.kind !== 'average') continue;
      const { locals, derivatives } = chosen.atom;
      const rest = factors.flatMap((factor) =>
        Array.from({ length: factor.exponent - (factor === chosen ? 1 : 0) }, () => factor.atom),
      );
      const differentiated = ring.atom(averageAtom(locals, [...derivatives, '1', '1']));
      const product = rest
        .map((atom) => ring.atom(atom))
        .reduce((p, q) => ring.multiply(p, q), differentiated);
      total = ring.add(total, ring.scale(ring.scale(product, coefficient), rational(chosen.exponent, 2)));
    }
  return total;
}

export function parameter(ring: Ring<Atom>, name: string): P {
  return ring.atom(parameterAtom(name));
}

/** The single-input coupling of 2m points at the given power of 1/n. */
export function coupling(ring: Ring<Atom>, points: number, order: number): P {
  return ring.atom(
    couplingAtom(
      zFamily(points),
      order,
      Array.from({ length: points }, () => '1'),
    ),
  );
}

/** A whole model of the perceptron with observables G and V, for passes that need one. */
export function mlpModel(order: number): Model {
  const observable = (
    name: string,
    indices: string[][],
    connected: boolean,
    fields: CorrelatorField[],
  ): Observable => ({
    name,
    indices,
    body: { kind: 'correlator', connected, fields },
    leadingOrder: fields.length / 2 - 1,
    span,
  });
  return {
    name: 'mlp',
    architecture: {
      span,
      input: { name: 'x', dimension: 'n_0' },
      width: { name: 'n', perLayer: false },
      depth: 'L',
      activations: [{ name: 'sigma', perLayer: false, span }],
      firstLayer: MLP_LAYER.map((term) => (term.kind === 'weights' ? { ...term, local: [] } : term)),
      layer: MLP_LAYER,
    },
    groups: MLP_GROUPS,
    observables: [
      observable('G', [['a', 'b']], false, [z(0, 'a'), z(0, 'b')]),
      observable(
        'V',
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
        true,
        [z(0, 'a'), z(0, 'b'), z(1, 'c'), z(1, 'd')],
      ),
    ],
    order,
    studies: [],
  };
}
