/**
 * Blocks (fieldCorrelators.ts) of squares alone, < z_i(a) z_i(b) > given the layers below for one neuron or for two different ones, where a
 * skip connection feeds the last layer. With g the kernel of what the layer adds and gamma z_i what it passes on,
 *
 *     t_i(ab) = g(ab) + gamma^2 z_i(a) z_i(b),
 *
 * and averages over all neurons, or all pairs of different ones, follow from sums of t and of products of two: no weights are needed, and
 * none of the neurons is left out.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { MEAN_OF_ZZ } from '../simulate/conditionalMeans.ts';
import type { NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import type { Block } from './fieldCorrelators.ts';

/** Whether each block is a product of squares of at most two neurons. */
export function areSquares(blocks: readonly Block[]): boolean {
  return blocks.every(
    ({ letters, fields }) =>
      letters === fields.length &&
      letters <= 2 &&
      fields.every(({ field, letters: own }) => field.name === MEAN_OF_ZZ.name && own.length === 2),
  );
}

/** The last hidden layer of some networks. */
export interface HiddenNeurons {
  /** [count, M, stride] pre-activations, those of the layer first. */
  readonly z: Float32Array;
  readonly stride: number;
  /** [count, M (M + 1) / 2] kernels of what the last layer adds. */
  readonly g: Float64Array;
}

/** Block averages of `count` networks, [count, blocks]. */
export function createSquareAverages(
  { layers, samples }: NetworkPlan,
  blocks: readonly Block[],
): (neurons: HiddenNeurons, count: number) => Float64Array {
  const { width, skip } = layers.at(-1)!;
  const entries = pairCount(samples);
  const wanted = blocks.map(({ fields }) => fields.map(({ samples: [a, b] }) => pairIndex(samples, a!, b!)));
  const pairs = wanted.flatMap(([p, q]) => (p === undefined || q === undefined ? [] : [[p, q] as const]));
  const sums = new Float64Array(entries);
  const products = new Float64Array(pairs.length);
  const squares = new Float64Array(entries);
  const add = ({ z, stride }: HiddenNeurons, network: number): void => {
    sums.fill(0);
    products.fill(0);
    const start = network * samples * stride;
    for (let i = 0; i < width; i++) {
      for (let a = 0, at = 0; a < samples; a++)
        for (let b = a; b < samples; b++, at++) {
          squares[at] = z[start + a * stride + i]! * z[start + b * stride + i]!;
          sums[at]! += squares[at]!;
        }
      for (let k = 0; k < pairs.length; k++) products[k]! += squares[pairs[k]![0]]! * squares[pairs[k]![1]]!;
    }
  };
  return (neurons, count) => {
    const averages = new Float64Array(count * blocks.length);
    const factor = skip ** 2;
    for (let network = 0, at = 0; network < count; network++) {
      add(neurons, network);
      const g = (entry: number): number => neurons.g[network * entries + entry]!;
      const total = (entry: number): number => width * g(entry) + factor * sums[entry]!;
      let next = 0;
      for (const [p, q] of wanted) {
        if (p === undefined) throw new InternalError('a block without neurons');
        if (q === undefined) averages[at++] = total(p) / width;
        else {
          const both =
            width * g(p) * g(q) +
            factor * (g(q) * sums[p]! + g(p) * sums[q]!) +
            factor ** 2 * products[next++]!;
          averages[at++] = (total(p) * total(q) - both) / (width * (width - 1));
        }
      }
    }
    return averages;
  };
}
