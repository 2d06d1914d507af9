/** How a line of source text looks in a terminal: columns, tabs, wide and invisible characters. */

/** One character as shown, with the offset it has in its line and the columns it takes. */
export interface Cell {
  readonly offset: number;
  readonly shown: string;
  readonly columns: number;
}

const TAB = 4;

/** The cells of one line, control characters replaced by visible signs. */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const character of line) {
    const cell = character === '\t' ? blank(TAB - (column % TAB)) : shownCharacter(character);
    cells.push({ offset, ...cell });
    offset += character.length;
    column += cell.columns;
  }
  return cells;
}

/** Makes control characters and lone surrogates of any text visible, so that none reaches the terminal. */
export function visible(text: string): string {
  return Array.from(text, (character) => shownCharacter(character).shown).join('');
}

type Shown = Omit<Cell, 'offset'>;

function blank(columns: number): Shown {
  return { shown: ' '.repeat(columns), columns };
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function shownCharacter(character: string): Shown {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return { shown: String.fromCharCode(0x2400 + code), columns: 1 };
  if (code === 0x7f) return { shown: '\u2421', columns: 1 };
  if (/\p{Mn}|\p{Me}/u.test(character)) return { shown: character, columns: 0 };
  // Direction marks, zero-width and unassigned characters would hide or reorder what follows them.
  if (/\p{C}|\p{Zl}|\p{Zp}/u.test(character)) return { shown: '\ufffd', columns: 1 };
  return { shown: character, columns: WIDE.test(character) ? 2 : 1 };
}
