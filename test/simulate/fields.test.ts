import { describe, expect, it } from 'vitest';
import { createFieldProgram, type FieldComponent } from '../../runtime/simulate/fields.ts';
import { planNetwork } from '../../runtime/simulate/networkPlan.ts';
import { createNormalSource, fillNormals } from '../../runtime/simulate/normals.ts';
import { philoxKey } from '../../runtime/simulate/philox.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { add, integer, multiply, numberExpr, power, symbol, type Expr } from '../../theory/expression.ts';
import { DDNTK_I, DDNTK_II, DNTK, fieldShape, NTK, Z } from '../../theory/field.ts';
import type { LayerTerm, Model, Study } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { byDefinition, component, type Parameter } from './byDefinition.ts';
import { compose, constant, product, sum, type MultiDual } from './multiDual.ts';
import { mlpModel, studyOf, testSpan as span } from './networks.ts';

/**
 * Fields by their definition, sums over all parameters of products of derivatives, each derivative by multi-dual numbers: no
 * back-propagation, no gradient directions, nothing shared with what is tested but the numbers drawn.
 */
const z = symbol('z');
const DEPTH = 3;
const SEED = 11;
const samples = [
  [0.8, -0.5],
  [-0.3, 1.1],
];

/** Derivatives 0 ... 3 by hand. */
const ACTIVATIONS: Readonly<
  Record<string, { readonly expression: Expr; readonly at: (x: number) => readonly number[] }>
> = {
  tanh: {
    expression: NAMED_ACTIVATIONS.get('tanh')!(z),
    at: (x) => {
      const t = Math.tanh(x);
      const s = 1 - t * t;
      return [t, s, -2 * t * s, s * (6 * t * t - 2)];
    },
  },
  gelu: {
    expression: NAMED_ACTIVATIONS.get('gelu')!(z),
    at: (x) => {
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      const cdf = normalCdf(x);
      return [x * cdf, cdf + x * density, (2 - x * x) * density, (x ** 3 - 4 * x) * density];
    },
  },
  'leaky relu': {
    expression: add(
      multiply(numberExpr(rational(1, 10)), z),
      multiply(numberExpr(rational(9, 10)), NAMED_ACTIVATIONS.get('relu')!(z)),
    ),
    at: (x) => (x >= 0 ? [x, 1, 0, 0] : [x / 10, 1 / 10, 0, 0]),
  },
  cubic: {
    expression: add(
      z,
      multiply(numberExpr(rational(1, 2)), power(z, rational(2))),
      multiply(integer(-1), power(z, rational(3))),
    ),
    at: (x) => [x + (x * x) / 2 - x ** 3, 1 + x - 3 * x * x, 1 - 6 * x, -6],
  },
};

/** Phi(x) by its power series, good for the small arguments here. */
function normalCdf(x: number): number {
  let [term, total] = [x, x];
  for (let k = 1; k < 80; k++) {
    term *= (-x * x) / (2 * k);
    total += term / (2 * k + 1);
  }
  return 0.5 + total / Math.sqrt(2 * Math.PI);
}

const one = integer(1);
const bias: LayerTerm = { kind: 'bias', group: 'b', coefficient: one, span };
const weights: LayerTerm = { kind: 'weights', group: 'W', coefficient: one, local: [], span };
const sigma = { activation: 'sigma', power: 1 };

/** Plain; with a skip connection; with two groups, a coefficient, and a product of local functions. */
const LAYERS: Readonly<Record<string, readonly LayerTerm[]>> = {
  plain: [bias, { ...weights, local: [sigma] }],
  skip: [
    bias,
    { ...weights, local: [sigma] },
    { kind: 'skip', coefficient: numberExpr(rational(3, 5)), span },
  ],
  'two groups': [
    bias,
    { ...weights, local: [sigma] },
    {
      kind: 'weights',
      group: 'U',
      coefficient: numberExpr(rational(-7, 10)),
      local: [sigma, { activation: 'identity', power: 2 }],
      span,
    },
    { ...weights, coefficient: numberExpr(rational(1, 3)), local: [{ activation: 'identity', power: 1 }] },
  ],
};

function modelWith(layer: readonly LayerTerm[]): Model {
  return {
    ...mlpModel,
    architecture: { ...mlpModel.architecture, layer },
    groups: [
      { name: 'W', kind: 'weights', variance: symbol('C_W'), rate: numberExpr(rational(6, 5)), span },
      { name: 'b', kind: 'bias', variance: symbol('C_b'), rate: numberExpr(rational(1, 2)), span },
      { name: 'U', kind: 'weights', variance: numberExpr(rational(1, 4)), rate: one, span },
    ],
  };
}

const WEIGHTS = { W: { group: 0, variance: 1.5, rate: 1.2 }, U: { group: 2, variance: 0.25, rate: 1 } };
const BIAS = { group: 1, variance: 0.1, rate: 0.5 };

/** Three neurons, of which the last layer is asked for two; fewer where there are many parameters. */
function widthOf(architecture: string): number {
  return architecture === 'two groups' ? 2 : 3;
}

/** Parameters by name, from the documented addresses of their random numbers. */
function drawParameters(architecture: string): Map<string, Parameter> {
  const width = widthOf(architecture);
  const parameters = new Map<string, Parameter>();
  const source = createNormalSource(philoxKey(SEED));
  const draw = (count: number, row: number, layer: number, group: number, scale: number): Float32Array => {
    const values = new Float32Array(count);
    fillNormals(values, 0, count, scale, source, row, layer * 65536 + group, 0);
    return values;
  };
  for (let layer = 1; layer <= DEPTH; layer++) {
    const fanIn = layer === 1 ? samples[0]!.length : width;
    draw(width, 0, layer, BIAS.group, Math.sqrt(BIAS.variance)).forEach((value, i) =>
      parameters.set(`b${layer},${i}`, { value, rate: BIAS.rate }),
    );
    for (const [name, { group, variance, rate }] of Object.entries(WEIGHTS)) {
      if (name === 'U' && (architecture !== 'two groups' || layer === 1)) continue;
      for (let i = 0; i < width; i++)
        draw(fanIn, i, layer, group, Math.sqrt(variance) / Math.sqrt(fanIn)).forEach((value, j) =>
          parameters.set(`${name}${layer},${i},${j}`, {
            value,
            rate: rate / fanIn,
          }),
        );
    }
  }
  return parameters;
}

/** z of the last layer, [M, width], with an eps for each parameter named in `by`. */
function forward(
  architecture: string,
  parameters: ReadonlyMap<string, Parameter>,
  derivatives: (x: number) => readonly number[],
  by: readonly string[],
): MultiDual[][] {
  const size = 2 ** by.length;
  const width = widthOf(architecture);
  const dual = (name: string): MultiDual => {
    const result = constant(parameters.get(name)!.value, size);
    by.forEach((other, k) => {
      if (other === name) result[2 ** k]! += 1;
    });
    return result;
  };
  const number = (value: number): MultiDual => constant(value, size);
  const apply = (name: string, layer: number, i: number, signals: readonly MultiDual[]): MultiDual =>
    signals
      .map((signal, j) => product(dual(`${name}${layer},${i},${j}`), signal))
      .reduce((x, y) => sum(x, y));
  return samples.map((x) => {
    let below = x.map(number);
    for (let layer = 1; layer <= DEPTH; layer++) {
      const read = below;
      const active = read.map((value) => compose(derivatives(value[0]!), value));
      below = Array.from({ length: width }, (_, i) => {
        const b = dual(`b${layer},${i}`);
        if (layer === 1) return sum(b, apply('W', layer, i, read));
        const plain = sum(b, apply('W', layer, i, active));
        if (architecture === 'skip') return sum(plain, product(number(0.6), read[i]!));
        if (architecture === 'plain') return plain;
        const gated = active.map((value, j) => product(value, product(read[j]!, read[j]!)));
        return sum(
          sum(plain, product(number(-0.7), apply('U', layer, i, gated))),
          product(number(1 / 3), apply('W', layer, i, read)),
        );
      });
    }
    return below;
  });
}

const PATH4 = fieldShape(4, [
  [0, 1],
  [1, 2],
  [2, 3],
]).shape;

const COMPONENTS: readonly FieldComponent[] = [
  component(Z, [1], [1]),
  component(NTK, [0, 0], [0, 0]),
  component(NTK, [0, 1], [0, 1]),
  component(DNTK, [0, 0, 0], [0, 1, 0]),
  component(DNTK, [1, 0, 1], [1, 0, 0]),
  component(DDNTK_I, [0, 0, 1, 1], [0, 1, 1, 0]),
  component(DDNTK_I, [1, 0, 0, 0], [1, 0, 0, 0]),
  component(DDNTK_II, [0, 0, 1, 1], [0, 1, 0, 1]),
  component(DDNTK_II, [1, 0, 0, 1], [1, 0, 0, 0]),
  component(PATH4, [0, 1, 1, 0], [1, 0, 1, 0]),
];

const CASES = Object.keys(LAYERS).flatMap((architecture) =>
  Object.keys(ACTIVATIONS).map((activation) => [architecture, activation] as const),
);

describe('fields of one network', () => {
  it.each(CASES)('%s, %s: are the sums over parameters they stand for', async (architecture, activation) => {
    const { expression, at } = ACTIVATIONS[activation]!;
    const study: Study = studyOf({
      activation: expression,
      depth: DEPTH,
      weightVariance: 1.5,
      biasVariance: 0.1,
      samples,
    });
    const plan = planNetwork(modelWith(LAYERS[architecture]!), study, widthOf(architecture));
    const program = await createFieldProgram(plan, COMPONENTS, SEED);
    program.run(0);
    const parameters = drawParameters(architecture);
    const known = new Map<string, MultiDual[][]>();
    const derivative = (by: readonly string[], sample: number, neuron: number): number => {
      const key = [...by].sort().join(' ');
      const result = known.get(key) ?? forward(architecture, parameters, at, by);
      known.set(key, result);
      return result[sample]![neuron]!.at(-1)!;
    };
    COMPONENTS.forEach((one, k) => {
      const expected = byDefinition(one, parameters, derivative);
      expect(Math.abs(program.values[k]! - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
    });
  });
});
