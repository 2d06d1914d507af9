/** A document as data, laid out by `printHtml` and `printTex`. Texts are plain: whoever prints them escapes them. */
import type { Chart } from './chart.ts';

export interface Document {
  readonly title: string;
  readonly subtitle: readonly Inline[];
  readonly blocks: readonly Block[];
}

export type Inline =
  | { readonly kind: 'text' | 'strong' | 'code'; readonly text: string }
  /** LaTeX of a formula, made by our own printers. */
  | { readonly kind: 'tex'; readonly tex: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'equations'; readonly equations: readonly DisplayedEquation[] }
  | TableBlock
  | { readonly kind: 'figure'; readonly chart: Chart; readonly caption: readonly Inline[] }
  /** An SVG of ours. */
  | { readonly kind: 'drawing'; readonly svg: string }
  | { readonly kind: 'source'; readonly text: string }
  | { readonly kind: 'verdict'; readonly verdict: VerdictKind; readonly text: readonly Inline[] }
  /** What only some readers want to see; closed at first where a page can do so. */
  | { readonly kind: 'details'; readonly summary: readonly Inline[]; readonly blocks: readonly Block[] };

export type VerdictKind = 'agree' | 'disagree' | 'inconclusive';

export interface TableBlock {
  readonly kind: 'table';
  readonly caption?: readonly Inline[];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
}

export interface TableColumn {
  readonly head: readonly Inline[];
  readonly align: 'left' | 'right';
}

/** `left = terms`, each term with its sign; broken between terms where the line would be too long. No terms: zero. */
export interface DisplayedEquation {
  readonly left: string;
  /** `=` unless it is something else. */
  readonly relation?: string;
  readonly terms: readonly { readonly sign: '+' | '-'; readonly tex: string }[];
}

export function text(value: string): Inline {
  return { kind: 'text', text: value };
}

export function code(value: string): Inline {
  return { kind: 'code', text: value };
}

export function strong(value: string): Inline {
  return { kind: 'strong', text: value };
}

export function tex(value: string): Inline {
  return { kind: 'tex', tex: value };
}

/** Formulas in a sentence between backquotes of its template: prose`the mean ${'K'} of`. */
export function prose(strings: TemplateStringsArray, ...formulas: readonly (string | Inline)[]): Inline[] {
  return strings.flatMap((part, k) => {
    const formula = formulas[k];
    return [
      ...(part === '' ? [] : [text(part)]),
      ...(formula === undefined ? [] : [typeof formula === 'string' ? tex(formula) : formula]),
    ];
  });
}

/** The charts of a document in the order they appear in. */
export function chartsOf(blocks: readonly Block[]): Chart[] {
  return blocks.flatMap((block) =>
    block.kind === 'figure' ? [block.chart] : block.kind === 'details' ? chartsOf(block.blocks) : [],
  );
}

/** The drawings of a document in the order they appear in. */
export function drawingsOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) =>
    block.kind === 'drawing' ? [block.svg] : block.kind === 'details' ? drawingsOf(block.blocks) : [],
  );
}
