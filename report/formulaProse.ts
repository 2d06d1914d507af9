/** Sentences that hold formulas in the letters of the language, `K -> 0`, `L^(-1)`, `chi_perp = 1`, with these set as formulas. */
import { latexName } from '../theory/notation.ts';
import { code, tex, text, type Inline } from './document.ts';

/** What stands between backquotes is code; all else that is no formula stays as it is. */
export function formulaProse(sentence: string): Inline[] {
  return sentence
    .split('`')
    .flatMap((part, k) => (k % 2 === 1 ? [code(part)] : withFormulas(part)))
    .filter((part) => part.kind === 'tex' || part.text !== '');
}

/** Words in a row that make one formula, punctuation and blanks around them apart. */
function withFormulas(sentence: string): Inline[] {
  const parts: Inline[] = [];
  let words: string[] = [];
  const say = (plain: string): void => {
    parts.push(text(plain));
  };
  const finish = (): void => {
    // An operator at the end belongs to the words that follow.
    const last = words.findLastIndex((word) => !/^\s*$|^[-+=~*/]+$|^->$/.test(word)) + 1;
    const [formula, rest] = [words.slice(0, last).join(''), words.slice(last).join('')];
    if (isFormula(formula)) parts.push(tex(formulaTex(formula)));
    else say(formula);
    say(rest);
    words = [];
  };
  for (const piece of sentence.split(/(\s+)/)) {
    const [, word = '', mark = ''] = /^(.*?)([,;:]?)$/s.exec(piece) ?? [];
    if (/^\s*$/.test(word) ? words.length > 0 : isTerm(word)) words.push(word);
    else {
      finish();
      say(word);
    }
    if (mark === '') continue;
    finish();
    say(mark);
  }
  finish();
  return joined(parts);
}

function joined(parts: readonly Inline[]): Inline[] {
  return parts.reduce<Inline[]>((all, part) => {
    const last = all.at(-1);
    return part.kind === 'text' && last?.kind === 'text'
      ? [...all.slice(0, -1), text(last.text + part.text)]
      : [...all, part];
  }, []);
}

const GREEK = /^(lambda|sigma|chi|Theta|xi|pi)$/;

/** Every name in it is a letter of a formula, with a script perhaps. */
function isTerm(word: string): boolean {
  if (!/^[\w'^*/+\-=~<>()[\].]+$/.test(word) || /^[aAI]\b/.test(word) || /[A-Za-z]-[A-Za-z]/.test(word))
    return false;
  const names = word.match(/[A-Za-z]\w*/g) ?? [];
  return names.every((name) => {
    const [head = ''] = name.split('_');
    return name === 'fan_in' || /^(d?[A-Za-z]\d*|\d+e)$/.test(head) || GREEK.test(head);
  });
}

/** A name besides numbers and signs, and as many closing brackets as opening ones. */
function isFormula(words: string): boolean {
  let depth = 0;
  for (const character of words) {
    if (/[([]/.test(character)) depth++;
    if (/[)\]]/.test(character)) depth--;
    if (depth < 0) return false;
  }
  return depth === 0 && /[A-Za-z]/.test(words.replace(/\d+e-?\d+/g, ''));
}

function formulaTex(words: string): string {
  const [written] = read(words, 0);
  return written.trim().replace(/ +/g, ' ');
}

/** Up to the bracket that closes, and where that is. */
function read(words: string, from: number): [string, number] {
  let [out, at] = ['', from];
  while (at < words.length && words[at] !== ')') {
    const rest = words.slice(at);
    const [name] = /^[A-Za-z]\w*/.exec(rest) ?? [];
    const [arrow] = /^->/.exec(rest) ?? [];
    const [number, digits, exponent] = /^(\d+(?:\.\d+)?)(?:e(-?\d+))?/.exec(rest) ?? [];
    const [layer, inside] = /^\[(\w+)\]/.exec(rest) ?? [];
    if (rest.startsWith('^(')) {
      const [power, end] = read(words, at + 2);
      [out, at] = [`${out}^{${power.trim()}}`, end + 1];
    } else if (rest.startsWith('^')) {
      const [power = ''] = /^\^-?\w+/.exec(rest) ?? ['^'];
      [out, at] = [`${out}^{${power.slice(1)}}`, at + power.length];
    } else if (rest.startsWith('(')) {
      const [group, end] = read(words, at + 1);
      [out, at] = [`${out}(${group})`, end + 1];
    } else if (layer !== undefined) [out, at] = [`${out}^{(${lowered(inside!)})}`, at + layer.length];
    else if (arrow !== undefined) [out, at] = [`${out}\\to`, at + 2];
    else if (number !== undefined)
      [out, at] = [
        `${out}${exponent === undefined ? digits! : `${digits} \\times 10^{${exponent}}`}`,
        at + number.length,
      ];
    else if (name !== undefined) [out, at] = [`${out}${nameTex(name)}`, at + name.length];
    else [out, at] = [`${out}${SIGNS[words[at]!] ?? words[at]!}`, at + 1];
  }
  // K* is a fixed point, and a star between factors is none.
  const starred = out.replace(/([A-Za-z]?) ?\*(?![A-Za-z\d(\\])|\*/g, (_, letter?: string) =>
    letter ? `${letter}^*` : '\\,',
  );
  return [starred, at];
}

const SIGNS: Readonly<Record<string, string>> = {
  '<': '\\langle ',
  '>': '\\rangle ',
  '~': '\\sim ',
};

function lowered(name: string): string {
  return name === 'l' ? '\\ell' : name;
}

function nameTex(name: string): string {
  if (name === 'fan_in') return 'n_{\\mathrm{in}}';
  if (name === 'chi_par') return '\\chi_{\\parallel}';
  if (name === 'chi_perp') return '\\chi_{\\perp}';
  if (name === 'l') return '\\ell ';
  const [, d, letter] = /^(d)([A-Za-z])$/.exec(name) ?? [];
  if (d !== undefined) return `d${letter!}`;
  const [, base, index] = /^([A-Za-z])(\d+)$/.exec(name) ?? [];
  return base === undefined ? `${latexName(name)} ` : `${base}_{${index!}} `;
}
