import { diagnostic } from '../diagnostics/catalogue.ts';
import { Lexer } from './chevrotain.ts';
import { once } from './once.ts';
import { OpenString, TOKENS } from './tokens.ts';
import type { ILexingError, IToken } from './chevrotain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/span.ts';
import type { Comment } from './syntax.ts';

/** The tokens of a file, its comments, and the characters that belong to no token. */
export interface Scan {
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Built at the first use: a command that reads no model file does not pay for it. */
const lexer = once(
  () =>
    new Lexer(TOKENS, { positionTracking: 'onlyOffset', skipValidations: true, ensureOptimizations: false }),
);

/** Splits a text into tokens. Never throws: what belongs to no token is reported and left out. */
export function scan(file: SourceFile): Scan {
  const { tokens: starts, groups, errors } = lexer().tokenize(file.text);
  const tokens = starts.map(withEnd);
  const openStrings = tokens.filter((token) => token.tokenType === OpenString);
  return {
    tokens,
    comments: (groups['comments'] ?? []).map((token) => comment(file, token)),
    diagnostics: [
      ...firstOfEachLine(file, errors).map((error) => unexpectedCharacter(file, error)),
      ...openStrings.map((token) => diagnostic('EFT103', tokenSpan(file, token), {}, 'close it with `"`')),
    ],
  };
}

/** The lexer tracks starts only, which is the quick way; the parser wants the last character's offset too. */
function withEnd(token: IToken): IToken {
  return { ...token, endOffset: token.startOffset + token.image.length - 1 };
}

/** The range of text a token was read from; empty at the end of the file for its end. */
export function tokenSpan(file: SourceFile, token: IToken): Span {
  if (Number.isNaN(token.startOffset)) return { file, start: file.text.length, end: file.text.length };
  return { file, start: token.startOffset, end: token.startOffset + token.image.length };
}

function comment(file: SourceFile, token: IToken): Comment {
  const written = token.image.trimEnd();
  const start = token.startOffset;
  return { text: written.slice(1), span: { file, start, end: start + written.length } };
}

/** A line in a foreign notation gets one message, not one a character. */
function firstOfEachLine(file: SourceFile, errors: readonly ILexingError[]): readonly ILexingError[] {
  return errors.filter((error, i) => {
    const previous = errors[i - 1];
    return previous === undefined || /[\r\n]/.test(file.text.slice(previous.offset, error.offset));
  });
}

function unexpectedCharacter(file: SourceFile, error: ILexingError): Diagnostic {
  const first = String.fromCodePoint(file.text.codePointAt(error.offset) ?? 0xfffd);
  const span = { file, start: error.offset, end: error.offset + first.length };
  const around = file.text.slice(Math.max(0, error.offset - 1), error.offset + 2);
  const hint = first === '.' && !/\d/.test(around) ? undefined : characterHint(first);
  return diagnostic('EFT102', span, { character: describeCharacter(first) }, hint);
}

function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code > 0x20 && code < 0x7f) return `\`${character}\``;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `\`${character}\` (${name})` : name;
}

const CHARACTER_HINTS: readonly (readonly [RegExp, string])[] = [
  [/['‘’“”«»]/, 'strings are written between straight double quotes: "…"'],
  [/[.]/, 'a number has digits on both sides of its point: 0.5, 1.0'],
  [/[%]/, 'comments begin with `#`; there is no operator `%`'],
  [/[!]/, 'unequal is written `!=`'],
  [/[_]/, 'a name begins with a letter; only a correlator may be closed by `>_c`'],
  [/[\\$]/, 'names are plain: `sigma` or `σ`, not LaTeX'],
  [/[₀-₉⁰¹²³⁴-⁹]/, 'write indices and powers on the line: `n0`, `z^2`'],
  [/[|&@?]/, 'see the list of operators in docs/language.md'],
];

function characterHint(character: string): string | undefined {
  return CHARACTER_HINTS.find(([pattern]) => pattern.test(character))?.[1];
}
