/** Lines of a long equation: broken between terms, and within a term only where it has no room on a line of its own. */
import type { DisplayedEquation } from './document.ts';
import { texWidth } from './texWidth.ts';

/** Of the width of a page of ours, in ems. */
export const LINE_WIDTH = 48;
/** What a continued line begins with. */
const INDENT = 2;

/** The right side, line by line, signs included; the first line leaves room for the left side. */
export function brokenLines({ left, terms }: DisplayedEquation): string[] {
  if (terms.length === 0) return ['0'];
  const room = LINE_WIDTH - texWidth(left) - 2;
  const pieces = terms.flatMap(({ sign, tex }, k) => {
    const lead = k === 0 ? (sign === '-' ? '-' : '') : `${sign} `;
    return splitTerm(`${lead}${tex}`, room - INDENT);
  });
  return pieces
    .reduce<{ readonly lines: readonly string[]; readonly used: number }>(
      ({ lines, used }, piece) => {
        const width = texWidth(piece);
        const last = lines.at(-1);
        return last !== undefined && used + width <= room
          ? { lines: [...lines.slice(0, -1), `${last} ${piece}`], used: used + width }
          : { lines: [...lines, piece], used: width + (last === undefined ? 0 : INDENT) };
      },
      { lines: [], used: 0 },
    )
    .lines.slice();
}

/** The term whole when it fits, else parts that do, split between its factors. */
function splitTerm(term: string, room: number): string[] {
  if (texWidth(term) <= room) return [term];
  return factorsOf(term).reduce<string[]>((parts, factor) => {
    const last = parts.at(-1);
    if (last === undefined || texWidth(`${last} ${factor}`) > room) return [...parts, factor];
    return [...parts.slice(0, -1), `${last} ${factor}`];
  }, []);
}

/** Split at spaces outside of braces and of left-right pairs. */
function factorsOf(term: string): string[] {
  const factors: string[] = [];
  let [depth, current] = [0, ''];
  for (const token of term.match(/\\[A-Za-z]+|\\.|[^\\]/g) ?? []) {
    if (token === '{' || token === '\\left') depth++;
    if (token === '}' || token === '\\right') depth--;
    // A sign stays with what follows it.
    if (token === ' ' && depth === 0 && !/(^|\s)[+-]$/.test(current)) {
      factors.push(current);
      current = '';
    } else current += token;
  }
  return [...factors, current].filter((factor) => factor !== '');
}
