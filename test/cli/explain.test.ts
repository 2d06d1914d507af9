import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { eft, temporaryFolder } from './eft.ts';
import { violations } from './schemas.ts';

const TANH = 'examples/tanh.eft';

describe('derive --explain', () => {
  it('says of each term what made it and where that is written', async () => {
    const { code, stdout, stderr } = await eft(['derive', TANH, '--explain', 'V']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1/4 C_W^2 <d_e d_f (sigma_a sigma_b)> <d_g d_h (sigma_c sigma_d)> V[ef;gh]');
    expect(stdout).toContain(`W pairs a-b and c-d (variance, ${TANH}:15)`);
  });

  it.each([
    [TANH, 'V2'],
    ['examples/unequal-widths.eft', 'U'],
    ['examples/deep-linear.eft', 'K'],
  ])('%s: the JSON of %s fits its schema', async (file, name) => {
    const args = ['derive', file, '--order', '2', '--explain', name, '--format', 'json'];
    const { code, stdout, stderr } = await eft(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const json = JSON.parse(stdout) as { explanations: { name: string }[] };
    expect(violations('explanation', json)).toEqual([]);
    expect(json.explanations.map((each) => each.name)).toEqual([name]);
  });

  it.each([
    ['v', ['no coupling `v` was derived', 'did you mean `V`?', '`K`, `G1`, `V`']],
    ['Omega', ['no coupling `Omega` was derived; derived are `K`, `G1`, `V`']],
  ])('%s is no coupling: exit code 2 and what there is', async (name, messages) => {
    const { code, stdout, stderr } = await eft(['derive', TANH, '--explain', name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const message of messages) expect(stderr).toContain(message);
  });

  it.each([TANH, 'examples/unequal-widths.eft'])(
    '%s: the LaTeX is a document of formulas that can be set',
    async (file) => {
      const { code, stdout, stderr } = await eft(['derive', file, '--explain', 'G1', '--format', 'latex']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^\\documentclass[^]*\\end\{document\}\n$/);
      expect(stdout).toContain('\\title{Where the terms of G1 come from}');
      expect(stdout).toContain('W pairs a{-}b (variance, ');
      const displays = stdout.match(/\\begin\{align\*\}[^]*?\\end\{align\*\}/g) ?? [];
      const inline = [...stdout.matchAll(/(?<!\\)\$([^$]+)\$/g)].map(([, formula]) => formula!);
      expect(displays.length).toBeGreaterThan(1);
      for (const formula of [...displays, ...inline])
        katex.renderToString(formula, { throwOnError: true, strict: 'error', displayMode: true });
    },
  );

  it('shows control characters of a file name instead of sending them', async () => {
    const folder = temporaryFolder();
    const name = 'm\u001b[31m.eft';
    writeFileSync(join(folder, name), readFileSync(new URL(`../../${TANH}`, import.meta.url)));
    const { code, stdout } = await eft(['derive', name, '--explain', 'V'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('m\u241b[31m.eft:15');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('derive --diagrams', () => {
  it('writes a picture a term, again over those of an earlier run', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    for (let run = 0; run < 2; run++) {
      const { code, stderr } = await eft(['derive', TANH, '--explain', 'V', '--diagrams', folder]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: `wrote 3 diagrams to ${folder}\n` });
    }
    expect(readdirSync(folder)).toEqual(['V-1.svg', 'V-2.svg', 'V-3.svg']);
    expect(readFileSync(join(folder, 'V-3.svg'), 'utf8')).toMatch(/^<svg xmlns=/);
  });

  it('needs a coupling to draw', async () => {
    const folder = join(temporaryFolder(), 'pictures');
    const { code, stdout, stderr } = await eft(['derive', TANH, '--diagrams', folder]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('name it with --explain');
    expect(existsSync(folder)).toBe(false);
  });

  it('says when the folder is a file', async () => {
    const file = join(temporaryFolder(), 'taken');
    writeFileSync(file, 'mine');
    const { code, stderr } = await eft(['derive', TANH, '--explain', 'K', '--diagrams', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
