import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, ROOT, temporaryFolder } from './eft.ts';

const MODEL = readFileSync(join(ROOT, 'examples', 'tanh.eft'), 'utf8');
const UGLY = MODEL.replaceAll('\n  ', '\n      ');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('eft fmt', () => {
  it('rewrites files in place and says which', async () => {
    const cwd = folderWith({ 'ugly.eft': UGLY, 'fine.eft': MODEL });
    const result = await eft(['fmt', 'ugly.eft', 'fine.eft'], { cwd });
    expect(result).toEqual({ code: 0, stdout: '', stderr: 'formatted ugly.eft\n' });
    expect(readFileSync(join(cwd, 'ugly.eft'), 'utf8')).toBe(MODEL);
  });

  it('--check lists what differs, changes nothing and exits 1', async () => {
    const cwd = folderWith({ 'ugly.eft': UGLY, 'fine.eft': MODEL });
    const { code, stdout } = await eft(['fmt', '--check', 'fine.eft', 'ugly.eft'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'ugly.eft\n' });
    expect(readFileSync(join(cwd, 'ugly.eft'), 'utf8')).toBe(UGLY);
  });

  it('--check is silent when all is well', async () => {
    const cwd = folderWith({ 'fine.eft': MODEL });
    expect(await eft(['fmt', '--check', 'fine.eft'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('formats the other files when one is wrong, and leaves that one alone', async () => {
    const cwd = folderWith({ 'bad.eft': 'eft 1\nprior {', 'ugly.eft': UGLY });
    const { code, stderr } = await eft(['fmt', 'bad.eft', 'gone.eft', 'ugly.eft'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^bad\.eft:\d+:\d+: error EFT/);
    expect(stderr).toContain('cannot read gone.eft');
    expect(readFileSync(join(cwd, 'bad.eft'), 'utf8')).toBe('eft 1\nprior {');
    expect(readFileSync(join(cwd, 'ugly.eft'), 'utf8')).toBe(MODEL);
  });

  it('follows a symbolic link, keeps the mode and leaves nothing else behind', async () => {
    const cwd = folderWith({ 'real.eft': UGLY });
    chmodSync(join(cwd, 'real.eft'), 0o640);
    symlinkSync('real.eft', join(cwd, 'link.eft'));
    expect((await eft(['fmt', 'link.eft'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'real.eft'), 'utf8')).toBe(MODEL);
    expect(lstatSync(join(cwd, 'link.eft')).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, 'real.eft')).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd).sort()).toEqual(['link.eft', 'real.eft']);
  });

  it.skipIf(process.getuid?.() === 0)('says which file it may not write', async () => {
    const cwd = folderWith({ 'ugly.eft': UGLY });
    chmodSync(join(cwd, 'ugly.eft'), 0o444);
    const { code, stderr } = await eft(['fmt', 'ugly.eft'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: cannot write ugly.eft: permission denied\n',
    });
    expect(readFileSync(join(cwd, 'ugly.eft'), 'utf8')).toBe(UGLY);
  });

  it('keeps every example as it is', async () => {
    const { code, stdout } = await eft(['fmt', '--check', ...examples()]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });
});

function examples(): string[] {
  const names = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.eft'));
  return names.map((name) => join('examples', name));
}
