/**
 * Line ends mean nothing in the language, so a parser that has lost its way cannot see where the next statement
 * begins. This pass between lexer and parser marks the names that stand left of `=` or `~` as `Head` tokens; the
 * parser recovers at them.
 */
import { tokenMatcher } from './chevrotain.ts';
import * as t from './tokens.ts';
import type { IToken, TokenType } from './chevrotain.ts';

/** The same tokens, heads of equations and priors marked; right for every program without mistakes. */
export function markHeads(tokens: readonly IToken[]): readonly IToken[] {
  return tokens.map((token, i) => (isHead(tokens, i) ? retyped(token, t.Head) : token));
}

export function retyped(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! };
}

/** `C_W =`, `W ~`, `V[a,b;c,d] =`, the last also when its `]` is missing. */
export function isHead(tokens: readonly IToken[], i: number): boolean {
  if (!isName(tokens[i])) return false;
  const next = tokens[i + 1]?.tokenType;
  if (next === t.Equals || next === t.Tilde) return true;
  return next === t.LeftBracket && tokens[endOfIndices(tokens, i + 2)]?.tokenType === t.Equals;
}

export function isName(token: IToken | undefined): boolean {
  return token !== undefined && tokenMatcher(token, t.Name);
}

const IN_INDICES = new Set<TokenType | undefined>([t.NumberLiteral, t.Comma, t.Semicolon]);

/** The longest list of indices that is still read as one. */
const LONGEST_INDICES = 1000;

function endOfIndices(tokens: readonly IToken[], from: number): number {
  let i = from;
  while (i < from + LONGEST_INDICES && (isName(tokens[i]) || IN_INDICES.has(tokens[i]?.tokenType))) i++;
  return tokens[i]?.tokenType === t.RightBracket ? i + 1 : i;
}

const WORDS_OF_STATEMENTS = new Set([
  ...t.ITEM_WORDS,
  ...t.ARCHITECTURE_WORDS,
  ...t.PRIOR_WORDS,
  ...t.STUDY_WORDS,
]);
/** A head after one of these continues a statement: `at n = 64`, `uniform(variance = 1)`. */
const BEFORE_INNER_HEAD = new Set([t.At, t.For, t.Expect, t.LearningRate, t.Phase, t.LeftParenthesis]);

/** Whether a token begins an item, a declaration or a statement. */
export function beginsStatement(token: IToken, previous?: IToken): boolean {
  if (token.tokenType === t.Head) return previous === undefined || !BEFORE_INNER_HEAD.has(previous.tokenType);
  return WORDS_OF_STATEMENTS.has(token.tokenType);
}

/** A keyword or sign as it is written; of those with several spellings, the name of the token. */
export function spelling({ PATTERN, name }: TokenType): string {
  return typeof PATTERN === 'string' ? PATTERN : name;
}
