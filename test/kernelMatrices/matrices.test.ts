/** Kernel matrices against the flow of the same theory, and what does not reduce to pairs. */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { kernelMatrices, type KernelMatrix } from '../../runtime/kernelMatrices/kernelMatrix.ts';
import { createTileEvaluator, tilesOf } from '../../runtime/kernelMatrices/kernelTile.ts';
import { planKernel } from '../../runtime/kernelMatrices/planKernel.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Nested } from '../../runtime/flow/flowResult.ts';
import { compiled, modelText, type FileOptions } from './models.ts';

function flat(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(flat);
}

async function matricesOf(options: FileOptions, observables = ['G', 'Theta']): Promise<KernelMatrix[]> {
  const { model, study } = compiled(modelText(options));
  return kernelMatrices(derive(model, { order: 0, observables }), study, { observables });
}

/** Largest difference from the flow, relative to the largest entry. */
async function difference(options: FileOptions, observables = ['G', 'Theta']): Promise<number> {
  const { model, study } = compiled(modelText(options));
  const theory = derive(model, { order: 0, observables });
  const { layers } = flow(theory, study, { observables, from: study.depth, to: study.depth });
  const matrices = await matricesOf(options, observables);
  return Math.max(
    ...matrices.map(({ observable, values }) => {
      const expected = flat(layers[0]!.values[observable]!.orders['0']!);
      const scale = Math.max(...expected.map(Math.abs));
      return Math.max(...expected.map((value, k) => Math.abs(value - values[k]!))) / scale;
    }),
  );
}

describe('kernel matrices are those of the flow', () => {
  it.each([['tanh'], ['relu'], ['erf'], ['sin'], ['gelu'], ['leaky_relu(1/10)'], ['sigmoid'], ['exp(z/3)']])(
    'G and Theta of %s',
    async (sigma) => {
      const isFormula = sigma.includes('z');
      const declarations = isFormula ? `activation f(z) = ${sigma}` : '';
      expect(await difference({ sigma: isFormula ? 'f' : sigma, declarations })).toBeLessThan(1e-11);
    },
  );

  it('with a skip connection', async () => {
    const layer = '3/5 * z[i] + b[i] + sum(j) W[i,j] * sigma(z[j])';
    expect(await difference({ layer, order: 0 })).toBeLessThan(1e-11);
  });

  it('with products of activations', async () => {
    const layer = 'b[i] + sum(j) W[i,j] * z[j] * sigma(z[j])^2';
    expect(await difference({ layer })).toBeLessThan(1e-11);
  });

  it('with parameters and activations of each layer', async () => {
    const text = modelText({ depth: 3 })
      .replace('activation sigma\n', 'activation sigma[l]\n')
      .replace('sigma = tanh', 'sigma = [erf, gelu]')
      .replace('C_W = 1.4', 'C_W = [1, 2, 0.7]');
    const { model, study } = compiled(text);
    const theory = derive(model, { order: 0 });
    const [G] = await kernelMatrices(theory, study, { observables: ['G'] });
    const { layers } = flow(theory, study, { observables: ['G'], from: 3, to: 3 });
    flat(layers[0]!.values.G!.orders['0']!).forEach((value, k) =>
      expect(G!.values[k]).toBeCloseTo(value, 11),
    );
  });

  it('for observables made of others, also where they are not symmetric', async () => {
    const observables =
      'C[a,b] = G[a,b]^2 / (G[a,a] * G[b,b])\n N[a,b] = Theta[a,b] / G[a,a]\n S[a] = 2 * <z[i,a] z[i,a]>';
    expect(await difference({ observables }, ['C', 'N', 'S'])).toBeLessThan(1e-11);
  });

  it('at a layer before the last', async () => {
    const { model, study } = compiled(modelText());
    const theory = derive(model, { order: 0 });
    const [G] = await kernelMatrices(theory, study, { observables: ['G'], layer: 2 });
    const { layers } = flow(theory, study, { observables: ['G'], from: 2, to: 2 });
    flat(layers[0]!.values.G!.orders['0']!).forEach((value, k) =>
      expect(G!.values[k]).toBeCloseTo(value, 11),
    );
  });
});

describe('gated units', () => {
  const gated = (
    gate: string,
    fields = 'u[i] = b[i] + sum(j) W[i,j] * h[j]; v[i] = sum(j) U[i,j] * h[j]',
  ): string =>
    modelText({ sigma: 'silu', depth: 3 })
      .replace(/layer 1: .*/, `layer 1: ${fields.replaceAll('h[j]', 'x[j]')}; h[i] = ${gate}`)
      .replace(/layer l\+1: .*/, `layer l+1: ${fields}; h[i] = ${gate}`)
      .replace('  b ~', '  U ~ normal(0, 2 / fan_in)\n  b ~')
      .replace('learning_rate W', 'learning_rate U = 1 / fan_in, W')
      .replaceAll('z[', 'u[')
      .replace('\n  G[', '\n  N[a,b] = <v[i,a] v[i,b]> / G[a,a]\n  G[');

  it.each([
    ['SwiGLU', 'u[i] * sigma(v[i])', ['G', 'N', 'Theta']],
    ['bilinear', 'u[i] * v[i]', ['G', 'N', 'Theta']],
    ['two activations', 'sigma(u[i]) * sigma(v[i])', ['G', 'N', 'Theta']],
    ['a sum', 'sigma(u[i]) + v[i]', ['G', 'N']],
  ])('%s: the kernels of every field, and the tangent kernel', async (_, gate, observables) => {
    const { model, study } = compiled(gated(gate));
    const theory = derive(model, { order: 0, observables });
    const { layers } = flow(theory, study, { observables, from: study.depth, to: study.depth });
    for (const { observable, values } of await kernelMatrices(theory, study, { observables })) {
      const expected = flat(layers[0]!.values[observable]!.orders['0']!);
      const scale = Math.max(...expected.map(Math.abs));
      expected.forEach((value, k) => expect(Math.abs(value - values[k]!) / scale).toBeLessThan(1e-11));
    }
  });
});

describe('many samples', () => {
  const { model, study } = compiled(modelText());
  const samples = Array.from({ length: 300 }, (_, s) => [
    Math.sin(s),
    Math.cos(3 * s),
    0.1 + Math.sin(s * s),
  ]);
  const theory = derive(model, { order: 0, observables: ['G', 'Theta'] });
  const wide = { ...study, samples };

  it('agree with the flow of pairs of them, and are exactly symmetric', async () => {
    const matrices = await kernelMatrices(theory, wide);
    for (const { observable, values } of matrices) {
      const isSymmetric = values.every((value, k) => value === values[(k % 300) * 300 + Math.floor(k / 300)]);
      expect(isSymmetric).toBe(true);
      for (const [a, b] of [
        [0, 299],
        [130, 140],
        [257, 3],
      ] as const) {
        const pair = { ...study, samples: [samples[a]!, samples[b]!] };
        const { layers } = flow(theory, pair, { from: 4, to: 4 });
        const [diagonal, off] = flat(layers[0]!.values[observable]!.orders['0']!);
        expect(values[a * 300 + a]).toBeCloseTo(diagonal!, 12);
        expect(values[a * 300 + b]).toBeCloseTo(off!, 12);
      }
    }
  });

  it('are the same in any order of the tiles', () => {
    const plan = planKernel(theory, wide);
    const evaluate = createTileEvaluator(plan);
    const tiles = tilesOf(300);
    const there = tiles.map((tile) => evaluate(tile).map(({ upper }) => upper.slice()));
    const back = tiles.toReversed().map((tile) => evaluate(tile).map(({ upper }) => upper.slice()));
    const isSame = back
      .toReversed()
      .every((tile, t) => tile.every((values, o) => values.every((value, k) => value === there[t]![o]![k])));
    expect(isSame).toBe(true);
  });

  it('can be interrupted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(kernelMatrices(theory, wide, { signal })).rejects.toThrow('enough');
  });
});

describe('what is no kernel matrix is refused', () => {
  it.each([
    ['V[a,b] = <z[i,a] z[i,b] z[j,a] z[j,b]>_c where i != j', 'V', 'it begins at 1/n'],
    ['P[a,b,c] = G[a,b] * G[b,c]', 'P', 'it has 3 sample indices'],
    ['W2[a,b] = n * <z[i,a] z[i,b] z[j,a] z[j,b]>_c where i != j', 'W2', 'it has n in it'],
    ['F[a] = <z[i,a] z[i,1]>', 'F', 'an entry at a fixed sample'],
  ])('%s', async (observables, name, reason) => {
    await expect(matricesOf({ observables }, [name])).rejects.toThrow(reason);
  });

  it('a layer there is not', async () => {
    const { model, study } = compiled(modelText());
    const theory = derive(model, { order: 0 });
    await expect(kernelMatrices(theory, study, { layer: 5 })).rejects.toThrow('there is no layer 5');
  });
});
