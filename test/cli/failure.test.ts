import { describe, expect, it } from 'vitest';
import { reportFailure } from '../../cli/failure.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { DeviceError, InternalError, UserError } from '../../diagnostics/diagnostic.ts';

async function failWith(error: unknown): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
    input: process.stdin,
    progressStream: undefined,
  };
  return { code: await reportFailure(error, terminal), ...written };
}

/** Anything can be thrown, so nothing is assumed about the type. */
const OURS: readonly unknown[] = [
  new InternalError('a power of n survived'),
  new TypeError('x is undefined'),
  'a string',
];

describe('a failure', () => {
  it.each(OURS)('of ours (%s) is code 4 and asks for a report with version and stack', async (error) => {
    const { code, out, err } = await failWith(error);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('Please report it');
    expect(err).toContain(`Node ${process.version}`);
    expect(err).toContain(error instanceof Error ? error.stack : error);
  });

  it('of the graphics device is code 5', async () => {
    const lost = await failWith(new DeviceError('the graphics device was lost'));
    expect(lost).toEqual({ code: 5, out: '', err: 'error: the graphics device was lost\n' });
  });

  it('of the input is code 2 and shows no stack', async () => {
    expect(await failWith(new UserError('the kernel of layer 3 is not positive'))).toEqual({
      code: 2,
      out: '',
      err: 'error: the kernel of layer 3 is not positive\n',
    });
  });

  it('with diagnostics shows these', async () => {
    const file = { name: 'm.eft', text: 'eft 1\nfoo\n' };
    const diagnostic = {
      code: 'EFT101',
      severity: 'error' as const,
      span: { file, start: 6, end: 9 },
      message: 'what is this',
    };
    const { code, err } = await failWith(new UserError('bad', [diagnostic]));
    expect(code).toBe(2);
    expect(err).toContain('m.eft:2:1: error EFT101: what is this');
  });
});
