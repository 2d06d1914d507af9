import { describe, expect, it } from 'vitest';
import { mutants } from '../../bench/mutants.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { createCouplingMap } from '../../runtime/criticality/couplingMap.ts';
import { universality } from '../../runtime/criticality/universality.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Nested } from '../../runtime/flow/flowResult.ts';
import type { LayerTerm, Model, Study } from '../../theory/model.ts';
import { compileFunction, valueAt } from '../../runtime/averages/univariate.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { symbol } from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';
import { mlpModel } from '../derive/mlp.ts';
import { tangentModel, withRates } from '../derive/tangentModel.ts';
import { linearResponse, withGamma, withSkip, type ResidualSetting } from './residual.ts';
import { tangentResponse } from './residualTangent.ts';
import { mlpStudy } from './studies.ts';

const TANGENT = ['Theta', 'A', 'B', 'D', 'F', 'P', 'Q', 'R', 'S', 'T', 'U'];
/** What `tangentResponse` gives. */
const WITH_ORACLE = ['Theta', 'A', 'B', 'D', 'F'];
const SAMPLES = [
  [1, 0.5, -0.3],
  [0.2, -0.7, 0.9],
];

/** Every value at every layer and order, flat. */
function valuesOf(model: Model, study: Study, observables?: readonly string[]): number[] {
  const theory = derive(model, observables ? { observables } : {});
  const flat = (nested: Nested): number[] => (typeof nested === 'number' ? [nested] : nested.flatMap(flat));
  return flow(theory, study).layers.flatMap(({ values }) =>
    Object.values(values).flatMap(({ orders }) => Object.values(orders).flatMap(flat)),
  );
}

function expectEqual(some: readonly number[], others: readonly number[], tolerance: number): void {
  expect(some.length).toBe(others.length);
  const size = Math.max(...others.map(Math.abs));
  expect(size).toBeGreaterThan(0);
  some.forEach((value, k) => expect(Math.abs(value - others[k]!)).toBeLessThan(tolerance * size));
}

/** Linear layers written as such, which close on pairs and are derived without couplings that end on functions. */
function linear(model: Model): Model {
  const { architecture } = model;
  const layer = architecture.layer.map((term): LayerTerm =>
    term.kind !== 'weights' ? term : { ...term, local: [{ activation: 'identity', power: 1 }] },
  );
  return { ...model, architecture: { ...architecture, layer } };
}

describe('couplings that end on functions', () => {
  const residual = withSkip(tangentModel(1, TANGENT));
  const study = withRates(mlpStudy('linear', { depth: 5, samples: SAMPLES, C_W: 0.7, C_b: 0.1 }), 1, 0.3);

  it('vanish in linear layers', () => {
    const withFunctions = valuesOf(residual, withGamma(study, 0.8));
    expectEqual(withFunctions, valuesOf(linear(residual), withGamma(study, 0.8)), 1e-11);
  });

  it('vanish without a skip connection', () => {
    const gelu = withRates(mlpStudy('gelu', { depth: 4, samples: SAMPLES, C_W: 1.3, C_b: 0.1 }), 1, 0.3);
    expectEqual(valuesOf(residual, withGamma(gelu, 0)), valuesOf(tangentModel(1, TANGENT), gelu), 1e-11);
  });

  it('do not tell equal inputs apart', () => {
    const vertex = (samples: readonly (readonly number[])[]): number[] =>
      valuesOf(withSkip(mlpModel(1)), withGamma(mlpStudy('gelu', { samples, C_W: 1.2, C_b: 0.1 }), 0.9), [
        'V',
      ]);
    const [alone, twice] = [vertex([[1, 0.5]]), vertex([[1, 0.5], [1, 0.5]])]; // prettier-ignore
    expect(twice.length).toBe(16 * alone.length);
    expectEqual(
      twice,
      alone.flatMap((value) => Array.from({ length: 16 }, () => value)),
      1e-10,
    );
  });
});

it('what remembers all layers before has no flow diagram and no law at large depth', async () => {
  const theory = derive(withSkip(mlpModel(1)));
  const study = withGamma(mlpStudy('gelu'), 1);
  expect(() => createCouplingMap(theory, study)).toThrow(/remembers all layers/);
  const request = { parameters: ['C_W'], span: study.span };
  await expect(universality(theory, study, request)).rejects.toThrow(/order 0 only/);
});

describe('a residual network through 1/n', () => {
  const [C_W, C_b] = [1.2, 0.1];
  const functionOf = (name: string): ((z: number) => number) => {
    const fn = compileFunction(NAMED_ACTIVATIONS.get(name)!(symbol('z')));
    return (z) => valueAt(fn, z);
  };
  const expectResponse = (study: Study, setting: ResidualSetting, tolerance: number): void => {
    const { values } = flow(derive(withSkip(mlpModel(1))), study).layers.at(-1)!;
    const expected = linearResponse(setting);
    const first = (nested: Nested): number => (typeof nested === 'number' ? nested : first(nested[0]!));
    const at = (name: string, order: number): number => first(values[name]!.orders[String(order)]!);
    expect(Math.abs(at('G', 0) / expected.K - 1)).toBeLessThan(1e-6);
    expect(Math.abs(at('V', 1) / expected.V - 1)).toBeLessThan(tolerance);
    expect(Math.abs(at('G', 1) / expected.G1 - 1)).toBeLessThan(10 * tolerance);
  };

  // The last number: how far the Hermite series of the oracle goes, which converge slowly for tanh and ReLU.
  it.each([
    ['gelu', 1, 3, 1e-6],
    ['gelu', 0.7, 5, 1e-6],
    ['tanh', 1, 4, 3e-4],
    ['relu', 0.9, 4, 3e-4],
    ['sin', 1, 6, 1e-5],
  ] as const)(
    'has V and G1 of linear response: %s, gamma = %d, layer %i',
    (name, gamma, depth, tolerance) => {
      const study = withGamma(mlpStudy(name, { samples: [[1]], depth, C_W, C_b }), gamma);
      expectResponse(study, { sigma: functionOf(name), gamma, C_W, C_b, K1: C_W + C_b, depth }, tolerance);
    },
  );

  it('has them with coefficients and activations of each layer', () => {
    const [depth, gamma] = [6, [1, 0.5, 1.1, -0.8, 0, 0.9]];
    const names = ['gelu', 'sin', 'gelu', 'sin', 'gelu'];
    const study = withGamma(mlpStudy('gelu', { samples: [[1]], depth, C_W, C_b }), gamma);
    const choices = names.map((name) => ({ name, expression: NAMED_ACTIVATIONS.get(name)!(symbol('z')) }));
    const sigmas = names.map(functionOf);
    const sigma = (z: number, l: number): number => sigmas[l]?.(z) ?? 0;
    const layered = { ...study, activations: new Map([['sigma', choices]]) };
    expectResponse(layered, { sigma, gamma, C_W, C_b, K1: C_W + C_b, depth }, 1e-5);
  });

  it.each([
    ['gelu', 0.8, 4, 2e-5],
    ['sin', [1, 0.7, 1.1, -0.6, 0.9], 5, 1e-9],
  ] as const)(
    'has the tangent kernel, its correction and fluctuations: %s, gamma = %j, layer %i',
    (name, gamma, depth, tolerance) => {
      const rates = { lambda_W: 1, lambda_b: 0.3 };
      const study = withRates(
        withGamma(mlpStudy(name, { samples: [[1]], depth, C_W, C_b }), gamma),
        rates.lambda_W,
        rates.lambda_b,
      );
      const { values } = flow(derive(withSkip(tangentModel(1, WITH_ORACLE))), study).layers.at(-1)!;
      const first = (nested: Nested): number => (typeof nested === 'number' ? nested : first(nested[0]!));
      const at = (observable: string, order: number): number =>
        first(values[observable]!.orders[String(order)]!);
      const setting = { sigma: functionOf(name), gamma, C_W, C_b, K1: C_W + C_b, depth, ...rates };
      const { Theta, Theta1, ...fluctuations } = tangentResponse(setting);
      expect(at('Theta', 0) / Theta! - 1).toBeCloseTo(0, 10);
      expect(Math.abs(at('Theta', 1) / Theta1! - 1)).toBeLessThan(tolerance);
      for (const [observable, value] of Object.entries(fluctuations))
        expect(Math.abs(at(observable, 1) / value - 1), observable).toBeLessThan(tolerance);
    },
  );

  it('tells a change of 5 % in any coefficient of these', () => {
    const setting = { samples: [[1]], depth: 5, C_W, C_b };
    const study = withRates(withGamma(mlpStudy('sin', setting), [1, 0.7, 1.1, -0.6, 0.9]), 1, 0.3);
    const theory = derive(withSkip(tangentModel(1, WITH_ORACLE)));
    const last = (changed: typeof theory): number[] => {
      const flat = (nested: Nested): number[] =>
        typeof nested === 'number' ? [nested] : nested.flatMap(flat);
      const { values } = flow(changed, study).layers.at(-1)!;
      return Object.values(values).flatMap(({ orders }) => Object.values(orders).flatMap(flat));
    };
    const right = last(theory);
    const all = mutants(theory, rational(21, 20));
    expect(all.length).toBeGreaterThan(100);
    const unseen = all.filter(({ theory: changed }) =>
      last(changed).every((value, k) => Math.abs(value - right[k]!) <= 1e-7 * Math.abs(right[k]!)),
    );
    expect(unseen.map(({ label }) => label)).toEqual([]);
  }, 60_000);
});
