/** Gated units, derived, against real networks: tangent kernels between the two pre-activations of neurons included. */
import { expect, it } from 'vitest';
import { check, derive } from '../../index.ts';
import { compileText } from '../compileText.ts';

const MODEL = compileText(`eft 1
architecture glu {
  input x[n_0]
  width n
  depth L
  layer 1:   u[i] = sum(j) W[i,j] * x[j]; v[i] = b[i] + sum(j) U[i,j] * x[j]; h[i] = u[i] * sigmoid(v[i])
  layer l+1: u[i] = sum(j) W[i,j] * h[j]; v[i] = b[i] + sum(j) U[i,j] * h[j]; h[i] = u[i] * sigmoid(v[i])
}
prior {
  W ~ normal(0, 3.4 / fan_in)
  U ~ normal(0, 1 / fan_in)
  b ~ normal(0, 0.2)
  learning_rate W = 1 / fan_in, U = 2 / fan_in, b = 0.5
}
observable {
  H[i,j;a,b] = sum(t in parameters) rate(t) * d(u[i,a], t) * d(v[j,b], t)
  X[a,b;c,d] = <u[i,a] u[i,b] v[j,c] v[j,d]>_c where i != j
  B[a,b;c,d] = <H[i,j;a,b] H[i,j;c,d]>_c where i != j
  F[a,b;c,d] = <u[i,a] v[j,b] H[i,j;c,d]>_c where i != j
}
expand in 1/n to order 2
study "s" {
  L = 3
  samples = [[1, 0.5, -0.3]]
  check X, B, F at n = 20, 40 with 2000 networks, seed 3
}
`);

it('agree with simulation: two pre-activations and the tangent kernel between them', async () => {
  const { rows, verdict } = await check(derive(MODEL), MODEL.studies[0]!, { order: 1, backend: 'wasm' });
  expect(verdict).not.toBe('disagree');
  for (const name of ['B', 'F']) {
    const detectable = rows.filter(({ observable }) => observable === name).map((row) => row.detectable ?? 9);
    expect(Math.min(...detectable)).toBeLessThan(0.2);
  }
}, 120_000);
