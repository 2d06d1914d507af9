import { buildProgram } from './buildTree.ts';
import { EXPECTATIONS } from './expectations.ts';
import { checkDepth, checkSize } from './limits.ts';
import { once } from './once.ts';
import { EftParser } from './parser.ts';
import { describeErrors } from './recoveredErrors.ts';
import { scan } from './scan.ts';
import { markStatements } from './statements.ts';
import { diagnostic } from '../diagnostics/catalogue.ts';
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
  const tooLarge = checkSize(source);
  if (tooLarge) return { diagnostics: [tooLarge] };
  const scanned = scan(source);
  const marked = markStatements(source, scanned.tokens);
  const before = [...scanned.diagnostics, ...marked.diagnostics];
  const tooDeep = checkDepth(source, marked.tokens);
  if (tooDeep) return refuse(source, [...before, tooDeep]);

  const engine = parser();
  engine.input = [...marked.tokens];
  const tree = engine.program() as ProgramCstNode;
  const reported = before.map(({ span }) => span.start);
  const errors = describeErrors(source, marked.tokens, engine.errors, reported);
  if (before.length + errors.length > 0) return refuse(source, [...before, ...errors]);

  const built = buildProgram(source, tree, scanned.comments);
  return built.diagnostics.length > 0 ? refuse(source, built.diagnostics) : built;
}

function refuse(source: SourceFile, diagnostics: readonly Diagnostic[]): Outcome<Program> {
  const ordered = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  if (ordered.length <= MAX_MESSAGES) return { diagnostics: ordered };
  const end = { file: source, start: source.text.length, end: source.text.length };
  return {
    diagnostics: [...ordered.slice(0, MAX_MESSAGES), diagnostic('EFT199', end, { limit: MAX_MESSAGES })],
  };
}
