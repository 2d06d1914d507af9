import { buildProgram } from './buildTree.ts';
import { EXPECTATIONS } from './expectations.ts';
import { checkDepth, checkLength, checkSize, MAX_TOKENS } from './limits.ts';
import { once } from './once.ts';
import { EftParser } from './parser.ts';
import { TooManyErrors } from './recoveringParser.ts';
import { repairStatements } from './repair.ts';
import { describeErrors } from './recoveredErrors.ts';
import { scan } from './scan.ts';
import { markHeads } from './statements.ts';
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { IRecognitionException, IToken } from './chevrotain.ts';
import type { ProgramCstNode } from './cst.ts';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { Program } from './syntax.ts';

/** Built at the first use, and never again: the analysis of the grammar costs more than reading a file. */
const parser = once(() => new EftParser({ messages: EXPECTATIONS }));

/** So many messages about one file are given before the rest is left for the next run. */
const MAX_MESSAGES = 50;

/**
 * Reads a program. Several independent mistakes are all reported, in the order of the text; the tree is given only
 * when there are none. Never throws, whatever the text.
 */
export function parse(source: SourceFile): Outcome<Program> {
  const { value, diagnostics } = parseWithTokens(source);
  return value === undefined ? { diagnostics } : { value: value.program, diagnostics };
}

/** A tree together with the tokens it was made of, for those who care about spelling and layout. */
export interface ParsedText {
  readonly program: Program;
  readonly tokens: readonly IToken[];
}

/** As `parse`, with the tokens. */
export function parseWithTokens(source: SourceFile): Outcome<ParsedText> {
  const tooLarge = checkSize(source);
  if (tooLarge) return { diagnostics: [tooLarge] };
  const { tokens: unmarked, comments, diagnostics: lexical } = scan(source);
  const tokens = markHeads(unmarked.slice(0, MAX_TOKENS));
  // Nesting first: it comes earlier in the text than the token too many, and says where the mistake is.
  const tooDeep = checkDepth(source, tokens);
  if (tooDeep) return refuse(source, [...lexical, tooDeep]);
  const tooLong = checkLength(source, unmarked);
  if (tooLong) return { diagnostics: [tooLong] };
  const { tree, errors, stopped } = runParser(tokens);
  if (tree === undefined || lexical.length + errors.length > 0) {
    const explained = explain(source, unmarked, lexical);
    if (explained.messages.length > 0) return refuse(source, explained.messages, explained.stopped);
    return refuse(source, describeErrors(source, tokens, errors, []), stopped);
  }
  const { value: program, diagnostics } = buildProgram(source, tree, comments);
  return program === undefined ? refuse(source, diagnostics) : { value: { program, tokens }, diagnostics };
}

interface Explanation {
  readonly messages: readonly Diagnostic[];
  readonly stopped: boolean;
}

/** All messages about a text that does not parse, from a second reading with misspelt keywords mended. */
function explain(
  source: SourceFile,
  unmarked: readonly IToken[],
  lexical: readonly Diagnostic[],
): Explanation {
  const { tokens, diagnostics } = repairStatements(source, unmarked);
  const before = [...lexical, ...diagnostics];
  const reported = before.map(({ span }) => span.start);
  const { errors, stopped } = runParser(tokens);
  return { messages: [...before, ...describeErrors(source, tokens, errors, reported)], stopped };
}

interface ParserRun {
  /** Absent or in parts where there are errors. */
  readonly tree?: ProgramCstNode;
  readonly errors: readonly IRecognitionException[];
  /** There were so many errors that the rest of the text was not read. */
  readonly stopped: boolean;
}

function runParser(tokens: readonly IToken[]): ParserRun {
  const engine = parser();
  engine.input = [...tokens];
  try {
    const tree = engine.program() as ProgramCstNode;
    return { tree, errors: engine.errors, stopped: false };
  } catch (error) {
    if (error instanceof TooManyErrors) return { errors: engine.errors, stopped: true };
    throw error;
  }
}

/** `incomplete` when there may be mistakes beyond these. */
function refuse(source: SourceFile, diagnostics: readonly Diagnostic[], incomplete = false): Outcome<never> {
  const ordered = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  if (ordered.length <= MAX_MESSAGES && !incomplete) return { diagnostics: ordered };
  const shown = ordered.slice(0, MAX_MESSAGES);
  const end = { file: source, start: source.text.length, end: source.text.length };
  const first = shown.length === 1 ? 'one is' : `${shown.length} are`;
  return { diagnostics: [...shown, diagnostic('EFT199', end, { first })] };
}
