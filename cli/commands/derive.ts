import { compile, derive, printTheory, simplifyCoefficients } from '../../index.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import type { DeriveOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { named } from '../selection.ts';
import type { Terminal } from '../terminal.ts';

/** `eft derive FILE`: the recursions as text, LaTeX or JSON. */
export async function deriveCommand(
  path: string,
  options: DeriveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const written = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const model = await simplifyCoefficients(written);
  const observables =
    options.observable === undefined
      ? {}
      : { observables: [named('observable', options.observable, model.observables).name] };
  const order = options.order === undefined ? {} : { order: options.order };
  terminal.out(`${printTheory(derive(model, { ...order, ...observables }), options.format).trimEnd()}\n`);
  return EXIT.ok;
}
