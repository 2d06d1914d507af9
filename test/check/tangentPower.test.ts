/** The short version of bench/tangentPower.ts: tangent kernels and their differentials, derived, against real networks. */
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, judge, measureStudy, mutants } from '../../bench/mutants.ts';
import { POWER_STUDIES } from '../../bench/powerStudies.ts';
import { tangentStudy, tangentTheory, type TangentOptions } from '../../bench/tangentStudies.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import type { MeasuredWidth } from '../../runtime/check/compareItems.ts';
import { rational } from '../../theory/rational.ts';

const x = [1, 0.5, -0.3];
const y = [0.2, -0.7, 0.9];
const tanh = { activation: 'tanh', depth: 3, weightVariance: 1.2, biasVariance: 0.05, samples: [x] };
const gelu = { activation: 'gelu', depth: 3, weightVariance: 1.9, biasVariance: 0.2, samples: [x] };
const kernels = { observables: ['A', 'B', 'D', 'F'], widths: [16, 32] };
const differentials = { observables: ['P', 'Q', 'R', 'S', 'T', 'U'], widths: [8, 16] };

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});

function measureOptions(options: TangentOptions, networks: number) {
  const theory = tangentTheory(options.observables);
  const study = tangentStudy(options);
  const measure = () =>
    measureStudy(theory.model, study, itemsOf(theory, study), backend, { networks, seed: 2 });
  return { theory, study, measure };
}

/** How many of a study's changed coefficients, up and down, its check must reject with fewer networks than the bench has. */
const POWER: readonly (readonly [name: string, networks: number, coefficients: number])[] = [
  ['kernels, L = 2', 6000, 14],
  ['kernels, L = 3', 5000, 15],
  ['differentials, L = 3', 7000, 7],
];

describe.each(POWER)('the check of %s', (name, networks, coefficients) => {
  const { letters, ...options } = POWER_STUDIES.find((each) => each.name === name)!;
  const { theory, study, measure } = measureOptions(options, networks);
  let measured: MeasuredWidth[];
  beforeAll(async () => {
    measured = await measure();
  }, 180_000);

  it('does not contradict the theory as derived', () => {
    expect(judge(theory, study, measured).verdict).not.toBe('disagree');
  });

  it(`rejects changes of 10 % in ${coefficients} coefficients`, () => {
    const rejected = [rational(11, 10), rational(9, 10)].map((factor) =>
      mutants(theory, factor)
        .filter(({ label }) => letters.some((letter) => label.startsWith(`${letter}:`)))
        .filter((mutant) => judge(mutant.theory, study, measured).verdict === 'disagree')
        .map(({ label }) => label),
    );
    const both = rejected[0]!.filter((label) => rejected[1]!.includes(label));
    expect(both.length).toBeGreaterThanOrEqual(coefficients);
  }, 60_000);
});

const MORE: readonly (readonly [string, TangentOptions, number])[] = [
  ['tanh kernels, two samples', { ...tanh, ...kernels, samples: [x, y], widths: [16] }, 2000],
  ['gelu kernels', { ...gelu, ...kernels, observables: ['Theta', 'A', 'B', 'D', 'F'] }, 3000],
  ['tanh differentials, two samples', { ...tanh, ...differentials, samples: [x, y], widths: [8] }, 800],
  ['gelu differentials', { ...gelu, ...differentials }, 2000],
];

describe('the theory of tangent kernels', () => {
  it.each(MORE)(
    'is not contradicted: %s',
    async (_, options, networks) => {
      const { theory, study, measure } = measureOptions(options, networks);
      const { rows, verdict } = judge(theory, study, await measure());
      expect(verdict).not.toBe('disagree');
      expect(Math.min(...rows.map(({ detectable }) => detectable ?? Infinity))).toBeLessThan(0.2);
    },
    180_000,
  );
});
