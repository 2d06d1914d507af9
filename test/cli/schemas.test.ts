import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, ROOT } from './eft.ts';
import { violations } from './schemas.ts';

const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.eft'));
/** Examples whose studies only search parameters. */
const SEARCHES = ['criticality.eft', 'gated-critical.eft'];

async function json(args: readonly string[], input = ''): Promise<unknown> {
  const { stdout, stderr } = await eft([...args, '--format', 'json'], { input });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as unknown;
}

describe('the JSON of', () => {
  it.each(EXAMPLES)('derive %s fits its schema', async (name) => {
    expect(violations('theory', await json(['derive', join('examples', name)]))).toEqual([]);
  });

  it('derive at order 2 fits its schema', async () => {
    const theory = await json(['derive', 'examples/unequal-widths.eft', '--order', '2']);
    expect(violations('theory', theory)).toEqual([]);
  });

  it.each(EXAMPLES.filter((name) => !SEARCHES.includes(name)))('flow %s fits its schema', async (name) => {
    expect(violations('flow', await json(['flow', join('examples', name)]))).toEqual([]);
  });

  it.each(['ntk', 'wrong-formula', 'iris'])('check %s fits its schema', async (name) => {
    const report = await json(['check', `examples/${name}.eft`, '--networks', '20']);
    expect(violations('check', report)).toEqual([]);
  });

  // The widths of the hourglass are a list, one for each of its four layers.
  it.each([
    ['tanh', ['--set', 'L=3'], 3],
    ['unequal-widths', [], 4],
    ['custom-activation', ['--set', 'L=3'], 3],
    ['deep-linear', ['--set', 'L=3'], 3],
  ] as const)('flow %s fits its schema', async (name, settings, depth) => {
    const result = (await json(['flow', `examples/${name}.eft`, ...settings, '--set', 'n=50'])) as {
      n: number;
      layers: unknown[];
    };
    expect(violations('flow', result)).toEqual([]);
    expect(result.n).toBe(50);
    expect(result.layers).toHaveLength(depth);
  });

  it.each(['criticality', 'residual', 'deep-linear', 'gated-critical'])(
    'critical %s fits its schema',
    async (name) => {
      expect(violations('critical', await json(['critical', `examples/${name}.eft`]))).toEqual([]);
    },
  );

  it.each(['gelu', 'residual', 'criticality', 'gated-critical'])(
    'advise %s fits its schema',
    async (name) => {
      expect(violations('advice', await json(['advise', `examples/${name}.eft`]))).toEqual([]);
    },
  );

  it('phase fits its schema', async () => {
    const diagram = await json(['phase', 'examples/criticality.eft', '--points', '12']);
    expect(violations('phase', diagram)).toEqual([]);
  });

  it.each(['deep-linear', 'gelu', 'gated-critical'])('universality %s fits its schema', async (name) => {
    const report = await json(['universality', `examples/${name}.eft`]);
    expect(violations('universality', report)).toEqual([]);
  });

  it('check fits its schema', async () => {
    const report = await json([
      'check',
      'examples/tanh.eft',
      '--networks',
      '200',
      '--set',
      'L=2',
      '--seed',
      '3',
    ]);
    expect(violations('check', report)).toEqual([]);
    expect(report).toMatchObject({ networks: 200, seed: 3 });
  });

  it('a schema rejects what does not fit', () => {
    expect(violations('flow', { study: 's' })).not.toEqual([]);
    expect(violations('check', { verdict: 'maybe' })).not.toEqual([]);
    expect(violations('theory', [])).not.toEqual([]);
  });
});
