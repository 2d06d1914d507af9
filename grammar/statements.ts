/**
 * A pass between lexer and parser. Line ends mean nothing in the language, so a parser that has lost its way
 * cannot see where the next statement begins. This pass marks the names that begin statements as `Head` tokens,
 * where the parser recovers, and reads misspelt keywords as the ones that were meant, with a message.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames } from '../diagnostics/suggest.ts';
import { tokenMatcher } from './chevrotain.ts';
import * as t from './tokens.ts';
import { tokenSpan } from './scan.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { IToken, TokenType } from './chevrotain.ts';

export interface MarkedTokens {
  readonly tokens: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Marks the heads of statements; equal to the input, but for token types, when no keyword is misspelt. */
export function markStatements(file: SourceFile, tokens: readonly IToken[]): MarkedTokens {
  const marked: IToken[] = [];
  const diagnostics: Diagnostic[] = [];
  let block: TokenType | undefined;
  let depth = 0;
  let inIndices = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.tokenType === t.LeftBrace) depth++;
    if (token.tokenType === t.RightBrace) depth = Math.max(0, depth - 1);
    if (token.tokenType === t.LeftBracket || token.tokenType === t.RightBracket)
      inIndices = token.tokenType === t.LeftBracket;
    if (isHead(tokens, i) && (!inIndices || opensLine(file, token, tokens[i - 1]))) {
      inIndices = false;
      marked.push(retyped(token, t.Head));
      continue;
    }
    if (looksMisspelt(file, tokens, i)) {
      const reading = readWord(file, token, depth > 0 ? block : undefined, i === 0);
      if (reading.diagnostic) diagnostics.push(reading.diagnostic);
      if (reading.type === undefined) {
        i = endOfUnknown(file, tokens, i, depth);
        continue;
      }
      marked.push(retyped(token, reading.type));
    } else marked.push(token);
    if (depth === 0) block = blockWord(marked.at(-1)!) ?? block;
  }
  return { tokens: marked, diagnostics };
}

const WORDS_OF_STATEMENTS = new Set([...t.ITEM_WORDS, ...t.ARCHITECTURE_WORDS, ...t.STUDY_WORDS]);
/** A head after one of these continues a statement: `at n = 64`, `uniform(variance = 1)`. */
const BEFORE_INNER_HEAD = new Set([t.At, t.For, t.Expect, t.LeftParenthesis]);

/** Whether a token begins an item, a declaration or a statement. */
export function beginsStatement(token: IToken, previous?: IToken): boolean {
  if (token.tokenType === t.Head) return previous === undefined || !BEFORE_INNER_HEAD.has(previous.tokenType);
  return WORDS_OF_STATEMENTS.has(token.tokenType);
}

const BLOCK_WORDS = new Set<TokenType>([t.Architecture, t.Prior, t.Observable, t.Study]);
const IN_INDICES = new Set<TokenType>([t.NumberLiteral, t.Comma, t.Semicolon, t.Plus, t.Minus]);

function retyped(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! };
}

function isName(token: IToken | undefined): boolean {
  return token !== undefined && tokenMatcher(token, t.Name);
}

function blockWord(token: IToken): TokenType | undefined {
  return BLOCK_WORDS.has(token.tokenType) ? token.tokenType : undefined;
}

/** `C_W =`, `W ~`, `V[a,b;c,d] =`, the last also when its `]` is missing. */
function isHead(tokens: readonly IToken[], i: number): boolean {
  if (!isName(tokens[i]) || tokens[i - 1]?.tokenType === t.Where) return false;
  const next = tokens[i + 1]?.tokenType;
  if (next === t.Equals || next === t.Tilde) return true;
  return next === t.LeftBracket && tokens[endOfIndices(tokens, i + 2)]?.tokenType === t.Equals;
}

/** The longest list of indices that is still read as one. */
const LONGEST_INDICES = 64;

function endOfIndices(tokens: readonly IToken[], from: number): number {
  let i = from;
  while (i < from + LONGEST_INDICES && (isName(tokens[i]) || IN_INDICES.has(tokens[i]?.tokenType ?? t.Head)))
    i++;
  return tokens[i]?.tokenType === t.RightBracket ? i + 1 : i;
}

/** A plain name that opens a line and is followed by what follows keywords: a word, a number, a string or `{`. */
function looksMisspelt(file: SourceFile, tokens: readonly IToken[], i: number): boolean {
  const next = tokens[i + 1];
  if (tokens[i]!.tokenType !== t.Name || next === undefined) return false;
  const followed =
    isName(next) || [t.NumberLiteral, t.StringLiteral, t.LeftBrace].some((type) => tokenMatcher(next, type));
  return followed && opensLine(file, tokens[i]!, tokens[i - 1]);
}

function opensLine(file: SourceFile, token: IToken, previous: IToken | undefined): boolean {
  if (previous === undefined || [t.LeftBrace, t.RightBrace].includes(previous.tokenType)) return true;
  const between = file.text.slice(previous.startOffset + previous.image.length, token.startOffset);
  return /[\r\n]/.test(between);
}

interface Reading {
  /** What the word is read as; undefined when its whole statement must be skipped. */
  readonly type?: TokenType;
  readonly diagnostic?: Diagnostic;
}

const ALTERNATIVES = new Map<TokenType | undefined, { what: string; words: readonly TokenType[] }>([
  [undefined, { what: 'block or declaration', words: t.ITEM_WORDS }],
  [t.Architecture, { what: 'declaration of an architecture', words: t.ARCHITECTURE_WORDS }],
  [t.Study, { what: 'statement of a study', words: t.STUDY_WORDS }],
]);

function readWord(file: SourceFile, token: IToken, block: TokenType | undefined, first: boolean): Reading {
  const alternatives = ALTERNATIVES.get(block);
  // In a prior or an observable block every statement begins with a name of the user's.
  if (alternatives === undefined) return { type: t.Head };
  const words = first ? [t.Eft, ...alternatives.words] : alternatives.words;
  const spellings = words.map(spelling);
  const nearest = nearestNames(token.image, spellings, 1)[0];
  if (nearest === undefined && block === t.Study) return { type: t.Head };
  const hint =
    nearest === undefined
      ? `expected one of ${spellings.map((word) => `\`${word}\``).join(', ')}`
      : `did you mean \`${nearest}\`?`;
  const parameters = { what: alternatives.what, name: token.image };
  const type = words.find((word) => spelling(word) === nearest);
  const message = diagnostic('EFT111', tokenSpan(file, token), parameters, hint);
  return type === undefined ? { diagnostic: message } : { type, diagnostic: message };
}

/** The keyword as it is written. */
export function spelling(word: TokenType): string {
  return String(word.PATTERN);
}

/** The last token of a statement or block that begins with a word of unknown meaning. */
function endOfUnknown(file: SourceFile, tokens: readonly IToken[], start: number, depth: number): number {
  let inner = 0;
  for (let i = start + 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.tokenType === t.LeftBrace) inner++;
    if (token.tokenType === t.RightBrace) {
      if (inner === 0) return i - 1;
      inner--;
      if (inner === 0) return i;
    }
    const resumes = beginsStatement(token, tokens[i - 1]) && opensLine(file, token, tokens[i - 1]);
    if (inner === 0 && resumes && (depth === 0 ? token.tokenType !== t.Head : true)) return i - 1;
  }
  return tokens.length - 1;
}
