/** The critical initialisation as code to paste. Names of groups come from the file and are keys in quotes only. */

export interface GroupVariance {
  readonly name: string;
  readonly kind: 'weights' | 'bias';
  /** Of weights times their fan-in. */
  readonly variance: number;
}

export function initialisationCode(groups: readonly GroupVariance[]): {
  readonly pytorch: string;
  readonly jax: string;
  readonly tfjs: string;
} {
  const weights = groups.find(({ kind }) => kind === 'weights')?.variance ?? 1;
  const bias = groups.find(({ kind }) => kind === 'bias')?.variance ?? 0;
  const others =
    groups.length > 2
      ? groups.map(({ name, variance }) => `${JSON.stringify(name)}: ${variance}`).join(', ')
      : '';
  const note = (comment: string): string =>
    others === '' ? '' : `${comment} variances of all groups: ${others}\n`;
  return {
    pytorch: note('#') + pytorch(weights, bias),
    jax: note('#') + jax(weights, bias),
    tfjs: note('//') + tfjs(weights, bias),
  };
}

function pytorch(weights: number, bias: number): string {
  const biases =
    bias === 0
      ? 'torch.nn.init.zeros_(module.bias)'
      : `torch.nn.init.normal_(module.bias, 0.0, math.sqrt(${bias}))`;
  return `import math
import torch

def initialise(module):
    if isinstance(module, torch.nn.Linear):
        torch.nn.init.normal_(module.weight, 0.0, math.sqrt(${weights} / module.in_features))
        if module.bias is not None:
            ${biases}

# model.apply(initialise)
`;
}

function jax(weights: number, bias: number): string {
  const biases =
    bias === 0 ? 'jnp.zeros((fan_out,))' : `jnp.sqrt(${bias}) * jax.random.normal(b_key, (fan_out,))`;
  return `import jax
import jax.numpy as jnp

def initial_layer(key, fan_in, fan_out):
    w_key, b_key = jax.random.split(key)
    w = jnp.sqrt(${weights} / fan_in) * jax.random.normal(w_key, (fan_in, fan_out))
    b = ${biases}
    return w, b
`;
}

function tfjs(weights: number, bias: number): string {
  const biases =
    bias === 0
      ? 'tf.zeros([fanOut])'
      : `tf.randomNormal([fanOut], 0, Math.sqrt(${bias}), 'float32', seed + 1)`;
  // tfjs takes seed 0 for none; varianceScaling of tfjs-layers cuts its normal distribution off.
  return `// seed: a whole number other than 0
export function initialLayer(tf, fanIn, fanOut, seed) {
  return {
    W: tf.randomNormal([fanIn, fanOut], 0, Math.sqrt(${weights} / fanIn), 'float32', seed),
    b: ${biases},
  };
}
`;
}
