import { expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { mlpModel } from '../derive/mlp.ts';
import { mlpStudy } from './studies.ts';

const THEORY = derive(mlpModel(1));

it.each([1e3, 1e6, 1e9])('the kernel of an erf network with an input of size %d is an arc sine', (size) => {
  const samples = [[size], [0.5]];
  const [C_W, C_b] = [1.5, 0.1];
  const result = flow(THEORY, mlpStudy('erf', { samples, C_W, C_b, depth: 2 }), { observables: ['G'] });
  const K = samples.map(([x]) => samples.map(([y]) => C_b + C_W * x! * y!));
  // Williams (1997): < erf(u) erf(v) > = (2 / pi) asin(2 K_uv / sqrt((1 + 2 K_uu) (1 + 2 K_vv))).
  const expected = [0, 1].map((a) =>
    [0, 1].map((b) => {
      const cosine = (2 * K[a]![b]!) / Math.sqrt((1 + 2 * K[a]![a]!) * (1 + 2 * K[b]![b]!));
      return C_b + ((C_W * 2) / Math.PI) * Math.asin(cosine);
    }),
  );
  const kernel = result.layers[1]?.values.G?.orders['0'] as number[][];
  kernel.flat().forEach((value, k) => expect(value / expected.flat()[k]!).toBeCloseTo(1, 8));
});

it('the vertex of a wide input falls as the part of networks in the linear range: as 1/width', () => {
  const vertex = (size: number) => {
    const study = mlpStudy('tanh', { samples: [[size]], depth: 2 });
    return flow(THEORY, study).layers[1]?.values.V?.orders['1'] as number[][][][];
  };
  expect(vertex(1e6)[0]![0]![0]![0]! / vertex(1e7)[0]![0]![0]![0]!).toBeCloseTo(10, 4);
});

it.each([1e2, 1e4])('a sine of an input of size %d averages to nothing, its square to one half', (size) => {
  const study = mlpStudy('sin', { samples: [[size], [0.5]], C_W: 1.5, C_b: 0.1, depth: 2 });
  const result = flow(THEORY, study, { observables: ['G'] });
  const kernel = result.layers[1]?.values.G?.orders['0'] as number[][];
  expect(kernel[0]![0]).toBeCloseTo(0.1 + 1.5 / 2, 10);
  expect(kernel[0]![1]).toBeCloseTo(0.1, 10);
});

it('a sine of an input that no lattice resolves is refused', () => {
  const study = mlpStudy('sin', { samples: [[1e7], [0.5]], C_W: 1.5, C_b: 0.1, depth: 2 });
  expect(() => flow(THEORY, study)).toThrow('a Gaussian average cannot be resolved');
});
