/** What only shows when a theory is derived or evaluated points at the line of the file that caused it. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAX_TERMS } from '../../compiler/derive/budget.ts';
import { eft } from './eft.ts';

const LARGE = ['examples/deep-linear.eft', '--max-terms', '20'];

describe('a derivation beyond its budget', () => {
  it.each(['derive', 'flow', 'check'])(
    'is refused by %s with the figure, the line and the option',
    async (command) => {
      const { code, stdout, stderr } = await eft([command, ...LARGE]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^examples\/deep-linear\.eft:\d+:1: error EFT610: this derivation to order \d needs more than 20 terms/,
      );
      expect(stderr).toMatch(/^\d+ \| expand in 1\/n to order \d$/m);
      expect(stderr).toContain('`--max-terms`');
    },
  );

  it('is allowed by a larger one, also for an explanation', async () => {
    const args = ['derive', 'examples/tanh.eft', '--explain', 'V', '--max-terms'];
    const refused = await eft([...args, '20']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/EFT610: this explanation of V needs more than 20 terms/);
    expect(await eft([...args, '4000'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is what the help says when none is given', async () => {
    const { stdout } = await eft(['derive', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`(default: ${DEFAULT_MAX_TERMS},`);
  });

  it('takes a whole number', async () => {
    const { code, stderr } = await eft(['derive', 'examples/tanh.eft', '--max-terms', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('--max-terms takes an integer from 1');
  });
});

describe('numbers that a flow cannot have', () => {
  it.each(['flow', 'check'])('point at the activation, here of --set, in %s', async (command) => {
    const args = [command, 'examples/tanh.eft', '--set', 'sigma=exp', '--set', 'C_W=5000'];
    const { code, stderr } = await eft(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--set:1:7: error EFT602: .* \(sample 1\), layer 1$/m);
  });
});
