import { describe, expect, it } from 'vitest';
import { format } from '../../grammar/format.ts';
import { MAX_SOURCE_BYTES } from '../../grammar/limits.ts';
import { parse } from '../../grammar/parse.ts';
import { SAMPLE } from './sample.ts';

/** The messages about a text as `code line:text under the caret`. */
function mistakes(text: string): readonly string[] {
  const { value, diagnostics } = parse({ name: 'test.eft', text });
  if (diagnostics.length > 0) expect(value).toBeUndefined();
  return diagnostics.map(({ code, span }) => {
    const line = text.slice(0, span.start).split('\n').length;
    return `${code} ${line}:${text.slice(span.start, span.end)}`;
  });
}

const hints = (text: string) => parse({ name: 'test.eft', text }).diagnostics.map(({ hint }) => hint);

function withEdits(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, SAMPLE);
}

describe('one mistake gives one message', () => {
  it.each([
    ['observable {', 'observabel {', 'EFT111 20:observabel'],
    ['prior {', 'Prior {', 'EFT111 15:Prior'],
    ['architecture mlp {', 'network mlp {', 'EFT111 6:network'],
    ['expand in', 'expnd in', 'EFT111 26:expnd'],
    ['eft 1', 'etf 1', 'EFT111 1:etf'],
    ['eft 1', 'eft 7', 'EFT130 1:7'],
    ['depth L', 'detph L', 'EFT111 9:detph'],
    ['depth L', 'depth 3', 'EFT110 9:3'],
    ['layer 1:', 'layer 1.5:', 'EFT120 11:1.5'],
    ['layer 1:', 'layer 0:', 'EFT122 11:0'],
    ['input x[n0]', 'input x', 'EFT110 8:width'],
    ['input x[n0]', 'input x[n0', 'EFT110 8:width'],
    ['W[i,j] * x[j]', 'W[i,j] x[j]', 'EFT110 11:x'],
    ['b[i] + sum(j) W[i,j] * x', 'b[i] + + sum(j) W[i,j] * x', 'EFT110 11:+'],
    ['C_W / fan_in)', 'C_W / fan_in', 'EFT110 17:b'],
    ['b ~ uniform', 'b uniform', 'EFT110 17:uniform'],
    ['z[i,b]>\n', 'z[i,b]\n', 'EFT110 22:V'],
    ['V[a,b;c,d] =', 'V[a,b;c,d =', 'EFT110 22:='],
    ['where i ≠ j', 'where i = j', 'EFT110 22:='],
    ['where i ≠ j', 'wher i ≠ j', 'EFT111 22:wher'],
    ['for L = 1', 'form L = 1', 'EFT111 32:form'],
    ['G, V at n = 32', 'G, V att n = 32', 'EFT111 31:att'],
    ['in 1/n', 'in 2/n', 'EFT123 26:2'],
    ['to order 2', 'to order 1/2', 'EFT110 26:/'],
    ['C_W = 1.5', 'C_W == 1.5', 'EFT110 29:='],
    ['C_W = 1.5', 'C_W = 1,5', 'EFT110 29:5'],
    ['C_W = 1.5', 'C_W = 1.', 'EFT102 29:.'],
    ['C_W = 1.5', 'C_W = 3 n', 'EFT110 29:n'],
    ['C_W = 1.5', 'C_W = 1e999', 'EFT121 29:1e999'],
    ['C_W = 1.5', "C_W = 'x'", "EFT102 29:'"],
    ['with 20000', 'wiht 20000', 'EFT110 31:wiht'],
    ['seed 7', 'sede 7', 'EFT110 31:sede'],
    ['5 * (L', '5 (L', 'EFT110 33:('],
    ['\\"criticality\\""', '\\"criticality\\"', 'EFT103 28:"tanh, off \\"criticality\\" {'],
    ['off \\"', 'off \\n', 'EFT106 28:\\n'],
    ['}\n\nprior', '\n\nprior', 'EFT110 15:prior'],
    ['/ n\n}', '/ n\n', 'EFT112 28:{'],
    ['/ n\n}', '/ n\n}}', 'EFT113 34:}'],
    ['[1,1]^2', '[0,1]^2', 'EFT122 33:0'],
    ['z[i,a]^2 z', 'z[i,a]^0 z', 'EFT122 23:0'],
    ['sum(j) W[i,j] * x', 'sum() W[i,j] * x', 'EFT110 11:)'],
    ['otherwise: z', 'else: z', 'EFT110 4::'],
  ])('%s -> %s', (from, to, expected) => {
    const text = withEdits([from, to]);
    expect(mistakes(text)).toEqual([expected]);
  });
});

describe('several mistakes', () => {
  it('are reported together, in the order of the text', () => {
    const text = withEdits(
      ['depth L', 'depth 3'],
      ['prior {', 'proir {'],
      ['G[a,b] = <', 'G[a,b] = < <'],
      ['C_W = 1.5', 'C_W = * 1.5'],
      ['at n = 32', 'at n 32'],
    );
    expect(mistakes(text)).toEqual([
      ...['EFT110 9:3', 'EFT111 15:proir', 'EFT110 21:<', 'EFT110 29:*', 'EFT110 31:n'],
    ]);
  });

  it('are cut off after fifty', () => {
    const text = `study "s" {\n${'y = *\n'.repeat(80)}}`;
    const found = mistakes(text);
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toMatch(/^EFT199/);
  });

  it('are said to be cut off also where the parser gave up before it found fifty', () => {
    const found = parse({ name: 'test.eft', text: `study "s" {\n${'y = * * *\n'.repeat(80)}}` }).diagnostics;
    expect(found).toHaveLength(26);
    expect(found.at(-1)!.message).toBe('too many errors: only the first 25 are shown');
  });
});

describe('hints', () => {
  it.each([
    ['observable {', 'observabel {', 'did you mean `observable`?'],
    ['flow G', 'flwo G', 'did you mean `flow`?'],
    ['with 20000', 'wiht 20000', 'did you mean `with`?'],
    ['5 * (L', '5 (L', 'there is no implicit multiplication: write `*` before `(`'],
    ['C_W = 1.5', 'C_W = 1,5', 'the decimal sign is a point'],
    ['C_W = 1.5', 'C_W == 1.5', 'an equation has a single `=`'],
    ['C_W / fan_in)', 'C_W / fan_in', 'the `(` of line 16 is still open'],
    ['otherwise: z', 'else: z', 'the last branch begins with `otherwise:`'],
    ['C_W = 1.5', 'sum = 1.5', '`sum` is a reserved word'],
  ])('%s -> %s: %s', (from, to, hint) => {
    expect(hints(withEdits([from, to]))).toEqual([hint]);
  });
});

describe('limits', () => {
  const limited = (value: string) => mistakes(`study "s" { y = ${value} }`).map((line) => line.slice(0, 6));

  it.each([
    ['brackets', '('.repeat(100_000)],
    ['lists', '['.repeat(100_000)],
    ['braces', '{'.repeat(100_000)],
    ['signs', '-'.repeat(100_000) + '1'],
    ['powers', 'x^'.repeat(100_000) + 'x'],
    ['sums', 'sum(j) '.repeat(100_000) + 'x'],
    ['calls', 'f('.repeat(100_000) + 'x'],
  ])('refuse deep nesting of %s', (_, value) => {
    expect(limited(value)).toEqual(['EFT104']);
  });

  it('refuse endless chains of operators, which would make the tree as high', () => {
    expect(limited('x + '.repeat(100_000) + 'x')).toEqual(['EFT105']);
    expect(limited('x * '.repeat(1_000) + 'x')).toEqual([]);
  });

  it('do not count what stands side by side', () => {
    expect(limited(`[${'-1, '.repeat(5_000)}(1)]`)).toEqual([]);
    expect(limited(`${'x^2 * '.repeat(900)}x^2`)).toEqual([]);
    expect(limited(`${'-x^2 + sum(j) x - '.repeat(300)}x`)).toEqual([]);
  });

  it('refuse a file of too many words with their number, at the first that is too many', () => {
    const text = `study "s" { y = [${'1, '.repeat(50_000)}1] }`;
    const [message, ...others] = parse({ name: 'long.eft', text }).diagnostics;
    expect(others).toEqual([]);
    expect(message?.message).toBe('the file has 100009 words, numbers and signs; at most 100000 are read');
    expect(text.slice(message!.span.start)).toBe('1, 1, 1, 1] }');
  });

  it('refuse a file over 1 MiB with its size', () => {
    const text = `# ${'σ'.repeat(MAX_SOURCE_BYTES / 2)}`;
    const [message, ...others] = parse({ name: 'big.eft', text }).diagnostics;
    expect(others).toEqual([]);
    expect(message?.message).toBe('the file has 1048578 bytes; at most 1048576 are read');
  });
});

describe('format', () => {
  it('gives the messages of parse for a text with mistakes', () => {
    const source = { name: 'test.eft', text: 'study {' };
    expect(format(source)).toEqual(parse(source));
  });
});
