import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { leadingOrder } from '../../compiler/correlatorOrder.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { setPartitions } from '../../compiler/derive/partitions.ts';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { format } from '../../grammar/format.ts';
import { embedPrelude } from '../../scripts/prelude.ts';
import type { Model, ObservableExpression } from '../../theory/model.ts';
import { atomRing } from '../derive/mlp.ts';

const PRELUDE = new URL('../../compiler/prelude/', import.meta.url);
const ring = atomRing();
const ORDER = 3;

/** A perceptron with learning rates, the standard tangent kernels and these observables. */
function modelOf(observables: readonly string[]): Model {
  const text = [
    'import standard "tangent.eft"',
    'architecture mlp {',
    '  input x[n_0]  width n  depth L  activation sigma',
    '  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]',
    '  layer l+1: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])',
    '}',
    'prior { W ~ normal(0, C_W / fan_in)  b ~ normal(0, C_b)  learning_rate W = r / fan_in, b = s }',
    `observable { ${observables.join('\n')} }`,
    `expand in 1/n to order ${ORDER}`,
  ].join('\n');
  const { value, diagnostics } = compile({ name: 'test.eft', text }, { readText: () => undefined });
  expect(renderDiagnostics(diagnostics)).toBe('');
  return value!;
}

/** The correlator that is all of an observable in the couplings of its layer. */
function readout(body: ObservableExpression) {
  if (body.kind !== 'correlator') throw new Error('not a correlator');
  return readCorrelator(ring, body.connected, body.fields, ORDER).orders;
}

it('the module of standard files is the one of the folder, and each is formatted', async () => {
  const module = readFileSync(new URL('texts.ts', PRELUDE), 'utf8');
  expect(module).toBe(await embedPrelude());
  const text = readFileSync(new URL('tangent.eft', PRELUDE), 'utf8');
  expect(format({ name: 'tangent.eft', text }).value).toBe(text);
});

it('the standard fields are those of the literature', () => {
  const model = modelOf([
    'Theta[a,b] = <H[i,i;a,b]>',
    'P[a,b,c,d] = <dH[i,j,j;a,b,c] z[i,d]> where i != j',
    'R[a,b,c,d] = <ddI[i,i,j,j;a,b,c,d]> where i != j',
    'S[a,b,c,d] = <ddII[i,i,j,j;a,b,c,d]> where i != j',
  ]);
  const shapes = model.observables.map(({ body }) =>
    body.kind === 'correlator' ? body.fields[0]?.field.name : '',
  );
  expect(shapes).toEqual(['H', 'dH', 'ddI', 'ddII']);
  // In the definitions of theory.md the nodes stand in canonical order, so the samples stay where they are.
  for (const { body } of model.observables) {
    const nodes = body.kind === 'correlator' ? body.fields.flatMap((field) => field.nodes) : [];
    expect(nodes.map(({ sample }) => 'index' in sample && sample.index).join('')).toBe(
      'abcd'.slice(0, nodes.length),
    );
  }
});

describe('a definition with its derivatives in another order', () => {
  it.each([
    [
      'dH',
      'u, t',
      'd(z[k,c], u) * d(z[i,a], u, t) * d(z[j,b], t)',
      'k,i,j;c,a,b',
      '[i,j,j;a,b,c] z[i,d]',
      '[j,i,j;c,a,b] z[i,d]',
    ],
    [
      'ddII',
      't, u, v',
      'd(z[m,d], u) * d(z[k,c], t) * d(z[j,b], v, u) * d(z[i,a], v, t)',
      'm,k,j,i;d,c,b,a',
      '[i,j,j,i;a,b,c,d]',
      '[i,j,j,i;d,c,b,a]',
    ],
    [
      'ddI',
      't, u, v',
      'd(z[m,d], v) * d(z[j,b], t) * d(z[i,a], v, u, t) * d(z[k,c], u)',
      'j,i,k,m;b,a,c,d',
      '[i,j,j,i;a,b,c,d]',
      '[j,i,j,i;b,a,c,d]',
    ],
  ])('is %s', (name, summed, derivatives, left, standard, own) => {
    const parameters = summed.split(', ');
    const sum = parameters.map((t) => `${t} in parameters`).join(', ');
    const rates = parameters.map((t) => `rate(${t})`).join(' * ');
    const { observables } = modelOf([
      `X[${left}] = sum(${sum}) ${rates} * ${derivatives}`,
      `first[a,b,c,d] = <${name}${standard}> where i != j`,
      `second[a,b,c,d] = <X${own}> where i != j`,
    ]);
    const [first, second] = observables.map(({ body }) => readout(body)) as [
      ReturnType<typeof readout>,
      ReturnType<typeof readout>,
    ];
    expect(first.some((value) => !ring.isZero(value))).toBe(true);
    first.forEach((value, order) => expect(ring.equal(value, second[order]!)).toBe(true));
  });
});

/** By the definition: all ways to part the fields. */
function leadingOrderByDefinition(fields: readonly (readonly string[])[]): number {
  const orders = setPartitions(fields).map((parts) =>
    parts
      .map((part) => part.flat())
      .map((neurons) => {
        const even = neurons.every((neuron) => neurons.filter((other) => other === neuron).length % 2 === 0);
        return even ? neurons.length / 2 - 1 : Infinity;
      })
      .reduce((sum, order) => sum + order, 0),
  );
  return Math.min(...orders);
}

describe('the order a correlator begins at', () => {
  const correlators = [
    ['<H[i,i;a,a]>', 0],
    ['<H[i,i;a,a] H[j,j;a,a]>', 0],
    ['<H[i,i;a,a] H[j,j;a,a]>_c', 1],
    ['<H[i,j;a,a] H[i,j;a,a]>', 1],
    ['<z[i,a] z[j,a] H[i,j;a,a]>', 1],
    ['<z[i,a]^2 z[j,a]^2 H[j,j;a,a]>', 0],
    ['<dH[i,j,j;a,a,a] z[i,a]>', 1],
    ['<dH[i,j,j;a,a,a] z[i,a] H[k,k;a,a]>', 1],
    ['<dH[i,j,j;a,a,a] dH[i,i,i;a,a,a]>', 2],
    ['<dH[i,j,j;a,a,a] dH[i,k,k;a,a,a] z[i,a]^2>', 2],
    ['<ddI[i,i,j,j;a,a,a,a]>', 1],
    ['<ddII[i,j,i,j;a,a,a,a] H[k,k;a,a]>_c', 2],
  ] as const;

  it.each(correlators)('%s', (correlator, order) => {
    const [observable] = modelOf([
      `X[a] = ${correlator} where ${apart(correlator)}`.replace(/ where $/, ''),
    ]).observables;
    expect(observable?.leadingOrder).toBe(order);
    const first = readout(observable!.body).findIndex((value) => !ring.isZero(value));
    expect(first).toBe(order);
  });

  it('is the least over all ways to part the fields', () => {
    const shapes = [
      ['i'],
      ['j'],
      ['i', 'i'],
      ['i', 'j'],
      ['j', 'k'],
      ['i', 'j', 'j'],
      ['k', 'k'],
      ['i', 'i', 'k', 'k'],
    ];
    let tried = 0;
    for (let k = 0; k < shapes.length ** 4; k++) {
      const fields = [0, 1, 2, 3].map(
        (place) => shapes[Math.floor(k / shapes.length ** place) % shapes.length]!,
      );
      const expected = leadingOrderByDefinition(fields);
      if (!Number.isFinite(expected)) continue;
      tried++;
      expect(leadingOrder(fields)).toBe(expected);
    }
    expect(tried).toBeGreaterThan(300);
  });
});

/** `i != j, i != k` for the neurons of a correlator. */
function apart(correlator: string): string {
  const neurons = ['i', 'j', 'k'].filter((letter) => new RegExp(`\\b${letter}\\b`).test(correlator));
  const pairs = neurons.flatMap((first, k) => neurons.slice(k + 1).map((second) => `${first} != ${second}`));
  return pairs.join(', ');
}

it('refuses a correlator of fields whose derivation would not end, with the figure', () => {
  const laplacian =
    'Y[i;a] = sum(t in parameters, u in parameters) rate(t) * rate(u) * d(z[i,a], t, t, u, u)';
  const model = modelOf([laplacian, 'X[a] = <Y[i;a] Y[i;a] Y[j;a] Y[j;a]>_c where i != j']);
  const refused = () => derive(model, { maxTerms: 2000 });
  expect(refused).toThrow(/more than 2000 terms/);
});
