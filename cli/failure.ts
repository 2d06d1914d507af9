import { DeviceError, UserError } from '../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from './exitCodes.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Says what went wrong and gives the exit code: input of the user's is 2, a graphics device that fails 5, anything unforeseen is ours and 4. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<ExitCode> {
  if (!(error instanceof UserError)) {
    terminal.err(bugReport(error));
    return EXIT.internal;
  }
  if (error.diagnostics.length > 0) {
    const { renderDiagnostics } = await import('../diagnostics/render.ts');
    terminal.err(`${renderDiagnostics(error.diagnostics)}\n`);
  } else {
    terminal.err(`error: ${error.message}\n`);
  }
  return error instanceof DeviceError ? EXIT.device : EXIT.badInput;
}

function bugReport(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'internal error: this is a bug in eft, not in your file.',
    'Please report it (CONTRIBUTING.md says how) with the command, the model file and the lines below.',
    '',
    `eft ${VERSION}, Node ${process.version}, ${process.platform} ${process.arch}`,
    details,
    '',
  ].join('\n');
}
