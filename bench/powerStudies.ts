/**
 * Studies chosen so that each term of the recursions of A, B, D, F, P and Q is a good share of an observable.
 *
 * Two layers: nothing fluctuates below, so that a recursion has only the terms of its last step, and 1/n is exact at any width.
 * Three layers, the second four times as wide: what it adds is four times smaller than what it inherits from layer 1 through V, A,
 * B, D, F, P and Q. At C_W = 1, C_b = 0 no coupling dies out, and without a learning rate of the biases Theta is
 * as small as K, so that terms with powers of Theta and without stay comparable. tanh makes some of them negative.
 */
import { ONE, rational } from '../theory/rational.ts';
import type { TangentOptions } from './tangentStudies.ts';

export interface PowerStudy extends TangentOptions {
  readonly name: string;
  readonly networks: number;
  /** The couplings whose recursions are changed. */
  readonly letters: readonly string[];
}

const tanh = {
  activation: 'tanh',
  samples: [[1, 0.5, -0.3]],
  weightVariance: 1,
  biasVariance: 0,
  biasRate: 0,
} as const;

const twoLayers = { ...tanh, depth: 2, widths: [4] } as const;
const threeLayers = { ...tanh, depth: 3, ratios: [ONE, rational(4, 1), ONE], widths: [8, 16] } as const;

const kernels = { observables: ['A', 'B', 'D', 'F'], letters: ['A', 'B', 'D', 'F'] } as const;
const differentials = { observables: ['P', 'Q'], letters: ['P', 'Q'] } as const;

export const POWER_STUDIES: readonly PowerStudy[] = [
  { name: 'kernels, L = 2', ...twoLayers, ...kernels, networks: 50_000 },
  { name: 'kernels, L = 3', ...threeLayers, ...kernels, networks: 160_000 },
  { name: 'differentials, L = 2', ...twoLayers, ...differentials, networks: 50_000 },
  { name: 'differentials, L = 3', ...threeLayers, ...differentials, networks: 50_000 },
];
