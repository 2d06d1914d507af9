import { describe, expect, it } from 'vitest';
import { eft } from './eft.ts';
import { violations } from './schemas.ts';

async function json(args: readonly string[], input = ''): Promise<unknown> {
  const { stdout, stderr } = await eft([...args, '--format', 'json'], { input });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as unknown;
}

describe('the JSON of', () => {
  it.each(['tanh', 'unequal-widths', 'custom-activation'])('derive %s fits its schema', async (name) => {
    const theory = await json(['derive', `examples/${name}.eft`, '--order', '2']);
    expect(violations('theory', theory)).toEqual([]);
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
