import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft } from './eft.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-'));
const file = join(folder, 'tanh.checkpoint');
const CHECK = ['check', 'examples/tanh.eft', '--format', 'json', '--networks'];

const withoutTimes = (text: string) => text.replace(/"seconds": .*/, '');

describe('a checkpoint', () => {
  it('of an interrupted check is where the next one goes on', async () => {
    const interrupted = await eft([...CHECK, '50000000', '--checkpoint', file], { interruptAt: file });
    expect(interrupted.code).toBe(130);
    const { networks } = JSON.parse(interrupted.stdout) as { networks: number };
    expect(networks).toBeGreaterThan(0);
    // Nothing is left to simulate at the first width, and two networks at each of the others.
    const resumed = await eft([...CHECK, '2', '--resume', file]);
    const { rows } = JSON.parse(resumed.stdout) as { rows: { n: number; standardError: number | null }[] };
    const errors = (n: number) => rows.filter((row) => row.n === n).map((row) => row.standardError);
    expect(errors(8).every((error) => error !== null)).toBe(true);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ networks: 2 });
  });

  it('of a finished check gives the same report', async () => {
    const first = await eft([...CHECK, '500', '--checkpoint', file]);
    const again = await eft([...CHECK, '500', '--resume', file]);
    expect(withoutTimes(again.stdout)).toBe(withoutTimes(first.stdout));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ eft: 'checkpoint' });
  });

  it.each([
    ['nothing there', undefined, /cannot read the checkpoint/],
    ['another file', '{"eft": 1}', /is not a checkpoint of eft check/],
  ])('that is %s is refused', async (name, text, message) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    const { code, stderr } = await eft([...CHECK, '2', '--resume', path]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
  });

  it('of another seed is refused', async () => {
    const { code, stderr } = await eft([...CHECK, '2', '--seed', '99', '--resume', file]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('of another check') as string,
    });
  });
});
