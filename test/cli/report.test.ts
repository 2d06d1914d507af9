import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, temporaryFolder } from './eft.ts';

const FEW = ['--networks', '20', '--set', 'L=2'];

describe('eft report', () => {
  it('writes one page, and says in it how to make it again', async () => {
    const page = join(temporaryFolder(), 'new', 'tanh.html');
    const { code, stdout, stderr } = await eft([
      'report',
      'examples/tanh.eft',
      ...FEW,
      '--seed',
      '3',
      '-o',
      page,
    ]);
    expect([code, stdout, stderr]).toEqual([0, '', `wrote ${page}\n`]);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain(
      `<code>eft report examples/tanh.eft --set L=2 --networks 20 --seed 3 -o ${page}</code>`,
    );
    expect(html).toContain('20 networks at each width, seed 3');
    expect(html).toContain('<summary>');
    expect(html.match(/<figure>/g)).toHaveLength(4);
  });

  it('writes LaTeX with its pictures beside it, without simulations when told so', async () => {
    const folder = temporaryFolder();
    const { code } = await eft([
      'report',
      'examples/tanh.eft',
      '--no-check',
      '-o',
      join(folder, 'my tanh.tex'),
    ]);
    expect(code).toBe(0);
    const tex = readFileSync(join(folder, 'my tanh.tex'), 'utf8');
    const files = readdirSync(join(folder, 'my-tanh-figures'));
    const used = Array.from(tex.matchAll(/\{my-tanh-figures\/([^}]*)\}/g), ([, file]) => file);
    expect(used.toSorted()).toEqual(files.toSorted());
    // Two figures, and a diagram for each term of K, G1 and V.
    expect(files.filter((file) => file.startsWith('figure-'))).toEqual(['figure-1.pdf', 'figure-2.pdf']);
    expect(files.filter((file) => file.startsWith('term-'))).toHaveLength(7);
    expect(tex).not.toContain('Comparison with simulated networks');
  });

  it.each([
    [['-o', 'report.pdf'], 'cannot tell from report.pdf what to write: its name has to end in .html or .tex'],
    [[], "required option '-o, --output <PATH>' not specified"],
    [['-o', 'x.html', '--study', 'none'], 'the model has no study `none`'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await eft(['report', 'examples/tanh.eft', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync('x.html')).toBe(false);
  });
});
