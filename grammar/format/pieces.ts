/** A run of tokens and comments as pieces of text, each knowing how it stands to the piece before it. */
import { tokenMatcher } from '../chevrotain.ts';
import * as t from '../tokens.ts';
import type { IToken, TokenType } from '../chevrotain.ts';
import type { Comment } from '../syntax.ts';

/** In a list of lists: the bracket of its first row, of a further row, or the one that closes the list. */
export type RowMark = 'first' | 'next' | 'end';

export interface Piece {
  readonly text: string;
  readonly kind: 'token' | 'trailing-comment' | 'own-line-comment';
  /** Whether a space, and so possibly a line end, comes before it. */
  readonly spaced: boolean;
  /** Set on what stands between the parentheses of a call or sum, which is not broken where it fits on a line. */
  readonly inner?: boolean;
  /** Set on tokens. */
  readonly type?: TokenType;
  /** Set on the brackets of lists of lists. */
  readonly row?: RowMark;
}

/** Which operators stand without spaces: all up to a colon (`layer l+1:`), or all (`expand in 1/n`). */
export type Tightness = 'loose' | 'until-colon' | 'tight';

/** The brackets and correlators open around a token. */
type Context = 'call' | 'sum' | 'indices' | 'list' | 'group' | 'correlator';

const OPENERS = [t.LeftParenthesis, t.LeftBracket];
const CLOSERS = [t.RightParenthesis, t.RightBracket, t.ConnectedClose];
const NEVER_SPACED_BEFORE = [t.Comma, t.Semicolon, t.Colon];
const OPERATORS = [t.Plus, t.Minus, t.Times, t.Divide];

/** The pieces of a run of tokens with the comments between them; `text` is the source they come from. */
export function piecesOf(
  text: string,
  tokens: readonly IToken[],
  comments: readonly Comment[],
  tightness: Tightness,
): readonly Piece[] {
  const spacing = new Spacing(tightness);
  const rows = listRows(tokens);
  const pieces: Piece[] = [];
  let next = 0;
  for (const [i, token] of tokens.entries()) {
    for (; next < comments.length && comments[next]!.span.start < token.startOffset; next++)
      pieces.push(commentPiece(text, comments[next]!, tokens[i - 1]));
    const row = rows.get(token);
    const inner = spacing.inCall();
    const spaced = spacing.before(token, tokens[i - 1]);
    const piece: Piece = { text: token.image, kind: 'token', spaced, inner, type: token.tokenType };
    pieces.push(row ? { ...piece, row } : piece);
  }
  return pieces;
}

function commentPiece(text: string, comment: Comment, previous: IToken | undefined): Piece {
  const from = previous ? previous.startOffset + previous.image.length : 0;
  const sameLine = previous !== undefined && !/[\r\n]/.test(text.slice(from, comment.span.start));
  return { text: `#${comment.text}`, kind: sameLine ? 'trailing-comment' : 'own-line-comment', spaced: true };
}

/** Decides, token by token, whether a space stands before it. */
class Spacing {
  readonly #contexts: Context[] = [];
  #tight: Tightness;
  /** Whether the token before was a sign or an operator without spaces. */
  #gluesNext = false;
  /** Whether the token before ends the indices of a sum: what follows is its body, not an operator. */
  #afterSum = false;
  /** Whether the token before is the second word of `find critical`, which is no function. */
  #afterFindCritical = false;
  #afterFind = false;

  constructor(tightness: Tightness) {
    this.#tight = tightness;
  }

  before(token: IToken, previous: IToken | undefined): boolean {
    const type = token.tokenType;
    const word = this.#afterSum || this.#afterFindCritical;
    const operandBefore = previous !== undefined && endsOperand(previous) && !word;
    const closes = CLOSERS.includes(type) || (this.#inCorrelator() && tokenMatcher(token, t.CorrelatorClose));
    const opens = OPENERS.includes(type) || (!operandBefore && tokenMatcher(token, t.CorrelatorOpen));
    const glued = this.#gluesNext || closes || this.#isGlued(type, operandBefore);
    this.#afterSum = closes && this.#contexts.pop() === 'sum';
    if (opens) this.#contexts.push(contextOf(type, previous, operandBefore));
    this.#gluesNext = opens || this.#gluesFollower(type, operandBefore);
    this.#afterFindCritical = this.#afterFind && type === t.Critical;
    this.#afterFind = type === t.Find;
    if (type === t.Colon && this.#tight === 'until-colon') this.#tight = 'loose';
    return previous !== undefined && !glued;
  }

  inCall(): boolean {
    return this.#contexts.some((context) => context === 'call' || context === 'sum');
  }

  #inCorrelator(): boolean {
    return this.#contexts.at(-1) === 'correlator';
  }

  #isGlued(type: TokenType, operandBefore: boolean): boolean {
    if (NEVER_SPACED_BEFORE.includes(type) || type === t.Power) return true;
    if (operandBefore && OPENERS.includes(type)) return true;
    return this.#tight !== 'loose' && OPERATORS.includes(type);
  }

  #gluesFollower(type: TokenType, operandBefore: boolean): boolean {
    if (type === t.Power || (type === t.Minus && !operandBefore)) return true;
    const separator = type === t.Comma || type === t.Semicolon;
    if (separator && this.#contexts.at(-1) === 'indices') return true;
    return this.#tight !== 'loose' && OPERATORS.includes(type);
  }
}

function endsOperand(token: IToken): boolean {
  const closed = [
    t.NumberLiteral,
    t.StringLiteral,
    t.Head,
    t.RightParenthesis,
    t.RightBracket,
    ...t.RESERVED_WORDS,
  ];
  return closed.includes(token.tokenType) || tokenMatcher(token, t.Name);
}

function contextOf(type: TokenType, previous: IToken | undefined, applied: boolean): Context {
  if (type === t.LeftBracket) return applied ? 'indices' : 'list';
  if (type !== t.LeftParenthesis) return 'correlator';
  if (previous?.tokenType === t.Sum) return 'sum';
  return applied ? 'call' : 'group';
}

function listRows(tokens: readonly IToken[]): ReadonlyMap<IToken, RowMark> {
  const rows = new Map<IToken, RowMark>();
  const open: { hasRows: boolean }[] = [];
  for (const [i, token] of tokens.entries()) {
    const type = token.tokenType;
    const outer = open.at(-1);
    const previous = tokens[i - 1]?.tokenType;
    if (type === t.LeftBracket && outer) {
      const first = previous === t.LeftBracket;
      if (first || (previous === t.Comma && outer.hasRows)) rows.set(token, first ? 'first' : 'next');
      outer.hasRows ||= first;
    }
    if (OPENERS.includes(type)) open.push({ hasRows: false });
    else if (type === t.RightParenthesis || type === t.RightBracket)
      if (open.pop()?.hasRows) rows.set(token, 'end');
  }
  return rows;
}
