/**
 * Tangent kernels between all neurons of the last hidden layer m of a network in the kernels' memory (kernelNetwork.ts), from the gradients
 * of all of them at once:
 *
 *     H_ij(a,b) = sum over layers l <= m of r_l(a,b) sum_k V_l[k,i](a) V_l[k,j](b),     V_l[k,i](a) = dz[m]_i(a) / dz[l]_k(a)
 *
 * with r_l(a,b) the learning rates of the biases of layer l plus those of its weights times the products of what they multiply, and
 *
 *     V_m = 1,     V_l(a) = (sum_W diag F'(a) W^T + gamma) V_(l+1)(a)          W, F, gamma of layer l + 1
 *
 * So n^3 operations a layer for each sample, and as many for each pair of samples whose whole H is asked for; its diagonal and its values
 * between two vectors take n^2.
 */
import { paddedLength, type Pointer } from '../kernels/kernels.ts';
import type { KernelLayer, KernelNetwork } from './kernelNetwork.ts';
import { pairIndex } from './pairs.ts';

export interface TangentKernels {
  /** Neurons of the last hidden layer, and the length of a row. */
  readonly width: number;
  readonly padded: number;
  /** H(a,b), [width, padded]; filled by `run`. The columns beyond the width are finite. */
  readonly whole: (a: number, b: number) => Pointer;
  /** H_kk(a,b), [padded]; filled by `run`. */
  readonly diagonal: (a: number, b: number) => Pointer;
  /** sum_ij x_i H_ij(a,b) y_j, for x and y of [padded] that are zero beyond the width. */
  readonly form: (a: number, b: number) => (x: Pointer, y: Pointer) => number;
  /** Everything that was asked for, for the network in memory now. */
  readonly run: () => void;
}

type Step = () => void;

/** Throws nothing; the network must have a hidden layer. */
export function createTangentKernels(network: KernelNetwork): TangentKernels {
  const { kernels, layers, plan } = network;
  const hidden = layers.slice(0, -1);
  const { width, padded } = hidden.at(-1)!;
  const gradients = createGradients(network, hidden);
  const places = new Map<string, Pointer>();
  const steps: Step[] = [];
  const rate = (layer: KernelLayer, a: number, b: number): number =>
    kernels.f64(layer.rates + 8 * pairIndex(plan.samples, a, b), 1)[0]!;
  const lower = (a: number, b: number) =>
    hidden
      .slice(0, -1)
      .map((layer, at) => ({ layer, left: gradients.of(a)[at]!, right: gradients.of(b)[at]! }));
  const asked = (key: string, length: number, step: (target: Pointer) => Step): Pointer => {
    const known = places.get(key);
    if (known !== undefined) return known;
    const target = kernels.allocate(4 * length);
    places.set(key, target);
    steps.push(step(target));
    return target;
  };

  const fillWhole =
    (a: number, b: number) =>
    (target: Pointer): Step => {
      const parts = lower(a, b);
      const symmetric = a === b;
      return () => {
        const values = kernels.f32(target, width * padded);
        values.fill(0);
        const own = rate(hidden.at(-1)!, a, b);
        for (let i = 0; i < width; i++) values[i * (padded + 1)] = own;
        for (const { layer, left, right } of parts) {
          const factor = rate(layer, a, b);
          if (factor !== 0)
            kernels.transposedProduct(
              target,
              left,
              right,
              0,
              factor,
              layer.width,
              padded,
              padded,
              padded,
              padded,
              padded,
              symmetric ? 1 : 0,
            );
        }
        if (symmetric) kernels.mirror(target, padded, padded);
      };
    };
  const fillDiagonal =
    (a: number, b: number) =>
    (target: Pointer): Step => {
      const parts = lower(a, b);
      return () => {
        kernels.f32(target, padded).fill(rate(hidden.at(-1)!, a, b));
        for (const { layer, left, right } of parts)
          kernels.addColumnProducts(target, left, right, rate(layer, a, b), layer.width, padded, padded);
      };
    };
  const form = (a: number, b: number) => {
    const parts = lower(a, b);
    const longest = Math.max(16, ...parts.map(({ layer }) => layer.padded));
    const [u, v] = [kernels.allocate(4 * longest), kernels.allocate(4 * longest)];
    return (x: Pointer, y: Pointer): number => {
      let sum = rate(hidden.at(-1)!, a, b) * dot(kernels.f32(x, width), kernels.f32(y, width));
      for (const { layer, left, right } of parts) {
        const factor = rate(layer, a, b);
        if (factor === 0) continue;
        for (const [target, matrix, vector] of [
          [u, left, x],
          [v, right, y],
        ] as const) {
          kernels.f32(target, layer.padded).fill(0);
          kernels.storedProduct(target, vector, matrix, 1, 1, layer.padded, padded);
        }
        sum += factor * dot(kernels.f32(u, layer.width), kernels.f32(v, layer.width));
      }
      return sum;
    };
  };

  return {
    width,
    padded,
    whole: (a, b) => asked(`whole ${a},${b}`, padded * padded, fillWhole(a, b)),
    diagonal: (a, b) => asked(`diagonal ${a},${b}`, padded, fillDiagonal(a, b)),
    form,
    run: () => {
      gradients.run();
      steps.forEach((step) => step());
    },
  };
}

interface Gradients {
  /** V_1 ... V_(m-1) of a sample, each [padded width of its layer, padded width of layer m]. */
  readonly of: (sample: number) => readonly Pointer[];
  readonly run: Step;
}

function createGradients({ kernels }: KernelNetwork, hidden: readonly KernelLayer[]): Gradients {
  const known = new Map<number, readonly Pointer[]>();
  const columns = hidden.at(-1)!.padded;
  const of = (sample: number): readonly Pointer[] => {
    const places =
      known.get(sample) ?? hidden.slice(0, -1).map(({ padded }) => kernels.allocate(4 * padded * columns));
    known.set(sample, places);
    return places;
  };
  /** V of a layer from that of the layer above, which is the identity for the last one. */
  const fill = (target: Pointer, above: Pointer | undefined, layer: KernelLayer, sample: number): void => {
    const { fanIn, paddedFanIn, width, matrices, plan } = layer;
    const values = kernels.f32(target, paddedFanIn * columns);
    values.fill(0);
    if (plan.skip !== 0) {
      if (above === undefined) for (let i = 0; i < width; i++) values[i * (columns + 1)] = plan.skip;
      else {
        const from = kernels.f32(above, fanIn * columns);
        for (let k = 0; k < from.length; k++) values[k] = plan.skip * from[k]!;
      }
    }
    for (const { values: weights, slopes } of matrices) {
      const slope = slopes + 4 * sample * paddedFanIn;
      if (above === undefined)
        kernels.addTransposed(target, weights, slope, width, fanIn, paddedFanIn, columns);
      else
        kernels.transposedProduct(
          target,
          weights,
          above,
          slope,
          1,
          width,
          fanIn,
          columns,
          paddedFanIn,
          columns,
          columns,
          0,
        );
    }
  };
  const run = (): void => {
    for (const [sample, places] of known)
      for (let at = places.length - 1; at >= 0; at--)
        fill(places[at]!, places[at + 1], hidden[at + 1]!, sample);
  };
  return { of, run };
}

function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k]! * y[k]!;
  return sum;
}

/** Room for a vector between the neurons of the last hidden layer, zero beyond them. */
export function allocateVector({ kernels }: KernelNetwork, width: number): Pointer {
  const length = paddedLength(width);
  const at = kernels.allocate(4 * length);
  kernels.f32(at, length).fill(0);
  return at;
}
