import {
  compile,
  derive,
  phaseDiagram,
  renderPhase,
  renderPhaseCsv,
  type PhaseDiagram,
} from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import type { PhaseOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft phase FILE`: one diagram for each `phase` of each study. */
export async function phaseCommand(
  path: string,
  options: PhaseOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const studies = selectStudies(model, 'searches', options, terminal);
  const theory = derive(model, { order: 0 });
  const points = options.points === undefined ? {} : { points: options.points };
  const diagrams: PhaseDiagram[] = studies.flatMap((study) =>
    (study.phases ?? []).map((request) => phaseDiagram(theory, study, request, points)),
  );
  if (diagrams.length === 0)
    throw new UserError('nothing to map: no study says `phase ... = ... .. ..., ... = ... .. ...`');
  const print = {
    text: () => diagrams.map(renderPhase).join('\n'),
    csv: () => renderPhaseCsv(diagrams),
    // Without line ends: a grid has hundreds of thousands of numbers.
    json: () => `${JSON.stringify(diagrams.length === 1 ? diagrams[0] : diagrams)}\n`,
  };
  terminal.out(print[options.format]());
  return EXIT.ok;
}
