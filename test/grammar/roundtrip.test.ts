import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format } from '../../grammar/format.ts';
import { parse } from '../../grammar/parse.ts';
import { print } from '../../grammar/print.ts';
import { printExpression } from '../../grammar/printExpression.ts';
import { bare, expression, program, relaidOut } from './arbitraries.ts';

const parsed = (text: string) => {
  const { value, diagnostics } = parse({ name: 'test.eft', text });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return value!;
};
const formatted = (text: string) => format({ name: 'test.eft', text }).value!;
const texts = (source: string) => parsed(source).comments.map(({ text }) => text);
const laidOut = program.chain((tree) => relaidOut(print(tree)));
const options = { seed: 20_240_607, numRuns: 400 };

describe('print and parse', () => {
  it('are inverse to each other on random programs', () => {
    fc.assert(
      fc.property(program, (tree) => {
        expect(bare(parsed(print(tree)))).toEqual(bare(tree));
      }),
      options,
    );
  });

  it('are inverse to each other on random expressions', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const [study] = parsed(`study "x" { y = ${printExpression(tree)} }`).items;
        expect(bare(study)).toMatchObject({ statements: [{ value: bare(tree) }] });
      }),
      { ...options, numRuns: 1000 },
    );
  });

  it('do not depend on layout', () => {
    fc.assert(
      fc.property(
        program.chain((tree) => relaidOut(print(tree)).map((text) => ({ tree, text }))),
        ({ tree, text }) => {
          expect(bare(parsed(text))).toEqual(bare(tree));
        },
      ),
      options,
    );
  });
});

describe('format', () => {
  it('keeps the tree and every comment in its order', () => {
    fc.assert(
      fc.property(laidOut, (text) => {
        const result = formatted(text);
        expect(bare(parsed(result))).toEqual(bare(parsed(text)));
        expect(texts(result)).toEqual(texts(text));
      }),
      options,
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(laidOut, (text) => {
        const once = formatted(text);
        expect(formatted(once)).toBe(once);
      }),
      options,
    );
  });

  it('leaves no blanks at line ends, no blank line at either end and never two in a row', () => {
    fc.assert(
      fc.property(laidOut, (text) => {
        expect(formatted(text)).not.toMatch(/[ \t]\n|^\n|\n\n\n|\n\n$/);
      }),
      { ...options, numRuns: 150 },
    );
  });
});
