import {
  compile,
  derive,
  drawExplanation,
  explain,
  type Explanation,
  printExplanation,
  printTheory,
  simplifyCoefficients,
  type Theory,
  UserError,
} from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource, writeIntoFolder } from '../files.ts';
import { budgetOf, type DeriveOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { named } from '../selection.ts';
import type { Terminal } from '../terminal.ts';

/** `eft derive FILE`: the recursions as text, LaTeX or JSON, or where the terms of one of them come from. */
export async function deriveCommand(
  path: string,
  options: DeriveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { explain: coupling, diagrams, format } = options;
  if (coupling === undefined && diagrams !== undefined)
    throw new UserError('--diagrams draws the terms of one coupling; name it with --explain');
  const written = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const model = await simplifyCoefficients(written);
  const observables =
    options.observable === undefined
      ? {}
      : { observables: [named('observable', options.observable, model.observables).name] };
  const order = options.order === undefined ? {} : { order: options.order };
  const budget = budgetOf(options);
  const theory = derive(model, { ...order, ...observables, ...budget });
  if (coupling === undefined) terminal.out(`${printTheory(theory, format).trimEnd()}\n`);
  else {
    const explanations = explain(theory, coupling, budget);
    terminal.out(await printed(theory, explanations, format));
    if (diagrams !== undefined) writeDiagrams(theory, explanations, diagrams, terminal);
  }
  return EXIT.ok;
}

async function printed(
  theory: Theory,
  explanations: readonly Explanation[],
  format: DeriveOptions['format'],
): Promise<string> {
  if (format !== 'latex') return printExplanation(theory, explanations, format);
  const { explanationDocument } = await import('../../report/content/explanation.ts');
  const { printTex } = await import('../../report/printTex.ts');
  return printTex(explanationDocument(theory, explanations));
}

/** One SVG a term, named after the coupling and numbered as in the text. */
function writeDiagrams(
  theory: Theory,
  explanations: readonly Explanation[],
  folder: string,
  terminal: Terminal,
): void {
  const files = drawExplanation(theory, explanations);
  for (const { name, svg } of files) writeIntoFolder(folder, name, svg);
  terminal.err(`wrote ${files.length} diagram${files.length === 1 ? '' : 's'} to ${folder}\n`);
}
