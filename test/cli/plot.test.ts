import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eft, temporaryFolder } from './eft.ts';
import { violations } from './schemas.ts';

const TANH = 'examples/tanh.eft';
const FEW = ['--networks', '20', '--set', 'L=2'];

/** What a check printed, in a file: measured once for all tests. */
const measurement = (async () => {
  const path = join(temporaryFolder(), 'check.json');
  writeFileSync(path, (await eft(['check', TANH, ...FEW, '--format', 'json'])).stdout);
  return path;
})();

describe('eft plot', () => {
  it('prints one SVG with its fonts on standard output', async () => {
    const { code, stdout, stderr } = await eft(['plot', TANH]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(stdout).toContain('@font-face{font-family:KaTeX_Math');
    expect(stdout).not.toMatch(/(href|src)="|url\((?!data:)/);
    expect(code).toBe(0);
  });

  it('writes a PNG and every number of it', async () => {
    const folder = temporaryFolder();
    const [png, json] = [join(folder, 'new', 'p.png'), join(folder, 'p.json')];
    const { code, stdout, stderr } = await eft([
      'plot',
      TANH,
      '--kind',
      'width',
      ...FEW,
      '-o',
      png,
      '--data',
      json,
      '--scale',
      '2',
    ]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(`wrote ${png}\nwrote ${json}\n`);
    const bytes = readFileSync(png);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const svg = (
      await eft(['plot', TANH, '--kind', 'width', '--set', 'L=2', '--measured', await measurement])
    ).stdout;
    const width = Number(/ width="(\d+)"/.exec(svg)![1]);
    expect(bytes.readUInt32BE(16)).toBe(2 * width);
    expect(violations('plot', JSON.parse(readFileSync(json, 'utf8')))).toEqual([]);
  });

  it('draws what was measured before, without simulating', async () => {
    const folder = temporaryFolder();
    const measured = await measurement;
    for (const kind of ['flow', 'scaling']) {
      const csv = join(folder, `${kind}.csv`);
      const { code } = await eft([
        'plot',
        TANH,
        '--set',
        'L=2',
        '--kind',
        kind,
        '--measured',
        measured,
        '-o',
        csv,
      ]);
      expect(code).toBe(0);
      expect(readFileSync(csv, 'utf8')).toContain(',point,');
    }
  });

  it('measures at every depth', async () => {
    const csv = join(temporaryFolder(), 'p.csv');
    await eft(['plot', TANH, '--kind', 'check', ...FEW, '-o', csv]);
    const lines = readFileSync(csv, 'utf8').split('\n');
    const points = lines.filter((line) => line.includes('"G[1,1]",point'));
    expect(points.map((line) => line.split(',point,')[1]!.split(',')[0])).toEqual(['1', '2']);
  });

  it('maps the phases of a study, with their numbers', async () => {
    const [svg, json] = ['p.svg', 'p.json'].map((name) => join(temporaryFolder(), name));
    const few = ['--kind', 'phase', '--points', '12'];
    const { code } = await eft(['plot', 'examples/criticality.eft', ...few, '-o', svg!, '--data', json!]);
    expect(code).toBe(0);
    expect(readFileSync(svg!, 'utf8')).toContain('critical point');
    const numbers = JSON.parse(readFileSync(json!, 'utf8')) as { rows: { kind: string }[] };
    expect(violations('plot', numbers)).toEqual([]);
    expect(numbers.rows.filter(({ kind }) => kind === 'cell')).toHaveLength(144);
  });

  it('draws the flow of two couplings, with its numbers', async () => {
    const folder = temporaryFolder();
    const [svg, json] = ['p.svg', 'p.json'].map((name) => join(folder, name));
    const axes = ['--x', 'chi_perp = 0 .. 1.5', '--y', 'V / G^2'];
    const { code } = await eft(['plot', TANH, '--kind', 'couplings', ...axes, '-o', svg!, '--data', json!]);
    expect(code).toBe(0);
    expect(readFileSync(svg!, 'utf8')).toContain('stable fixed point');
    expect(violations('plot', JSON.parse(readFileSync(json!, 'utf8')))).toEqual([]);
  });

  it('numbers the pictures of several studies', async () => {
    const folder = temporaryFolder();
    const text = readFileSync(TANH, 'utf8');
    const second = text.slice(text.indexOf('study')).replace('"tanh, off criticality"', '"second"');
    const model = join(folder, 'two.eft');
    writeFileSync(model, `${text}\n${second}`);
    const { stderr } = await eft(['plot', model, '-o', join(folder, 'p.svg')]);
    expect(stderr).toContain('p-1.svg');
    expect(existsSync(join(folder, 'p-2.svg'))).toBe(true);
    const toOutput = await eft(['plot', model]);
    expect([toOutput.code, toOutput.stdout]).toEqual([2, '']);
    expect(toOutput.stderr).toBe(
      'error: these are 2 pictures: name a file with -o, or one study with --study\n',
    );
  });

  it.each([
    [
      ['-o', 'picture.gif'],
      'cannot tell from picture.gif what to write: its name has to end in .svg, .png, .pdf, .csv, .json or .npy',
    ],
    [['--measured', 'package.json'], 'package.json is not what `eft check --format json` prints'],
    [['--measured', 'nowhere.json'], 'cannot read nowhere.json: there is no such file'],
    [['--kind', 'phase'], 'nothing to map: no study says `phase'],
    [['--kind', 'couplings', '--y', 'V / Q'], '--y:1:5: error EFT201: unknown coupling `Q`'],
    [['--kind', 'pie'], "option '--kind <KIND>' argument 'pie' is invalid"],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await eft(['plot', TANH, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
