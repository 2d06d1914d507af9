/** From the errors of a recovering parser to one message for each mistake. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames } from '../diagnostics/suggest.ts';
import { EOF, tokenMatcher } from './chevrotain.ts';
import * as t from './tokens.ts';
import { expectedWord } from './expectations.ts';
import { tokenSpan } from './scan.ts';
import { beginsStatement } from './statements.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { IRecognitionException, IToken, TokenType } from './chevrotain.ts';

/**
 * The messages for `errors`, at most one a statement: what follows a mistake in the same statement is usually its
 * consequence. `reported` are offsets of mistakes that have their message already.
 */
export function describeErrors(
  file: SourceFile,
  tokens: readonly IToken[],
  errors: readonly IRecognitionException[],
  reported: readonly number[],
): readonly Diagnostic[] {
  const starts = tokens.filter(beginsStatement).map((token) => token.startOffset);
  const seen = new Set(reported.map((offset) => statementAt(starts, offset)));
  const messages: Diagnostic[] = [];
  for (const error of errors) {
    const statement = statementAt(starts, mistakeOffset(file, error));
    if (seen.has(statement)) continue;
    seen.add(statement);
    messages.push(describeError(file, tokens, error));
  }
  return messages;
}

/** The number of statements that begin at or before an offset. */
function statementAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a mistake belongs: an unexpected statement head speaks about the statement before it. */
function mistakeOffset(file: SourceFile, { token, previousToken }: Located): number {
  const previous = previousToken as IToken | undefined;
  const beginsNext = beginsStatement(token) && previous !== undefined && !Number.isNaN(previous.startOffset);
  return beginsNext ? previous.startOffset : tokenSpan(file, token).start;
}

type Located = IRecognitionException & { readonly previousToken?: IToken };

function describeError(file: SourceFile, tokens: readonly IToken[], error: Located): Diagnostic {
  const opener = error.token.tokenType === EOF ? unclosed(tokens) : undefined;
  if (opener) {
    const hint = `expected ${error.message} before the end of the file`;
    return diagnostic('EFT112', tokenSpan(file, opener), { bracket: quote(opener) }, hint);
  }
  const span = tokenSpan(file, error.token);
  if (isStrayCloser(tokens, error.token)) return diagnostic('EFT113', span, { bracket: quote(error.token) });
  const parameters = { found: describeToken(error.token), expected: error.message };
  return diagnostic('EFT110', span, parameters, hintFor(error));
}

function quote(token: IToken): string {
  return `\`${token.image}\``;
}

/** The longest text of a token that a message repeats. */
const LONGEST_QUOTE = 40;

function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return 'end of file';
  return token.image.length > LONGEST_QUOTE ? `\`${token.image.slice(0, LONGEST_QUOTE)}…\`` : quote(token);
}

const CLOSER_OF = new Map<TokenType, TokenType>([
  [t.LeftBrace, t.RightBrace],
  [t.LeftParenthesis, t.RightParenthesis],
  [t.LeftBracket, t.RightBracket],
]);
const CLOSERS = new Set(CLOSER_OF.values());

/** The innermost bracket still open at the end of the file. */
function unclosed(tokens: readonly IToken[]): IToken | undefined {
  return openBrackets(tokens).at(-1);
}

function openBrackets(tokens: readonly IToken[]): readonly IToken[] {
  const open: IToken[] = [];
  for (const token of tokens) {
    if (CLOSER_OF.has(token.tokenType)) open.push(token);
    if (open.length > 0 && CLOSER_OF.get(open.at(-1)!.tokenType) === token.tokenType) open.pop();
  }
  return open;
}

function isStrayCloser(tokens: readonly IToken[], token: IToken): boolean {
  if (!CLOSERS.has(token.tokenType)) return false;
  const before = tokens.slice(0, tokens.indexOf(token));
  return !openBrackets(before).some((opener) => CLOSER_OF.get(opener.tokenType) === token.tokenType);
}

/** Tokens after which an operand is complete, and tokens with which one begins. */
const ENDS_OPERAND = [t.Name, t.NumberLiteral, t.RightParenthesis, t.RightBracket];
const BEGINS_OPERAND = [t.Name, t.NumberLiteral, t.LeftParenthesis, t.CorrelatorOpen, t.Sum];

const matches = (token: IToken | undefined, types: readonly TokenType[]): boolean =>
  token !== undefined && types.some((type) => tokenMatcher(token, type));

function hintFor(error: Located): string | undefined {
  return misspeltWord(error) ?? doubledEquals(error) ?? reservedWord(error) ?? implicitProduct(error);
}

function misspeltWord({ token, message }: Located): string | undefined {
  const word = expectedWord(message);
  if (word === undefined || !matches(token, [t.Name])) return undefined;
  return nearestNames(token.image, [word]).length > 0 ? `did you mean \`${word}\`?` : undefined;
}

function doubledEquals({ token, previousToken }: Located): string | undefined {
  const doubled = token.tokenType === t.Equals && previousToken?.tokenType === t.Equals;
  return doubled ? 'an equation has a single `=`' : undefined;
}

function reservedWord({ token, message }: Located): string | undefined {
  const reserved = t.RESERVED_WORDS.includes(token.tokenType) && /name|field/.test(message);
  return reserved ? `\`${token.image}\` is a reserved word` : undefined;
}

function implicitProduct({ token, previousToken }: Located): string | undefined {
  const adjacent = matches(previousToken, ENDS_OPERAND) && matches(token, BEGINS_OPERAND);
  if (!adjacent || beginsStatement(token)) return undefined;
  return `there is no implicit multiplication: write \`${previousToken!.image} * ${token.image}\``;
}
