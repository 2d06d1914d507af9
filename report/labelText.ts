/** Labels as SVG text, in the fonts that KaTeX sets formulas in, and the room they take. */
import { element, escapeXml, type Attributes } from '../theory/explanation/svg.ts';
import { FONT_WIDTHS } from './fontWidths.ts';
import type { Label, Piece } from './label.ts';

/** Later names serve where the fonts of KaTeX are missing. */
export const UPRIGHT_FONT =
  "KaTeX_Main, 'Latin Modern Roman', 'STIX Two Text', 'Times New Roman', Times, serif";
const ITALIC_FONT = "KaTeX_Math, 'Latin Modern Math', 'STIX Two Text', 'Times New Roman', Times, serif";

/** Of a script, relative to the text it hangs on. */
const SCRIPT_SIZE = 0.72;
const RAISE = 0.42;
const LOWER = 0.25;
/** Further apart where there are both. */
const APART = 0.06;

type Face = keyof typeof FONT_WIDTHS;

const WIDTHS: Readonly<Record<Face, ReadonlyMap<number, number>>> = {
  upright: widthTable('upright'),
  bold: widthTable('bold'),
  italic: widthTable('italic'),
};

/** Characters the fonts lack are drawn in another, which is taken to be wide. */
const UNKNOWN_WIDTH = 700;

function widthTable(face: Face): ReadonlyMap<number, number> {
  return new Map(
    FONT_WIDTHS[face].flatMap(([first, ...widths]: readonly number[]) =>
      widths.map((width, k): [number, number] => [(first ?? 0) + k, width]),
    ),
  );
}

/** In units of `size`. */
export function labelWidth(label: Label, size: number): number {
  return label.reduce((sum, piece) => sum + pieceWidth(piece, size), 0);
}

function pieceWidth(piece: Piece, size: number): number {
  const raised = piece.sup ? slant(piece, size) + scriptWidth(piece.sup, size) : 0;
  return textWidth(piece, size) + Math.max(scriptWidth(piece.sub, size), raised);
}

/** How far a slanted letter leans over what stands above its right. */
function slant({ face }: Piece, size: number): number {
  return face === 'italic' ? 0.12 * size : 0;
}

function scriptWidth(script: Label | undefined, size: number): number {
  return script ? labelWidth(script, size * SCRIPT_SIZE) : 0;
}

function textWidth({ text, face }: Piece, size: number): number {
  const widths = WIDTHS[face ?? 'upright'];
  const thousandths = Array.from(text).reduce(
    (sum, character) => sum + (widths.get(character.codePointAt(0)!) ?? UNKNOWN_WIDTH),
    0,
  );
  return (thousandths / 1000) * size;
}

export type Anchor = 'start' | 'middle' | 'end';

/**
 * The label as `tspan`s for a `text` of this font size and anchor. With `pinned` every run says where it begins, for renderers that
 * choose one font for all runs that follow each other; its `text` has to be anchored at the start.
 */
export function labelSpans(label: Label, size: number, pinned?: Anchor): string {
  const x = pinned === undefined ? undefined : -labelWidth(label, size) * BEFORE[pinned];
  return spansOf(label, size, { level: 0, back: 0, x }).join('');
}

const BEFORE: Readonly<Record<Anchor, number>> = { start: 0, middle: 0.5, end: 1 };

interface Pen {
  /** Height of the run before. */
  level: number;
  /** How far to move before the next run. */
  back: number;
  /** Where the next run begins, when runs are pinned. */
  x: number | undefined;
}

function spansOf(label: Label, size: number, pen: Pen, height = 0): string[] {
  return label.flatMap((piece) => {
    const { sup, sub } = piece;
    const own = span(piece, size, height, pen);
    if (!sup && !sub) return [own];
    const apart = sup && sub ? APART : 0;
    const lean = sup ? slant(piece, size) : 0;
    const [wide, narrow] = [lean + scriptWidth(sup, size), scriptWidth(sub, size)];
    move(pen, lean);
    const above = sup ? spansOf(sup, size * SCRIPT_SIZE, pen, height - (RAISE + apart) * size) : [];
    if (sup && sub) move(pen, -wide);
    const below = sub ? spansOf(sub, size * SCRIPT_SIZE, pen, height + (LOWER + apart) * size) : [];
    if (sup && sub) move(pen, Math.max(0, wide - narrow));
    return [own, ...above, ...below];
  });
}

function move(pen: Pen, by: number): void {
  pen.back += by;
  if (pen.x !== undefined) pen.x += by;
}

function span(piece: Piece, size: number, height: number, pen: Pen): string {
  const attributes: Attributes = {
    ...(pen.x === undefined ? {} : { x: pen.x }),
    ...(pen.x !== undefined || pen.back === 0 ? {} : { dx: pen.back }),
    ...(height === pen.level ? {} : { dy: height - pen.level }),
    'font-size': size,
    ...(piece.face === 'italic' ? { 'font-family': ITALIC_FONT, 'font-style': 'italic' } : {}),
    ...(piece.face === 'bold' ? { 'font-weight': 'bold' } : {}),
  };
  pen.level = height;
  pen.back = 0;
  if (pen.x !== undefined) pen.x += textWidth(piece, size);
  return element('tspan', attributes, escapeXml(piece.text));
}
