/** Samples that differ by little: values within their error estimates, and independent of the order of the samples. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gaussianAverages, type AverageValue } from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { functionNamed } from './functions.ts';

/** An entry of nearlyParallel.json, written by nearlyParallel.py; factors are [sample, derivative] of a ReLU. */
interface ReferenceCase {
  readonly samples: string;
  readonly by: number;
  readonly kernel: readonly (readonly number[])[];
  readonly factors: readonly (readonly [number, number])[];
  readonly derivatives: readonly number[];
  readonly value: number;
}

const CASES = JSON.parse(
  readFileSync(new URL('./nearlyParallel.json', import.meta.url), 'utf8'),
) as ReferenceCase[];

type Average = Pick<ReferenceCase, 'kernel' | 'factors' | 'derivatives'>;

function evaluate(name: string, { kernel, factors, derivatives }: Average): AverageValue {
  const fn = functionNamed(name);
  const request = {
    factors: factors.map(([sample, derivative]) => ({ fn, sample, derivative, power: 1 })),
    derivatives,
  };
  return gaussianAverages([request], analyseKernel(kernel))[0]!;
}

describe('averages of ReLUs against forty digits', () => {
  const families = [...new Set(CASES.map(({ samples }) => samples))];

  it.each(families)('%s nearly parallel', (family) => {
    for (const each of CASES.filter(({ samples }) => samples === family)) {
      const { value, error } = evaluate('relu', each);
      const what = `${JSON.stringify(each.factors)} ${JSON.stringify(each.derivatives)} at ${each.by}`;
      // With 1e-14 of its variance its own, the fourth counts as determined by the others: its angle of 1e-7 is neglected.
      const neglected = family === 'two of four' && each.by === 1e-6 ? 1e-8 : 0;
      expect(Math.abs(value - each.value), what).toBeLessThanOrEqual(2 * error + 1e-16 + neglected);
      expect(error, what).toBeLessThanOrEqual((neglected + 1e-14) * Math.max(1, Math.abs(value)));
    }
  });
});

describe('the order of the samples does not matter', () => {
  it.each(['hard_tanh', 'shifted_relu', 'relu', 'tanh'])(
    '%s, second derivatives of two close samples',
    (name) => {
      for (const by of [1e-3, 1e-6]) {
        const [x, y] = [1.25, 0.5];
        const rows = [[x, y, 0], [x, y + by, 0], [x, y - 0.5 * by, by]]; // prettier-ignore
        const kernel = rows.map((r) => rows.map((t) => r.reduce((sum, entry, k) => sum + entry * t[k]!, 0)));
        const there = evaluate(name, { kernel, factors: [[1, 1], [2, 1]], derivatives: [1, 2] }); // prettier-ignore
        const mirrored = kernel.toReversed().map((row) => row.toReversed());
        const back = evaluate(name, { kernel: mirrored, factors: [[1, 1], [0, 1]], derivatives: [1, 0] }); // prettier-ignore
        expect(Math.abs(there.value - back.value)).toBeLessThanOrEqual(there.error + back.error);
      }
    },
  );
});
