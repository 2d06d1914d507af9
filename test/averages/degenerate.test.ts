/** Kernels without full rank and nearly so: the limit, whichever way it is reached. */
import { describe, expect, it } from 'vitest';
import { gaussianAverages, type AverageFactor } from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { functionNamed } from './functions.ts';

type Matrix = readonly (readonly number[])[];

/** What a unit change of K along u u^T does to < prod f(z_s) >: (1/2) (u . d)^2, d along the basis of the kernel. */
function responseAlong(kernel: Matrix, names: readonly string[], u: readonly number[]): number {
  const structure = analyseKernel(kernel);
  const factors: AverageFactor[] = names.map((name, sample) => ({
    fn: functionNamed(name),
    sample,
    derivative: 0,
    power: 1,
  }));
  const pairs = structure.basis.flatMap((a) => structure.basis.map((b) => [a, b] as const));
  const values = gaussianAverages(
    pairs.map((derivatives) => ({ factors, derivatives })),
    structure,
  );
  return pairs.reduce((sum, [a, b], k) => sum + (u[a]! * u[b]! * values[k]!.value) / 2, 0);
}

function plain(kernel: Matrix, names: readonly string[]): number {
  const factors = names.map((name, sample) => ({ fn: functionNamed(name), sample, derivative: 0, power: 1 }));
  return gaussianAverages([{ factors, derivatives: [] }], analyseKernel(kernel))[0]!.value;
}

/** Kernel of samples that are the rows times independent unit variables. */
function kernelOfRows(rows: Matrix): number[][] {
  return rows.map((r) => rows.map((t) => r.reduce((sum, entry, k) => sum + entry * t[k]!, 0)));
}

describe('the value at a degenerate kernel is the limit', () => {
  const families: { name: string; rows: (epsilon: number) => Matrix }[] = [
    { name: 'equal', rows: (e) => [[1, 0], [1, e]] }, // prettier-ignore
    { name: 'antiparallel', rows: (e) => [[0.5, 0], [-1, e]] }, // prettier-ignore
    { name: 'a vanishing sample', rows: (e) => [[1, 0], [e, e]] }, // prettier-ignore
    { name: 'a sum of two', rows: (e) => [[1, 0, 0], [0.5, 1, 0], [1.5, 1, e]] }, // prettier-ignore
    { name: 'two equal of three', rows: (e) => [[1, 0, 0], [0.5, 1, 0], [1, e, 0]] }, // prettier-ignore
    { name: 'all three equal', rows: (e) => [[1, 0, 0], [1, e, 0], [1, 0, e]] }, // prettier-ignore
  ];
  const activations = ['tanh', 'gelu', 'softplus', 'relu', 'leaky', 'hard_tanh', 'tanh_sin', 'elu'];

  it.each(families.flatMap((family) => activations.map((activation) => ({ activation, ...family }))))(
    '$activation, $name',
    ({ activation, rows }) => {
      const names = rows(0).map(() => activation);
      const limit = plain(kernelOfRows(rows(0)), names);
      for (const epsilon of [1e-2, 1e-4, 1e-7, 1e-9]) {
        const near = plain(kernelOfRows(rows(epsilon)), names);
        expect(Math.abs(near - limit), `epsilon ${epsilon}`).toBeLessThan(2 * epsilon);
      }
      expect(Number.isFinite(limit)).toBe(true);
    },
  );
});

describe('derivatives in K at degenerate kernels', () => {
  it.each(['tanh', 'gelu', 'silu', 'relu', 'tanh_sin'])('%s of two equal samples', (name) => {
    // d/dK of <s(z) s(z)> of one sample, seen as two.
    const one = responseAlong([[1.25]], [name], [1]);
    const step = 1e-3;
    const square = (K: number): number => plain([[K, K], [K, K]], [name, name]); // prettier-ignore
    const slope = (square(1.25 + step) - square(1.25 - step)) / (2 * step);
    const two = responseAlong([[1.25, 1.25], [1.25, 1.25]], [name, name], [1, 1]); // prettier-ignore
    expect(two).toBeCloseTo(slope, 5);
    expect(one).not.toBeCloseTo(slope, 5);
  });

  it('is continuous through the correlation at which two samples become one', () => {
    // Rounding has this kernel on either side of the tolerance, depending on how 1 - rho^2 is computed.
    const kernel = [
      [3.0997355803218016, 2.7445467891185453],
      [2.7445467891185453, 2.4300579460648937],
    ];
    const [a, b] = [kernel[0]![0]!, kernel[1]![1]!];
    const direction = [1, Math.sqrt(b / a)];
    const exact = responseAlong([[a, Math.sqrt(a * b)], [Math.sqrt(a * b), b]], ['tanh', 'tanh'], direction); // prettier-ignore
    expect(responseAlong(kernel, ['tanh', 'tanh'], direction)).toBeCloseTo(exact, 6);
  });

  it('agrees along directions that keep the rank, whatever sample the basis leaves out', () => {
    const rows = [[1, 0], [0.5, 1], [1.5, 1]]; // prettier-ignore
    const orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]]; // prettier-ignore
    const values = orders.map((order) => {
      const permuted = order.map((s) => rows[s]!);
      const names = order.map((s) => ['tanh', 'gelu', 'silu'][s]!);
      return responseAlong(
        kernelOfRows(permuted),
        names,
        permuted.map((row) => row[0]! + 2 * row[1]!),
      );
    });
    expect(values[1]).toBeCloseTo(values[0]!, 10);
    expect(values[2]).toBeCloseTo(values[0]!, 10);
  });
});
