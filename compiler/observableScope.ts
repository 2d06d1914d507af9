/** What the right side of an observable is read against, and the indices that observables and fields have in common. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { SampleReference } from '../theory/model.ts';
import type { Index, IndexedExpression } from '../grammar/syntax.ts';
import type { DefinedFields } from './defineFields.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import type { Names } from './names.ts';

export interface ObservableScope {
  readonly names: Names;
  /** Parameters of the model. */
  readonly parameters: ReadonlySet<string>;
  /** The letter of the layer; it and the depth both mean the layer observed. */
  readonly layerIndex?: string;
  /** How the indices of each observable are grouped. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** The fields that the file defines. */
  readonly fields: DefinedFields;
  /** Groups of parameters without a learning rate. */
  readonly unrated: readonly string[];
  /** Letters that stand for samples; undefined in an expectation, where samples are numbered. */
  readonly samples?: ReadonlySet<string>;
  /** Pairs of neurons that differ. */
  readonly apart: readonly (readonly [string, string])[];
  readonly report: Report;
  /** For what is wrong once in the whole file. */
  readonly reportOnce: Report;
}

/** A letter bound on the left, or a sample's number. */
export function readSample(index: Index, { samples, report }: ObservableScope): SampleReference | undefined {
  if (index.kind === 'index-number') return { sample: index.value - 1 };
  if (samples?.has(index.name)) return { index: index.name };
  if (samples)
    report(diagnostic('EFT301', index.span, { index: index.name }, 'it does not occur on the left'));
  else report(diagnostic('EFT312', index.span, { index: index.name }, 'samples are counted from 1'));
  return undefined;
}

/** Whether the indices come in groups of these sizes; `show` writes out an example. */
export function sameGroups(
  node: IndexedExpression,
  expected: readonly number[],
  { report }: ObservableScope,
  show: (groups: readonly number[]) => string = groupText,
): boolean {
  const found = node.groups.map((group) => group.length);
  if (found.join() === expected.join()) return true;
  const { name } = node.name;
  const [count, wanted] = [found, expected].map((sizes) => sizes.reduce((a, b) => a + b, 0)) as [
    number,
    number,
  ];
  const example = `[${show(expected)}]`;
  if (count === wanted) {
    const written = textOf({ ...node.span, start: node.name.span.end });
    const parameters = { name, expected: example, found: written };
    report(diagnostic('EFT310', node.span, parameters));
  } else {
    const parameters = { name, expected: counted(wanted, 'index', 'indices'), found: String(count) };
    report(diagnostic('EFT303', node.span, parameters, `as in \`${name}${example}\``));
  }
  return false;
}

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `one ${one}` : `${count} ${many}`;
}

/** `[2, 2]` is shown as `a,b;c,d`. */
export function groupText(groups: readonly number[] = []): string {
  let next = 0;
  const letter = (): string => (next < 26 ? String.fromCharCode(97 + next++) : `a${next++}`);
  return groups.map((size) => Array.from({ length: size }, letter).join(',')).join(';');
}

/** `[2, 2]` is shown as `i,j;a,b`. */
export function fieldText([neurons = 0, samples = 0]: readonly number[]): string {
  const letters = (first: string, count: number): string =>
    Array.from({ length: count }, (_, k) => String.fromCharCode(first.charCodeAt(0) + k)).join(',');
  return `${letters('i', neurons)};${letters('a', samples)}`;
}
