import { existsSync, openSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startProgress } from '../../cli/progress.ts';
import { COMMAND, eft, ROOT } from './eft.ts';

const CHECK = ['check', 'examples/tanh.eft', '--networks', '200'];

describe('standard output', () => {
  it('may be closed by its reader: no message, and the exit code is that of the whole command', async () => {
    expect(await eft(CHECK, { stopReading: true })).toMatchObject({ code: 3, stderr: '' });
    const long = ['flow', 'examples/tanh.eft', '--set', 'L=2000', '--format', 'csv'];
    expect(await eft(long, { stopReading: true })).toMatchObject({ code: 0, stderr: '' });
  });

  it.runIf(existsSync('/dev/full'))('that cannot be written is an error', () => {
    const full = openSync('/dev/full', 'w');
    const args = [COMMAND, 'flow', 'examples/tanh.eft'];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error: cannot write the output: the disk is full\n',
    });
  });

  it('has no colours and no control characters, whatever the environment asks for', async () => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR']) {
      const { stdout, stderr } = await eft(CHECK, { env: { [name]: '1' } });
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });
});

describe('two checks at the same time', () => {
  it('do not disturb each other', async () => {
    const [first, second] = await Promise.all([
      eft([...CHECK, '--format', 'json']),
      eft([...CHECK, '--format', 'json']),
    ]);
    const rows = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { rows: unknown }).rows;
    expect(rows(first)).toEqual(rows(second));
  });
});

describe('progress', () => {
  const terminal = { out: () => undefined, err: () => undefined, input: process.stdin };

  function draw(columns: number): string {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns });
    const progress = startProgress({ ...terminal, progressStream: stream });
    progress.update(0.5, 'n = 64');
    progress.stop();
    return String(stream.read());
  }

  it('is a bar with the time left, on one line of the terminal', () => {
    const text = draw(100);
    expect(text).toContain('█');
    expect(text).toMatch(/50 % {2}n = 64 {2}\S+ left/);
    const [bar = ''] = /[█░]+/.exec(draw(40)) ?? [];
    expect(bar.length + '50 %  n = 64  1h59m59s left'.length).toBeLessThan(40);
  });

  it('is silent without a terminal', () => {
    expect(() => {
      const progress = startProgress({ ...terminal, progressStream: undefined });
      progress.update(0.5, 'n = 64');
      progress.stop();
    }).not.toThrow();
  });
});
