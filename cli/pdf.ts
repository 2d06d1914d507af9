import type PDFDocument from 'pdfkit';
import { InternalError } from '../diagnostics/diagnostic.ts';
import { pdfFonts, type PdfFace } from './fonts.ts';
import { readSvg, type SvgElement } from './svgTree.ts';

type Pdf = InstanceType<typeof PDFDocument>;

/** Of a pixel, 1/96 inch. */
const POINTS = 0.75;

/**
 * The one door to pdfkit: one of our pictures as a page of its size, lines as lines and text in embedded fonts, the same bytes for the same
 * picture. It knows the elements that our pictures are made of, and no others.
 */
export async function renderPdf(svg: string): Promise<Uint8Array> {
  const root = readSvg(svg);
  const [width, height] = ['width', 'height'].map((name) => number(root, name));
  // Loaded when there is something to draw, as Vega is.
  const { default: Document } = await import('pdfkit');
  const pdf = new Document({
    size: [width! * POINTS, height! * POINTS],
    margin: 0,
    info: { Producer: 'eft', Creator: 'eft', CreationDate: new Date(0) },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  for (const [face, data] of pdfFonts()) pdf.registerFont(face, data);
  pdf.scale(POINTS);
  drawChildren(pdf, root, { ...inherit(root, INITIAL), size: [width!, height!] });
  pdf.end();
  return done;
}

/** What children take over from their parents. */
interface Look {
  readonly fill: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly fontSize: number;
  readonly family: string;
  readonly isItalic: boolean;
  readonly isBold: boolean;
  readonly size: readonly [number, number];
}

const INITIAL: Look = {
  fill: '#000000',
  stroke: 'none',
  strokeWidth: 1,
  fontSize: 12,
  family: '',
  isItalic: false,
  isBold: false,
  size: [0, 0],
};

function inherit({ attributes }: SvgElement, look: Look): Look {
  const style = attributes.get('font-style');
  const weight = attributes.get('font-weight');
  return {
    ...look,
    fill: attributes.get('fill') ?? look.fill,
    stroke: attributes.get('stroke') ?? look.stroke,
    strokeWidth: Number(attributes.get('stroke-width') ?? look.strokeWidth),
    fontSize: Number(attributes.get('font-size') ?? look.fontSize),
    family: attributes.get('font-family') ?? look.family,
    isItalic: style === undefined ? look.isItalic : style === 'italic',
    isBold: weight === undefined ? look.isBold : weight === 'bold',
  };
}

function drawChildren(pdf: Pdf, { children }: SvgElement, look: Look): void {
  for (const child of children) if (typeof child !== 'string') draw(pdf, child, look);
}

const WITHOUT_INK: ReadonlySet<string> = new Set(['title', 'desc', 'style']);

function draw(pdf: Pdf, element: SvgElement, outer: Look): void {
  if (WITHOUT_INK.has(element.name) || element.attributes.get('display') === 'none') return;
  const look = inherit(element, outer);
  pdf.save();
  transform(pdf, element.attributes.get('transform') ?? '');
  if (element.name === 'g') drawChildren(pdf, element, look);
  else if (element.name === 'text') drawText(pdf, element, look);
  else if (outline(pdf, element, look)) paint(pdf, element, look);
  pdf.restore();
}

/** `translate(x,y) rotate(angle) scale(a,b)`, as Vega and our drawings write them. */
function transform(pdf: Pdf, text: string): void {
  for (const [, name, values = ''] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b] = values.split(/[\s,]+/).map(Number);
    if (name === 'translate') pdf.translate(a, b ?? 0);
    else if (name === 'rotate') pdf.rotate(a);
    else if (name === 'scale') pdf.scale(a, b ?? a);
    else throw new InternalError(`${name} in a picture`);
  }
}

function number({ attributes }: SvgElement, name: string, whole?: number): number {
  const text = attributes.get(name) ?? '0';
  return text.endsWith('%') && whole !== undefined ? (Number.parseFloat(text) / 100) * whole : Number(text);
}

/** Whether there is anything to paint. */
function outline(pdf: Pdf, element: SvgElement, { size }: Look): boolean {
  const at = (name: string, whole?: number): number => number(element, name, whole);
  switch (element.name) {
    case 'path': {
      const d = element.attributes.get('d') ?? '';
      if (d === '') return false;
      pdf.path(d);
      return true;
    }
    case 'line':
      pdf.moveTo(at('x1'), at('y1')).lineTo(at('x2'), at('y2'));
      return true;
    case 'rect':
      pdf.roundedRect(at('x'), at('y'), at('width', size[0]), at('height', size[1]), at('rx'));
      return true;
    case 'circle':
      pdf.circle(at('cx'), at('cy'), at('r'));
      return true;
    case 'ellipse':
      pdf.ellipse(at('cx'), at('cy'), at('rx'), at('ry'));
      return true;
    default:
      throw new InternalError(`<${element.name}> in a picture`);
  }
}

function paint(pdf: Pdf, { attributes }: SvgElement, { fill, stroke, strokeWidth }: Look): void {
  const opacity = Number(attributes.get('opacity') ?? 1);
  const dash = attributes.get('stroke-dasharray');
  if (dash !== undefined && stroke !== 'none')
    // Several lengths in turn, which the types of pdfkit do not know.
    pdf.dash(dash.split(/[\s,]+/).map(Number) as unknown as number, {});
  pdf.lineWidth(strokeWidth).miterLimit(4);
  pdf.fillOpacity(opacity * Number(attributes.get('fill-opacity') ?? 1));
  pdf.strokeOpacity(opacity * Number(attributes.get('stroke-opacity') ?? 1));
  if (fill !== 'none' && stroke !== 'none') pdf.fillAndStroke(colour(fill), colour(stroke));
  else if (fill !== 'none') pdf.fill(colour(fill));
  else if (stroke !== 'none') pdf.stroke(colour(stroke));
  else (pdf as unknown as { addContent: (operator: string) => void }).addContent('n');
}

type Colour = string | [number, number, number];

/** pdfkit reads `#rrggbb` and triples. */
function colour(text: string): Colour {
  const [, r, g, b] = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(text) ?? [];
  if (b !== undefined) return [Number(r), Number(g), Number(b)];
  return /^#[\da-f]{3}$/i.test(text) ? text.replace(/[\da-f]/gi, '$&$&') : text;
}

interface Run {
  readonly text: string;
  readonly look: Look;
  readonly x: number | undefined;
  readonly dx: number;
  readonly dy: number;
}

/** Runs one after the other, each where it says it begins, else after the one before; all of them anchored as one. */
function drawText(pdf: Pdf, element: SvgElement, look: Look): void {
  const runs = element.children.map((child): Run => {
    if (typeof child === 'string') return { text: child, look, x: undefined, dx: 0, dy: 0 };
    const text = child.children.filter((each) => typeof each === 'string').join('');
    const x = child.attributes.has('x') ? number(child, 'x') : undefined;
    return { text, look: inherit(child, look), x, dx: number(child, 'dx'), dy: number(child, 'dy') };
  });
  const widths = runs.map(({ text, look: own }) => select(pdf, own, text).widthOfString(drawable(pdf, text)));
  const anchor = { start: 0, middle: 0.5, end: 1 }[element.attributes.get('text-anchor') ?? 'start'] ?? 0;
  const whole = widths.reduce((sum, width, k) => sum + width + runs[k]!.dx, 0);
  let [x, y] = [number(element, 'x') - anchor * whole, number(element, 'y')];
  runs.forEach((run, k) => {
    x = (run.x ?? x) + run.dx;
    y += run.dy;
    select(pdf, run.look, run.text).fillColor(colour(run.look.fill)).fillOpacity(1);
    pdf.text(drawable(pdf, run.text), x, y, { lineBreak: false, baseline: 'alphabetic' });
    x += widths[k]!;
  });
}

/** The face of the look if it has all characters, else one that has, else upright. */
function select(pdf: Pdf, { family, fontSize, isItalic, isBold }: Look, text: string): Pdf {
  const slanted: PdfFace[] = family.includes('KaTeX_Math') ? ['mathematical'] : ['italic', 'mathematical'];
  const faces: PdfFace[] = /Mono|monospace/.test(family)
    ? ['typewriter']
    : isBold
      ? ['bold']
      : isItalic && text.trim() !== ''
        ? slanted
        : [];
  const found = [...faces, 'upright' as const].find((face) => isWritable(pdf.font(face), text));
  return pdf.font(found ?? faces[0] ?? 'upright').fontSize(fontSize);
}

/** What of the font in use the types of pdfkit do not show. */
function hasGlyph(pdf: Pdf, character: string): boolean {
  const { _font } = pdf as unknown as {
    readonly _font: { readonly font: { readonly hasGlyphForCodePoint: (code: number) => boolean } };
  };
  return _font.font.hasGlyphForCodePoint(character.codePointAt(0)!);
}

function isWritable(pdf: Pdf, text: string): boolean {
  return Array.from(text).every((character) => hasGlyph(pdf, character));
}

/** Characters that no font has would be empty boxes. */
function drawable(pdf: Pdf, text: string): string {
  return Array.from(text, (character) => (hasGlyph(pdf, character) ? character : '?')).join('');
}
