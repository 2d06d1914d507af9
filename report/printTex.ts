/** A document for pdflatex; its pictures are files beside it. */
import { asciiLatex, escapeLatex, escapeLatexCode } from '../theory/latexText.ts';
import { brokenLines } from './breakEquation.ts';
import type { Block, DisplayedEquation, Document, Inline, TableBlock } from './document.ts';

export interface TexOptions {
  /** The file of the k-th figure, counted from 0, as `\includegraphics` takes it; without it figures are left out. */
  readonly figure?: (k: number) => string;
  /** The same for drawings. */
  readonly drawing?: (k: number) => string;
}

/** Compiles as it stands: packages of texlive-latex-extra at most, and ASCII throughout. */
export function printTex(
  { title, subtitle, blocks }: Document,
  { figure, drawing }: TexOptions = {},
): string {
  let [figures, drawings] = [0, 0];
  const next: NextFile = {
    figure: () => figure?.(figures++),
    drawing: () => drawing?.(drawings++),
  };
  const body = blocks.map((block) => printBlock(block, next)).join('\n\n');
  return asciiLatex(
    [
      PREAMBLE,
      `\\title{${escapeLatex(title)}}`,
      `\\author{${inlines(subtitle)}}`,
      '\\date{}',
      '\\begin{document}',
      '\\maketitle',
      body,
      '\\end{document}',
      '',
    ].join('\n'),
  );
}

const PREAMBLE = String.raw`\documentclass[10pt]{article}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\usepackage{textcomp}
\usepackage{amsmath}
\usepackage{graphicx}
\usepackage{xcolor}
\usepackage{longtable}
\usepackage[margin=2cm]{geometry}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\emergencystretch=3em
% Pictures at their own size, smaller where that is larger than the page.
\newsavebox{\drawnbox}
\newcommand{\drawn}[1]{\sbox{\drawnbox}{\includegraphics{#1}}%
\ifdim\wd\drawnbox>\textwidth\includegraphics[width=\textwidth,height=0.85\textheight,keepaspectratio]{#1}%
\else\ifdim\ht\drawnbox>0.85\textheight\includegraphics[height=0.85\textheight]{#1}%
\else\usebox{\drawnbox}\fi\fi}`;

interface NextFile {
  readonly figure: () => string | undefined;
  readonly drawing: () => string | undefined;
}

function printBlock(block: Block, next: NextFile): string {
  switch (block.kind) {
    case 'heading':
      return `\\${block.level === 1 ? 'section' : 'subsection'}*{${inlines(block.text)}}`;
    case 'paragraph':
      return inlines(block.text);
    case 'list':
      return `\\begin{itemize}\n${block.items.map((item) => `\\item ${inlines(item)}`).join('\n')}\n\\end{itemize}`;
    case 'equations':
      return printEquations(block.equations);
    case 'table':
      return printTable(block);
    case 'figure':
      return printFigure(block, next);
    case 'drawing':
      return printPicture(`\\includegraphics[scale=0.6]`, next.drawing());
    case 'source':
      return printSource(block.text);
    case 'verdict':
      return `\\fbox{\\parbox{0.97\\textwidth}{\\textbf{${VERDICTS[block.verdict]}}\\quad ${inlines(block.text)}}}\\par\\medskip`;
    case 'details':
      return [
        `\\paragraph{${inlines(block.summary)}}\\mbox{}`,
        ...block.blocks.map((each) => printBlock(each, next)),
      ].join('\n\n');
  }
}

export const VERDICTS = { agree: 'Agree', disagree: 'Disagree', inconclusive: 'Inconclusive' } as const;

function inlines(parts: readonly Inline[]): string {
  return parts.map(inline).join('');
}

function inline(part: Inline): string {
  switch (part.kind) {
    case 'text':
      return escapeLatex(part.text);
    case 'strong':
      return `\\textbf{${escapeLatex(part.text)}}`;
    case 'code':
      return `\\texttt{${escapeLatexCode(part.text)}}`;
    case 'tex':
      return `$${part.tex}$`;
  }
}

function printEquations(equations: readonly DisplayedEquation[]): string {
  const lines = equations.flatMap((equation) => {
    const [first = '0', ...rest] = brokenLines(equation);
    const head = `  ${equation.left} &${equation.relation ?? '='} ${first}`;
    return [head, ...rest.map((line) => `  &\\qquad ${binary(line)}`)];
  });
  return `\\begin{align*}\n${lines.join(' \\\\\n')}\n\\end{align*}`;
}

/** A sign at the beginning of a line keeps the space of one between terms. */
export function binary(line: string): string {
  return line.replace(/^([+-]) /, '{}$1 ');
}

function printTable({ caption, columns, rows }: TableBlock): string {
  const head = columns.map(({ head: cell }) => `\\textbf{${inlines(cell)}}`).join(' & ');
  const lines = rows.map((row) => `${row.map(inlines).join(' & ')} \\\\`);
  const shape = columns.map(({ align }) => (align === 'left' ? 'l' : 'r')).join('');
  return [
    ...(caption ? [inlines(caption)] : []),
    `{\\${columns.length > 8 ? 'scriptsize' : 'footnotesize'}\\renewcommand{\\arraystretch}{1.2}\\setlength{\\tabcolsep}{${columns.length > 8 ? 3 : 5}pt}`,
    `\\begin{longtable}{@{}${shape}@{}}`,
    `\\hline ${head} \\\\ \\hline \\endhead`,
    ...lines,
    '\\hline',
    '\\end{longtable}}',
  ].join('\n');
}

function printFigure({ caption }: Extract<Block, { kind: 'figure' }>, next: NextFile): string {
  return printPicture('\\drawn', next.figure(), `{\\small ${inlines(caption)}}`);
}

function printPicture(command: string, file: string | undefined, ...below: readonly string[]): string {
  if (file === undefined) return '';
  return [
    '\\begin{center}',
    `${command}{${file}}`,
    ...below.flatMap((line) => ['', line]),
    '\\end{center}',
  ].join('\n');
}

/** Line by line: no environment whose end the text could contain. */
function printSource(source: string): string {
  const lines = source
    .replace(/\n$/, '')
    .split('\n')
    .map((line, k) => {
      const number = `\\makebox[2.2em][r]{\\textcolor[gray]{0.5}{${k + 1}}}\\hspace{1em}`;
      return `${number}${escapeLatexCode(line.replace(/\t/g, '    ')).replace(/ /g, '\\ ')}`;
    });
  return `{\\raggedright\\ttfamily\\footnotesize\\setlength{\\parskip}{0pt}\n${lines.map((line) => `\\hangindent=5em ${line}\\par`).join('\n')}\n}`;
}
