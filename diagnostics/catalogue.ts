/**
 * Every message the product can give about its input, one table a range of codes:
 * EFT1xx syntax, 2xx names, 3xx indices, 4xx orders, architecture and priors, 5xx studies and data, 6xx derivations and numbers.
 */
import { fillMessage } from './catalogue/message.ts';
import { INDEX_MESSAGES } from './catalogue/indices.ts';
import { NAME_MESSAGES } from './catalogue/names.ts';
import { NUMERIC_MESSAGES } from './catalogue/numerics.ts';
import { ORDER_MESSAGES } from './catalogue/orders.ts';
import { STUDY_MESSAGES } from './catalogue/studies.ts';
import { SYNTAX_MESSAGES } from './catalogue/syntax.ts';
import type { MessageDefinition, MessageParameters } from './catalogue/message.ts';
import { UserError, type Diagnostic } from './diagnostic.ts';
import type { Span } from './span.ts';

export const CATALOGUE = {
  ...SYNTAX_MESSAGES,
  ...NAME_MESSAGES,
  ...INDEX_MESSAGES,
  ...ORDER_MESSAGES,
  ...STUDY_MESSAGES,
  ...NUMERIC_MESSAGES,
} as const;

export type DiagnosticCode = keyof typeof CATALOGUE;

/** The placeholders of one code: a missing or misspelt one does not compile. */
export type DiagnosticParameters<Code extends DiagnosticCode> = MessageParameters<
  (typeof CATALOGUE)[Code]['text']
>;

/** A message of the catalogue about `span`; `hint` says how to mend it, when that is known. */
export function diagnostic<Code extends DiagnosticCode>(
  code: Code,
  span: Span,
  parameters: DiagnosticParameters<Code>,
  hint?: string,
): Diagnostic {
  const { severity, text }: MessageDefinition = CATALOGUE[code];
  const message = fillMessage(text, parameters);
  return hint === undefined ? { code, severity, span, message } : { code, severity, span, message, hint };
}

/** A message of the catalogue to be thrown; without a place in a file (a model made by a program) it is text alone. */
export function userError<Code extends DiagnosticCode>(
  code: Code,
  span: Span | undefined,
  parameters: DiagnosticParameters<Code>,
  hint?: string,
): UserError {
  const message = fillMessage(CATALOGUE[code].text, parameters);
  const text = hint === undefined ? message : `${message}; ${hint}`;
  return new UserError(text, span ? [diagnostic(code, span, parameters, hint)] : []);
}
