/** Variances that depend on the depth, and a last layer of its own width. */
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { compileText } from '../compileText.ts';

function network(variances: string, settings: string): string {
  return `eft 1
architecture mlp {
  input x[n_0]
  width n[l]
  depth L
  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = b[i] + sum(j) W[i,j] * tanh(z[j])
}
prior { ${variances} }
observable {
  G[a,b] = <z[i,a] z[i,b]>
  V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j
}
expand in 1/n to order 1
study "s" { ${settings}, samples = [[1, -0.4], [0.3, 0.8]] }
`;
}

function layersOf(text: string) {
  const model = compileText(text);
  return flow(derive(model), model.studies[0]!).layers;
}

const plain = 'W ~ normal(0, C_W / fan_in)  b ~ normal(0, C_b)';

describe('the depth in a variance', () => {
  it('is the number of layers of the study', () => {
    const scaled = network(
      'W ~ normal(0, C_W / L / fan_in)  b ~ normal(0, C_b / L^2)',
      'L = 4, C_W = 6, C_b = 0.5, n[l] = [n, n, n, n]',
    );
    const direct = network(plain, 'L = 4, C_W = 1.5, C_b = 0.03125, n[l] = [n, n, n, n]');
    expect(layersOf(scaled)).toEqual(layersOf(direct));
  });

  it('may stand in the values of a study', () => {
    const scaled = network(plain, 'L = 4, C_W = 6 / L, C_b = 1 / (4 * L), n[l] = [n, n, n, n]');
    const direct = network(plain, 'L = 4, C_W = 1.5, C_b = 0.0625, n[l] = [n, n, n, n]');
    expect(layersOf(scaled)).toEqual(layersOf(direct));
  });
});

describe('a last layer of fixed width', () => {
  const settings = 'L = 3, C_W = 1.5, C_b = 0.1';
  it('does not change the theory, whatever its width', () => {
    const fixed = network(plain, `${settings}, n[l] = [n, 2 * n, 5]`);
    expect(layersOf(fixed)).toEqual(layersOf(network(plain, `${settings}, n[l] = [n, 2 * n, n]`)));
  });

  it('has that many neurons in a simulation', () => {
    const model = compileText(network(plain, `${settings}, n[l] = [n, 2 * n, 5]`));
    const widths = planNetwork(model, model.studies[0]!, 12).layers.map(({ width }) => width);
    expect(widths).toEqual([12, 24, 5]);
  });
});
