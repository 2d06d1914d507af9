import { expect, it } from 'vitest';
import { compile, derive, flow } from '../../index.ts';

/** A deep linear network with Gaussian weights in layer 1 and uniform ones, of fourth cumulant -6/5, above. */
const TEXT = `
architecture linear {
  input x[n_0]
  width n
  depth L
  layer 1:   z[i] = sum(j) U[i,j] * x[j]
  layer l+1: z[i] = sum(j) W[i,j] * z[j]
}
prior { U ~ normal(0, 1 / fan_in)  W ~ uniform(variance = 1 / fan_in) }
observable { Q[a,b,c,d] = <z[i,a] z[i,b] z[i,c] z[i,d]>_c }
expand in 1/n to order 1
study "two inputs" { L = 3, samples = [[1, 2, 0], [1, -1, 3]] }
`;

it('four factors of one weight count with the fourth cumulant, for every choice of samples', () => {
  const model = compile({ name: 'linear.eft', text: TEXT }, { readText: () => undefined }).value!;
  const [study] = model.studies;
  const [first, second, third] = flow(derive(model), study!).layers.map(
    ({ values }) => values.Q?.orders['1'],
  );
  const kernel = [
    [5 / 3, -1 / 3],
    [-1 / 3, 11 / 3],
  ];
  const K = (a: number, b: number): number => kernel[a]![b]!;
  const pairings = (a: number, b: number, c: number, d: number): number =>
    K(a, b) * K(c, d) + K(a, c) * K(b, d) + K(a, d) * K(b, c);
  const at = (nested: unknown, indices: readonly number[]): number =>
    indices.reduce<unknown>((inner, index) => (inner as readonly unknown[])[index], nested) as number;
  for (let k = 0; k < 16; k++) {
    const [a, b, c, d] = [3, 2, 1, 0].map((bit) => (k >> bit) & 1) as [number, number, number, number];
    // In layer 2 each pairing of V is K(a,c) K(b,d) + K(a,d) K(b,c), so that all of them make twice the pairings.
    expect(at(first, [a, b, c, d])).toBe(0);
    expect(at(second, [a, b, c, d])).toBeCloseTo((2 - 6 / 5) * pairings(a, b, c, d), 12);
    expect(at(third, [a, b, c, d])).toBeCloseTo((4 - 6 / 5) * pairings(a, b, c, d), 12);
  }
});
