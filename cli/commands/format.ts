import { format } from '../../index.ts';
import type { SourceFile } from '../../diagnostics/span.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { reportFailure } from '../failure.ts';
import { readSource, replaceFile } from '../files.ts';
import type { FormatOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import type { Terminal } from '../terminal.ts';

/** `eft fmt FILE...`: every file is treated, one that cannot be read or parsed does not stop the others. */
export async function formatCommand(
  paths: readonly string[],
  options: FormatOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const path of paths) {
    codes.push(await formatFile(path, options, terminal).catch((e: unknown) => reportFailure(e, terminal)));
  }
  const worst = Math.max(...codes) as ExitCode;
  if (options.check && worst === EXIT.disagree)
    terminal.err('Run `eft fmt` on these files to format them.\n');
  return worst;
}

async function formatFile(path: string, options: FormatOptions, terminal: Terminal): Promise<ExitCode> {
  const source = await readSource(path, terminal.input);
  const text = unwrap(format(source), terminal);
  if (options.check) return compareFile(source, text, terminal);
  if (path === '-') terminal.out(text);
  else if (text !== source.text) rewriteFile(path, text, terminal);
  return EXIT.ok;
}

function compareFile(source: SourceFile, text: string, terminal: Terminal): ExitCode {
  if (text === source.text) return EXIT.ok;
  terminal.out(`${source.name}\n`);
  return EXIT.disagree;
}

function rewriteFile(path: string, text: string, terminal: Terminal): void {
  replaceFile(path, text);
  terminal.err(`formatted ${path}\n`);
}
