/** Residual networks z' = gamma z + b + W sigma(z), and two oracles for their corrections at order 1/n that share no code with the engine. */
import { symbol } from '../../theory/expression.ts';
import type { LayerTerm, Model, Study } from '../../theory/model.ts';

export function withSkip(model: Model): Model {
  const { architecture } = model;
  const { span } = architecture;
  const skip: LayerTerm = { kind: 'skip', coefficient: symbol('gamma'), span };
  return { ...model, architecture: { ...architecture, layer: [...architecture.layer, skip] } };
}

export function withGamma(study: Study, gamma: number | readonly number[]): Study {
  return { ...study, parameters: new Map([...study.parameters, ['gamma', gamma]]) };
}

export interface ResidualSetting {
  /** Of layer l, counted from 0. */
  readonly sigma: (z: number, l: number) => number;
  /** One for all layers, or one for each. */
  readonly gamma: number | readonly number[];
  readonly C_W: number;
  readonly C_b: number;
  readonly K1: number;
  readonly depth: number;
}

/** He_m(x) for m = 0 ... most. */
function hermite(x: number, most: number): number[] {
  const values = [1, x];
  for (let m = 1; m < most; m++) values.push(x * values[m]! - m * values[m - 1]!);
  return values;
}

const NODES = Array.from({ length: 4001 }, (_, k) => -12 + (24 * k) / 4000);
export const DEGREES = 36;

/** < f(sqrt(K) x) He_m(x) > for x of variance 1, m from 0: the trapezoid rule converges faster than any power. */
export function coefficients(f: (z: number) => number, K: number): number[] {
  const sums = Array.from({ length: DEGREES }, () => 0);
  for (const x of NODES) {
    const weight = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * (24 / 4000) * f(Math.sqrt(K) * x);
    hermite(x, DEGREES - 1).forEach((he, m) => (sums[m]! += weight * he));
  }
  return sums;
}

/**
 * K, V and G1 of one input from linear response. With S[m] the variance that layer m adds given the layers below, g = sigma^2 and
 * x[m] = z[m] / sqrt(K[m]), fluctuations of one layer's neurons reach all later ones through chi, and
 *
 *     n Cov(S[k], S[l]) follows from sources C_W^2 Cov(g(z[k]), g(z[l])) of one neuron at two layers, k != l included,
 *
 * written as sums over pairs of layers (m <= k < l): no coupling that ends on a function is defined, none subtracted.
 */
export function linearResponse({ sigma, gamma, C_W, C_b, K1, depth }: ResidualSetting): {
  K: number;
  V: number;
  G1: number;
} {
  const into = (l: number): number => (typeof gamma === 'number' ? gamma : gamma[l]!);
  const carried = (k: number, l: number): number => {
    let product = 1;
    for (let m = k + 1; m <= l; m++) product *= into(m);
    return product;
  };
  const K = [K1];
  const series: number[][] = [];
  for (let l = 0; l < depth; l++) {
    series.push(coefficients((z) => sigma(z, l) ** 2, K[l]!));
    if (l < depth - 1) K.push(into(l + 1) ** 2 * K[l]! + C_b + C_W * series[l]![0]!);
  }
  let factorial = [1];
  for (let m = 1; m < DEGREES; m++) factorial = [...factorial, factorial[m - 1]! * m];
  /** Cov of g at layer k with the d-th derivative of g at layer l >= k. */
  const covariance = (k: number, l: number, d: number): number => {
    const correlation = carried(k, l) * Math.sqrt(K[k]! / K[l]!);
    let sum = 0;
    for (let m = 1; m + d < DEGREES; m++)
      sum += (series[k]![m]! * series[l]![m + d]! * correlation ** m) / factorial[m]!;
    return sum / K[l]! ** (d / 2);
  };
  const derivative = (l: number, d: number): number => series[l]![d]! / K[l]! ** (d / 2);
  const chi = (m: number): number => into(m + 1) ** 2 + (C_W / 2) * derivative(m, 2);
  /** Of the variance of z at layer l to what is added at layer k + 1. */
  const response = (l: number, k: number): number => {
    let product = 1;
    for (let m = k + 1; m < l; m++) product *= chi(m);
    return product;
  };
  /** Covariance of the conditional variances of two neurons of layer l. */
  const varianceOf = (l: number): number => {
    let sum = 0;
    for (let k = 0; k < l; k++)
      for (let m = 0; m < l; m++)
        sum += C_W ** 2 * response(l, k) * response(l, m) * covariance(Math.min(k, m), Math.max(k, m), 0);
    return sum;
  };
  /** Covariance of the conditional variance of a neuron of layer l with z^2 of another one. */
  const crossOf = (l: number): number => {
    let sum = 0;
    for (let k = 0; k < l; k++) sum += C_W * response(l, k) * carried(k, l) ** 2 * K[k]! * series[k]![2]!;
    return sum;
  };
  let G1 = 0;
  for (let l = 0; l < depth - 1; l++) {
    let own = 0;
    for (let k = 0; k < l; k++) own += C_W * response(l, k) * covariance(k, l, 2);
    G1 = chi(l) * G1 + C_W * (varianceOf(l) * (derivative(l, 4) / 8) + own / 2);
  }
  const last = depth - 1;
  return { K: K[last]!, V: varianceOf(last) + 2 * crossOf(last), G1 };
}
