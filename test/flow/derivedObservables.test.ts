/** A theory derived for some observables is evaluated and checked for those. */
import { describe, expect, it } from 'vitest';
import { check, compile, derive, flow } from '../../index.ts';

const TEXT = `eft 1
architecture mlp {
  input x[n_0]
  width n
  depth L
  activation sigma
  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])
}
prior {
  W ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
}
observable {
  G[a,b]     = <z[i,a] z[i,b]>
  V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j
  R[a]       = V[a,a;a,a] / G[a,a]^2
}
expand in 1/n to order 1
study "s" {
  sigma = tanh, C_W = 1, C_b = 0.1, L = 2
  samples = [[1]]
  check G, V at n = 8 with 64 networks
  expect R[1] = 0.1 / n
}
`;
const model = compile({ name: 'ratio.eft', text: TEXT }, { readText: () => undefined }).value!;
const study = model.studies[0]!;
const last = (theory: ReturnType<typeof derive>, options = {}) =>
  flow(theory, study, options).layers.at(-1)!.values;

describe('flow', () => {
  it('reports what the theory was derived for, with the values of the whole theory', () => {
    const whole = last(derive(model));
    expect(Object.keys(whole)).toEqual(['G', 'V', 'R']);
    expect(last(derive(model, { observables: ['G'] }))).toEqual({ G: whole.G });
    expect(last(derive(model, { observables: ['R'] }))).toEqual(whole);
  });

  it('says so when none of the observables wanted was derived, or when there is no such observable', () => {
    const theory = derive(model, { observables: ['G'] });
    expect(() => last(theory, { observables: ['V'] })).toThrow(
      '`V` was not derived; the theory is that of `G`',
    );
    expect(() => last(theory, { observables: ['W'] })).toThrow('the model has no observable `W`');
  });
});

it('a study without samples, such as a search for critical points, has no flow', () => {
  expect(() => flow(derive(model), { ...study, samples: [] })).toThrow('the study "s" has no samples');
});

describe('check', () => {
  it('compares what the theory was derived for', async () => {
    const { rows } = await check(derive(model, { observables: ['G'] }), study, { backend: 'cpu' });
    expect(new Set(rows.map(({ observable }) => observable))).toEqual(new Set(['G']));
  });
});
