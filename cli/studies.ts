import { UserError } from '../diagnostics/diagnostic.ts';
import { applyOverrides, type Model, type Study } from '../index.ts';
import type { StudyOptions } from './options.ts';
import { unwrap } from './outcome.ts';
import { named } from './selection.ts';
import type { Terminal } from './terminal.ts';

/**
 * The study named by `--study`, or all of the file, each with the values of `--set`. Only the `wanted` requests are
 * kept: what `flow` is asked for need not be possible to simulate.
 */
export function selectStudies(
  model: Model,
  wanted: 'flows' | 'checks' | 'all',
  options: StudyOptions,
  terminal: Terminal,
): readonly Study[] {
  const chosen = options.study === undefined ? model.studies : [named('study', options.study, model.studies)];
  if (chosen.length === 0)
    throw new UserError('the model has no study, so there are no numbers to work with');
  const { set } = options;
  return chosen
    .map((study) => (wanted === 'all' ? study : { ...study, ...UNWANTED[wanted] }))
    .map((study) => (set ? unwrap(applyOverrides(model, study, set), terminal) : study));
}

const UNWANTED = { flows: { checks: [] }, checks: { flows: [] } } as const;
