import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, temporaryFolder } from './eft.ts';

describe('eft new', () => {
  it('writes a starter file that is formatted, derives and agrees with simulation', async () => {
    const cwd = temporaryFolder();
    const written = await eft(['new', 'first'], { cwd });
    expect({ code: written.code, stdout: written.stdout }).toEqual({ code: 0, stdout: '' });
    expect(written.stderr).toContain('wrote first.eft');
    expect((await eft(['fmt', '--check', 'first.eft'], { cwd })).code).toBe(0);
    expect((await eft(['derive', 'first.eft'], { cwd })).stdout).toContain('V');
    const check = await eft(['check', 'first.eft', '--format', 'json'], { cwd });
    expect({ code: check.code, stderr: check.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('does not overwrite a file', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'mine.eft'), 'mine');
    const { code, stderr } = await eft(['new', 'mine.eft'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: cannot write mine.eft: it exists already\n',
    });
    expect(readFileSync(join(cwd, 'mine.eft'), 'utf8')).toBe('mine');
  });

  it.each(['a/b', '..', '../up', 'a b', '', '.eft', 'x'.repeat(101), '\u00e9t\u00e9'])(
    'refuses the name %j',
    async (name) => {
      const cwd = temporaryFolder();
      const { code, stderr } = await eft(['new', name], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('is no name for a model');
      expect(existsSync(join(cwd, '..', 'up.eft'))).toBe(false);
    },
  );
});
