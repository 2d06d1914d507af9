/** Which brackets are open at a place of the text, whatever else is wrong with it. */
import * as t from './tokens.ts';
import type { IToken, TokenType } from './chevrotain.ts';

const CLOSER_OF = new Map<TokenType, TokenType>([
  [t.LeftBrace, t.RightBrace],
  [t.LeftParenthesis, t.RightParenthesis],
  [t.LeftBracket, t.RightBracket],
]);
export const CLOSERS = new Set(CLOSER_OF.values());

export function closes(token: IToken, opener: IToken): boolean {
  return CLOSER_OF.get(opener.tokenType) === token.tokenType;
}

/** The brackets still open after these tokens, the innermost last. */
export function openBrackets(tokens: readonly IToken[]): readonly IToken[] {
  const open: IToken[] = [];
  for (const token of tokens) {
    if (CLOSER_OF.has(token.tokenType)) open.push(token);
    else if (open.length > 0 && closes(token, open.at(-1)!)) open.pop();
  }
  return open;
}
