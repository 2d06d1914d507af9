import { type Outcome, UserError } from '../diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../diagnostics/render.ts';
import type { Terminal } from './terminal.ts';

/** The value of an outcome, its warnings shown; errors are thrown as one UserError. */
export function unwrap<T>(outcome: Outcome<T>, terminal: Terminal): T {
  const errors = outcome.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0 || outcome.value === undefined) {
    throw new UserError('the model has errors', outcome.diagnostics);
  }
  for (const warning of outcome.diagnostics) terminal.err(`${renderDiagnostic(warning)}\n`);
  return outcome.value;
}
