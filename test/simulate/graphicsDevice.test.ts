/** The WebGPU backend on the Vulkan driver in software that Debian's chromium brings along, where that is installed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openBackend } from '../../runtime/backend.ts';
import { productErrors } from './randomProducts.ts';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

interface Answer {
  readonly errors: readonly string[];
  readonly before: { readonly tensors: number; readonly buffers: number };
  readonly after: Answer['before'];
  readonly failure: string;
  readonly description: string;
}

async function onDevice(...args: readonly string[]): Promise<Answer> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'test/simulate/onDevice.ts', ...args],
    { env: { ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: '/usr/lib/chromium' } },
  );
  return JSON.parse(stdout.split('\n').at(-1)!) as Answer;
}

describe('products with random matrices, forward and backward', () => {
  it.each(['wasm', 'cpu'] as const)('are those of the documented numbers on %s', async (name) => {
    expect(await productErrors(await openBackend(name))).toEqual([]);
  });
});

describe.runIf(existsSync(DRIVER))('a graphics device', () => {
  it('has the same products, holds no more buffers after many batches, and its errors are fatal', async () => {
    const { errors, before, after, failure, description } = await onDevice('30');
    expect(errors).toEqual([]);
    expect(after).toEqual(before);
    expect(before.buffers).toBeGreaterThan(0);
    expect(failure).toMatch(/^the graphics device reported an error: /);
    expect(description).toMatch(/swiftshader.*in SOFTWARE/i);
  });

  it('that is lost is reported', async () => {
    const { failure } = await onDevice('1', 'lose');
    expect(failure).toMatch(
      /^the graphics device was lost \(destroyed\): [^]*--backend wasm needs no device$/,
    );
  });
});
