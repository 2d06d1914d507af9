import { advise, type Advice, compile, defaultRequest, renderAdvice } from '../../index.ts';
import { deriveForAdvice } from '../deriveForAdvice.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { printJson } from '../json.ts';
import type { AdviseOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft advise FILE`: advice for each study. */
export async function adviseCommand(
  path: string,
  options: AdviseOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, 'advice', options, terminal);
  const theory = deriveForAdvice(model);
  const { width, depth, outputs } = options;
  const network = {
    ...(width === undefined ? {} : { width }),
    ...(depth === undefined ? {} : { depth }),
    ...(outputs === undefined ? {} : { outputs }),
  };
  const advice: Advice[] = [];
  for (const study of studies)
    advice.push(await advise(theory, study, study.searches?.[0] ?? defaultRequest(model), network));
  terminal.out(options.format === 'json' ? printJson(advice) : advice.map(renderAdvice).join('\n'));
  return EXIT.ok;
}
