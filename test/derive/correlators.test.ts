import { describe, expect, it } from 'vitest';
import { createBudget } from '../../compiler/derive/budget.ts';
import { contractLayer, type Cluster } from '../../compiler/derive/contractLayer.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { jointCumulant } from '../../compiler/derive/jointCumulant.ts';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { couplingAtom, parameterAtom, type Atom } from '../../theory/atom.ts';
import { leadingOrder, zFamily } from '../../theory/coupling.ts';
import { Z } from '../../theory/field.ts';
import { relabelSamples } from '../../theory/relabelSamples.ts';
import type { CorrelatorField, Model, ObservableExpression } from '../../theory/model.ts';
import { formatRational, rational, ZERO, type Rational } from '../../theory/rational.ts';
import { mlpStudy } from '../flow/studies.ts';
import {
  addNumbers,
  constantNumbers,
  doubleFactorial,
  evaluateExactly,
  momentsOf,
  multiplyNumbers,
  scaleNumbers,
  type NumberSeries,
} from './evaluateExactly.ts';
import { atomRing, MLP_GROUPS, MLP_LAYER, mlpModel, z, type P } from './mlp.ts';

const ORDER = 3;
const ring = atomRing();

const coupling = (order: number, samples: string): P =>
  ring.atom(couplingAtom(zFamily(samples.length), order, Array.from(samples)));
const product = (...factors: P[]): P => factors.reduce((p, q) => ring.multiply(p, q));

/** Fields on the named neurons: `iijj` at samples a, b, c, ... */
function fieldsOn(neurons: string): CorrelatorField[] {
  return Array.from(neurons, (neuron, k) => z(neuron.charCodeAt(0), String.fromCharCode(97 + k)));
}

describe('a correlator in the couplings of its layer', () => {
  const [G, V] = [(samples: string, order = 0) => coupling(order, samples), (samples: string) => coupling(1, samples)]; // prettier-ignore
  const first = (pairs: readonly [string, string]): P => {
    const [p, q] = pairs;
    return ring.sum([product(G(p, 1), G(q)), product(G(p), G(q, 1)), V(p + q)]);
  };

  it('<z_i z_i z_j z_j> = K K + (K G1 + G1 K + V)/n', () => {
    const { orders } = readCorrelator(ring, false, fieldsOn('iijj'), 1);
    expect(ring.equal(orders[0]!, product(G('ab'), G('cd')))).toBe(true);
    expect(ring.equal(orders[1]!, first(['ab', 'cd']))).toBe(true);
  });

  it('four fields on one neuron: the sum over three pairings', () => {
    const pairings = [['ab', 'cd'], ['ac', 'bd'], ['ad', 'bc']] as const; // prettier-ignore
    const { orders } = readCorrelator(ring, false, fieldsOn('iiii'), 1);
    expect(ring.equal(orders[0]!, ring.sum(pairings.map(([p, q]) => product(G(p), G(q)))))).toBe(true);
    expect(ring.equal(orders[1]!, ring.sum(pairings.map(first)))).toBe(true);
    const connected = readCorrelator(ring, true, fieldsOn('iiii'), 1);
    expect(ring.isZero(connected.orders[0]!)).toBe(true);
    expect(ring.equal(connected.orders[1]!, ring.sum(pairings.map(([p, q]) => V(p + q))))).toBe(true);
  });

  it('neurons may be named in any order', () => {
    const { orders } = readCorrelator(ring, true, fieldsOn('ijji'), 1);
    expect(ring.equal(orders[1]!, V('adbc'))).toBe(true);
  });

  it('vanishes with an odd number of fields on a neuron', () => {
    for (const neurons of ['ij', 'iiij', 'iijjjk', 'iii'])
      for (const connected of [true, false])
        for (const value of readCorrelator(ring, connected, fieldsOn(neurons), ORDER).orders)
          expect(ring.isZero(value)).toBe(true);
  });
});

/**
 * All samples equal: given g the z_i are independent N(0, g), so a moment is a product of (2p-1)!! over neurons times
 * E[g^m], and a cumulant follows from the moments by its definition.
 */
describe('moments and cumulants of one input against their definitions', () => {
  const value = (m: number, order: number): Rational => rational((7 * m + 3 * order) % 11 || 5, m + order);
  const cumulantsOfG = [1, 2, 3, 4].map((m): NumberSeries =>
    Array.from({ length: ORDER + 1 }, (_, order) => (order < m - 1 ? ZERO : value(m, order))),
  );
  const momentsOfG = momentsOf(cumulantsOfG, 4);

  const moment = (neurons: readonly string[]): NumberSeries => {
    const counts = [...new Set(neurons)].map((name) => neurons.filter((other) => other === name).length);
    if (counts.some((count) => count % 2 === 1)) return constantNumbers(ZERO, ORDER);
    const ways = counts.reduce((total, count) => total * doubleFactorial(count / 2), 1);
    return scaleNumbers(momentsOfG[neurons.length / 2]!, rational(ways));
  };
  /** kappa(S) = E[S] - sum over proper parts B with the first field of kappa(B) E[S without B]. */
  const cumulant = (neurons: readonly string[]): NumberSeries => {
    let total = moment(neurons);
    const rest = neurons.slice(1);
    for (let mask = 0; mask < 2 ** rest.length - 1; mask++) {
      const part = [neurons[0]!, ...rest.filter((_, k) => (mask >> k) & 1)];
      const others = rest.filter((_, k) => !((mask >> k) & 1));
      const disconnected = multiplyNumbers(cumulant(part), moment(others));
      total = addNumbers(total, scaleNumbers(disconnected, rational(-1)));
    }
    return total;
  };
  const atomValue = (atom: Atom): Rational => {
    if (atom.kind !== 'coupling') throw new Error(`unexpected atom ${atom.kind}`);
    return value(atom.family.blocks.length, atom.order);
  };

  it.each(['ii', 'iijj', 'iiii', 'iijjkk', 'iiiijj', 'iiiiii', 'ijjikk', 'iijjkkll', 'iiiijjjj', 'iiiiiijj'])(
    '%s',
    (neurons) => {
      const read = (connected: boolean): string[] =>
        readCorrelator(ring, connected, fieldsOn(neurons), ORDER).orders.map((p) => {
          const single = ring.substitute(p, (atom) => ring.atom(relabelSamples(atom, () => '1')));
          return formatRational(evaluateExactly(ring, single, atomValue));
        });
      expect(read(false)).toEqual(moment(Array.from(neurons)).map(formatRational));
      expect(read(true)).toEqual(cumulant(Array.from(neurons)).map(formatRational));
    },
  );
});

describe('power counting', () => {
  const clusterOfPair = (k: number): Cluster => ({
    nodes: [`a${k}`, `b${k}`].map((sample) => ({ field: 'z', sample })),
    edges: [],
    blocks: [{ pin: k, nodes: [0, 1] }],
  });
  const statistics = (count: number, inRing = ring) =>
    Array.from({ length: count }, (_, k) =>
      contractLayer(inRing, { terms: MLP_LAYER, groups: MLP_GROUPS }, clusterOfPair(k)),
    );
  const expansion = (maxOrder: number) => ({ maxOrder, maxBlock: 2, budget: createBudget(1e6) });

  it.each([2, 3, 4])('connected cumulants of %i pairs begin at their leading order', (count) => {
    const series = jointCumulant(ring, statistics(count), expansion(ORDER));
    const leading = leadingOrder(zFamily(2 * count));
    expect(series.map((p) => ring.isZero(p))).toEqual(series.map((_, order) => order < leading));
  });

  it('a term below the leading order is an internal error, never part of the answer', () => {
    // A ring that counts one average too many: disconnected products no longer cancel.
    const broken = {
      ...ring,
      fromTerms: (terms: Parameters<typeof ring.fromTerms>[0]) =>
        ring.add(ring.fromTerms(terms), ring.atom(parameterAtom('surplus'))),
    };
    expect(() => jointCumulant(broken, statistics(2), expansion(1))).toThrow(InternalError);
    expect(() => jointCumulant(broken, statistics(3), expansion(2))).toThrow('kept a term of order');
  });
});

describe('observables', () => {
  const fixed = (neuron: number, sample: number): CorrelatorField => ({
    field: Z,
    nodes: [{ neuron, sample: { sample } }],
  });
  const withObservable = (order: number, name: string, body: ObservableExpression): Model => {
    const model = mlpModel(order);
    const { span } = model.architecture;
    const observable = { name, indices: [], body, leadingOrder: 0, span };
    return { ...model, observables: [...model.observables, observable] };
  };
  const correlator = (connected: boolean, fields: CorrelatorField[]): ObservableExpression => ({
    kind: 'correlator',
    connected,
    fields,
  });
  const atFirst = (name: string, count: number): ObservableExpression => ({
    kind: 'reference',
    name,
    samples: Array.from({ length: count }, () => ({ sample: 0 })),
  });
  const ratio = (top: ObservableExpression, bottom: ObservableExpression, exponent: number) =>
    ({ kind: 'product', factors: [top, { kind: 'power', base: bottom, exponent: -exponent }] }) as const;

  it('at fixed samples read couplings of these samples; the recursions stay symbolic', () => {
    const fields = [fixed(0, 0), fixed(0, 1), fixed(1, 1), fixed(1, 0)];
    const theory = derive(withObservable(1, 'F', correlator(true, fields)), { observables: ['F'] });
    const [readout] = [...theory.readouts.values()];
    expect(theory.ring.terms(readout!.orders[1]!).map(({ factors }) => factors)).toEqual([
      [{ atom: couplingAtom(zFamily(4), 1, ['1', '2', '1', '2']), exponent: 1 }],
    ]);
    expect(theory.recursions.map(({ samples }) => samples.join(''))).toEqual(['ab', 'abcd']);
  });

  it('that combine correlators bring in everything these need', () => {
    const G = correlator(false, [fixed(0, 0), fixed(0, 0)]);
    const V = correlator(true, [fixed(0, 0), fixed(0, 0), fixed(1, 0), fixed(1, 0)]);
    const theory = derive(withObservable(2, 'R', ratio(V, G, 2)), { observables: ['R'] });
    expect(theory.readouts.size).toBe(2);
    const names = theory.recursions.map(({ family, order }) => `${family.key}@${order}`);
    expect(names).toEqual(['zz@0', 'zz@1', 'zz|zz@1', 'zz@2', 'zz|zz@2', 'zz|zz|zz@2']);
  });

  it.each<[string, ObservableExpression]>([
    [
      'of correlators',
      ratio(
        correlator(true, [fixed(0, 0), fixed(0, 0), fixed(1, 0), fixed(1, 0)]),
        correlator(false, [fixed(0, 0), fixed(0, 0)]),
        2,
      ),
    ],
    ['of observables', ratio(atFirst('V', 4), atFirst('G', 2), 2)],
  ])('a ratio %s: V/G^2 of critical ReLU networks is (1 + 5/n)^(l-1) - 1', (_, body) => {
    const theory = derive(withObservable(3, 'R', body), { observables: ['R'] });
    const study = mlpStudy('relu', { C_W: 2, depth: 6, samples: [[0.7]] });
    const result = flow(theory, study, { observables: ['R'] });
    for (const { layer, values } of result.layers) {
      const steps = layer - 1;
      const expected = [
        0,
        5 * steps,
        (25 * steps * (steps - 1)) / 2,
        (125 * steps * (steps - 1) * (steps - 2)) / 6,
      ];
      expected.forEach((value, order) =>
        expect(Number(values.R?.orders[String(order)] ?? 0)).toBeCloseTo(value, 8),
      );
    }
  });
});
