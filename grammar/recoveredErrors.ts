/** From the errors of a recovering parser to one message for each mistake. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { closes, CLOSERS, openBrackets } from './brackets.ts';
import { EOF } from './chevrotain.ts';
import { hintFor, lacksOperator, quote, strayHint, type Finding } from './errorHints.ts';
import { tokenSpan } from './scan.ts';
import { beginsStatement } from './statements.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { IRecognitionException, IToken } from './chevrotain.ts';

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

function locate(file: SourceFile, tokens: readonly IToken[], error: IRecognitionException): Finding {
  const { token, message, context } = error;
  const index = token.tokenType === EOF ? tokens.length : tokens.indexOf(token);
  const before = tokens.slice(0, index);
  const previous = before.at(-1);
  const start = tokenSpan(file, token).start;
  const offset = previous && beginsStatement(token, previous) ? previous.startOffset : start;
  const rule = context.ruleStack.at(-1) ?? '';
  const next = tokens[index + 1];
  return { file, token, before, previous, next, expected: message, rule, offset };
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
  if (stray) return diagnostic('EFT113', span, { bracket: quote(token) }, strayHint(finding, innermost));
  const parameters = {
    found: describeToken(token),
    expected: lacksOperator(finding) ? 'an operator' : expected,
  };
  return diagnostic('EFT110', span, parameters, hintFor(finding, innermost));
}

/** The longest text of a token that a message repeats. */
const LONGEST_QUOTE = 40;

function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return 'end of file';
  return token.image.length > LONGEST_QUOTE ? `\`${token.image.slice(0, LONGEST_QUOTE)}…\`` : quote(token);
}
