import { UserError } from '../diagnostics/diagnostic.ts';
import { applyOverrides, type Model, type Study } from '../index.ts';
import type { StudyOptions } from './options.ts';
import { unwrap } from './outcome.ts';
import { named } from './selection.ts';
import type { Terminal } from './terminal.ts';

/** What a command does with studies; those that only search parameters have no numbers to flow from. */
export type Wanted = 'flows' | 'checks' | 'searches' | 'advice' | 'all';

/**
 * The study named by `--study`, or all of the file, each with the values of `--set`. Only the `wanted` requests are
 * kept: what `flow` is asked for need not be possible to simulate.
 */
export function selectStudies(
  model: Model,
  wanted: Wanted,
  options: StudyOptions,
  terminal: Terminal,
): readonly Study[] {
  const chosen = options.study === undefined ? model.studies : [named('study', options.study, model.studies)];
  if (chosen.length === 0)
    throw new UserError('the model has no study, so there are no numbers to work with');
  const complete =
    wanted === 'searches' || wanted === 'advice'
      ? chosen
      : chosen.filter(({ absent = [] }) => absent.length === 0);
  if (complete.length === 0) throw incomplete(chosen[0]!);
  const { set } = options;
  return complete
    .map((study) => ({ ...study, ...DROPPED[wanted] }))
    .map((study) => (set ? unwrap(applyOverrides(model, study, set), terminal) : study));
}

const DROPPED: { readonly [W in Wanted]: Partial<Study> } = {
  flows: { checks: [] },
  checks: { flows: [] },
  searches: { flows: [], checks: [] },
  advice: {},
  all: {},
};

function incomplete({ name, absent = [] }: Study): UserError {
  const names = absent.map((each) => `\`${each}\``).join(', ');
  return new UserError(`the study "${name}" only searches parameters: it does not give ${names}`);
}
