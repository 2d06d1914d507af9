import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenLines, LINE_WIDTH } from '../../report/breakEquation.ts';
import { displayed } from '../../report/content/derivation.ts';
import { texWidth } from '../../report/texWidth.ts';
import { latexNotation } from '../../theory/notation.ts';
import { printLatexExpression } from '../../theory/printExpression.ts';
import { theoryEquations } from '../../theory/theoryEquations.ts';
import { asciiLatex, escapeLatex, escapeLatexCode } from '../../theory/latexText.ts';
import { compile, derive } from '../../index.ts';

const EXAMPLES = readdirSync('examples').filter((file) => file.endsWith('.eft'));

describe('long equations', () => {
  it.each([...EXAMPLES.map((file) => [file, undefined] as const), ['tanh.eft', 2] as const])(
    'of %s, order %s, are broken into lines that fit, and lose nothing',
    (file, order) => {
      const readText = (path: string): string => readFileSync(`examples/${path}`, 'utf8');
      const model = compile({ name: file, text: readText(file) }, { readText }).value!;
      const theory = derive(model, order === undefined ? {} : { order });
      const groups = theoryEquations(theory, latexNotation(printLatexExpression));
      for (const equation of groups.flatMap(({ equations }) => equations.map(displayed))) {
        const lines = brokenLines(equation);
        const whole = equation.terms
          .map(({ sign, tex }, k) => (k === 0 && sign === '+' ? '' : sign) + tex)
          .join('');
        const compact = (text: string): string => text.replace(/\s/g, '');
        expect(compact(lines.join(''))).toBe(compact(whole));
        for (const line of lines) {
          expect(texWidth(equation.left) + texWidth(line)).toBeLessThanOrEqual(LINE_WIDTH + 1);
          expect(line.match(/\\left\b/g)?.length).toBe(line.match(/\\right\b/g)?.length);
          expect(line.match(/\{/g)?.length).toBe(line.match(/\}/g)?.length);
        }
      }
    },
  );

  it('without terms are zero', () => {
    expect(brokenLines({ left: 'K', terms: [] })).toEqual(['0']);
  });

  it('widths add up, scripts above one another count once, fractions as their wider part', () => {
    expect(texWidth('ab')).toBeCloseTo(2 * texWidth('a'), 10);
    expect(texWidth('a_{bb}^{c}')).toBe(texWidth('a_{bb}'));
    expect(texWidth('\\frac{1}{222}')).toBe(texWidth('\\frac{222}{1}'));
    expect(texWidth('\\left( a \\right)')).toBeCloseTo(texWidth('( a )'), 1);
  });
});

describe('text for LaTeX', () => {
  const ASCII = Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k)).join('');

  it.each([
    ['prose', escapeLatex],
    ['code', escapeLatexCode],
  ])('%s: no character of it is a command', (_, escape) => {
    const left = escape(ASCII)
      .replace(/\{\\char\d+\}|\\text[a-z]+\{\}|\{-\}/g, '')
      .replace(/\\[{}$&#_%]/g, '');
    expect(left).not.toMatch(/[\\{}$&#_%~^<>|"'`-]/);
    expect(left.length).toBeGreaterThan(70);
  });

  it('is ASCII: signs as formulas, accents as commands, the rest by number', () => {
    expect(asciiLatex('σ, é, ü, ß, 中, 😀, e\u0301')).toBe(
      '\\ensuremath{\\sigma}, \\text{\\\'{e}}, \\text{\\"{u}}, \\text{\\ss}, \\text{[U+4E2D]}, \\text{[U+1F600]}, e',
    );
  });
});
