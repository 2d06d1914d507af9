/** How to mend what the parser could not read, where that can be guessed. */
import { positionAt } from '../diagnostics/span.ts';
import { nearestNames } from '../diagnostics/suggest.ts';
import { closes, CLOSERS } from './brackets.ts';
import { tokenMatcher } from './chevrotain.ts';
import { ENSEMBLE, ENSEMBLE_WORDS, expectedWord, EXPRESSION } from './expectations.ts';
import { beginsStatement } from './statements.ts';
import * as t from './tokens.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { IToken, TokenType } from './chevrotain.ts';

/** One error of the parser and what stands around it. */
export interface Finding {
  readonly file: SourceFile;
  readonly token: IToken;
  readonly before: readonly IToken[];
  readonly previous: IToken | undefined;
  readonly next: IToken | undefined;
  readonly expected: string;
  readonly rule: string;
  /** Where the mistake belongs: a statement that begins too early speaks about the statement around it. */
  readonly offset: number;
}

export function quote(token: IToken): string {
  return `\`${token.image}\``;
}

type Hint = (finding: Finding, innermost: IToken | undefined) => string | undefined;

const misspeltWord: Hint = ({ token, expected }) => {
  const single = expectedWord(expected);
  const words = single === undefined ? (expected === ENSEMBLE ? ENSEMBLE_WORDS : []) : [single];
  if (!tokenMatcher(token, t.Name)) return undefined;
  const [nearest] = nearestNames(token.image, words);
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
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
  rule === 'branch' && [t.Colon, t.RightParenthesis].includes(token.tokenType)
    ? 'the last branch begins with `otherwise:`'
    : undefined;

/** `<d(z[i,a], t) ...>` */
const derivativeInCorrelator: Hint = ({ token, previous, expected }) =>
  token.tokenType === t.LeftParenthesis && expected === '`[`' && /^(d|∂|rate)$/.test(previous?.image ?? '')
    ? 'a correlator is made of fields: define one, `H[i,j;a,b] = sum(t in parameters) ...`, and write `<H[i,i;a,b]>`'
    : undefined;

/** `//` and `/*`, which begin comments elsewhere. */
const foreignComment: Hint = ({ file, token }) => {
  const around = file.text.slice(Math.max(0, token.startOffset - 1), token.startOffset + 2);
  return token.tokenType === t.Divide && /\/[/*]/.test(around) ? 'comments begin with `#`' : undefined;
};

const BLOCKS = new Set(['program', 'architectureBlock', 'priorBlock', 'observableBlock', 'studyBlock']);

const noSemicolon: Hint = ({ token, rule }) =>
  token.tokenType === t.Semicolon && BLOCKS.has(rule) ? 'a line end is enough: leave out the `;`' : undefined;

/** `width` on a line of its own takes the keyword of the next line for its name. */
const keywordAsName: Hint = ({ previous, before }) => {
  const keyword = before.at(-2);
  const swallowed = previous !== undefined && t.ARCHITECTURE_WORDS.includes(previous.tokenType);
  return swallowed && keyword !== undefined && t.ARCHITECTURE_WORDS.includes(keyword.tokenType)
    ? `${quote(previous)} was read as the name that ${quote(keyword)} needs`
    : undefined;
};

const openCorrelator: Hint = ({ file, before, rule }) => {
  const opener = before.findLast((token) => tokenMatcher(token, t.CorrelatorOpen));
  return rule === 'correlator' && opener && before.length > 1 + before.indexOf(opener)
    ? stillOpen(file, opener)
    : undefined;
};

const unknownStatement: Hint = ({ rule, expected }) =>
  rule === 'assignment' && expected === '`=`'
    ? 'a study holds assignments such as `C_W = 2` and the statements `check`, `flow`, `expect`, `find` and `phase`'
    : undefined;

/** Tokens after which an operand is complete, and tokens with which one begins. */
const ENDS_OPERAND = [t.Name, t.NumberLiteral, t.RightParenthesis, t.RightBracket] as TokenType[];
const BEGINS_OPERAND = [t.Name, t.NumberLiteral, t.LeftParenthesis, t.CorrelatorOpen, t.Sum];
/** Rules in which an expression may just have ended. */
const AFTER_EXPRESSION = new Set([...BLOCKS, 'priorStatement', 'callArguments', 'parenthesised', 'list']);

/** Two operands in a row, where an expression might have gone on. */
export function lacksOperator({ token, previous, next, before, rule }: Finding): boolean {
  const assigned = t.RESERVED_WORDS.includes(token.tokenType) && next?.tokenType === t.Equals;
  const statement = before.findLast((each, i) => beginsStatement(each, before[i - 1]));
  if (assigned || statement?.tokenType === t.Flow) return false;
  const adjacent = previous !== undefined && ENDS_OPERAND.includes(previous.tokenType);
  const operand = BEGINS_OPERAND.some((type) => tokenMatcher(token, type));
  return adjacent && operand && AFTER_EXPRESSION.has(rule) && !beginsStatement(token, previous);
}

const implicitProduct: Hint = (finding) =>
  lacksOperator(finding)
    ? `there is no implicit multiplication: write \`*\` before ${quote(finding.token)}`
    : undefined;

const unclosedBracket: Hint = ({ file, token, previous, expected }, innermost) => {
  if (innermost === undefined) return undefined;
  const mismatched = CLOSERS.has(token.tokenType) && !closes(token, innermost);
  if (!mismatched && !beginsStatement(token, previous)) return undefined;
  if (innermost.tokenType === t.LeftBrace && !expected.endsWith('`}`')) return undefined;
  return stillOpen(file, innermost);
};

function stillOpen(file: SourceFile, opener: IToken): string {
  return `the ${quote(opener)} of line ${positionAt(file, opener.startOffset).line} is still open`;
}

/** About a bracket that closes nothing, where one of another kind is open. */
export function strayHint({ file }: Finding, innermost: IToken | undefined): string | undefined {
  return innermost && innermost.tokenType !== t.LeftBrace ? stillOpen(file, innermost) : undefined;
}

/** In the order of preference. */
const HINTS: readonly Hint[] = [
  misspeltWord,
  doubledEquals,
  reservedWord,
  decimalComma,
  lastBranch,
  unknownStatement,
  derivativeInCorrelator,
  foreignComment,
  noSemicolon,
  keywordAsName,
  openCorrelator,
  unclosedBracket,
  implicitProduct,
];

export function hintFor(finding: Finding, innermost: IToken | undefined): string | undefined {
  return HINTS.map((hint) => hint(finding, innermost)).find((text) => text !== undefined);
}
