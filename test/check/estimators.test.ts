/** Estimators of one observable agree; which one is taken depends on nothing but the check, and is kept. */
import { beforeAll, describe, expect, it } from 'vitest';
import { tangentModel, tangentStudy } from '../../bench/tangentStudies.ts';
import { openBackend, type Backend } from '../../runtime/backend.ts';
import type { Checkpoint } from '../../runtime/check/checkpoint.ts';
import { METHODS, parseEstimator, possibleMethods } from '../../runtime/check/estimators.ts';
import type { CheckItem } from '../../runtime/check/items.ts';
import { measureWidths, type MeasureOptions } from '../../runtime/check/measureWidths.ts';
import { derivedClaim } from '../../runtime/check/prediction.ts';
import { observableQuantity } from '../../runtime/check/quantity.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';

const NAMES = ['G', 'V', 'Theta', 'A', 'B', 'D', 'F'];
const model = tangentModel(NAMES);
const study = tangentStudy({
  activation: 'tanh',
  depth: 3,
  samples: [[1, 0.5, -0.3]],
  weightVariance: 1.2,
  biasVariance: 0.05,
  widths: [6],
  observables: NAMES,
});
const plan = planNetwork(model, study, 6);
const items = NAMES.map((observable): CheckItem => {
  const indices = [1, 1, 1, 1];
  return {
    observable,
    indices,
    order: 1,
    claim: derivedClaim(new Map([[1, 1]]), 1, 1),
    quantityAt: (n) => observableQuantity(observable, indices, { model, study, n }),
    sampledAt: (n) => observableQuantity(observable, indices, { model, study, n, lastLayer: 'sampled' }),
  };
});

let [wasm, cpu]: Backend[] = [];
beforeAll(async () => {
  wasm = await openBackend('wasm');
  cpu = await openBackend('cpu');
});

const measure = async (estimator: string, more: Partial<MeasureOptions> = {}) =>
  (await measureWidths([plan], items, wasm!, { networks: 4000, seed: 8, estimator, ...more }))[0]!;

function methodsIn({
  estimators = [],
}: Awaited<ReturnType<typeof measure>>): Readonly<Record<string, string>> {
  return Object.fromEntries(estimators.map(({ observable, estimator }) => [observable, estimator]));
}

describe('estimators', () => {
  it('have the same expectation, whichever is taken', async () => {
    // Other seeds, so that the errors are independent.
    const all = await Promise.all(METHODS.map((method, k) => measure(method, { seed: 10 + k })));
    for (const [at, name] of NAMES.entries()) {
      const found = all.map(({ measurements }) => measurements[at]!);
      for (const [k, one] of found.entries())
        for (const other of found.slice(0, k)) {
          const z = (one.value - other.value) / Math.hypot(one.standardError, other.standardError);
          expect(Math.abs(z), `${name} by ${METHODS[k]}`).toBeLessThan(4);
        }
    }
    // And they are different estimators: each step takes noise out.
    const error = (method: (typeof METHODS)[number], name: string) =>
      all[METHODS.indexOf(method)]!.measurements[NAMES.indexOf(name)]!.standardError;
    expect(error('conditional+controls', 'G')).toBeLessThan(0.5 * error('conditional', 'G'));
    expect(error('weights+controls', 'G')).toBeLessThan(0.5 * error('weights', 'G'));
    for (const name of ['G', 'V', 'B', 'F'])
      expect(error('weights', name)).toBeLessThan(0.9 * error('plain', name));
  });

  it('are chosen by variance times work, the same on every backend and every time', async () => {
    const chosen = await measure('auto');
    const methods = methodsIn(chosen);
    expect(methods['G']).toBe('conditional+controls');
    expect(methods['V']).toBe('conditional');
    expect(chosen.estimators![0]!.reason).toMatch(/variance times work in a pilot of \d+ networks/);
    const [onCpu] = await measureWidths([plan], items, cpu!, { networks: 4000, seed: 8 });
    expect(methodsIn(onCpu!)).toEqual(methods);
    // What --verbose prints reproduces the numbers.
    const text = Object.entries(methods).map((pair) => pair.join('='));
    expect((await measure(text.join(','))).measurements).toEqual(chosen.measurements);
  });

  it('do without control variates where networks are too few for a regression', async () => {
    const { G } = methodsIn(await measure('auto', { networks: 200 }));
    expect(G).toBe('conditional');
  });

  it('are kept when a check is resumed', async () => {
    let state: Checkpoint | undefined;
    const first = await measure('auto', {
      networks: 200,
      onMerged: (write) => (state = JSON.parse(JSON.stringify(write())) as Checkpoint),
    });
    const more = await measure('auto', { resume: state! });
    expect(methodsIn(more)).toEqual(methodsIn(first));
    const text = Object.entries(methodsIn(first)).map((pair) => pair.join('='));
    // Shards end elsewhere: the same networks, added in another order.
    const { measurements } = await measure(text.join(','));
    more.measurements.forEach((one, k) =>
      expect(Math.abs(one!.value / measurements[k]!.value - 1)).toBeLessThan(1e-12),
    );
    await expect(measure('G=weights', { resume: state! })).rejects.toThrow(
      'the checkpoint measures G by `conditional`, not by `weights`',
    );
    const { estimators, ...old } = state!;
    expect(estimators).toBeDefined();
    await expect(measure('auto', { resume: old as Checkpoint })).rejects.toThrow('of another check');
  });

  it('that an observable does not have are refused by name, and replaced when asked for of all', async () => {
    await expect(measure('Theta=conditional')).rejects.toThrow(
      'Theta cannot be measured by `conditional`; it can by weights+controls, weights, plain',
    );
    expect(methodsIn(await measure('conditional', { networks: 100 }))['B']).toBe('weights');
    expect(() => parseEstimator('G:weights')).toThrow(
      '`G:weights` is no estimator: it is auto, conditional+controls',
    );
    expect(possibleMethods([plan], [items[1]!])).toEqual(['conditional', 'weights', 'plain']);
  });
});
