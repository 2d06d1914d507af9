/** The letters an expression uses as indices, by what they count. */
import type { Expression, Index, IndexedExpression } from '../grammar/syntax.ts';
import type { DefinedFields } from './defineFields.ts';
import { FIELD } from './names.ts';
import { nodesOf } from './walk.ts';

export interface IndexLetters {
  readonly neurons: ReadonlySet<string>;
  readonly samples: ReadonlySet<string>;
}

/** In `z[i,a]` the first index counts neurons, in `H[i,j;a,b]` the first two; observables carry samples. */
export function lettersIn(expression: Expression, defined: DefinedFields): IndexLetters {
  const fields = nodesOf(expression).filter((node) => node.kind === 'indexed');
  const split = fields.map((field) => ({ all: field.groups.flat(), count: neuronCount(field, defined) }));
  return {
    neurons: new Set(split.flatMap(({ all, count }) => lettersOf(all.slice(0, count)))),
    samples: new Set(split.flatMap(({ all, count }) => lettersOf(all.slice(count)))),
  };
}

function neuronCount({ name, groups }: IndexedExpression, defined: DefinedFields): number {
  if (name.name === FIELD) return 1;
  // Of a field whose definition is unsound the first group.
  return defined.has(name.name) ? (defined.get(name.name)?.neurons ?? groups[0]?.length ?? 0) : 0;
}

/** The letters among indices. */
export function lettersOf(indices: readonly Index[]): string[] {
  return indices.flatMap((index) => (index.kind === 'index-name' ? [index.name] : []));
}
