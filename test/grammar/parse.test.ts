import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/parse.ts';
import { EftParser } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { printExpression } from '../../grammar/printExpression.ts';
import type { Expression, Program } from '../../grammar/syntax.ts';
import { SAMPLE } from './sample.ts';

function parsed(text: string): Program {
  const { value, diagnostics } = parse({ name: 'test.eft', text });
  expect(diagnostics).toEqual([]);
  return value!;
}

function expressionOf(text: string): Expression {
  const [study] = parsed(`study "s" { y = ${text} }`).items;
  if (study?.kind !== 'study' || study.statements[0]?.kind !== 'assignment') throw new Error('no assignment');
  return study.statements[0].value;
}

/** With every operation in parentheses. */
function grouped(e: Expression): string {
  switch (e.kind) {
    case 'binary':
      return `(${grouped(e.left)} ${e.operator} ${grouped(e.right)})`;
    case 'negation':
      return `(-${grouped(e.operand)})`;
    case 'sum':
      return `(sum ${e.indices.map(({ name }) => name).join()}: ${grouped(e.body)})`;
    default:
      return printExpression(e);
  }
}

describe('the grammar', () => {
  it('passes the checks of Chevrotain: no ambiguity, no left recursion', () => {
    expect(() => new EftParser({ validate: true })).not.toThrow();
  });

  it('reads every construct', () => {
    const { version, items } = parsed(SAMPLE);
    expect(version?.version).toBe(1);
    expect(items.map(({ kind }) => kind)).toEqual([
      ...['import', 'activation-definition', 'activation-definition', 'architecture', 'prior'],
      ...['observable', 'expand', 'study'],
    ]);
  });

  it('gives every node the span of its text', () => {
    const { items } = parsed(SAMPLE);
    const text = (node: { span: { start: number; end: number } }) =>
      SAMPLE.slice(node.span.start, node.span.end);
    const observables = items[5]!;
    if (observables.kind !== 'observable') throw new Error('not the observables');
    expect(text(observables)).toMatch(/^observable \{[^]*\}$/);
    const [G, V, X] = observables.definitions;
    expect(text(G!)).toBe('G[a,b] = <z[i,a] z[i,b]>');
    expect(text(V!.left)).toBe('V[a,b;c,d]');
    expect(text(V!.left.name)).toBe('V');
    expect(text(V!.constraints[0]!)).toBe('i ≠ j');
    expect(text(X!.right)).toBe('<z[i,a]^2 z[j,b]^2>_c - G[a,b]^2');
    expect(text(items[7]!)).toMatch(/^study [^]*\}$/);
  });

  it.each([
    ['-x^2', '(-(x ^ 2))'],
    ['2^3^2', '(2 ^ (3 ^ 2))'],
    ['2^-x^2', '(2 ^ (-(x ^ 2)))'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b * c', '((a / b) * c)'],
    ['a + b * c', '(a + (b * c))'],
    ['a * -b', '(a * (-b))'],
    ['--a', '(-(-a))'],
    ['b + sum(j) W * x + c', '((b + (sum j: (W * x))) + c)'],
    ['2 * sum(j) W * x / n', '(2 * (sum j: ((W * x) / n)))'],
    ['-sum(i, j) x^2', '(-(sum i,j: (x ^ 2)))'],
    ['(sum(j) x) * y', '((sum j: x) * y)'],
  ])('groups %s as %s', (text, expected) => {
    expect(grouped(expressionOf(text))).toBe(expected);
  });

  it.each([
    ['σ(z)', 'sigma(z)'],
    ['λ_W * ∂', 'lambda_W * d'],
    ['⟨z[i] z[j]⟩_c', '<z[i] z[j]>_c'],
    ['∑(j) x[j]', 'sum(j) x[j]'],
    ['Σ(j) x[j]', 'sum(j) x[j]'],
    ['Σ_w', 'Sigma_w'],
    ['a · b − c × d', 'a * b - c * d'],
    ['piecewise(z ≤ 0: 1, z ≥ 2: 3, otherwise: 0)', 'piecewise(z <= 0: 1, z >= 2: 3, otherwise: 0)'],
  ])('reads %s as %s', (text, expected) => {
    expect(printExpression(expressionOf(text))).toBe(expected);
  });

  it.each(['flow', 'check', 'layer', 'at', 'where', 'prior', 'n', 'l', 'L', 'W', 'eft', 'summary'])(
    'lets %s be a name',
    (name) => {
      const text = `observable { ${name}[a] = <${name}[i,a]> } study "s" { ${name} = ${name} flow ${name}, ${name} ${name} = 2 }`;
      const tree = parsed(text);
      expect(tree.items.map(print_)).toEqual([
        `observable {\n  ${name}[a] = <${name}[i,a]>\n}`,
        `study "s" {\n  ${name} = ${name}\n  flow ${name}, ${name}\n  ${name} = 2\n}`,
      ]);
    },
  );

  it('takes ranges with and without blanks', () => {
    expect(parsed('study "s" { flow G for L = 1..100 }')).toMatchObject({
      items: [{ statements: [{ depth: { from: { text: '1' }, to: { text: '100' } } }] }],
    });
  });

  it('keeps comments without their sign', () => {
    expect(parsed('# one \r\neft 1 #two\n#').comments.map(({ text }) => text)).toEqual([' one', 'two', '']);
  });

  it('accepts an empty file and a byte order mark', () => {
    expect(parsed('').items).toEqual([]);
    expect(parsed('\ufeffeft 1').version?.version).toBe(1);
  });
});

function print_(item: Program['items'][number]): string {
  return print({ ...parsed(''), items: [item] }).trimEnd();
}
