/** Full-batch gradient descent of a deep tanh network on the Iris data, with TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { createNormalSource, fillNormals } from '../runtime/simulate/normals.ts';
import { philoxKey } from '../runtime/simulate/philox.ts';

export interface Flowers {
  /** Four measures of each flower, each of mean 0 and variance 1, and a 1: tanh without biases is odd. */
  readonly inputs: readonly (readonly number[])[];
  /** 0, 1 or 2. */
  readonly species: readonly number[];
}

export interface Split {
  readonly seen: Flowers;
  readonly unseen: Flowers;
}

const SPECIES = ['setosa', 'versicolor', 'virginica'];

/** Every third flower is kept for the test. */
export function splitIris(csv: string): Split {
  const rows = csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
  const measures = rows.map((row) => row.slice(0, 4).map(Number));
  const columns = [0, 1, 2, 3].map((k) => measures.map((row) => row[k]!));
  const scales = columns.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
    };
  });
  const inputs = measures.map((row) => [
    ...row.map((value, k) => (value - scales[k]!.mean) / scales[k]!.deviation),
    1,
  ]);
  const species = rows.map((row) => SPECIES.indexOf(row[4]!));
  const part = (keep: (k: number) => boolean): Flowers => ({
    inputs: inputs.filter((_, k) => keep(k)),
    species: species.filter((_, k) => keep(k)),
  });
  return { seen: part((k) => k % 3 !== 0), unseen: part((k) => k % 3 === 0) };
}

export interface TrainingOptions {
  readonly depth: number;
  readonly width: number;
  readonly C_W: number;
  readonly C_b: number;
  /** Weights move by rate / fan-in times their gradient, as the tangent kernel of the model weighs them. */
  readonly rate: number;
  readonly steps: number;
  readonly seed: number;
}

export interface Training {
  /** Half the squared distance to the label, summed over the outputs, averaged over flowers. Infinite when training diverged. */
  readonly initialLoss: number;
  readonly loss: number;
  /** Shares of flowers whose species has the largest output. */
  readonly trained: number;
  readonly tested: number;
}

export async function trainNetwork(options: TrainingOptions, { seen, unseen }: Split): Promise<Training> {
  await tf.setBackend('wasm');
  const { depth, width, rate, steps } = options;
  const sizes = [5, ...Array.from({ length: depth - 1 }, () => width), SPECIES.length];
  const weights = Array.from({ length: depth }, (_, layer) => drawn(sizes, layer, options));
  const x = tf.tensor2d(seen.inputs.map((row) => [...row]));
  const labels = tf.tensor2d(seen.species.map((k) => SPECIES.map((_, j) => (j === k ? 1 : 0))));
  const value = (): number =>
    tf.tidy(() => tf.mean(tf.sum(tf.square(tf.sub(outputs(weights, x), labels)), 1)).dataSync()[0]! / 2);
  const initialLoss = value();
  for (let step = 0; step < steps; step++)
    tf.tidy(() => {
      gradients(weights, x, labels).forEach((gradient, layer) => {
        const weight = weights[layer]!;
        weight.assign(tf.sub(weight, tf.mul(gradient, rate / sizes[layer]!)));
      });
    });
  const last = value();
  const result = {
    initialLoss,
    loss: Number.isFinite(last) ? last : Infinity,
    trained: rightShare(weights, seen),
    tested: rightShare(weights, unseen),
  };
  tf.dispose([x, labels, ...weights]);
  return result;
}

/** Weights of one layer, of variance C_W / fan-in. */
function drawn(
  sizes: readonly number[],
  layer: number,
  { C_W, seed }: TrainingOptions,
): tf.Variable<tf.Rank.R2> {
  const [below, above] = [sizes[layer]!, sizes[layer + 1]!];
  const values = new Float32Array(below * above);
  fillNormals(
    values,
    0,
    values.length,
    Math.sqrt(C_W / below),
    createNormalSource(philoxKey(seed)),
    layer,
    0,
    0,
  );
  return tf.variable(tf.tensor2d(values, [below, above]));
}

/** Of the loss, by going back through the layers: TensorFlow.js in Node comes without its gradients. */
function gradients(
  weights: readonly tf.Variable<tf.Rank.R2>[],
  x: tf.Tensor2D,
  labels: tf.Tensor2D,
): tf.Tensor2D[] {
  const read: tf.Tensor2D[] = [x];
  for (const weight of weights.slice(0, -1)) read.push(tf.tanh(tf.matMul(read.at(-1)!, weight)));
  const last = tf.matMul(read.at(-1)!, weights.at(-1)!);
  let error: tf.Tensor2D = tf.div(tf.sub(last, labels), x.shape[0]);
  const found: tf.Tensor2D[] = [];
  for (let layer = weights.length - 1; layer >= 0; layer--) {
    found.unshift(tf.matMul(read[layer]!, error, true, false));
    if (layer > 0) {
      const slope = tf.sub(1, tf.square(read[layer]!));
      error = tf.mul(tf.matMul(error, weights[layer]!, false, true), slope);
    }
  }
  return found;
}

function outputs(weights: readonly tf.Variable<tf.Rank.R2>[], x: tf.Tensor2D): tf.Tensor2D {
  return weights.reduce<tf.Tensor2D>(
    (z, weight, layer) => tf.matMul(layer === 0 ? z : tf.tanh(z), weight),
    x,
  );
}

function rightShare(weights: readonly tf.Variable<tf.Rank.R2>[], { inputs, species }: Flowers): number {
  return tf.tidy(() => {
    const z = outputs(weights, tf.tensor2d(inputs.map((row) => [...row]))).arraySync();
    const right = z.filter((row, k) => row.every((value) => value <= row[species[k]!]!));
    return right.length / species.length;
  });
}
