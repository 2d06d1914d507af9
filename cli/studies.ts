import { UserError } from '../diagnostics/diagnostic.ts';
import { applyOverrides, type Model, type Study } from '../index.ts';
import type { StudyOptions } from './options.ts';
import { unwrap } from './outcome.ts';
import { named } from './selection.ts';
import type { Terminal } from './terminal.ts';

/** A study with the values of `--set` in place. */
export interface SelectedStudy {
  readonly study: Study;
  /** The width given as `--set n=64`, which belongs to no study parameter. */
  readonly width?: number;
  /** The depth, when `--set` gave it. */
  readonly depth?: number;
}

/** The study named by `--study`, or all of the file, each with the values of `--set`. */
export function selectStudies(model: Model, options: StudyOptions, terminal: Terminal): SelectedStudy[] {
  const { values, width } = separateWidth(model, options.set ?? new Map<string, string>());
  const chosen = options.study === undefined ? model.studies : [named('study', options.study, model.studies)];
  if (chosen.length === 0)
    throw new UserError('the model has no study, so there are no numbers to work with');
  return chosen.map((original) => {
    const study = values.size === 0 ? original : unwrap(applyOverrides(model, original, values), terminal);
    return { study, ...width, ...(values.has(model.architecture.depth) ? { depth: study.depth } : {}) };
  });
}

function separateWidth(model: Model, overrides: ReadonlyMap<string, string>) {
  const { name } = model.architecture.width;
  const text = overrides.get(name);
  const values = new Map([...overrides].filter(([each]) => each !== name));
  return { values, width: text === undefined ? {} : { width: positiveInteger(name, text) } };
}

function positiveInteger(name: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UserError(`--set ${name}=${text}: a width is a positive integer`);
}
