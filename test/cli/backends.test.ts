import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eft } from './eft.ts';

/** The Vulkan driver in software that Debian's chromium brings along, with the loader beside it. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const WITH_DRIVER = { VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: '/usr/lib/chromium' };
const WITHOUT_DRIVER = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };

interface Row {
  readonly measured: number;
  readonly standardError: number;
}

async function rowsOn(backend: string, args: readonly string[], env = {}): Promise<readonly Row[]> {
  const options = ['--networks', '64', '--set', 'n=16', '--format', 'json'];
  const how = ['--backend', backend, '--estimator', 'weights'];
  const { stdout, stderr } = await eft(['check', ...args, ...options, ...how], { env });
  expect(backend === 'node' ? withoutGreeting(stderr) : stderr).toBe('');
  return (JSON.parse(stdout) as { rows: readonly Row[] }).rows;
}

/** Two lines that TensorFlow 2.21 writes while it is loaded, before it looks at its options. */
function withoutGreeting(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/absl::InitializeLog|oneDNN custom operations/.test(line))
    .join('\n');
}

const onWasm = new Map<string, Promise<readonly Row[]>>();

function rowsOnWasm(args: readonly string[]): Promise<readonly Row[]> {
  const rows = onWasm.get(args.join(' ')) ?? rowsOn('wasm', args);
  onWasm.set(args.join(' '), rows);
  return rows;
}

/** What `npm run tfjs-node`, or its own installer, has built. */
const BINDING = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';

/** Backends beside wasm, those that are there: the same suite runs on each. */
const BACKENDS = [
  { name: 'cpu', isThere: true, env: {} },
  { name: 'node', isThere: existsSync(BINDING), env: {} },
  { name: 'webgpu', isThere: existsSync(DRIVER), env: WITH_DRIVER },
];

/** Every kind of activation, of law and of layer that a backend runs. */
const SUITE = [
  ['examples/tanh.eft', '--set', 'sigma=cos'],
  ['examples/gelu.eft'],
  ['examples/deep-linear.eft'],
  ['examples/relu-critical.eft'],
  ['examples/custom-activation.eft'],
  ['examples/unequal-widths.eft'],
  ['examples/swiglu.eft', '--study', 'GLU'],
  ['examples/uniform-prior.eft'],
  ['examples/sparse-prior.eft'],
];

describe('backends', () => {
  for (const { name, isThere, env } of BACKENDS)
    it.runIf(isThere).each(SUITE.map((args) => [args]))(
      `${name} has the moments of wasm: %j`,
      async (args) => {
        expectSame(await rowsOn(name, args, env), await rowsOnWasm(args));
      },
    );

  it('auto says nothing on the way to a backend that works', async () => {
    expect((await rowsOn('auto', ['examples/tanh.eft'], WITHOUT_DRIVER)).length).toBeGreaterThan(0);
  });

  it('that does not load is refused before anything is printed, with what to install', async () => {
    const args = ['check', 'examples/tanh.eft', '--backend', 'webgpu'];
    const { code, stdout, stderr } = await eft(args, { env: WITHOUT_DRIVER });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error: the webgpu backend does not load');
    expect(stderr).toContain('to install it: npm install ');
  });
});

function expectSame(left: readonly Row[], right: readonly Row[]): void {
  expect(left).toHaveLength(right.length);
  left.forEach(({ measured, standardError }, k) =>
    expect(Math.abs(measured - right[k]!.measured)).toBeLessThan(1e-4 * standardError),
  );
}

describe('eft doctor', () => {
  it('says of each backend whether it works, and lets none of them write to the terminal', async () => {
    const { code, stdout, stderr } = await eft(['doctor'], { env: WITHOUT_DRIVER });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^eft \d+\.\d+\.\d+, Node v\d+/);
    for (const name of ['wasm', 'cpu']) {
      expect(stdout).toMatch(
        new RegExp(`^ {2}${name} +yes {2}\\d+ million weights/s, [\\d.e+-]+ GFLOP/s`, 'm'),
      );
    }
    for (const name of ['node', 'webgpu']) expect(stdout).toMatch(new RegExp(`^ {2}${name} +(yes|no) `, 'm'));
  });
});
