/** Networks are added until the error asked for would be seen. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check, compile, derive } from '../../index.ts';

const NAME = 'test/corpus/good/check-within.eft';
const model = compile({ name: NAME, text: readFileSync(NAME, 'utf8') }, { readText: () => undefined }).value!;
const study = model.studies[0]!;
const theory = derive(model, { order: 2 });
const run = (options: object = {}) =>
  check(theory, study, { order: 1, request: study.checks[0]!, ...options });

describe('check ... within', () => {
  it('stops with enough networks and not many more', async () => {
    const report = await run();
    const seen = (networks: typeof report) =>
      Math.min(...[...networks.rows, ...networks.scaling].map(({ detectable }) => detectable ?? Infinity));
    expect(report).toMatchObject({ required: 0.025, verdict: 'agree', interrupted: false });
    expect(seen(report)).toBeLessThan(0.025);
    const half = await run({ networks: report.networks / 4 });
    expect(seen(half)).toBeGreaterThan(0.025);
    expect(half.verdict).toBe('inconclusive');
  });

  it('gives up where higher orders hide more than that', async () => {
    const report = await run({ request: study.checks[1]! });
    expect(report.verdict).toBe('inconclusive');
    expect(report.networks).toBeLessThan(5e6);
  });
});
