/**
 * The derived theory for readers: text for a terminal, LaTeX that compiles as it stands, JSON for programs.
 */
import { latexName, latexNotation, textNotation } from './notation.ts';
import { printLatexExpression, printTextExpression } from './printExpression.ts';
import { theoryEquations, type Equation } from './theoryEquations.ts';
import { endsOnFunctions, type Theory } from './theory.ts';
import { theoryToJson } from './theoryToJson.ts';

export type TheoryFormat = 'text' | 'latex' | 'json';

/** Prints the first layer, every recursion grouped by power of 1/n, and the observables in the couplings. */
export function printTheory(theory: Theory, format: TheoryFormat): string {
  switch (format) {
    case 'text':
      return printText(theory);
    case 'latex':
      return printLatex(theory);
    case 'json':
      return `${JSON.stringify(theoryToJson(theory), null, 2)}\n`;
  }
}

const LINE_WIDTH = 110;

/** How to read the formulas of a text. */
export function textLegend(theory: Theory): string[] {
  const { fields, width } = theory.model.architecture;
  const [first = 'z', ...more] = fields ?? [];
  const all = [first, ...more].join(', ');
  return [
    `A prime marks layer l+1, everything else is at layer l. <...> is the average over Gaussian ${all} of covariance K;`,
    `d_a differentiates what follows in ${first} at sample a; sample indices that occur twice in a term are summed.`,
    'X[ab] = (1/n_0) sum_j x_j(a) x_j(b). G1, V2, ... are the coefficients of 1/n, 1/n^2, ... beyond the leading one.',
    ...(fields
      ? [`${first}_a is ${first} at sample a; a letter alone, summed, runs over samples and over ${all}.`]
      : []),
    ...(width.perLayer ? [TEXT_WIDTHS] : []),
    ...(endsOnFunctions(theory) ? TEXT_FUNCTIONS : []),
  ];
}

const TEXT_FUNCTIONS = [
  'V~[ab][f] is what n <z_a z_b f>_c, f any function of another neuron, has beyond V[ab;cd] <d_c d_d f> / 2; F~, B~, D~ likewise. In',
  'its recursion f on the right is f(z of layer l+1) averaged over what that layer adds to the z that it passes on.',
];

const TEXT_WIDTHS = 'n/n_l is the reference width n over the width of layer l.';

function printText(theory: Theory): string {
  const groups = theoryEquations(theory, textNotation(printTextExpression)).map(({ heading, equations }) =>
    [heading, ...equations.map(textEquation)].join('\n'),
  );
  const title = `Effective theory of ${theory.model.name} through order ${inverseWidth(theory.order)}`;
  return `${[[title, ...textLegend(theory)].join('\n'), ...groups].join('\n\n')}\n`;
}

function textEquation({ left, terms }: Equation): string {
  const lead = `  ${left} = `;
  const parts = terms.map(({ sign, body, permutations }, k) => {
    const suffix = permutations === 0 ? '' : ` (+ ${permutations} perm.)`;
    return `${k > 0 || sign === '-' ? `${sign} ` : ''}${body}${suffix}`;
  });
  const oneLine = lead + (parts.length === 0 ? '0' : parts.join(' '));
  if (oneLine.length <= LINE_WIDTH) return oneLine;
  return parts.map((part, k) => (k === 0 ? lead : ' '.repeat(lead.length - 2)) + part).join('\n');
}

function latexLegend(theory: Theory): string[] {
  const { fields, width } = theory.model.architecture;
  const [first = 'z', ...more] = (fields ?? []).map(latexName);
  const all = [first, ...more].join(', ');
  const several = `A letter alone, summed, runs over samples and over $${all}$.`;
  return [
    String.raw`\noindent $\langle\cdots\rangle$ is the average over Gaussian $${all}$ of covariance $K^{(\ell)}$;`,
    String.raw`$\partial_a$ differentiates in $${first}$ at sample $a$; sample indices that occur twice in a term are summed.`,
    LATEX_SYMBOLS,
    ...(fields ? [several] : []),
    ...(width.perLayer ? [LATEX_WIDTHS] : []),
    ...(endsOnFunctions(theory) ? [LATEX_FUNCTIONS] : []),
  ];
}

const LATEX_SYMBOLS = String.raw`$X_{ab} = \frac{1}{n_0} \sum_j x_j(a)\, x_j(b)$. Superscripts $\{1\}, \{2\}, \dots$ mark coefficients of $1/n$, $1/n^2$, \dots`;

const LATEX_FUNCTIONS = String.raw`$\tilde{V}_{ab}[f]$ is what $n \langle z_a z_b f \rangle_c$, $f$ any function of another neuron, has beyond $\tfrac{1}{2} V_{(ab)(cd)} \langle \partial_c \partial_d f \rangle$; $\tilde{F}, \tilde{B}, \tilde{D}$ likewise. In its recursion $f$ on the right is $f(z^{(\ell+1)})$ averaged over what layer $\ell+1$ adds to the $z$ that it passes on.`;

const LATEX_WIDTHS = String.raw`$n/n_\ell$ is the reference width $n$ over the width of layer $\ell$.`;

function printLatex(theory: Theory): string {
  const groups = theoryEquations(theory, latexNotation(printLatexExpression)).flatMap(
    ({ heading, equations }) => [`\\section*{${latexText(heading)}}`, ...equations.map(latexEquation)],
  );
  const title = `Effective theory of ${theory.model.name} through order ${inverseWidth(theory.order)}`;
  return [
    '\\documentclass{article}',
    '\\usepackage{amsmath}',
    '\\usepackage[margin=2cm]{geometry}',
    '\\allowdisplaybreaks',
    '\\begin{document}',
    `\\section*{${latexText(title)}}`,
    ...latexLegend(theory),
    ...groups,
    '\\end{document}',
    '',
  ].join('\n');
}

/** Characters of source that still fit on a line of the page. */
const LATEX_LINE_LENGTH = 120;

function latexEquation({ left, terms }: Equation): string {
  const oneLine = terms.reduce((length, { body }) => length + body.length, 0) <= LATEX_LINE_LENGTH;
  const lines = terms.map(({ sign, body, permutations }, k) => {
    const suffix = permutations === 0 ? '' : ` + (${permutations}\\text{ perm.})`;
    const lead = k === 0 ? (sign === '-' ? '-' : '') : `${oneLine ? '' : '&\\quad '}${sign} `;
    return `${lead}${body}${suffix}`;
  });
  const right = lines.length === 0 ? '0' : lines.join(oneLine ? ' ' : ' \\\\\n  ');
  return ['\\begin{align*}', `  ${left} &= ${right}`, '\\end{align*}'].join('\n');
}

function inverseWidth(order: number): string {
  return order === 0 ? '1' : order === 1 ? '1/n' : `1/n^${order}`;
}

/** Text outside formulas: powers of n set as formulas, everything LaTeX would act on escaped. */
function latexText(text: string): string {
  return text
    .replace(/[\\{}$&#_%~]/g, (character) => (character === '\\' ? '\\textbackslash{}' : `\\${character}`))
    .replace(/1\/n(?:\\?\^(\d+))?/g, (_, power?: string) =>
      power === undefined ? '$1/n$' : `$1/n^{${power}}$`,
    )
    .replace(/\bl to l\+1\b/g, '$\\ell \\to \\ell+1$');
}
