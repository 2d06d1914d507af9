/** The short version of bench/tangentPower.ts: tangent kernels and their differentials, derived, against real networks. */
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, judge, measureStudy, mutants } from '../../bench/mutants.ts';
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

/** Each with the couplings of whose recursions some coefficient must not be changed unseen. */
const POWER: readonly (readonly [string, TangentOptions, number, readonly string[]])[] = [
  [
    'tanh kernels',
    { ...tanh, ...kernels, weightVariance: 2, widths: [16, 40] },
    10_000,
    ['A', 'B', 'D', 'F'],
  ],
  [
    'tanh differentials',
    { ...tanh, observables: ['P', 'Q', 'S'], widths: [8, 16, 32] },
    6000,
    ['P', 'Q', 'S'],
  ],
];

describe.each(POWER)('the check of %s', (_, options, networks, letters) => {
  const { theory, study, measure } = measureOptions(options, networks);
  let measured: MeasuredWidth[];
  beforeAll(async () => {
    measured = await measure();
  }, 180_000);

  it('agrees with the theory as derived', () => {
    expect(judge(theory, study, measured).verdict).toBe('agree');
  });

  it.each(letters)('rejects changes of 10 % in %s', (letter) => {
    const changed = [rational(11, 10), rational(9, 10)].flatMap((factor) =>
      mutants(theory, factor).filter(({ label }) => label.startsWith(`${letter}:`)),
    );
    const rejected = changed.filter((mutant) => judge(mutant.theory, study, measured).verdict === 'disagree');
    expect(rejected.length).toBeGreaterThanOrEqual(2);
  });
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
