/**
 * A linear residual network, z' = gamma z + W z, exactly in n. Given z, the increments are Gaussian with variance C_W S, S being the mean
 * of z_j^2 over neurons, so that E[S'^2 | S] = S^2 (g^2 + (4 gamma^2 C_W + 2 C_W^2) / n) with g = gamma^2 + C_W. Rotations of the neurons
 * are a symmetry, which gives <z_i^2 z_j^2> = E[S^2] n / (n + 2), and with E[S^2] = K^2 (1 + 2/n) in layer 1
 *
 *     V / K^2 = (1 + (4 gamma^2 C_W + 2 C_W^2) / (n g^2))^(l-1) - 1,      K = g^(l-1) K_1,      G1 = G2 = 0.
 */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Nested } from '../../runtime/flow/flowResult.ts';
import { numberExpr } from '../../theory/expression.ts';
import type { LayerTerm, Model } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { mlpStudy } from '../flow/studies.ts';
import { mlpModel } from './mlp.ts';

const ORDER = 2;
const GAMMA = 3 / 4;
const C_W = 0.6;
const depth = 6;

function linearResidual(): Model {
  const model = mlpModel(ORDER);
  const { architecture, groups } = model;
  const linear = architecture.layer.flatMap((term): LayerTerm[] =>
    term.kind === 'weights' ? [{ ...term, local: [{ activation: 'identity', power: 1 }] }] : [],
  );
  const skip = { kind: 'skip', coefficient: numberExpr(rational(3, 4)), span: architecture.span } as const;
  const firstLayer = architecture.firstLayer.filter(({ kind }) => kind === 'weights');
  return {
    ...model,
    architecture: { ...architecture, firstLayer, layer: [...linear, skip] },
    groups: groups.filter(({ kind }) => kind === 'weights'),
  };
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n, k - 1) * (n - k + 1)) / k;
}

describe('a linear residual network', () => {
  const { layers } = flow(derive(linearResidual()), mlpStudy('linear', { C_W, depth }));
  const first = (nested: Nested): number => (typeof nested === 'number' ? nested : first(nested[0]!));
  const value = (layer: number, name: string, order: number): number =>
    first(layers[layer - 1]!.values[name]!.orders[String(order)]!);
  const g = GAMMA ** 2 + C_W;
  const growth = (4 * GAMMA ** 2 * C_W + 2 * C_W ** 2) / g ** 2;

  it.each([1, 2, 3, 4, 5, 6])('has the exact kernel and vertex in layer %i, through 1/n^2', (layer) => {
    const K = g ** (layer - 1) * C_W;
    expect(value(layer, 'G', 0)).toBeCloseTo(K, 12);
    for (let order = 1; order <= ORDER; order++) {
      const exact = binomial(layer - 1, order) * growth ** order * K ** 2;
      expect(Math.abs(value(layer, 'V', order) - exact)).toBeLessThan(1e-11);
      expect(Math.abs(value(layer, 'G', order))).toBeLessThan(1e-11);
    }
  });
});
