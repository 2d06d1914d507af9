import * as t from './tokens.ts';
import { CstParser } from './chevrotain.ts';
import type { IParserErrorMessageProvider, TokenType } from './chevrotain.ts';

export interface ParserOptions {
  /** Chevrotain's check of the grammar itself; costs start-up time, so only tests ask for it. */
  readonly validate?: boolean;
  readonly messages?: IParserErrorMessageProvider;
}

/** Reading stops after so many mistakes: nobody mends more at once, and recovery nests with each of them. */
const MAX_ERRORS = 100;

/** Thrown out of the parser when it has found `MAX_ERRORS`; they are in `errors`. */
export class TooManyErrors extends Error {}

const INSERTABLE = new Set<TokenType>([
  t.RightParenthesis,
  t.RightBracket,
  t.RightBrace,
  t.Comma,
  t.Colon,
  t.Equals,
  t.Tilde,
]);

/** How the parser goes on after a mistake; the rules are in `EftParser`. */
export class RecoveringParser extends CstParser {
  constructor(options: ParserOptions = {}) {
    super(t.TOKENS, {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: 'onlyOffset',
      skipValidations: options.validate !== true,
      ...(options.messages && { errorMessageProvider: options.messages }),
    });
  }

  /** A missing closer or separator is best imagined; a missing opener or name is best skipped over. */
  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return INSERTABLE.has(type);
  }

  /** Words of the language are names too: skipping a token to reach one would eat the next statement. */
  protected override canTokenTypeBeDeletedInRecovery(type: TokenType): boolean {
    return type !== t.Name;
  }

  protected stopAfterTooManyErrors(): void {
    this.ACTION(() => {
      if (this.errors.length >= MAX_ERRORS) throw new TooManyErrors();
    });
  }
}
