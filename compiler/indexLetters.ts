/** The letters an expression uses as indices, by what they count. */
import type { Expression, Index, IndexedExpression } from '../grammar/syntax.ts';
import { preActivations } from './names.ts';
import type { ObservableScope } from './observableScope.ts';
import { nodesOf } from './walk.ts';

export interface IndexLetters {
  readonly neurons: ReadonlySet<string>;
  readonly samples: ReadonlySet<string>;
}

/** What the names of an expression are. */
export type LetterScope = Pick<ObservableScope, 'names' | 'fields'>;

/** In `z[i,a]` the first index counts neurons, in `H[i,j;a,b]` the first two; observables carry samples. */
export function lettersIn(expression: Expression, scope: LetterScope): IndexLetters {
  const fields = nodesOf(expression).filter((node) => node.kind === 'indexed');
  const split = fields.map((field) => ({
    all: field.groups.flat(),
    count: neuronCount(field, scope),
  }));
  return {
    neurons: new Set(split.flatMap(({ all, count }) => lettersOf(all.slice(0, count)))),
    samples: new Set(split.flatMap(({ all, count }) => lettersOf(all.slice(count)))),
  };
}

function neuronCount({ name, groups }: IndexedExpression, { names, fields }: LetterScope): number {
  if (preActivations(names).includes(name.name)) return 1;
  // Of a field whose definition is unsound the first group.
  return fields.has(name.name) ? (fields.get(name.name)?.neurons ?? groups[0]?.length ?? 0) : 0;
}

/** The letters among indices. */
export function lettersOf(indices: readonly Index[]): string[] {
  return indices.flatMap((index) => (index.kind === 'index-name' ? [index.name] : []));
}
