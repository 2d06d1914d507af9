/** Which networks each quantity of a check is measured on, and why. */
import type { Block } from './fieldCorrelators.ts';
import { isConditionallyGaussian, needsNoWeights, type NetworkPlan } from '../simulate/networkPlan.ts';
import type { Quantity } from './quantity.ts';
import { areSquares } from './squareBlocks.ts';

/** Networks without weights (conditionalSampler.ts), or with every weight sampled. */
export type EstimatorName = 'conditional' | 'weights';

export interface EstimatorChoice {
  readonly estimator: EstimatorName;
  /** One clause for people. */
  readonly reason: string;
}

/** What an observable is measured on. */
export interface EstimatorNote extends EstimatorChoice {
  readonly observable: string;
}

/**
 * The networks that correlators of z are measured on. Both kinds give the kernel g the same distribution, so a network is worth the
 * same and the cheaper kind wins. Where tangent kernels enter the same quantity, both are taken from the
 * same networks: their fluctuations largely cancel.
 */
export function kernelEstimator(plan: NetworkPlan, quantities: readonly Quantity[]): EstimatorChoice {
  const obstacle = obstacleToConditioning(plan);
  if (obstacle !== undefined) return { estimator: 'weights', reason: obstacle };
  if (quantities.some(isMixed))
    return { estimator: 'weights', reason: 'a quantity combines correlators of z with other fields' };
  const [normals, weights] = [conditionalWork(plan), fullWork(plan)];
  const ratio = (weights.cost / normals.cost).toPrecision(2);
  return normals.cost <= weights.cost
    ? {
        estimator: 'conditional',
        reason: `given the layer below, neurons are independent Gaussians: ${normals.numbers} normals a network instead of ${weights.numbers} parameters, about ${ratio} times less work`,
      }
    : {
        estimator: 'weights',
        reason: `the samples are so many that ${weights.numbers} parameters are less work than ${normals.numbers} normals and their covariances`,
      };
}

export const WEIGHTS_ASKED_FOR: EstimatorChoice = { estimator: 'weights', reason: 'as asked for' };

/** Networks that fields other than z are measured on. */
const FIELD_ESTIMATOR: EstimatorChoice = {
  estimator: 'weights',
  reason: 'fields other than z, and z given a skip connection or another law, need the parameters themselves',
};

/** Squares of neurons that a skip connection feeds. */
const SQUARES_ESTIMATOR: EstimatorChoice = {
  estimator: 'conditional',
  reason:
    'given the layer below, neurons are independent Gaussians about what the skip connection carries: no weights are drawn',
};

/** Networks that fields are measured on, all of them on the same. */
export function blockEstimator(plan: NetworkPlan, blocks: readonly Block[]): EstimatorChoice {
  const fromKernels = plan.layers.at(-1)!.skip === 0;
  return !fromKernels && needsNoWeights(plan) && areSquares(blocks) ? SQUARES_ESTIMATOR : FIELD_ESTIMATOR;
}

export function usesKernels({ statistics }: Quantity): boolean {
  return statistics.some(({ kind }) => kind === 'kernel');
}

function isMixed({ statistics }: Quantity): boolean {
  return new Set(statistics.map(({ kind }) => kind)).size > 1;
}

function obstacleToConditioning(plan: NetworkPlan): string | undefined {
  if (isConditionallyGaussian(plan)) return undefined;
  if (plan.fields > 1) return 'a neuron has several pre-activations';
  return plan.layers.slice(0, -1).some(({ skip }) => skip !== 0)
    ? 'a skip connection gives the neurons of a hidden layer a mean'
    : 'a prior of a hidden layer is not Gaussian';
}

interface Work {
  /** Random numbers a network. */
  readonly numbers: number;
  /** In units of one random number. */
  readonly cost: number;
}

/** Multiplications that take the time of one random number (bench/kernels.ts). */
export const PRODUCTS_PER_NUMBER = 16;

function conditionalWork({ layers, samples }: NetworkPlan): Work {
  return total(
    layers.slice(0, -1).map(({ width }) => ({
      numbers: width * samples,
      products: (width * samples ** 2) / 2 + samples ** 3,
    })),
  );
}

/** Random numbers of a network without weights. */
export function conditionalNumbers(plan: NetworkPlan): number {
  return conditionalWork(plan).numbers;
}

function fullWork({ layers, samples }: NetworkPlan): Work {
  return total(
    layers.slice(0, -1).map(({ width, fanIn, biases, weights }) => ({
      numbers: width * (fanIn * weights.length + biases.length),
      products: width * fanIn * weights.length * samples,
    })),
  );
}

function total(layers: readonly { readonly numbers: number; readonly products: number }[]): Work {
  const numbers = layers.reduce((sum, layer) => sum + layer.numbers, 0);
  const products = layers.reduce((sum, layer) => sum + layer.products, 0);
  return { numbers, cost: numbers + products / PRODUCTS_PER_NUMBER };
}
