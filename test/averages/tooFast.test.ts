import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { compile } from '../../index.ts';
import { flow } from '../../runtime/flow/flow.ts';

/** Found by the fuzzer: averages of functions with kinks that no reasonable number of panels resolves. */
function study(definition: string, omega: string) {
  const text = `eft 1
activation wave(u) = ${definition}
architecture mlp {
  input x[n_0]
  width n
  depth L
  layer 1: z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = b[i] + sum(j) W[i,j] * wave(z[j])
}
prior {
  W ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
}
observable {
  G[a,b] = <z[i,a] z[i,b]>
}
expand in 1/n to order 0
study "s" {
  C_W = 1.5
  C_b = 0.1
  L = 2
  samples = [[1, 0.5], [0.2, -0.7]]
  omega = ${omega}
  flow G for L = 1 .. 2 at n = 64
}
`;
  const { value, diagnostics } = compile({ name: 'wave.eft', text }, { readText: () => undefined });
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return flow(derive(value), value.studies[0]!);
}

describe('functions with kinks', () => {
  it.each([
    ['that oscillate too fast', 'sin(omega * u) + elu(u, 2)', 'pi / 0.0000001'],
    ['that are nearly steps', 'exp(-u^1000000 / 2) * sin(omega * u) + elu(u, 2)', 'pi / 2'],
  ])('%s are refused, with the layer and the samples', (_, definition, omega) => {
    expect(() => study(definition, omega)).toThrow(/varies too fast \(samples 1, 2\), layer 1/);
  });

  it('that oscillate reasonably are not', () => {
    expect(study('sin(omega * u) + elu(u, 2)', 'pi').layers).toHaveLength(2);
  });

  it('with their parameter left out have that of the activation of the name', () => {
    const value = (definition: string) => study(definition, '1').layers.at(-1)!.values.G!.orders['0'];
    expect(value('elu(u) + swish(u) + omega - omega')).toEqual(
      value('elu(u, 1) + swish(u, 1) + omega - omega'),
    );
  });
});
