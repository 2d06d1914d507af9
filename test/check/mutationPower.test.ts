/** The short version of bench/mutationPower.ts: one study, one set of simulated networks, every coefficient changed in turn. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, judge, measureStudy, mutants, theoryToCheck } from '../../bench/mutants.ts';
import { compile } from '../../index.ts';
import type { MeasuredWidth } from '../../runtime/check/compareItems.ts';
import { openBackend } from '../../runtime/backend.ts';
import { rational } from '../../theory/rational.ts';

const NAME = 'bench/mutationPower.eft';
const model = compile({ name: NAME, text: readFileSync(NAME, 'utf8') }, { readText: () => undefined }).value!;
const study = model.studies[0]!;
const theory = theoryToCheck(model);
const changed = [rational(11, 10), rational(9, 10)].flatMap((factor) => mutants(theory, factor));

describe('the check', () => {
  let measured: MeasuredWidth[];
  beforeAll(async () => {
    const backend = await openBackend('wasm');
    measured = await measureStudy(model, study, itemsOf(theory, study), backend, {
      networks: 20_000,
      seed: 1,
    });
  });

  it('agrees with the theory as derived', () => {
    expect(judge(theory, study, measured).verdict).toBe('agree');
  });

  it('is tried on each coefficient of K, G1 and V, up and down', () => {
    expect(changed.map(({ label }) => label.slice(0, 2)).sort()).toEqual(
      ['K:', 'K:', 'G1', 'G1', 'V:', 'V:', 'V:'].flatMap((name) => [name, name]).sort(),
    );
  });

  it.each(
    changed.map(({ label }, k) => [`${k < changed.length / 2 ? '+' : '-'}10 % of ${label}`, k] as const),
  )('rejects %s', (_, k) => {
    expect(judge(changed[k]!.theory, study, measured).verdict).toBe('disagree');
  });
});
