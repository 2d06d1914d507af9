/** The graphics device of the WebGPU backend: where it comes from, what it is, and when it fails. */
import { DeviceError } from '../diagnostics/diagnostic.ts';

/** What is used of a device. */
export interface GpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: Error }) => void): void;
}

interface GpuAdapter {
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

interface GpuNavigator {
  gpu?: { requestAdapter(): Promise<unknown> };
}

let adapter: GpuAdapter | undefined;

/** In Node the package `webgpu` (Dawn) plays the browser's part. Throws where there is no adapter. */
export async function provideWebGpu(): Promise<void> {
  const host = globalThis as { navigator?: GpuNavigator };
  if (!host.navigator?.gpu) await installDawn(host);
  adapter = (await host.navigator?.gpu?.requestAdapter()) ?? undefined;
  if (!adapter) throw new Error('no graphics adapter was found');
}

/** What the adapter says of itself, to append to a description. */
export function adapterNotes(): string {
  const { vendor = '', architecture = '', description = '' } = adapter?.info ?? {};
  const name = [vendor, architecture, description].filter((part) => part !== '').join(' ');
  return isSoftware() ? ` on ${name}, a driver in SOFTWARE: no graphics card is used` : name && ` on ${name}`;
}

/** Drivers that compute on the processor: they say so, or are known by name. */
function isSoftware(): boolean {
  const { vendor = '', architecture = '', description = '', isFallbackAdapter = false } = adapter?.info ?? {};
  return (
    isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${vendor} ${architecture} ${description}`)
  );
}

export interface DeviceWatch {
  /** Rejects with DeviceError when the device fails. */
  readonly failed: Promise<never>;
  /** Throws DeviceError when it has failed. */
  readonly check: () => void;
  /** The error to report for another one that a failure of the device may be behind. */
  readonly reasonFor: (error: unknown) => Promise<unknown>;
}

/** Milliseconds in which the loss of a device shows, after what it was doing has failed. */
const LOSS_SHOWS = 200;

export function watchDevice(device: GpuDevice): DeviceWatch {
  let failure: DeviceError | undefined;
  const failed = new Promise<never>((_, reject) => {
    const fail = (message: string): void => {
      failure ??= new DeviceError(message);
      reject(failure);
    };
    device.addEventListener('uncapturederror', ({ error }) =>
      fail(`the graphics device reported an error: ${error.message}`),
    );
    void device.lost.then(({ reason, message }) =>
      fail(
        `the graphics device was lost (${reason}): ${message}\nwhat was measured since the last checkpoint is gone; --backend wasm needs no device`,
      ),
    );
  });
  // Whoever waits for it hears of it; nobody has to.
  failed.catch(() => undefined);
  return {
    failed,
    check: () => {
      if (failure) throw failure;
    },
    reasonFor: async (error) => {
      await new Promise((resolve) => setTimeout(resolve, LOSS_SHOWS));
      return failure ?? error;
    },
  };
}

export function runsInNode(): boolean {
  return typeof process !== 'undefined' && 'node' in process.versions;
}

/** Packages that exist only in Node: the name is a variable so that no bundler looks for it. */
export async function importOptional(specifier: string): Promise<Record<string, unknown>> {
  return (await import(/* @vite-ignore */ specifier)) as Record<string, unknown>;
}

async function installDawn(host: { navigator?: GpuNavigator }): Promise<void> {
  if (!runsInNode()) throw new Error('this browser has no WebGPU');
  const dawn = await importOptional('webgpu');
  Object.assign(globalThis, dawn.globals);
  const gpu = (dawn.create as (options: readonly string[]) => GpuNavigator['gpu'])([]);
  const navigator = host.navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  if (!host.navigator)
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}
