/** Checks of networks whose last layer is not Gaussian given the layers below. */
import { beforeAll, describe, expect, it } from 'vitest';
import { tangentModel, tangentStudy } from '../../bench/tangentStudies.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import { check, predictTheory } from '../../runtime/check/checkTheory.ts';
import { checkItems } from '../../runtime/check/items.ts';
import { measureWidths } from '../../runtime/check/measureWidths.ts';
import { derivedClaim } from '../../runtime/check/prediction.ts';
import { observableQuantity } from '../../runtime/check/quantity.ts';
import { createFieldProgram, type FieldComponent } from '../../runtime/simulate/fields.ts';
import { simulateOutputs } from '../../runtime/simulate/ensemble.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { numberExpr } from '../../theory/expression.ts';
import { Z } from '../../theory/field.ts';
import type { Distribution, Model } from '../../theory/model.ts';
import { rational, type Rational } from '../../theory/rational.ts';

interface Variation {
  readonly distribution?: Distribution;
  readonly standardCumulants?: readonly Rational[];
  readonly skip?: Rational;
}

/** The first layer reads three inputs, so it has Gaussian weights of its own. */
function modelOf(observables: readonly string[], { skip, ...law }: Variation): Model {
  const model = tangentModel(observables);
  const { architecture, groups } = model;
  const { firstLayer, layer, span } = architecture;
  const first = firstLayer.map((term) => (term.kind === 'weights' ? { ...term, group: 'W0' } : term));
  const skips = skip ? [{ kind: 'skip', coefficient: numberExpr(skip), span } as const] : [];
  const letters = ['a', 'b', 'c', 'd'];
  const fields = letters.map((index) => ({ field: Z, nodes: [{ neuron: 1, sample: { index } }] }));
  return {
    ...model,
    architecture: { ...architecture, firstLayer: first, layer: [...layer, ...skips] },
    groups: [
      ...groups.map((group) => (group.kind === 'weights' ? { ...group, ...law } : group)),
      ...groups.filter(({ kind }) => kind === 'weights').map((group) => ({ ...group, name: 'W0' })),
    ],
    observables: [
      ...model.observables,
      {
        name: 'Z4',
        indices: [letters],
        body: { kind: 'correlator', connected: true, fields },
        leadingOrder: 1,
        span,
      },
    ],
  };
}

const network = { samples: [[1, 0.5, -0.3]], weightVariance: 1.4, biasVariance: 0.05 };
const LAPLACE = {
  distribution: { kind: 'laplace' },
  standardCumulants: [rational(3), rational(30)],
} as const;
const UNIFORM = {
  distribution: { kind: 'uniform' },
  standardCumulants: [rational(-6, 5), rational(48, 7)],
} as const;

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});

describe('a check', () => {
  it.each([
    ['uniform weights', UNIFORM, 'tanh', 3, ['V', 'Z4', 'F']],
    ['Laplace weights', LAPLACE, 'tanh', 3, ['V', 'Z4', 'F']],
    ['a skip connection', { skip: rational(4, 5) }, 'gelu', 2, ['V', 'Z4', 'F']],
  ] as const)(
    'agrees with the theory of %s',
    async (_, variation, activation, depth, observables) => {
      const named = observables.filter((name) => name !== 'Z4');
      const theory = derive(modelOf(named, variation), { order: 2, secondLayerOnly: true });
      const study = tangentStudy({ ...network, activation, depth, widths: [16, 32], observables });
      const { verdict, rows } = await check(theory, study, { networks: 6000, seed: 3, backend });
      expect(verdict).not.toBe('disagree');
      // Z4 of uniform weights is nearly zero, so no relative error of it is seen.
      for (const name of named) {
        const own = rows.filter(({ observable }) => observable === name);
        expect(Math.min(...own.map(({ detectable }) => detectable ?? Infinity))).toBeLessThan(0.4);
      }
    },
    180_000,
  );

  it('sees the kurtosis of the weights of the last layer', async () => {
    // Were it left out, z would be Gaussian given the layer below and Z4 = 3 V.
    const theory = derive(modelOf(['V'], LAPLACE), { order: 2 });
    const observables = ['V', 'Z4'];
    const study = tangentStudy({ ...network, activation: 'tanh', depth: 2, widths: [16], observables });
    const input = predictTheory(theory, study);
    const [vertex, quartic] = checkItems(input).items.map(
      ({ claim }) => claim.value(16) + (claim.neglected(16) ?? 0),
    );
    const { rows } = await check(theory, study, { networks: 12_000, seed: 3, backend });
    const { measured, standardError } = rows.find(({ observable }) => observable === 'Z4')!;
    const sigmas = (claimed: number): number => Math.abs(measured! - claimed) / standardError!;
    expect(sigmas(quartic!)).toBeLessThan(3.5);
    expect(sigmas(3 * vertex!)).toBeGreaterThan(6);
  });

  it('measures a linear residual network as it is, at any width', async () => {
    // z'| z ~ N(gamma z, g), g = C_b + C_W q with q = |z|^2 / n, and all is invariant under rotations of the neurons.
    const [n, depth, gamma] = [8, 4, 0.8];
    const { weightVariance: cw, biasVariance: cb, samples } = network;
    const k = cb + (cw / 3) * samples[0]!.reduce((sum, x) => sum + x * x, 0);
    let [first, second] = [k, k * k * (1 + 2 / n)];
    for (let layer = 2; layer <= depth; layer++) {
      const [a, b] = [gamma ** 2 + cw, cb];
      const g2 = cb * cb + 2 * cb * cw * first + cw * cw * second;
      const next = b * b + 2 * a * b * first + a * a * second;
      second = next + (2 * g2 + 4 * gamma ** 2 * (cb * first + cw * second)) / n;
      first = b + a * first;
    }
    const vertex = (n * second) / (n + 2) - first ** 2;
    const model = modelOf(['G', 'V'], { skip: rational(4, 5) });
    const study = tangentStudy({
      ...network,
      activation: 'linear',
      depth,
      widths: [n],
      observables: ['G', 'V'],
    });
    const items = ['G', 'V'].map((observable) => ({
      observable,
      indices: [],
      order: 1,
      claim: derivedClaim(new Map(), 1, depth),
      quantityAt: () => observableQuantity(observable, [1, 1, 1, 1], { model, study, n }),
    }));
    const plan = planNetwork(model, study, n);
    const [measured] = await measureWidths([plan], items, backend, { networks: 20_000, seed: 6 });
    const [kernel, four] = measured!.measurements;
    expect(Math.abs(kernel!.value - first)).toBeLessThan(4 * kernel!.standardError);
    expect(Math.abs(four!.value - vertex)).toBeLessThan(4 * four!.standardError);
    expect(kernel!.standardError / first).toBeLessThan(0.01);
    expect(four!.standardError / vertex).toBeLessThan(0.05);
  });
});

describe('networks on the host and on a backend', () => {
  it.each([
    ['sparse weights', { distribution: { kind: 'sparse', probability: rational(1, 3) } }],
    ['a skip connection', { skip: rational(1, 2) }],
  ] as const)('are the same: %s', async (_, variation) => {
    const study = tangentStudy({ ...network, activation: 'gelu', depth: 3, widths: [6], observables: ['G'] });
    const plan = planNetwork(modelOf(['G'], variation), study, 6);
    const neurons = [0, 1, 2, 3, 4, 5];
    const components = neurons.map((i): FieldComponent => ({ field: Z, neurons: [i], samples: [0] }));
    const program = await createFieldProgram(plan, components, 9);
    for await (const { outputs } of simulateOutputs(plan, backend, { seed: 9, networks: 4 }))
      for (let network = 0; network < 4; network++) {
        program.run(network);
        neurons.forEach((i) =>
          expect(Math.abs(program.values[i]! - outputs[6 * network + i]!)).toBeLessThan(2e-6),
        );
      }
  });
});
