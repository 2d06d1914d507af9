/**
 * Conditional kernels and control variates of networks in the memory of the kernels: those of `simulateKernels` (ensemble.ts), and further ones that
 * tangent kernels move with. Given the layers below, the weights of a layer are independent of them, so
 *
 *     1/n sum_kj (W_kj^2 - C_W / fan_in) F'_j(a) F'_j(b)
 *
 * has mean zero exactly, at each hidden layer above the first; it is most of what H_kk(a,b) there fluctuates by beside the kernel.
 */
import { AVERAGES, controlLayout, createControls, writeAverages, type ControlLayout } from './controls.ts';
import type { KernelBatch } from './ensemble.ts';
import type { KernelLayer, KernelNetwork } from './kernelNetwork.ts';
import { isConditionallyGaussian, type NetworkPlan } from './networkPlan.ts';
import { pairCount, pairIndex } from './pairs.ts';

export type RecordedKernels = Pick<KernelBatch, 'kernels' | 'controls'>;

export interface KernelRecorder {
  /** Room for so many networks. */
  readonly start: (count: number) => RecordedKernels;
  /** The network in memory now as number k. */
  readonly record: (into: RecordedKernels, k: number) => void;
}

/** Controls of each kernel entry, none unless hidden layers are Gaussian: those of controls.ts, then those of the weights, layer by layer. */
export function recordedControls(plan: NetworkPlan): ControlLayout {
  const hidden = isConditionallyGaussian(plan) ? plan.layers.length - 1 : 0;
  const layout = controlLayout(plan.samples, hidden);
  const sizes = [...layout.sizes];
  forPairs(plan.samples, (a, b) => {
    sizes[pairIndex(plan.samples, a, b)]! += Math.max(0, hidden - 1) * weightPairs(a, b).length;
  });
  return { ...layout, sizes };
}

/** The entries whose weights an entry is controlled by: the variances of its samples move its square. */
function weightPairs(a: number, b: number): readonly (readonly [number, number])[] {
  return a === b
    ? [[a, a]]
    : [
        [a, a],
        [a, b],
        [b, b],
      ];
}

function forPairs(samples: number, each: (a: number, b: number) => void): void {
  for (let a = 0; a < samples; a++) for (let b = a; b < samples; b++) each(a, b);
}

export function createKernelRecorder(network: KernelNetwork, wantsControls: boolean): KernelRecorder {
  const {
    kernels,
    plan: { samples },
    layers,
  } = network;
  const pairs = pairCount(samples);
  const hidden = wantsControls ? layers.slice(0, -1) : [];
  const layout = controlLayout(samples, hidden.length);
  const all = wantsControls ? recordedControls(network.plan) : layout;
  const averages = kernels.allocate(8 * pairs * AVERAGES);
  const weightSums = hidden.slice(1).map((layer) => createWeightSums(network, layer));
  return {
    start: (count) => ({
      kernels: new Float64Array(count * pairs),
      controls: createControls(all, count),
    }),
    record: (into, k) => {
      into.kernels.set(kernels.f64(layers.at(-1)!.kernel, pairs), k * pairs);
      if (hidden.length === 0) return;
      const own = into.controls.map((values, entry) =>
        values.subarray(k * all.sizes[entry]!, (k + 1) * all.sizes[entry]!),
      );
      for (const [at, { kernel, z, width, padded }] of hidden.entries()) {
        kernels.wickAverages(averages, kernel, z, 1, samples, width, padded);
        const values = kernels.f64(averages, pairs * AVERAGES);
        writeAverages(own, layout, at + 1, kernels.f64(kernel, pairs), values, width);
      }
      const ofLayers = weightSums.map((sums) => sums());
      forPairs(samples, (a, b) => {
        const entry = pairIndex(samples, a, b);
        let at = layout.sizes[entry]!;
        for (const sums of ofLayers)
          for (const [c, d] of weightPairs(a, b)) own[entry]![at++] = sums[pairIndex(samples, c, d)]!;
      });
    },
  };
}

/** The sum above of every pair of samples, for the network in memory. */
function createWeightSums(
  { kernels, plan: { samples } }: KernelNetwork,
  { width, fanIn, paddedFanIn, matrices }: KernelLayer,
): () => Float64Array {
  const excess = kernels.allocate(4 * paddedFanIn);
  const sums = new Float64Array(pairCount(samples));
  return () => {
    sums.fill(0);
    for (const { plan, values, slopes } of matrices) {
      const squares = kernels.f32(excess, paddedFanIn).fill(0);
      kernels.addColumnProducts(excess, values, values, 1 / width, width, paddedFanIn, paddedFanIn);
      const slope = (a: number) => kernels.f32(slopes + 4 * a * paddedFanIn, fanIn);
      forPairs(samples, (a, b) => {
        const [x, y] = [slope(a), slope(b)];
        let sum = 0;
        for (let j = 0; j < fanIn; j++) sum += (squares[j]! - plan.deviation ** 2) * x[j]! * y[j]!;
        sums[pairIndex(samples, a, b)]! += sum;
      });
    }
    return sums;
  };
}
