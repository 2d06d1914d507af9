/** The letters an expression uses as indices, by what they count. */
import type { Expression, Index, IndexedExpression } from '../grammar/syntax.ts';
import { FIELD } from './names.ts';
import { nodesOf } from './walk.ts';

export interface IndexLetters {
  readonly neurons: ReadonlySet<string>;
  readonly samples: ReadonlySet<string>;
}

/** In `z[i,a]` the first index counts neurons, the second samples; observables carry samples. */
export function lettersIn(expression: Expression): IndexLetters {
  const fields = nodesOf(expression).filter((node) => node.kind === 'indexed');
  const neurons = fields.flatMap((field) => lettersOf(neuronsOf(field)));
  const samples = fields.flatMap((field) => lettersOf(samplesOf(field)));
  return { neurons: new Set(neurons), samples: new Set(samples) };
}

function neuronsOf({ name, groups }: IndexedExpression): readonly Index[] {
  return name.name === FIELD ? groups.flat().slice(0, 1) : [];
}

function samplesOf({ name, groups }: IndexedExpression): readonly Index[] {
  return groups.flat().slice(name.name === FIELD ? 1 : 0);
}

function lettersOf(indices: readonly Index[]): string[] {
  return indices.flatMap((index) => (index.kind === 'index-name' ? [index.name] : []));
}
