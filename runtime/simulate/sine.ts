/** Sine and cosine from arithmetic, for devices whose own have an absolute error near 2^-11, all that WebGPU promises. */
import type { ElementwiseOperations } from './elementwise.ts';

export type RoundingOperations<T> = Pick<ElementwiseOperations<T>, 'add' | 'constant' | 'multiply'> & {
  floor(argument: T): T;
};

/** pi / 2 as two numbers of few bits and a rest, so that multiples of the first two are exact in float32. */
const HALF_PI = [1.5703125, 4.8351287841796875e-4, 3.138553164e-7];
/** Taylor coefficients: on |r| <= pi/4 the first one left out is below float32 rounding. */
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880];
const COSINE = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320];

/** sin(x), or cos(x) = sin(x + pi/2) when `quarters` is 1. */
export function reducedSine<T>(x: T, quarters: 0 | 1, ops: RoundingOperations<T>): T {
  const scale = (value: T, by: number): T => ops.multiply(value, ops.constant(by));
  const shift = (value: T, by: number): T => ops.add(value, ops.constant(by));
  const parity = (value: T): T => ops.add(value, scale(ops.floor(scale(value, 0.5)), -2));
  const count = ops.floor(shift(scale(x, 2 / Math.PI), 0.5));
  const rest = HALF_PI.reduce((left, part) => ops.add(left, scale(count, -part)), x);
  const square = ops.multiply(rest, rest);
  const series = (coefficients: readonly number[]): T =>
    coefficients
      .map((c) => ops.constant(c))
      .reduceRight((sum, coefficient) => ops.add(ops.multiply(sum, square), coefficient));
  const quadrant = shift(count, quarters);
  const isOdd = parity(quadrant);
  const isNegative = parity(ops.floor(scale(quadrant, 0.5)));
  const even = ops.multiply(rest, series(SINE));
  const odd = series(COSINE);
  const value = ops.add(ops.multiply(isOdd, ops.add(odd, scale(even, -1))), even);
  return ops.multiply(shift(scale(isNegative, -2), 1), value);
}
