import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { explain } from '../../compiler/derive/explain.ts';
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import type { Contribution, Explanation } from '../../theory/explanation/explanation.ts';
import { printExplanation } from '../../theory/explanation/printExplanation.ts';
import { symbol } from '../../theory/expression.ts';
import type { Model } from '../../theory/model.ts';
import {
  addRationals,
  compareRationals,
  formatRational,
  multiplyRationals,
  ONE,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import { mlpModel } from './mlp.ts';
import { tangentModel } from './tangentModel.ts';

const PERCEPTRON = derive(mlpModel(2));
const TANGENT = derive(tangentModel(1));
const UNEQUAL = derive(withWidths(mlpModel(2)));
const RESIDUAL = derive(withSkip(mlpModel(2)), { secondLayerOnly: true });
const FUNCTIONS = derive(withSkip(tangentModel(1)));
const HEAVY = derive(withCumulants(mlpModel(2)));

const CASES: readonly (readonly [string, Theory, readonly string[]])[] = [
  ['perceptron', PERCEPTRON, ['K', 'V', 'G1', 'U', 'V2', 'G2']],
  ['tangent', TANGENT, ['Theta', 'Theta1', 'A', 'B', 'D', 'F', 'P', 'Q', 'R', 'S', 'T', 'U']],
  ['unequal widths', UNEQUAL, ['K', 'V', 'G1', 'U', 'V2']],
  ['residual', RESIDUAL, ['K', 'V', 'G1', 'U', 'V2']],
  [
    'couplings that end on functions',
    FUNCTIONS,
    ['V~', 'F~', 'B~', 'D~', 'P~', 'Q~', 'C<H.0dH.0|H.1dH.1dH.2>~', 'V', 'G1', 'Theta1', 'F', 'U'],
  ],
  ['heavy tails', HEAVY, ['K', 'V', 'G1', 'U', 'V2', 'C<zzzz>', 'C<zzzz>2']],
];

describe.each(CASES)('contributions, %s', (_, theory, names) => {
  it.each(names)('add up to every coefficient of %s', (name) => {
    for (const { recursion, terms } of explain(theory, name)) {
      const printed = terms.reduce((sum, { permutations }) => sum + 1 + permutations, 0);
      expect(printed).toBe(theory.ring.termCount(recursion.value));
      for (const { term, contributions } of terms) {
        expect(contributions.length).toBeGreaterThan(0);
        expect(formatRational(sumOf(contributions))).toBe(formatRational(term.coefficient));
      }
    }
  });

  it.each(names)('count powers of 1/n and name every sample of %s', (name) => {
    for (const { recursion, terms } of explain(theory, name))
      for (const { moments } of terms.flatMap(({ contributions }) => contributions)) {
        const orders = moments.map(({ counting, landings }) =>
          landings.reduce((sum, landing) => sum + landing.order, counting.choice.order),
        );
        expect(orders.reduce((p, q) => p + q)).toBe(recursion.order);
        const contracted = moments.flatMap(({ contractions }) =>
          contractions.flatMap(({ nodes }) => nodes.map(({ sample }) => sample)),
        );
        expect(contracted.sort()).toEqual([...recursion.samples].sort());
        const clustered = moments.flatMap(({ clusters }) => clusters.flat(2));
        expect(clustered.sort()).toEqual([...recursion.samples].sort());
      }
  });
});

it.each(['K', 'V', 'G1', 'U', 'V2', 'G2'])(
  'a weight of %s is that of its product, choice of neurons and legs, multiplied',
  (name) => {
    for (const { contributions } of explain(PERCEPTRON, name).flatMap(({ terms }) => terms))
      for (const { weight, moebius, moments } of contributions) {
        const product = moments.reduce(
          (p, { counting, landingWeight }) =>
            multiplyRationals(p, multiplyRationals(counting.choice.value, landingWeight)),
          rational(moebius),
        );
        expect(formatRational(weight)).toBe(formatRational(product));
      }
  },
);

describe('V of the perceptron', () => {
  const [explanation] = explain(PERCEPTRON, 'V') as [Explanation];

  it('has a source where both sums sit on one neuron', () => {
    const [contribution, ...more] = explanation.terms[0]?.contributions ?? [];
    expect(more).toEqual([]);
    expect(contribution).toMatchObject({ weight: ONE, moebius: 1 });
    const [moment] = contribution?.moments ?? [];
    expect(moment?.clusters).toEqual([[['a', 'b']], [['c', 'd']]]);
    expect(moment?.counting).toEqual({
      sums: 2,
      pinned: [],
      neurons: 1,
      lost: 1,
      choice: { value: ONE, order: 1 },
    });
    expect(moment?.landings).toEqual([]);
    expect(moment?.contractions.map(({ kind, neuron }) => [kind, neuron])).toEqual([
      ['variance', 0],
      ['variance', 0],
    ]);
  });

  it('inherits V with two legs on each of two neurons', () => {
    const [contribution] = explanation.terms[2]?.contributions ?? [];
    const [landing] = contribution?.moments[0]?.landings ?? [];
    expect(landing?.family.key).toBe('zz|zz');
    expect(landing?.blocks.map((legs) => legs.map(({ neuron }) => neuron))).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('says what cancels', () => {
    expect(explanation.cancellations).toEqual([
      { order: 0, terms: 1, contributions: 2 },
      { order: 1, terms: 4, contributions: 8 },
    ]);
  });
});

describe('disconnected products', () => {
  it('subtract in U what joins only two of its three pairs', () => {
    const products = explain(PERCEPTRON, 'U')
      .flatMap(({ terms }) => terms)
      .flatMap(({ contributions }) => contributions)
      .filter(({ moments }) => moments.length > 1);
    expect(products.length).toBeGreaterThan(0);
    for (const { moebius, moments } of products) expect(moebius).toBe(moments.length === 2 ? -1 : 2);
  });
});

describe('sources', () => {
  const text = readFileSync(new URL('../../examples/tanh.eft', import.meta.url), 'utf8');
  const model = compile({ name: 'tanh.eft', text }, { readText: () => undefined }).value as Model;

  it('are the terms of the layer equation and the priors, as written', () => {
    const theory = derive(model);
    const contractions = explain(theory, 'K')
      .flatMap(({ terms }) => terms)
      .flatMap(({ contributions }) => contributions)
      .flatMap(({ moments }) => moments.flatMap((moment) => moment.contractions));
    const spans = contractions.map(({ terms, group }) => [...terms, group].map((each) => each?.span));
    const texts = spans.map((each) => each.map((span) => text.slice(span?.start, span?.end)));
    const weights = 'sum(j) W[i,j] * sigma(z[j])';
    expect(texts).toEqual([
      ['b[i]', 'b[i]', 'b ~ normal(0, C_b)'],
      [weights, weights, 'W ~ normal(0, C_W / fan_in)'],
    ]);
  });

  it('are printed with their lines', async () => {
    const theory = derive(model);
    const printed = printExplanation(theory, explain(theory, 'V'), 'text');
    const line = text.split('\n').findIndex((each) => each.includes('layer l+1')) + 1;
    expect(printed).toContain(`(variance, tanh.eft:${line})`);
    await expect(printed).toMatchFileSnapshot('golden/explain-tanh-V.txt');
  });
});

describe('printed explanations', () => {
  it.each(['A', 'P'])('of %s', async (name) => {
    await expect(printExplanation(TANGENT, explain(TANGENT, name), 'text')).toMatchFileSnapshot(
      `golden/explain-tangent-${name}.txt`,
    );
  });

  it('of V with a skip connection', async () => {
    await expect(printExplanation(RESIDUAL, explain(RESIDUAL, 'V'), 'text')).toMatchFileSnapshot(
      'golden/explain-residual-V.txt',
    );
  });

  it('of V with unequal widths and of a cumulant of a prior say n_l and the cumulant', () => {
    expect(printExplanation(UNEQUAL, explain(UNEQUAL, 'V'), 'text')).toContain(
      'n_l(n_l-1)/n_l^2 gives -1/n_l',
    );
    expect(printExplanation(HEAVY, explain(HEAVY, 'C<zzzz>'), 'text')).toContain(
      'W ties a-b-c-d (4th cumulant of its prior',
    );
  });
});

describe('what cannot be explained', () => {
  it('an unknown name is answered with the nearest and with those derived', () => {
    expect(() => explain(PERCEPTRON, 'v')).toThrow(UserError);
    expect(() => explain(PERCEPTRON, 'v')).toThrow(/did you mean `V`.*`K`, `G1`, `V`/);
    expect(() => explain(PERCEPTRON, 'Theta')).toThrow(/no coupling `Theta` was derived; derived are `K`/);
  });

  it('more products than allowed are refused', () => {
    expect(() => explain(PERCEPTRON, 'U', { maxTerms: 100 })).toThrow(UserError);
  });

  it('a recursion that the contributions do not add up to is an internal error', () => {
    const { ring, recursions } = PERCEPTRON;
    const damaged = {
      ...PERCEPTRON,
      recursions: recursions.map((each) => ({ ...each, value: ring.scale(each.value, rational(2)) })),
    };
    expect(() => explain(damaged, 'V')).toThrow(InternalError);
    const lacking = {
      ...PERCEPTRON,
      recursions: recursions.map((each) => ({ ...each, value: ring.add(each.value, ring.one) })),
    };
    expect(() => explain(lacking, 'V')).toThrow(InternalError);
  });
});

function sumOf(contributions: readonly Contribution[]): Rational {
  const sum = contributions.reduce((total, { weight }) => addRationals(total, weight), ZERO);
  expect(contributions.every(({ weight }) => compareRationals(weight, ZERO) !== 0)).toBe(true);
  return sum;
}

function withWidths(model: Model): Model {
  return { ...model, architecture: { ...model.architecture, width: { name: 'n', perLayer: true } } };
}

function withSkip(model: Model): Model {
  const { architecture } = model;
  const [{ span }] = architecture.layer as [(typeof architecture.layer)[number]];
  const skip = { kind: 'skip', coefficient: symbol('gamma'), span } as const;
  return { ...model, architecture: { ...architecture, layer: [...architecture.layer, skip] } };
}

function withCumulants(model: Model): Model {
  return {
    ...model,
    groups: model.groups.map((group) =>
      group.kind === 'weights' ? { ...group, standardCumulants: [rational(3), rational(30)] } : group,
    ),
  };
}
