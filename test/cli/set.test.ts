import { describe, expect, it } from 'vitest';
import { eft } from './eft.ts';

async function flowJson(name: string, ...settings: readonly string[]): Promise<Flow> {
  const args = ['flow', `examples/${name}.eft`, ...settings.flatMap((each) => ['--set', each])];
  const { code, stdout, stderr } = await eft([...args, '--format', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Flow;
}

interface Flow {
  readonly n: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly layers: readonly { readonly values: Readonly<Record<string, { readonly total: unknown }>> }[];
}

describe('--set replaces', () => {
  it('several values at once, the width of the totals among them', async () => {
    const { n, parameters, layers } = await flowJson('tanh', 'C_W = 3/2', 'C_b=C_W/2', 'L=2', 'n=1000000');
    expect(parameters).toEqual({ sigma: 'tanh', C_W: 1.5, C_b: 0.75 });
    expect({ n, layers: layers.length }).toEqual({ n: 1000000, layers: 2 });
  });

  it('a number by one for each layer', async () => {
    const { parameters } = await flowJson('tanh', 'C_W=[1,2,3,4]');
    expect(parameters.C_W).toEqual([1, 2, 3, 4]);
  });

  it('the widths of the layers', async () => {
    const [hourglass, equal] = [
      await flowJson('unequal-widths'),
      await flowJson('unequal-widths', 'n[l]=[n,n,n,n]'),
    ];
    expect(equal.layers[3]?.values.V?.total).not.toEqual(hourglass.layers[3]?.values.V?.total);
  });

  it('an activation by one of the library or of the file', async () => {
    expect((await flowJson('tanh', 'sigma=relu', 'L=2')).parameters.sigma).toBe('relu');
    const snake = await flowJson('custom-activation', 'sigma=snake', 'k=2', 'L=2');
    expect(snake.parameters).toMatchObject({ sigma: 'snake', k: 2 });
  });
});

describe('--set refuses', () => {
  it.each([
    ['tanh', 'C_X=1', 'unknown parameter `C_X`', 'did you mean `C_W` or `C_b`?'],
    ['tanh', 'samples=[[1]]', 'unknown parameter `samples`', 'the study has `C_W`, `C_b`, `L`, `sigma`'],
    ['tanh', 'C_W=abc', 'unknown parameter `abc`', '--set:1:5'],
    ['tanh', 'C_W=1e400', 'the number `1e400` is out of range', ''],
    ['tanh', 'C_W=-1', 'the variance of `W` comes to -1', ''],
    ['tanh', 'C_W=tanh', 'unknown parameter `tanh`', ''],
    ['tanh', 'C_W=1 C_b=2', 'a value must be one expression, not several statements', ''],
    ['tanh', 'C_W=[1,2]', '`C_W` has 2 values for 4 layers', ''],
    ['tanh', 'L=2.5', '`L` must be a whole number from 1 to 10000', ''],
    ['tanh', 'L=1e9', '`L` must be a whole number from 1 to 10000', ''],
    ['tanh', 'n=0', 'a width must lie between 1 and', ''],
    ['tanh', 'n=64.5', 'a width must be a whole number, not `64.5`', ''],
    ['tanh', 'n[l]=[n,n,n,n]', '`n` is declared as one width for all layers', ''],
    ['tanh', 'sigma=rleu', 'unknown activation `rleu`', 'did you mean `relu`?'],
    ['tanh', 'sigma=3', '`3` cannot stand here', 'expected the name of an activation'],
    ['tanh', 'sigma=[tanh,relu,tanh]', '`sigma` is declared as one function for all layers', ''],
    ['unequal-widths', 'L=3', '`n[l]` has 4 values for 3 layers', 'unequal-widths.eft:'],
  ])('in %s %s: %s', async (name, setting, message, help) => {
    const { code, stdout, stderr } = await eft(['flow', `examples/${name}.eft`, '--set', setting]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
  });

  it('a width at which networks cannot be simulated', async () => {
    const { code, stdout, stderr } = await eft(['check', 'examples/tanh.eft', '--set', 'n=100000']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('the width of a layer comes to 100000; at most 16384');
  });
});

describe('a name the model does not have', () => {
  it.each([
    [
      ['flow', '--study', 'tanh off criticality'],
      'no study `tanh off criticality`; did you mean `tanh, off criticality`?',
    ],
    [['check', '--study', 'x'], 'no study `x`; it has `tanh, off criticality`'],
    [['derive', '--observable', 'g'], 'no observable `g`; did you mean `G`?'],
  ])('%j is refused', async ([command = '', ...options], message) => {
    const { code, stdout, stderr } = await eft([command, 'examples/tanh.eft', ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
