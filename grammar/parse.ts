import { buildProgram } from './buildTree.ts';
import { EXPECTATIONS } from './expectations.ts';
import { checkDepth, checkLength, checkSize } from './limits.ts';
import { once } from './once.ts';
import { EftParser, TooManyErrors } from './parser.ts';
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
  const tooLong = checkLength(source, unmarked);
  if (tooLong) return { diagnostics: [tooLong] };
  const tokens = markHeads(unmarked);
  const tooDeep = checkDepth(source, tokens);
  if (tooDeep) return refuse(source, [...lexical, tooDeep]);
  const { tree, errors } = runParser(tokens);
  if (tree === undefined || lexical.length + errors.length > 0) {
    const explained = explain(source, unmarked, lexical);
    return refuse(source, explained.length > 0 ? explained : describeErrors(source, tokens, errors, []));
  }
  const { value: program, diagnostics } = buildProgram(source, tree, comments);
  return program === undefined ? refuse(source, diagnostics) : { value: { program, tokens }, diagnostics };
}

/** All messages about a text that does not parse, from a second reading with misspelt keywords mended. */
function explain(
  source: SourceFile,
  unmarked: readonly IToken[],
  lexical: readonly Diagnostic[],
): readonly Diagnostic[] {
  const { tokens, diagnostics } = repairStatements(source, unmarked);
  const before = [...lexical, ...diagnostics];
  const reported = before.map(({ span }) => span.start);
  return [...before, ...describeErrors(source, tokens, runParser(tokens).errors, reported)];
}

interface ParserRun {
  /** Absent or in parts where there are errors. */
  readonly tree?: ProgramCstNode;
  readonly errors: readonly IRecognitionException[];
}

function runParser(tokens: readonly IToken[]): ParserRun {
  const engine = parser();
  engine.input = [...tokens];
  try {
    const tree = engine.program() as ProgramCstNode;
    return { tree, errors: engine.errors };
  } catch (error) {
    if (error instanceof TooManyErrors) return { errors: engine.errors };
    throw error;
  }
}

function refuse(source: SourceFile, diagnostics: readonly Diagnostic[]): Outcome<never> {
  const ordered = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  if (ordered.length <= MAX_MESSAGES) return { diagnostics: ordered };
  const end = { file: source, start: source.text.length, end: source.text.length };
  return {
    diagnostics: [...ordered.slice(0, MAX_MESSAGES), diagnostic('EFT199', end, { limit: MAX_MESSAGES })],
  };
}
