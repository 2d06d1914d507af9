/** Random and mutated model files for `npm run fuzz`: deterministic in the seed. */
import { below, pick, type Random } from './random.ts';
import { randomModel } from './fuzzModels.ts';

const FRAGMENTS = [
  'eft 1',
  'architecture',
  'prior',
  'observable',
  'study',
  'expand in 1/n to order',
  'layer',
  'where',
  'sum(j)',
  'piecewise(',
  'otherwise:',
  'check',
  'flow',
  'expect',
  'samples',
  'import "x.eft"',
  'csv("x.csv")',
  'sphere(2, 3, 1)',
  'grid(-1, 1, 3)',
  '<',
  '>',
  '>_c',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  ':',
  '~',
  '=',
  '!=',
  '..',
  '+',
  '-',
  '*',
  '/',
  '^',
  '"',
  '#',
  '\\',
  '\0',
  'z[i,a]',
  'W[i,j]',
  'sigma(z[j])',
  'n',
  'l',
  'L',
  'C_W',
  'fan_in',
  'normal(0, 1)',
  'uniform(variance = 1)',
  'learning_rate',
  'rate(t)',
  'd(z[i,a], t)',
  'sum(t in parameters)',
  'import standard "tangent.eft"',
  'large',
  'tanh',
  'gelu',
  'relu',
  '0',
  '1',
  '-1',
  '1e308',
  '1e-400',
  '99999999999999999999',
  '0.1',
  '1/0',
  '2^9999',
  'σ',
  '⟨',
  '⟩',
  '∑',
  '∂',
  '\u{1f600}',
  '\ufeff',
  '\r\n',
  '\t',
  '\u2028',
];

/** One file: noise, a model made up from the grammar, or a program of the corpus; most with a few random edits. */
export function randomFile(corpus: readonly string[], random: Random): string {
  const kind = random();
  if (kind < 0.03) return list(random, 60, () => pick(FRAGMENTS, random)).join(' ');
  if (kind < 0.05) return list(random, 200, () => String.fromCharCode(below(random, 0x3000))).join('');
  if (kind < 0.15) return splice(pick(corpus, random), pick(corpus, random), random);
  const base = kind < 0.6 ? randomModel(random) : pick(corpus, random);
  const edits = kind < 0.4 ? 0 : 1 + below(random, kind < 0.8 ? 1 : 6);
  return Array.from({ length: edits }).reduce<string>((text) => mutate(text, random), base);
}

function list<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: below(random, most) }, make);
}

const MUTATIONS: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => replaceAt(text, random, below(random, 12), ''),
  (text, random) => replaceAt(text, random, 0, ` ${pick(FRAGMENTS, random)} `),
  (text, random) => replaceAt(text, random, 1, pick(FRAGMENTS, random)),
  (text, random) => replaceAt(text, random, 0, String.fromCharCode(below(random, 0x2100))),
  duplicateLine,
  deleteLine,
  exchangeTokens,
  replaceToken,
  replaceToken,
  replaceToken,
  changeNumber,
  changeNumber,
  nest,
];

function mutate(text: string, random: Random): string {
  return pick(MUTATIONS, random)(text, random);
}

function replaceAt(text: string, random: Random, length: number, replacement: string): string {
  const at = below(random, text.length + 1);
  return text.slice(0, at) + replacement + text.slice(at + length);
}

function duplicateLine(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  return [...lines.slice(0, at), lines[at], ...lines.slice(at)].join('\n');
}

function deleteLine(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  return lines.filter((_, k) => k !== at).join('\n');
}

function exchangeTokens(text: string, random: Random): string {
  const tokens = text.split(/(\w+|[^\w\s])/);
  const [a, b] = [below(random, tokens.length), below(random, tokens.length)];
  return tokens.map((token, k) => (k === a ? tokens[b] : k === b ? tokens[a] : token)).join('');
}

/** A name for another name of the file, an operator for another operator: what is likeliest to stay a model. */
function replaceToken(text: string, random: Random): string {
  const pattern = pick([/[A-Za-z_]\w*/g, /[-+*/^]/g, /[[\](){}<>,;:=~]/g], random);
  const tokens = [...text.matchAll(pattern)];
  if (tokens.length === 0) return text;
  const [chosen, other] = [pick(tokens, random), pick(tokens, random)];
  return text.slice(0, chosen.index) + other[0] + text.slice(chosen.index + chosen[0].length);
}

function changeNumber(text: string, random: Random): string {
  const numbers = [...text.matchAll(/\d+(\.\d+)?/g)];
  const chosen = numbers[below(random, numbers.length)];
  if (!chosen) return text;
  const value = pick(['0', '1', '-3', '7', '1000000', '1e400', '0.0000001', '3.5'], random);
  return text.slice(0, chosen.index) + value + text.slice(chosen.index + chosen[0].length);
}

function nest(text: string, random: Random): string {
  const depth = below(random, 2000);
  const [open, close] = pick(
    [
      ['(', ')'],
      ['[', ']'],
      ['-', ''],
      ['sigma(', ')'],
    ] as const,
    random,
  );
  const at = below(random, text.length + 1);
  return text.slice(0, at) + open.repeat(depth) + 'z' + close.repeat(depth) + text.slice(at);
}

function splice(left: string, right: string, random: Random): string {
  return left.slice(0, below(random, left.length + 1)) + right.slice(below(random, right.length + 1));
}
