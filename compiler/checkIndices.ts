/** Pass 9: observables -> expressions over correlators, their indices of the right kind and bound. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Observable } from '../theory/model.ts';
import type { Index, ObservableDefinition } from '../grammar/syntax.ts';
import { eachOnce, type Report } from './host.ts';
import { lettersIn, type IndexLetters, type LetterScope } from './indexLetters.ts';
import { toObservable } from './observableExpression.ts';
import type { ObservableScope } from './observableScope.ts';

/** An observable whose order in 1/n is not known yet, with the syntax the order check speaks about. */
export interface IndexedObservable extends Omit<Observable, 'leadingOrder'> {
  readonly definition: ObservableDefinition;
}

/** The sound observables. */
export function checkIndices(
  definitions: readonly ObservableDefinition[],
  scope: Omit<ObservableScope, 'samples' | 'apart' | 'report' | 'reportOnce'>,
  report: Report,
): readonly IndexedObservable[] {
  const reportOnce = eachOnce(report);
  return definitions.flatMap((definition) => {
    const once = eachOnce(report);
    const samples = leftIndices(definition, once);
    checkConstraints(definition, scope, once);
    const misplaced = checkKinds(definition, scope, once);
    const letters = sampleLetters(definition, misplaced, scope);
    const apart = [
      ...definition.constraints.map(({ left, right }) => [left.name, right.name] as const),
      ...pairsOf([...misplaced]),
    ];
    const body = toObservable(definition.right, {
      ...scope,
      samples: letters,
      apart,
      report: once,
      reportOnce,
    });
    if (!samples || !body || misplaced.size > 0) return [];
    const { left, span } = definition;
    return [{ name: left.name.name, indices: samples, body, span, definition }];
  });
}

/** Letters of the wrong kind have their message: whether they are also kept apart is beside the point. */
function pairsOf(letters: readonly string[]): readonly (readonly [string, string])[] {
  return letters.flatMap((first, k) => letters.slice(k + 1).map((second) => [first, second] as const));
}

/** The sample letters on the left, group by group. */
function leftIndices(
  { left }: ObservableDefinition,
  report: Report,
): readonly (readonly string[])[] | undefined {
  const seen = new Set<string>();
  const read = (index: Index): string[] => {
    if (index.kind === 'index-number') {
      const hint = 'the indices of an observable are letters; numbers stand in `expect`';
      report(diagnostic('EFT220', index.span, { what: `the number ${index.value}` }, hint));
      return [];
    }
    if (seen.has(index.name)) {
      const hint =
        'the indices on the left differ; one that occurs several times on the right stands here once';
      report(diagnostic('EFT302', index.span, { index: index.name }, hint));
    }
    seen.add(index.name);
    return [index.name];
  };
  const groups = left.groups.map((group) => group.flatMap(read));
  return seen.size === left.groups.flat().length ? groups : undefined;
}

/** The letters that stand for samples: those on the left, or all in a sample's place when the left has the wrong ones. */
function sampleLetters(
  { left, right }: ObservableDefinition,
  neurons: ReadonlySet<string>,
  scope: LetterScope,
): ReadonlySet<string> {
  if (neurons.size > 0) return lettersIn(right, scope).samples;
  return new Set(left.groups.flat().flatMap((index) => (index.kind === 'index-name' ? [index.name] : [])));
}

/** Each letter counts neurons or samples, on both sides; returns the letters on the left that count neurons. */
function checkKinds(
  { left, right }: ObservableDefinition,
  scope: LetterScope,
  report: Report,
): ReadonlySet<string> {
  const letters = lettersIn(right, scope);
  const neurons = new Set<string>();
  for (const index of left.groups.flat()) {
    if (index.kind === 'index-number') continue;
    const { name, span } = index;
    if (letters.neurons.has(name) && !letters.samples.has(name)) {
      const hint = 'a field is `z[neuron, sample]`; the indices of an observable are samples';
      report(diagnostic('EFT304', span, { index: name, actual: 'neurons', expected: 'samples' }, hint));
      neurons.add(name);
    } else if (!letters.samples.has(name)) report(diagnostic('EFT305', span, { index: name }));
  }
  return neurons;
}

function checkConstraints(
  { constraints, right }: ObservableDefinition,
  scope: LetterScope,
  report: Report,
): void {
  const { neurons, samples } = lettersIn(right, scope);
  const seen = new Set<string>();
  for (const { left, right: other, span } of constraints) {
    for (const { name, span: place } of [left, other]) {
      if (neurons.has(name)) continue;
      report(diagnostic('EFT308', place, { index: name }, constraintHint(name, { neurons, samples })));
    }
    if (left.name === other.name)
      report(diagnostic('EFT309', span, { index: left.name }, 'expected two different neurons'));
    const key = [left.name, other.name].sort().join(' ');
    if (seen.has(key)) report(diagnostic('EFT313', span, {}));
    seen.add(key);
  }
}

function constraintHint(name: string, { neurons, samples }: IndexLetters): string {
  if (samples.has(name)) return `\`${name}\` counts samples; \`where\` keeps neurons apart`;
  if (neurons.size === 0) return 'there is no correlator for it to speak of';
  return `the neurons of this observable are ${[...neurons].map((each) => `\`${each}\``).join(', ')}`;
}
