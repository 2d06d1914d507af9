/** How wide a formula in LaTeX will be, in ems: near enough to break lines by. */

const WIDE: ReadonlySet<string> = new Set(['sum', 'langle', 'rangle', 'partial', 'mathcal', 'sim', 'delta']);
/** Commands that print nothing themselves. */
const SILENT: ReadonlySet<string> = new Set(
  'left right mathrm text operatorname begin end displaystyle quad qquad ensuremath'.split(' '),
);

export function texWidth(source: string): number {
  const tokens = source.match(/\\[A-Za-z]+|\\.|[^\\]/g) ?? [];
  return widthOf(tokens, { at: 0 });
}

interface Cursor {
  at: number;
}

/** Up to the closing brace, or the end. */
function widthOf(tokens: readonly string[], cursor: Cursor): number {
  let width = 0;
  let scripts = { sub: 0, sup: 0 };
  const flush = (): void => {
    width += 0.72 * Math.max(scripts.sub, scripts.sup);
    scripts = { sub: 0, sup: 0 };
  };
  while (cursor.at < tokens.length && tokens[cursor.at] !== '}') {
    const token = tokens[cursor.at]!;
    if (token === '_' || token === '^') {
      cursor.at++;
      const size = groupWidth(tokens, cursor);
      scripts =
        token === '_' ? { ...scripts, sub: scripts.sub + size } : { ...scripts, sup: scripts.sup + size };
    } else {
      flush();
      width += groupWidth(tokens, cursor);
    }
  }
  flush();
  return width;
}

/** One token, or one group in braces; a fraction is as wide as the wider of its parts. */
function groupWidth(tokens: readonly string[], cursor: Cursor): number {
  const token = tokens[cursor.at++] ?? '';
  if (token === '{') {
    const width = widthOf(tokens, cursor);
    cursor.at++;
    return width;
  }
  if (token === '\\frac') return 0.8 * Math.max(groupWidth(tokens, cursor), groupWidth(tokens, cursor)) + 0.2;
  if (token.startsWith('\\')) return commandWidth(token.slice(1));
  if (token === ' ') return 0.08;
  return /[+=<>-]/.test(token) ? 1.2 : /[A-Z]/.test(token) ? 0.72 : 0.5;
}

function commandWidth(name: string): number {
  if (SILENT.has(name)) return 0;
  if (/^[,;:! ]$/.test(name)) return 0.2;
  return WIDE.has(name) ? 0.7 : 0.6;
}
