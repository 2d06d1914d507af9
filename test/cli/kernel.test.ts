import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelText } from '../kernelMatrices/models.ts';
import { eft, ROOT, temporaryFolder } from './eft.ts';

const NTK = join(ROOT, 'examples', 'ntk.eft');

/** Three hundred inputs: more than one tile in each direction. */
const INPUTS = Array.from({ length: 300 }, (_, s) => [Math.sin(s), Math.cos(2 * s), (s % 7) / 3 - 1]);
const CSV = `x,y,z\n${INPUTS.map((row) => row.join(',')).join('\n')}\n`;

interface Array2 {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** What NumPy documents about its format 1.0, read independently of what writes it. */
function npy(path: string): Array2 {
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
  const start = 10 + bytes.readUInt16LE(8);
  expect(start % 64).toBe(0);
  const header = bytes.toString('latin1', 10, start);
  const match = /^\{'descr': '<f8', 'fortran_order': False, 'shape': \(([^)]*)\), \} *\n$/.exec(header)!;
  const shape = match[1]!.split(',').filter(Boolean).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  expect(bytes.length).toBe(start + 8 * count);
  return { shape, values: Float64Array.from({ length: count }, (_, k) => bytes.readDoubleLE(start + 8 * k)) };
}

describe('eft kernel', () => {
  it('writes the same matrices with any number of threads, and those of the flow', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.csv'), CSV);
    const args = ['kernel', NTK, '--samples', 'x.csv', '--set', 'L=3'];
    for (const threads of ['1', '3']) {
      const out = `t${threads}.npy`;
      const result = await eft([...args, '--threads', threads, '-o', out], { cwd: folder });
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toMatch(
        /^Study "criticality", layer 3, infinite width; Hermite series cut below \de-\d\d of/,
      );
      expect(result.stdout).toContain(
        `\nG      300 x 300  t${threads}.G.npy\nTheta  300 x 300  t${threads}.Theta.npy\n`,
      );
    }
    for (const name of ['G', 'Theta']) {
      const [one, three] = [1, 3].map((threads) => readFileSync(join(folder, `t${threads}.${name}.npy`)));
      expect(three!.equals(one!)).toBe(true);
    }
    const pair = `samples = [[${INPUTS[270]!.join()}], [${INPUTS[4]!.join()}]]`;
    const model = modelText({ order: 0 }).replace(/samples = .*/, pair);
    const criticality = ['C_W=1', 'C_b=0', 'lambda_W=1', 'lambda_b=0', 'L=3'].flatMap((value) => [
      '--set',
      value,
    ]);
    const flow = await eft(['flow', '-', ...criticality, '--format', 'json'], { input: model });
    const { layers } = JSON.parse(flow.stdout) as {
      layers: { layer: number; values: Record<string, { orders: Record<string, number[][]> }> }[];
    };
    const { shape, values } = npy(join(folder, 't1.Theta.npy'));
    expect(shape).toEqual([300, 300]);
    const expected = layers.find(({ layer }) => layer === 3)!.values.Theta!.orders['0']!;
    for (const k of [270 * 300 + 4, 4 * 300 + 270]) expect(values[k]).toBeCloseTo(expected[0]![1]!, 12);
    expect(values[270 * 301]).toBeCloseTo(expected[0]![0]!, 12);
    expect(readdirSync(folder).sort()).toEqual([
      't1.G.npy',
      't1.Theta.npy',
      't3.G.npy',
      't3.Theta.npy',
      'x.csv',
    ]);
  });

  it('takes NumPy arrays, one observable under the name given, vectors and one study of several', async () => {
    const folder = temporaryFolder();
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    const header = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`, 'latin1');
    const numbers = Float32Array.of(1, 0.5, -0.25, 0.25, -0.75, 1);
    writeFileSync(join(folder, 'x.npy'), Buffer.concat([header, Buffer.from(numbers.buffer)]));
    const model = readFileSync(NTK, 'utf8')
      .replace('G[a,b]  ', 'S[a] = <z[i,a] z[i,a]>\n  G[a,b]')
      .concat(
        readFileSync(NTK, 'utf8')
          .replace(/^[^]*(?=study)/, '')
          .replace('criticality', 'other'),
      );
    writeFileSync(join(folder, 'm.eft'), model);
    const args = ['kernel', 'm.eft', '--samples', 'x.npy', '--observable', 'S'];
    const unclear = await eft(args, { cwd: folder });
    expect(unclear).toMatchObject({ code: 2, stdout: '' });
    expect(unclear.stderr).toBe(
      'error: the model has several studies; choose one with --study: "criticality", "other"\n',
    );
    const result = await eft([...args, '--study', 'other', '--layer', '1'], { cwd: folder });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toBe(
      'Study "other", layer 1, infinite width; averages in closed form\nS  2  kernel.npy\n',
    );
    const { shape, values } = npy(join(folder, 'kernel.npy'));
    expect(shape).toEqual([2]);
    expect([...values]).toEqual([1.3125 / 3, 1.625 / 3]);
  });

  it('writes float32, each number the nearest one', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.csv'), CSV);
    const args = [
      'kernel',
      NTK,
      '--samples',
      'x.csv',
      '--set',
      'sigma=elu',
      '--set',
      'L=2',
      '--observable',
      'G',
    ];
    const whole = await eft([...args, '-o', 'whole.npy'], { cwd: folder });
    expect(whole.stdout).toContain('tables in the angle between samples cut below');
    expect(await eft([...args, '--float32', '-o', 'half.npy'], { cwd: folder })).toMatchObject({ code: 0 });
    const bytes = readFileSync(join(folder, 'half.npy'));
    expect(bytes.toString('latin1', 10, 80)).toContain(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (300, 300), }",
    );
    const { values } = npy(join(folder, 'whole.npy'));
    expect(bytes.length).toBe(128 + 4 * values.length);
    const isNearest = values.every((value, k) => bytes.readFloatLE(128 + 4 * k) === Math.fround(value));
    expect(isNearest).toBe(true);
  });

  it('says what is wrong with samples, observables and places, and leaves no file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bad.csv'), 'a,b\n1,2\n3,x\n');
    writeFileSync(join(folder, 'ragged.csv'), '1,2\n3\n');
    writeFileSync(join(folder, 'x.csv'), CSV);
    writeFileSync(join(folder, 'no.npy'), 'not an array');
    const cases: [string[], string][] = [
      [['--samples', 'bad.csv'], 'cannot read bad.csv: line 3, column 2: `x` is no number'],
      [['--samples', 'ragged.csv'], 'cannot read ragged.csv: line 2 has 1 values, line 1 has 2'],
      [['--samples', 'no.npy'], 'cannot read no.npy: it is no .npy file'],
      [['--samples', 'x.csv', '--layer', '9'], 'there is no layer 9: the study "criticality" has 4'],
      [
        ['--observable', 'A'],
        'the observable A is no kernel matrix: it begins at 1/n, and vanishes at infinite width',
      ],
      [['--observable', 'Thta'], 'the model has no observable `Thta`; did you mean `Theta`?'],
      [['--samples', 'x.csv', '-o', 'no/where.npy'], 'cannot write no/where.G.npy: there is no such file'],
    ];
    for (const [args, message] of cases)
      expect(await eft(['kernel', NTK, ...args], { cwd: folder })).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: ${message}\n`,
      });
    expect(readdirSync(folder).sort()).toEqual(['bad.csv', 'no.npy', 'ragged.csv', 'x.csv']);
  });

  it('ends at a Ctrl-C, exit code 130, and leaves no file', async () => {
    const folder = temporaryFolder();
    const model = readFileSync(NTK, 'utf8').replace(/samples = .*/, 'samples = sphere(9000, 3, 1)');
    writeFileSync(join(folder, 'm.eft'), model);
    const args = ['kernel', 'm.eft', '--set', 'sigma=relu', '--set', 'L=300', '--observable', 'G'];
    const result = await eft(args, { cwd: folder, interruptAfter: 6000 });
    expect(result).toEqual({ code: 130, stdout: '', stderr: 'Interrupted; nothing was written.\n' });
    expect(readdirSync(folder)).toEqual(['m.eft']);
  });
});
