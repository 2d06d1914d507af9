/** Fields of gated units, h = u tanh(v) + 2 v, by their definition: sums over all parameters of products of derivatives. */
import { describe, expect, it } from 'vitest';
import { createFieldProgram } from '../../runtime/simulate/fields.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import { DDNTK_I, DDNTK_II, DNTK, NTK, Z } from '../../theory/field.ts';
import { compileText } from '../compileText.ts';
import { byDefinition, component, type Parameter } from './byDefinition.ts';
import { compose, constant, product, sum, type MultiDual } from './multiDual.ts';

const [WIDTH, DEPTH, SEED] = [2, 3, 5];
const samples = [
  [0.8, -0.5],
  [-0.3, 1.1],
];
const BLOCK = 'h[i] = u[i] * tanh(v[i]) + 2 * v[i]';
const model = compileText(`eft 1
architecture gated {
  input x[n_0]
  width n
  depth L
  layer 1:   u[i] = sum(j) W_u[i,j] * x[j]; v[i] = b[i] + sum(j) W_v[i,j] * x[j]; ${BLOCK}
  layer l+1: u[i] = sum(j) W_u[i,j] * h[j]; v[i] = b[i] + sum(j) W_v[i,j] * h[j]; ${BLOCK}
}
prior {
  W_u ~ normal(0, 1.5 / fan_in)
  b ~ normal(0, 0.1)
  W_v ~ normal(0, 0.8 / fan_in)
  learning_rate W_u = 1.2 / fan_in, b = 0.5, W_v = 0.7 / fan_in
}
observable { G[a,b] = <u[i,a] u[i,b]> }
expand in 1/n to order 0
study "s" { L = ${DEPTH}, samples = [${samples.map((x) => `[${x.join()}]`).join()}] }
`);

/** By the pre-activation it feeds, in the order of the model's groups. */
const GROUPS = model.groups.map(({ name }, group) => ({ name, group }));
const WEIGHTS = { W_u: { variance: 1.5, rate: 1.2 }, W_v: { variance: 0.8, rate: 0.7 } };

function drawParameters(): Map<string, Parameter> {
  const source = createNormalSource(philoxKey(SEED));
  const parameters = new Map<string, Parameter>();
  for (let layer = 1; layer <= DEPTH; layer++) {
    const fanIn = layer === 1 ? samples[0]!.length : WIDTH;
    for (const { name, group } of GROUPS) {
      const { variance, rate } = name === 'b' ? { variance: 0.1, rate: 0.5 } : WEIGHTS[name as 'W_u' | 'W_v'];
      const [rows, columns, scale] = name === 'b' ? [1, WIDTH, 1] : [WIDTH, fanIn, fanIn];
      for (let i = 0; i < rows; i++) {
        const values = new Float32Array(columns);
        fillNormals(
          values,
          0,
          columns,
          Math.sqrt(variance) / Math.sqrt(scale),
          source,
          i,
          layer * 65536 + group,
          0,
        );
        values.forEach((value, j) =>
          parameters.set(`${name}${layer},${i},${j}`, { value, rate: rate / scale }),
        );
      }
    }
  }
  return parameters;
}

/** u and v of the last layer, [M, 2 WIDTH], with an eps for each parameter named. */
function forward(parameters: ReadonlyMap<string, Parameter>, by: readonly string[]): MultiDual[][] {
  const size = 2 ** by.length;
  const dual = (name: string): MultiDual => {
    const result = constant(parameters.get(name)!.value, size);
    by.forEach((other, k) => {
      if (other === name) result[2 ** k]! += 1;
    });
    return result;
  };
  const tanh = (z: MultiDual): MultiDual => {
    const t = Math.tanh(z[0]!);
    const s = 1 - t * t;
    return compose([t, s, -2 * t * s, s * (6 * t * t - 2)], z);
  };
  return samples.map((x) => {
    let read = x.map((value) => constant(value, size));
    let both: MultiDual[] = [];
    for (let layer = 1; layer <= DEPTH; layer++) {
      const apply = (name: string, i: number): MultiDual =>
        read.map((h, j) => product(dual(`${name}${layer},${i},${j}`), h)).reduce((p, q) => sum(p, q));
      const u = Array.from({ length: WIDTH }, (_, i) => apply('W_u', i));
      const v = Array.from({ length: WIDTH }, (_, i) => sum(apply('W_v', i), dual(`b${layer},0,${i}`)));
      both = [...u, ...v];
      read = u.map((value, j) => sum(product(value, tanh(v[j]!)), product(constant(2, size), v[j]!)));
    }
    return both;
  });
}

/** Samples 0, 1 are those of u, 2, 3 those of v. */
const COMPONENTS = [
  component(Z, [1], [1]),
  component(Z, [1], [2]),
  component(NTK, [0, 0], [0, 1]),
  component(NTK, [0, 0], [0, 3]),
  component(NTK, [1, 0], [2, 3]),
  component(DNTK, [0, 1, 0], [0, 2, 1]),
  component(DNTK, [1, 0, 1], [3, 0, 2]),
  component(DDNTK_I, [0, 0, 1, 1], [0, 3, 1, 2]),
  component(DDNTK_II, [0, 0, 1, 1], [2, 1, 0, 3]),
];

describe('fields of a gated network', () => {
  it('are the sums over parameters they stand for', async () => {
    const program = await createFieldProgram(planNetwork(model, model.studies[0]!, WIDTH), COMPONENTS, SEED);
    program.run(0);
    const parameters = drawParameters();
    const known = new Map<string, MultiDual[][]>();
    const derivative = (by: readonly string[], place: number, neuron: number): number => {
      const key = [...by].sort().join(' ');
      const result = known.get(key) ?? forward(parameters, by);
      known.set(key, result);
      const [field, sample] = [Math.floor(place / samples.length), place % samples.length];
      return result[sample]![field * WIDTH + neuron]!.at(-1)!;
    };
    COMPONENTS.forEach((one, k) => {
      const expected = byDefinition(one, parameters, derivative);
      expect(expected).not.toBe(0);
      expect(Math.abs(program.values[k]! - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
    });
  });
});
