/** From the errors of a recovering parser to one message for each mistake. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames } from '../diagnostics/suggest.ts';
import { EOF, tokenMatcher } from './chevrotain.ts';
import * as t from './tokens.ts';
import { expectedWord, EXPRESSION } from './expectations.ts';
import { positionAt } from '../diagnostics/span.ts';
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
  const starts = statementStarts(tokens);
  const seen = new Set(reported.map((offset) => statementAt(starts, offset)));
  const messages: Diagnostic[] = [];
  for (const error of errors) {
    const found = locate(file, tokens, error);
    const statement = statementAt(starts, found.offset);
    if (seen.has(statement)) continue;
    seen.add(statement);
    messages.push(describeError(found));
  }
  return messages;
}

/** One error of the parser and what stands before it. */
interface Finding {
  readonly file: SourceFile;
  readonly token: IToken;
  readonly before: readonly IToken[];
  readonly previous: IToken | undefined;
  readonly expected: string;
  readonly rule: string;
  /** Where the mistake belongs: a statement that begins too early speaks about the statement before it. */
  readonly offset: number;
}

function locate(file: SourceFile, tokens: readonly IToken[], error: IRecognitionException): Finding {
  const { token, message, context } = error;
  const index = token.tokenType === EOF ? tokens.length : tokens.indexOf(token);
  const before = tokens.slice(0, index);
  const previous = before.at(-1);
  const start = tokenSpan(file, token).start;
  const offset = previous && beginsStatement(token, previous) ? previous.startOffset : start;
  return { file, token, before, previous, expected: message, rule: context.ruleStack.at(-1) ?? '', offset };
}

function statementStarts(tokens: readonly IToken[]): readonly number[] {
  return tokens.filter((token, i) => beginsStatement(token, tokens[i - 1])).map((token) => token.startOffset);
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

function describeError(finding: Finding): Diagnostic {
  const { file, token, before, expected } = finding;
  const span = tokenSpan(file, token);
  const open = openBrackets(before);
  const innermost = open.at(-1);
  if (token.tokenType === EOF && innermost) {
    const hint = `expected ${expected} before the end of the file`;
    return diagnostic('EFT112', tokenSpan(file, innermost), { bracket: quote(innermost) }, hint);
  }
  const stray = CLOSERS.has(token.tokenType) && !open.some((opener) => closes(token, opener));
  if (stray) return diagnostic('EFT113', span, { bracket: quote(token) });
  const parameters = {
    found: describeToken(token),
    expected: lacksOperator(finding) ? 'an operator' : expected,
  };
  return diagnostic('EFT110', span, parameters, hintFor(finding, innermost));
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

function closes(token: IToken, opener: IToken): boolean {
  return CLOSER_OF.get(opener.tokenType) === token.tokenType;
}

/** The brackets still open after these tokens, the innermost last. */
function openBrackets(tokens: readonly IToken[]): readonly IToken[] {
  const open: IToken[] = [];
  for (const token of tokens) {
    if (CLOSER_OF.has(token.tokenType)) open.push(token);
    else if (open.length > 0 && closes(token, open.at(-1)!)) open.pop();
  }
  return open;
}

type Hint = (finding: Finding, innermost: IToken | undefined) => string | undefined;

const misspeltWord: Hint = ({ token, expected }) => {
  const word = expectedWord(expected);
  if (word === undefined || !tokenMatcher(token, t.Name)) return undefined;
  return nearestNames(token.image, [word]).length > 0 ? `did you mean \`${word}\`?` : undefined;
};

const doubledEquals: Hint = ({ token, previous }) =>
  token.tokenType === t.Equals && previous?.tokenType === t.Equals
    ? 'an equation has a single `=`'
    : undefined;

const reservedWord: Hint = ({ token, expected }) =>
  t.RESERVED_WORDS.includes(token.tokenType) && !expected.includes(EXPRESSION)
    ? `${quote(token)} is a reserved word`
    : undefined;

const decimalComma: Hint = ({ token, previous, before }) =>
  [token, previous, before.at(-2)].every((t_, i) => t_?.tokenType === (i === 1 ? t.Comma : t.NumberLiteral))
    ? 'the decimal sign is a point'
    : undefined;

const lastBranch: Hint = ({ token, rule }) =>
  token.tokenType === t.Colon && rule === 'branch' ? 'the last branch begins with `otherwise:`' : undefined;

const unknownStatement: Hint = ({ rule, expected }) =>
  rule === 'assignment' && expected === '`=`'
    ? 'a study holds assignments such as `C_W = 2` and the statements `check`, `flow` and `expect`'
    : undefined;

/** Tokens after which an operand is complete, and tokens with which one begins. */
const ENDS_OPERAND = [t.Name, t.NumberLiteral, t.RightParenthesis, t.RightBracket] as TokenType[];
const BEGINS_OPERAND = [t.Name, t.NumberLiteral, t.LeftParenthesis, t.CorrelatorOpen, t.Sum];
/** Rules in which an expression may just have ended. */
const AFTER_EXPRESSION = new Set([
  ...['program', 'architectureBlock', 'priorBlock', 'observableBlock', 'studyBlock'],
  ...['priorStatement', 'callArguments', 'parenthesised', 'list'],
]);

/** Two operands in a row, where an expression might have gone on. */
function lacksOperator({ token, previous, rule }: Finding): boolean {
  const adjacent = previous !== undefined && ENDS_OPERAND.includes(previous.tokenType);
  const operand = BEGINS_OPERAND.some((type) => tokenMatcher(token, type));
  return adjacent && operand && AFTER_EXPRESSION.has(rule) && !beginsStatement(token, previous);
}

const implicitProduct: Hint = (finding) =>
  lacksOperator(finding)
    ? `there is no implicit multiplication: write \`*\` before ${quote(finding.token)}`
    : undefined;

const unclosedBracket: Hint = ({ file, token, previous, expected }, innermost) => {
  if (innermost === undefined || !beginsStatement(token, previous)) return undefined;
  if (innermost.tokenType === t.LeftBrace && !expected.endsWith('`}`')) return undefined;
  return `the ${quote(innermost)} of line ${positionAt(file, innermost.startOffset).line} is still open`;
};

/** In the order of preference. */
const HINTS: readonly Hint[] = [
  misspeltWord,
  doubledEquals,
  reservedWord,
  decimalComma,
  lastBranch,
  unknownStatement,
  unclosedBracket,
  implicitProduct,
];

function hintFor(finding: Finding, innermost: IToken | undefined): string | undefined {
  return HINTS.map((hint) => hint(finding, innermost)).find((text) => text !== undefined);
}
