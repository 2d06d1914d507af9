import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { printTheory } from '../../theory/printTheory.ts';
import { withSkip } from '../flow/residual.ts';
import { mlpModel } from './mlp.ts';
import { tangentModel } from './tangentModel.ts';

const golden = (name: string): string => `golden/${name}`;

describe('printed theory', () => {
  it.each([1, 2])('order %i as text', async (order) => {
    await expect(printTheory(derive(mlpModel(order)), 'text')).toMatchFileSnapshot(
      golden(`mlp-${order}.txt`),
    );
  });

  it('tangent kernels and their differentials as text, every coefficient', async () => {
    await expect(printTheory(derive(tangentModel(1)), 'text')).toMatchFileSnapshot(golden('tangent-1.txt'));
  });

  it('order 2 as LaTeX', async () => {
    await expect(printTheory(derive(mlpModel(2)), 'latex')).toMatchFileSnapshot(golden('mlp-2.tex'));
  });

  it.each([
    ['order 1', mlpModel(1)],
    ['order 2', mlpModel(2)],
    ['order 3', mlpModel(3)],
    ['couplings that end on functions', withSkip(tangentModel(1))],
  ])('every formula of %s is one that KaTeX accepts', (_, model) => {
    const page = printTheory(derive(model), 'latex');
    const displays = [...page.matchAll(/\\begin\{align\*\}[\s\S]*?\\end\{align\*\}/g)].map(([text]) => text);
    const inline = [...page.matchAll(/\$([^$]+)\$/g)].map(([, text]) => text as string);
    expect(displays.length).toBeGreaterThan(3);
    for (const formula of [...displays, ...inline])
      expect(() =>
        katex.renderToString(formula, { throwOnError: true, strict: 'error', displayMode: true }),
      ).not.toThrow();
  });

  it('keeps braces and environments balanced', () => {
    const page = printTheory(derive(mlpModel(2)), 'latex');
    expect(page.split('{').length).toBe(page.split('}').length);
    expect(page.match(/\\begin\{/g)?.length).toBe(page.match(/\\end\{/g)?.length);
  });
});
