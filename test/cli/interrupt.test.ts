import { describe, expect, it } from 'vitest';
import { eft } from './eft.ts';
import { violations } from './schemas.ts';

const ENDLESS = ['check', 'examples/tanh.eft', '--networks', '50000000'];

describe('Ctrl-C', () => {
  it('ends a check with what was measured so far on standard output, exit code 130', async () => {
    const { code, stdout, stderr } = await eft([...ENDLESS, '--format', 'json'], { interruptAfter: 6000 });
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const report = JSON.parse(stdout) as { interrupted: boolean; networks: number };
    expect(violations('check', report)).toEqual([]);
    expect(report.interrupted).toBe(true);
    expect(report.networks).toBeLessThan(50000000);
  });

  it('of very wide networks ends it as well, and the report says so', async () => {
    const wide = ['check', 'examples/tanh.eft', '--set', 'n=5000', '--networks', '50000000'];
    const { code, stdout, stderr } = await eft(wide, { interruptAfter: 6000 });
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toContain('\nInterrupted');
  });

  it.each([['derive'], ['flow'], ['fmt']])('stops %s at once', async (command) => {
    const result = await eft([command, '-'], { input: 'open', interruptAfter: 1000 });
    // The system's own handling: a shell calls it 130.
    expect(result).toEqual({ code: null, stdout: '', stderr: '' });
  });
});
