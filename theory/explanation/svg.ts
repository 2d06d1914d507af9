/** Just enough SVG: elements with escaped attributes and text, and text of several pieces with raised and lowered ones. */
import { visible } from '../../diagnostics/columns.ts';

export type Attributes = Readonly<Record<string, string | number>>;

/** `content` is markup already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(attribute(value))}"`,
  );
  const head = `<${name}${written.join('')}`;
  return content.length === 0 ? `${head}/>` : `${head}>${content.join('')}</${name}>`;
}

/** Coordinates to a hundredth: enough for print, and the same on every machine. */
function attribute(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(value * 100) / 100);
}

/** Text for an element or an attribute, characters that XML does not allow made visible. */
export function escapeXml(text: string): string {
  return visible(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** A piece of a formula, on the line, below or above it. */
export interface Piece {
  readonly text: string;
  readonly shift?: 'sub' | 'super';
}

const SHIFTED = 0.72;

/** Centred at x unless `anchor` says otherwise. */
export function richText(
  x: number,
  y: number,
  size: number,
  pieces: readonly Piece[],
  attributes: Attributes = {},
): string {
  let level = 0;
  const spans = pieces.map(({ text, shift }) => {
    const wanted = shift === 'sub' ? size * 0.28 : shift === 'super' ? -size * 0.38 : 0;
    const dy = wanted - level;
    level = wanted;
    return element('tspan', { dy, 'font-size': shift ? size * SHIFTED : size }, escapeXml(text));
  });
  return element('text', { x, y, 'font-size': size, 'text-anchor': 'middle', ...attributes }, ...spans);
}

/** Generous for the serif faces there are: text never leaves the shape drawn around it. */
export function widthOf(pieces: readonly Piece[], size: number): number {
  const em = pieces.reduce((sum, { text, shift }) => sum + text.length * (shift ? SHIFTED : 1), 0);
  return em * size * 0.6;
}
