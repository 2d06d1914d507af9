/**
 * Bounds on what is handed to the parser and to every recursive pass after it, so that a hostile file meets a
 * message with a figure, never an exhausted stack.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import * as t from './tokens.ts';
import { tokenSpan } from './scan.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { IToken, TokenType } from './chevrotain.ts';

/** Bytes of UTF-8. */
export const MAX_SOURCE_BYTES = 1 << 20;
/** Tokens; about a second's work for the parser. */
export const MAX_TOKENS = 100_000;
/** Brackets, signs, powers and sums inside one another. */
export const MAX_NESTING = 64;
/** Binary operators open at once, which bounds the height of the tree. */
export const MAX_OPERATORS = 1000;

/** A message when the text is too large to be read. */
export function checkSize(file: SourceFile): Diagnostic | undefined {
  const size = utf8Length(file.text);
  if (size <= MAX_SOURCE_BYTES) return undefined;
  return diagnostic('EFT101', { file, start: 0, end: 0 }, { size, limit: MAX_SOURCE_BYTES });
}

/** A message when there are too many tokens; data belong into a CSV file. */
export function checkLength(file: SourceFile, tokens: readonly IToken[]): Diagnostic | undefined {
  const first = tokens[MAX_TOKENS];
  if (first === undefined) return undefined;
  const parameters = { count: tokens.length, limit: MAX_TOKENS };
  return diagnostic(
    'EFT107',
    tokenSpan(file, first),
    parameters,
    'keep data in a CSV file: `csv("data.csv")`',
  );
}

function utf8Length(text: string): number {
  return text.length > MAX_SOURCE_BYTES ? text.length : new TextEncoder().encode(text).length;
}

const OPEN = new Set<TokenType>([t.LeftBrace, t.LeftParenthesis, t.LeftBracket]);
const CLOSE = new Set<TokenType>([t.RightBrace, t.RightParenthesis, t.RightBracket]);
const SEPARATORS = new Set<TokenType>([t.Comma, t.Semicolon, t.Colon, t.Equals, t.Head, t.Comparison]);
const ADDITIVE = new Set<TokenType>([t.Plus, t.Minus]);
const MULTIPLICATIVE = new Set<TokenType>([t.Times, t.Divide]);
/** After these a minus is a sign. */
const BEFORE_SIGN = new Set<TokenType>([...OPEN, ...SEPARATORS, ...ADDITIVE, ...MULTIPLICATIVE, t.Power]);

/** What is open at one level of brackets: binary operators, signs and powers of one factor, sums of one term. */
interface Level {
  readonly operators: number;
  readonly prefixes: number;
  readonly sums: number;
}

const CLOSED: Level = { operators: 0, prefixes: 0, sums: 0 };

/** The level after a token that is no bracket. */
function advance(level: Level, type: TokenType, signed: boolean): Level {
  if (SEPARATORS.has(type)) return CLOSED;
  if (type === t.Sum) return { ...level, sums: level.sums + 1 };
  if (type === t.Power || signed) return { ...level, prefixes: level.prefixes + 1 };
  const operators = level.operators + 1;
  if (ADDITIVE.has(type)) return { operators, prefixes: 0, sums: 0 };
  return MULTIPLICATIVE.has(type) ? { ...level, operators, prefixes: 0 } : level;
}

/** A message at the first token that nests too deeply or makes an expression too long. */
export function checkDepth(file: SourceFile, tokens: readonly IToken[]): Diagnostic | undefined {
  const outer: Level[] = [];
  let level = CLOSED;
  let nesting = 0;
  let operators = 0;
  const enter = (next: Level): void => {
    nesting += next.prefixes + next.sums - level.prefixes - level.sums;
    operators += next.operators - level.operators;
    level = next;
  };
  for (const [i, token] of tokens.entries()) {
    const type = token.tokenType;
    if (OPEN.has(type)) {
      outer.push(level);
      level = CLOSED;
    } else if (CLOSE.has(type)) {
      enter(CLOSED);
      level = outer.pop() ?? CLOSED;
    } else {
      const signed = type === t.Minus && (i === 0 || BEFORE_SIGN.has(tokens[i - 1]!.tokenType));
      enter(advance(level, type, signed));
    }
    const span = tokenSpan(file, token);
    if (nesting + outer.length > MAX_NESTING) return diagnostic('EFT104', span, { limit: MAX_NESTING });
    if (operators > MAX_OPERATORS) return diagnostic('EFT105', span, { limit: MAX_OPERATORS });
  }
  return undefined;
}
