/**
 * A second look at the tokens of a text in which the parser found mistakes: misspelt keywords are read as the ones
 * that were meant, with a message, so that the rest of their block makes sense. Goes by line ends, which a program
 * without mistakes never depends on.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { nearestNames } from '../diagnostics/suggest.ts';
import { tokenMatcher } from './chevrotain.ts';
import { beginsStatement, isHead, isName, retyped, spelling } from './statements.ts';
import * as t from './tokens.ts';
import { tokenSpan } from './scan.ts';
import type { IToken, TokenType } from './chevrotain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';

export interface RepairedTokens {
  readonly tokens: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the repair stands in the text. */
interface Place {
  readonly block: TokenType | undefined;
  readonly depth: number;
  readonly inIndices: boolean;
}

/** Unmarked tokens with their heads marked as `markHeads` does, but for the odd ones, and keywords mended. */
export function repairStatements(file: SourceFile, tokens: readonly IToken[]): RepairedTokens {
  const repaired: IToken[] = [];
  const diagnostics: Diagnostic[] = [];
  let place: Place = { block: undefined, depth: 0, inIndices: false };
  for (let i = 0; i < tokens.length; i++) {
    const reading = readToken(file, tokens, i, place);
    if (reading.diagnostic) diagnostics.push(reading.diagnostic);
    if (reading.type === undefined) i = endOfUnknown(file, tokens, i, place.depth);
    else {
      const token = tokens[i]!;
      repaired.push(reading.type === token.tokenType ? token : retyped(token, reading.type));
      place = advance(place, reading.type);
    }
  }
  return { tokens: repaired, diagnostics };
}

const BLOCK_WORDS = new Set<TokenType>([t.Architecture, t.Prior, t.Observable, t.Study]);

function advance(place: Place, type: TokenType): Place {
  if (type === t.LeftBrace) return { ...place, depth: place.depth + 1 };
  if (type === t.RightBrace) return { ...place, depth: Math.max(0, place.depth - 1) };
  if (type === t.LeftBracket) return { ...place, inIndices: true };
  if (type === t.RightBracket || type === t.Head) return { ...place, inIndices: false };
  return place.depth === 0 && BLOCK_WORDS.has(type) ? { ...place, block: type } : place;
}

/** What a token is read as; no type when its whole statement must be skipped. */
interface Reading {
  readonly type?: TokenType;
  readonly diagnostic?: Diagnostic;
}

function readToken(file: SourceFile, tokens: readonly IToken[], i: number, place: Place): Reading {
  const token = tokens[i]!;
  if (isHead(tokens, i) && !isOddHead(file, tokens, i, place)) return { type: t.Head };
  const misplaced = misplacedVersion(file, tokens, i);
  if (misplaced) return { diagnostic: misplaced };
  const clause = misspeltClause(file, tokens, i, place);
  if (clause) return clause;
  if (!looksMisspelt(file, tokens, i)) return { type: token.tokenType };
  return readWord(file, token, place.depth > 0 ? place.block : undefined, i === 0);
}

/** `eft 1` that opens a line further down. */
function misplacedVersion(file: SourceFile, tokens: readonly IToken[], i: number): Diagnostic | undefined {
  const [token, next] = [tokens[i]!, tokens[i + 1]];
  if (i === 0 || token.tokenType !== t.Eft || next?.tokenType !== t.NumberLiteral) return undefined;
  if (!opensLine(file, token, tokens[i - 1])) return undefined;
  const where = tokens[0]!.tokenType === t.Eft ? 'twice' : 'behind other declarations';
  return diagnostic('EFT131', tokenSpan(file, token), { where }, 'it is the first line of a file');
}

/** `where i = j` and `V[a,b = ...`: a name before `=` that begins nothing. */
function isOddHead(file: SourceFile, tokens: readonly IToken[], i: number, { inIndices }: Place): boolean {
  if (tokens[i - 1]?.tokenType === t.Where) return true;
  return inIndices && !opensLine(file, tokens[i]!, tokens[i - 1]);
}

/** A plain name inside a line where `where i != j`, `at n = 64` or `for L = 1 .. 9` would begin. */
function misspeltClause(
  file: SourceFile,
  tokens: readonly IToken[],
  i: number,
  { block }: Place,
): Reading | undefined {
  const token = tokens[i]!;
  const follows = isName(tokens[i + 1]) ? tokens[i + 2]?.tokenType : undefined;
  const words = CLAUSES.get(block)?.get(follows);
  if (token.tokenType !== t.Name || !words || opensLine(file, token, tokens[i - 1])) return undefined;
  const nearest = nearestNames(token.image, words.map(spelling), 1)[0];
  const type = words.find((word) => spelling(word) === nearest);
  if (type === undefined) return undefined;
  const parameters = { what: 'word', name: token.image };
  const message = diagnostic('EFT111', tokenSpan(file, token), parameters, `did you mean \`${nearest}\`?`);
  return { type, diagnostic: message };
}

/** The words that begin a clause, by the block and by what stands behind the clause's first name. */
const CLAUSES = new Map<TokenType | undefined, ReadonlyMap<TokenType | undefined, readonly TokenType[]>>([
  [t.Observable, new Map([[t.NotEqual, [t.Where]]])],
  [t.Study, new Map([[t.Equals, [t.For, t.At]]])],
]);

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

const ALTERNATIVES = new Map<TokenType | undefined, { what: string; words: readonly TokenType[] }>([
  [undefined, { what: 'block or declaration', words: t.ITEM_WORDS }],
  [t.Architecture, { what: 'declaration of an architecture', words: t.ARCHITECTURE_WORDS }],
  [t.Prior, { what: 'statement of a prior', words: t.PRIOR_WORDS }],
  [t.Study, { what: 'statement of a study', words: t.STUDY_WORDS }],
]);

function readWord(file: SourceFile, token: IToken, block: TokenType | undefined, first: boolean): Reading {
  const alternatives = ALTERNATIVES.get(block);
  // In an observable block every statement begins with a name of the user's.
  if (alternatives === undefined) return { type: t.Head };
  const words = first ? [t.Eft, ...alternatives.words] : alternatives.words;
  const spellings = words.map(spelling);
  const nearest = nearestNames(token.image, spellings, 1)[0];
  if (nearest === undefined && (block === t.Study || block === t.Prior)) return { type: t.Head };
  const hint =
    nearest === undefined
      ? `expected one of ${spellings.map((word) => `\`${word}\``).join(', ')}`
      : `did you mean \`${nearest}\`?`;
  const parameters = { what: alternatives.what, name: token.image };
  const type = words.find((word) => spelling(word) === nearest);
  const message = diagnostic('EFT111', tokenSpan(file, token), parameters, hint);
  return type === undefined ? { diagnostic: message } : { type, diagnostic: message };
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
