/** The derived equations, and where their terms come from. */
import type { Explanation } from '../../theory/explanation/explanation.ts';
import { drawExplanation } from '../../theory/explanation/drawExplanation.ts';
import { latexNotation } from '../../theory/notation.ts';
import { printLatexExpression } from '../../theory/printExpression.ts';
import type { Theory } from '../../theory/theory.ts';
import { theoryEquations, type Equation } from '../../theory/theoryEquations.ts';
import { type Block, code, type DisplayedEquation, tex, text, type Inline } from '../document.ts';
import { permutationText } from './conventions.ts';
import { explanationBlocks } from './explanation.ts';

const NOTATION = latexNotation(printLatexExpression);

export function derivationBlocks(theory: Theory, explanations: readonly Explanation[]): Block[] {
  const groups = theoryEquations(theory, NOTATION).flatMap(({ heading, equations }): Block[] => [
    { kind: 'heading', level: 2, text: headingText(heading) },
    { kind: 'equations', equations: equations.map(displayed) },
  ]);
  return [
    { kind: 'heading', level: 1, text: [text('Derivation')] },
    ...groups,
    ...originBlocks(theory, explanations),
  ];
}

export function displayed({ left, terms }: Equation): DisplayedEquation {
  return {
    left,
    terms: terms.map(({ sign, body, permutations }) => ({ sign, tex: body + permutationText(permutations) })),
  };
}

/** `Layer l to l+1, order 1/n^2` with its formulas set as such. */
function headingText(heading: string): Inline[] {
  return heading.split(/(l to l\+1|1\/n(?:\^\d+)?)/).map((part) => {
    if (part === 'l to l+1') return tex('\\ell \\to \\ell+1');
    const power = /^1\/n(?:\^(\d+))?$/.exec(part);
    if (power) return tex(power[1] === undefined ? '1/n' : `1/n^{${power[1]}}`);
    return text(part);
  });
}

function originBlocks(theory: Theory, explanations: readonly Explanation[]): Block[] {
  if (explanations.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: [text('Where the terms come from')] },
    ...explanations.map((explanation): Block => {
      const { family, order, samples } = explanation.recursion;
      const drawings = drawExplanation(theory, [explanation]).map(({ svg }) => svg);
      return {
        kind: 'details',
        summary: [tex(NOTATION.coupling(family, order, samples, 'next'))],
        blocks: explanationBlocks(theory, explanation, drawings),
      };
    }),
    {
      kind: 'paragraph',
      text: [text('The same for one coupling: '), code('eft derive FILE --explain NAME'), text('.')],
    },
  ];
}
