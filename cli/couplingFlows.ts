import {
  couplingFlow,
  type CouplingAxis,
  type CouplingFlow,
  couplingSymbols,
  defaultAxes,
  readCouplingAxis,
  type Study,
  type Theory,
} from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { PlotOptions } from './options.ts';
import { unwrap } from './outcome.ts';
import type { Terminal } from './terminal.ts';

type Flows = readonly [CouplingFlow, ...CouplingFlow[]];

/** For each study the flows over the axes of `--x` and `--y`, else over those worth a picture. */
export function couplingFlows(
  theory: Theory,
  studies: readonly Study[],
  { x, y }: Pick<PlotOptions, 'x' | 'y'>,
  terminal: Terminal,
): Flows[] {
  const axisOf = (option: string, text: string | undefined): CouplingAxis | undefined =>
    text === undefined
      ? undefined
      : unwrap(readCouplingAxis({ name: option, text }, couplingSymbols(theory)), terminal);
  const [horizontal, vertical] = [axisOf('--x', x), axisOf('--y', y)];
  const known = defaultAxes(theory);
  const [first] = known;
  if (!first && !(horizontal && vertical))
    throw new UserError('nothing is worth a picture by itself here: say with --x and --y which couplings');
  const wanted =
    vertical || !first
      ? [[horizontal ?? first![0], vertical!] as const]
      : known.map(([own, other]) => [horizontal ?? own, other] as const);
  return studies.map((study) => wanted.map((axes) => couplingFlow(theory, study, axes)) as unknown as Flows);
}
