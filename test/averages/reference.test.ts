import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gaussianAverages, type AverageRequest } from '../../runtime/averages/gaussianAverages.ts';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { functionNamed } from './functions.ts';

/** A line of reference.json, written by reference.py; factors are [sample, derivative, power]. */
interface ReferenceCase {
  readonly activation: string;
  readonly kernel: readonly (readonly number[])[];
  readonly factors: readonly (readonly [number, number, number])[];
  readonly derivatives: readonly number[];
  readonly value: number;
}

const CASES = JSON.parse(
  readFileSync(new URL('./reference.json', import.meta.url), 'utf8'),
) as ReferenceCase[];

/** Relative accuracy the runtime promises. */
const ACCURACY = 1e-10;
/** Four derivatives of a function of width one over a kernel of 1000 cancel half of the digits. */
const ACCURACY_WIDE = 1e-8;
/** What the reference may be off by, by number of samples, and the functions: exp(z) - 1 loses digits at z = 1e-4. */
const ROUNDOFF: readonly number[] = [0, 1e-13, 1e-13, 1e-13, 1e-12];

/** Averages that vanish by symmetry come out of the reference as rounding. */
const VANISHING = 1e-16;

function requestOf({ activation, factors, derivatives }: ReferenceCase): AverageRequest {
  const fn = functionNamed(activation);
  return {
    factors: factors.map(([sample, derivative, power]) => ({ fn, sample, derivative, power })),
    derivatives,
  };
}

function describeCase({ activation, kernel, factors, derivatives, value }: ReferenceCase): string {
  const product = factors.map(([s, d, p]) => `${activation}${"'".repeat(d)}(${s + 1})^${p}`).join(' ');
  return `<d[${derivatives.map((s) => s + 1).join()}] ${product}> = ${value} at ${JSON.stringify(kernel)}`;
}

/** What is wrong with an average, or undefined: too far off, or further off than its error estimate says. */
function complaint(reference: ReferenceCase): string | undefined {
  const { value, error } = gaussianAverages([requestOf(reference)], analyseKernel(reference.kernel))[0]!;
  const exact = Math.abs(reference.value) < VANISHING ? 0 : reference.value;
  const off = Math.abs(value - exact);
  const accuracy =
    reference.kernel[0]![0]! >= 1000 && reference.derivatives.length >= 4 ? ACCURACY_WIDE : ACCURACY;
  const isInaccurate = exact === 0 ? off > 1e-12 : off > accuracy * Math.abs(exact);
  const isDishonest = off > 2 * error + ROUNDOFF[reference.kernel.length]! * Math.abs(exact);
  const isTimid = error > 1e-7 * Math.abs(exact) && error > 1e-9;
  if (!isInaccurate && !isDishonest && !isTimid) return undefined;
  return `${describeCase(reference)}: ${value}, off by ${off}, error estimate ${error}`;
}

const GROUPS = [...new Set(CASES.map(({ activation }) => activation))].flatMap((activation) =>
  [1, 2, 3, 4].flatMap((count) => {
    const group = CASES.filter((c) => c.activation === activation && c.kernel.length === count);
    return group.length > 0 ? [{ activation, count, group }] : [];
  }),
);

describe('averages against references computed from values of the functions alone', () => {
  it.each(GROUPS)('$activation, $count sample(s)', ({ group }) => {
    expect(group.map(complaint).filter((text) => text !== undefined)).toEqual([]);
  });
});
