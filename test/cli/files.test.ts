import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, ROOT, temporaryFolder } from './eft.ts';

const MODEL = readFileSync(join(ROOT, 'examples', 'tanh.eft'), 'utf8');

describe('a file that cannot be read', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'latin1.eft'), Buffer.from([0x65, 0x66, 0x74, 0x20, 0xe9]));
  writeFileSync(join(folder, 'large.eft'), ' '.repeat((1 << 20) + 1));

  it.each([
    ['nowhere.eft', 'there is no such file'],
    ['.', 'it is a folder'],
    ['latin1.eft', 'it is not UTF-8 text'],
    ['large.eft', '1048577 bytes is over the limit of 1048576 bytes'],
    ['large.eft/model.eft', 'a part of the path is not a folder'],
  ])('%s: %s', async (path, reason) => {
    for (const command of ['derive', 'flow', 'check', 'fmt']) {
      const { code, stdout, stderr } = await eft([command, path], { cwd: folder });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(`error: cannot read ${path}: ${reason}\n`);
    }
  });

  it.runIf(existsSync('/dev/urandom'))('a device without an end is read up to the limit', async () => {
    const { code, stderr } = await eft(['derive', '/dev/urandom']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: cannot read /dev/urandom: it is over the limit of 1048576 bytes\n',
    });
  });

  it.skipIf(process.getuid?.() === 0)('permission denied', async () => {
    writeFileSync(join(folder, 'secret.eft'), MODEL);
    chmodSync(join(folder, 'secret.eft'), 0);
    const { code, stderr } = await eft(['derive', 'secret.eft'], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: cannot read secret.eft: permission denied\n',
    });
  });
});

describe('the folder of a model', () => {
  it('is the limit of what the model may read, symbolic links included', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'inside'));
    writeFileSync(join(folder, 'outside.eft'), MODEL);
    symlinkSync(join(folder, 'outside.eft'), join(folder, 'inside', 'link.eft'));
    writeFileSync(join(folder, 'inside', 'm.eft'), 'eft 1\nimport "link.eft"\n');
    const { code, stderr } = await eft(['derive', join('inside', 'm.eft')], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('link.eft');
  });
});

describe('standard input', () => {
  it.each([
    ['derive', ['derive', '-']],
    ['flow', ['flow', '-', '--set', 'L=2']],
    ['fmt', ['fmt', '-']],
  ])('is a model for %s', async (_, args) => {
    const { code, stdout, stderr } = await eft(args, { input: MODEL });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  it('is refused when it is longer than a model can be', async () => {
    const { code, stderr } = await eft(['fmt', '-'], { input: ' '.repeat((1 << 20) + 1) });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: cannot read standard input: it is over the limit of 1048576 bytes\n',
    });
  });

  it('without text has no model', async () => {
    const { code, stdout, stderr } = await eft(['derive', '-']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('<stdin>:1:1: error EFT205: there is no `architecture` block');
  });

  it('is called <stdin> in messages', async () => {
    const { code, stdout, stderr } = await eft(['derive', '-'], { input: 'eft 1\narchitectur mlp {\n}\n' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^<stdin>:2:1: error EFT\d+: /);
  });
});
