/** Models made up from the grammar: most of them compile, so that what lies behind the front end is exercised too. */
import { below, pick, type Random } from './random.ts';

const NUMBERS = ['0', '1', '2', '1/3', '0.1', '1.5', '1e-3', '7', '1000', '1e9', '1e-12', 'sqrt(2)', '-0.5'];
const ACTIVATIONS = [
  'tanh',
  'relu',
  'erf',
  'gelu',
  'sin',
  'identity',
  'sigmoid',
  'softplus',
  'swish',
  'own',
  'kinked',
];
const DEFINITIONS = [
  'z',
  'z^2 + c * z',
  'sin(c * z)',
  'tanh(z) * z',
  'exp(-z^2 / 2)',
  'z * relu(z)',
  'abs(z - c)',
  'log(1 + z^2)',
  '1 / (1 + c^2 * z^2)',
  'piecewise(z < 0: c * z, otherwise: z)',
  'piecewise(z < -1: -1, z < 1: z, otherwise: 1)',
  'z / c',
  'sqrt(c + z^2)',
  'exp(z)',
];
const NEURONS = ['i', 'j', 'k', 'm'];
const SAMPLES = ['a', 'b', 'c', 'd', 'e', 'f'];

export function randomModel(random: Random): string {
  const perLayer = random() < 0.15;
  const order = pick([0, 1, 1, 1, 2, 2, 3], random);
  const names = ['G', 'V', 'U', 'Q'].slice(0, 1 + below(random, 4));
  const bias = random() < 0.7;
  const own = random() < 0.3;
  const priors = [`W ~ ${distribution(random)}`];
  if (own) priors.push('R ~ normal(0, 1 / fan_in)');
  if (bias) priors.push(`b ~ normal(0, ${scalar('C_b', random)})`);
  const fields = random() < 0.3 ? fieldDefinitions(random) : [];
  const groups = ['W', ...(own ? ['R'] : []), ...(bias ? ['b'] : [])];
  if (fields.length > 0 || random() < 0.1) priors.push(...learningRates(groups, random));
  const declarations = [
    'eft 1',
    ...(random() < 0.1 ? ['import standard "tangent.eft"'] : []),
    `activation own(z) = ${pick(DEFINITIONS, random)}`,
    `activation kinked(z) = ${pick(DEFINITIONS, random)}`,
    architecture(perLayer, bias, own ? 'R' : 'W', random),
    block('prior', priors),
    block('observable', [...names.map((name) => observable(name, order, names, random)), ...fields]),
    `expand in 1/n to order ${order}`,
  ].join('\n\n');
  const parameters = ['C_W', 'C_b', 'gamma', 'lambda', 'c'].filter((name) => declarations.includes(name));
  const studies = Array.from({ length: below(random, 3) }, (_, k) =>
    study(k, perLayer, parameters, names, random),
  );
  return [declarations, ...studies, ''].join('\n\n');
}

function block(keyword: string, lines: readonly string[]): string {
  return `${keyword} {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
}

function architecture(perLayer: boolean, bias: boolean, first: string, random: Random): string {
  const b = bias ? `${pick(['', '', '2 * ', 'C_W * '], random)}b[i] + ` : '';
  const scale = pick(['', '', '', 'gamma * ', '1/2 * '], random);
  const local = pick(
    ['sigma(z[j])', 'sigma(z[j])', 'z[j]', 'sigma(z[j])^2', 'sigma(z[j]) * z[j]', 'tanh(z[j])'],
    random,
  );
  const skip = pick(['', '', '', 'z[i] + ', 'gamma * z[i] - ', '(1 + C_W) / 2 * z[i] + '], random);
  return [
    'architecture net {',
    `  input x[n_0]${random() < 0.2 ? ' large' : ''}`,
    `  width ${perLayer ? 'n[l]' : 'n'}`,
    '  depth L',
    '  activation sigma',
    `  layer 1: z[i] = ${b}sum(j) ${first}[i,j] * x[j]`,
    `  layer l+1: z[i] = ${skip}${b}${scale}sum(j) W[i,j] * ${local}`,
    '}',
  ].join('\n');
}

function distribution(random: Random): string {
  const variance = `${scalar('C_W', random)} / fan_in`;
  const normal = `normal(0, ${variance})`;
  const laws = [
    'uniform(',
    'rademacher(',
    'laplace(',
    'sparse(1/3, ',
    'mixture(0.1, 3, ',
    'cumulants(kappa4 = 2, ',
  ];
  return random() < 0.85 ? normal : `${pick(laws, random)}variance = ${variance})`;
}

function learningRates(groups: readonly string[], random: Random): string[] {
  const rates = groups.map((name) => {
    const rate = pick(['lambda', '1', '0', 'lambda^2', '2 * C_W'], random);
    return `${name} = ${rate}${name === 'b' || (rate === '0' && random() < 0.5) ? '' : ' / fan_in'}`;
  });
  return random() < 0.5
    ? [`learning_rate ${rates.join(', ')}`]
    : rates.map((rate) => `learning_rate ${rate}`);
}

/** Correlators of a field Y by how many derivatives it has; a few of them vanish or begin at a high order. */
const FIELD_CORRELATORS: readonly (readonly string[])[] = [
  ['<Y[i;a] z[i,b]>', '<Y[i;a] Y[i;b]>', '<Y[i;a] z[i,b]^3>_c', '<Y[i;a]>'],
  [
    '<Y[i,i;a,b]>',
    '<Y[i,j;a,a] Y[i,j;b,b]>_c where i != j',
    '<Y[i,i;a,b] Y[j,j;b,b]>_c where i != j',
    '<Y[i,i;a,b] z[j,b]^2>_c where i != j',
    '<Y[i,j;a,b] z[i,a] z[j,b]> where i != j',
  ],
  [
    '<Y[i,j,j;a,b,b] z[i,a]>_c where i != j',
    '<Y[i,j,i;a,b,b] z[j,a]> where i != j',
    '<Y[i,i,i;a,a,b] z[i,b]>',
  ],
  ['<Y[i,i,j,j;a,b,b,a]> where i != j', '<Y[i,j,i,j;a,b,b,a]>_c where i != j'],
];

/** `Y[i,j;a,b] = sum(t in parameters) ...` and observables of it: each parameter in two slots of one to four derivatives. */
function fieldDefinitions(random: Random): string[] {
  const parameters = ['t', 'u', 'v'].slice(0, pick([1, 1, 1, 2, 3], random));
  const count = random() < 0.1 ? 1 : parameters.length + 1;
  const slots = Array.from({ length: count }, (): string[] => []);
  parameters.forEach((parameter, k) => {
    slots[random() < 0.5 ? 0 : Math.min(k, count - 1)]!.push(parameter);
    slots[Math.min(k + 1, count - 1)]!.push(parameter);
  });
  const derivatives = slots.map((by, k) => `d(z[${NEURONS[k]!},${SAMPLES[k]!}], ${by.join(', ')})`);
  const sum = parameters.map((parameter) => `${parameter} in parameters`).join(', ');
  const rates = parameters.map((parameter) => `rate(${parameter})`);
  const left = [NEURONS, SAMPLES].map((letters) => letters.slice(0, count).join(',')).join(';');
  const correlators = FIELD_CORRELATORS[count - 1]!;
  return [
    `Y[${left}] = sum(${sum}) ${[...rates, ...derivatives].join(' * ')}`,
    ...['X1', 'X2'].slice(0, 1 + below(random, 2)).map((name) => {
      const correlator = pick(correlators, random);
      const samples = ['a', 'b'].filter((letter) => new RegExp(`\\b${letter}\\b`).test(correlator));
      return `${name}[${samples.join(',')}] = ${correlator}`;
    }),
  ];
}

function scalar(name: string, random: Random): string {
  return pick(
    [name, name, name, `${name}^2`, `2 * ${name}`, `${name} / (1 + ${name})`, `(${name} - 1)`, '1'],
    random,
  );
}

/** `V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j` with random neurons, or a formula of the others. */
function observable(name: string, order: number, names: readonly string[], random: Random): string {
  if (name !== 'G' && random() < 0.15) return `${name}[a,b] = ${formula(names, random)}`;
  const pairs = name === 'G' ? 1 : 1 + below(random, Math.min(3, order + (random() < 0.9 ? 1 : 2)));
  const fields = Array.from({ length: pairs }, (_, k) => [2 * k, 2 * k + 1].map((s) => SAMPLES[s]!));
  const neurons = fields.map((_, k) => NEURONS[random() < 0.8 ? k : 0]!);
  const body = fields.flatMap((pair, k) => pair.map((sample) => `z[${neurons[k]},${sample}]`)).join(' ');
  const distinct = [...new Set(neurons)];
  const where = distinct
    .slice(1)
    .flatMap((m, k) => distinct.slice(0, k + 1).map((other) => `${other} != ${m}`));
  const groups = fields.map((pair) => pair.join(',')).join(';');
  return `${name}[${groups}] = <${body}>${pairs > 1 || random() < 0.5 ? '_c' : ''}${where.length > 0 ? ` where ${where.join(', ')}` : ''}`;
}

function formula(names: readonly string[], random: Random): string {
  const g = pick(['G[a,b]', 'G[a,a]', 'G[1,1]', `${pick(names, random)}[a,b;a,b]`], random);
  return pick([`${g}^2`, `n * ${g}`, `${g} / G[b,b]`, `L * ${g} - C_W`, `${g} + 1/n`], random);
}

function study(
  k: number,
  perLayer: boolean,
  parameters: readonly string[],
  names: readonly string[],
  random: Random,
): string {
  const depth = pick([1, 2, 3, 4, 10, 200], random);
  const widths = Array.from({ length: depth }, () => pick(['n', 'n / 2', '2 * n', '3/7 * n'], random));
  return block(`study "s${k}"`, [
    `sigma = ${pick(ACTIVATIONS, random)}`,
    ...parameters.map((name) => `${name} = ${pick(random() < 0.2 ? NUMBERS : ['1', '1.5', '0.1'], random)}`),
    `L = ${depth}`,
    ...(perLayer ? [`n[l] = [${widths.join(', ')}]`] : []),
    `samples = ${samples(random)}`,
    `flow ${names.join(', ')} for L = 1 .. ${depth} at n = ${pick([1, 64, 1000000], random)}`,
    ...(random() < 0.2 ? [`check ${pick(names, random)} at n = 8, 16, 32 with 100 networks, seed 1`] : []),
  ]);
}

function samples(random: Random): string {
  const count = pick([1, 1, 1, 2, 2, 3], random);
  if (random() < 0.1) return pick(['sphere(2, 3, 1, 5)', 'grid(-1, 1, 2)', 'csv("x.csv")'], random);
  const number = () => pick(random() < 0.3 ? NUMBERS : ['1', '-0.5', '0.3', '2'], random);
  const rows = Array.from({ length: count }, () => `[${number()}, ${number()}]`);
  return `[${rows.join(', ')}]`;
}
