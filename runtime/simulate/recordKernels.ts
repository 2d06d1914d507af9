/** Conditional kernels and control variates of networks in the memory of the kernels, as `simulateKernels` (ensemble.ts) gives them. */
import type { KernelNetwork } from './kernelNetwork.ts';
import { AVERAGES, controlLayout, createControls, writeAverages } from './controls.ts';
import type { KernelBatch } from './ensemble.ts';
import { pairCount } from './pairs.ts';

export interface KernelRecorder {
  /** Room for so many networks. */
  readonly start: (count: number) => Pick<KernelBatch, 'kernels' | 'controls'>;
  /** The network in memory now as number k. */
  readonly record: (into: Pick<KernelBatch, 'kernels' | 'controls'>, k: number) => void;
}

/** `wantsControls`: hidden layers must be conditionally Gaussian. */
export function createKernelRecorder(
  { kernels, plan: { samples }, layers }: KernelNetwork,
  wantsControls: boolean,
): KernelRecorder {
  const pairs = pairCount(samples);
  const hidden = wantsControls ? layers.slice(0, -1) : [];
  const layout = controlLayout(samples, hidden.length);
  const averages = kernels.allocate(8 * pairs * AVERAGES);
  return {
    start: (count) => ({
      kernels: new Float64Array(count * pairs),
      controls: createControls(layout, count),
    }),
    record: (into, k) => {
      into.kernels.set(kernels.f64(layers.at(-1)!.kernel, pairs), k * pairs);
      const own = into.controls.map((all, entry) =>
        all.subarray(k * layout.sizes[entry]!, (k + 1) * layout.sizes[entry]!),
      );
      for (const [at, { kernel, z, width, padded }] of hidden.entries()) {
        kernels.wickAverages(averages, kernel, z, 1, samples, width, padded);
        const values = kernels.f64(averages, pairs * AVERAGES);
        writeAverages(own, layout, at + 1, kernels.f64(kernel, pairs), values, width);
      }
    },
  };
}
