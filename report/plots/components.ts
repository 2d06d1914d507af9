/** The independent components of the observables in a flow, each through all layers. */
import { flowRows, type FlowRow } from '../../runtime/flow/flowRows.ts';
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import type { Observable } from '../../theory/model.ts';
import { observableLabel, quantityLabel, words, type Label } from '../label.ts';

export type Observables = readonly Pick<Observable, 'name' | 'indices'>[];

export interface FlowComponent {
  readonly observable: string;
  /** Samples counted from 1, of the component and of those equal to it by symmetry. */
  readonly samples: readonly number[];
  readonly equal: readonly (readonly number[])[];
  readonly layers: readonly ComponentLayer[];
}

export interface ComponentLayer {
  readonly layer: number;
  readonly orders: ReadonlyMap<number, number>;
}

/** Components with the same samples in another order and the same values in every layer count once. */
export function flowComponents(result: FlowResult): FlowComponent[] {
  const bySamples = groupBy(
    flowRows(result),
    ({ observable, samples }) => `${observable} ${samples.join(' ')}`,
  );
  return [...groupBy([...bySamples.values()], symmetryKey).values()].map((equal) => {
    const [{ observable, samples }] = equal[0] as [FlowRow];
    return {
      observable,
      samples,
      equal: equal.map((rows) => rows[0]!.samples),
      layers: equal[0]!.map(({ layer, orders }) => ({ layer, orders })),
    };
  });
}

function symmetryKey(rows: readonly FlowRow[]): string {
  const { observable, samples } = rows[0]!;
  const values = rows.flatMap(({ orders }) => [...orders.values()].map((value) => value.toPrecision(10)));
  return [observable, [...samples].sort((a, b) => a - b).join(' '), ...values].join(' | ');
}

/** In the order of their first appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** `V_(11)(12)`; a combination that the model does not declare is written as it stands, a stated formula in words. */
export function componentLabel(
  observables: Observables,
  name: string,
  samples: readonly number[],
  layer?: Label,
): Label {
  const declared = observables.find((each) => each.name === name);
  if (!declared) {
    const written = name.includes('=') ? words(name) : quantityLabel(name);
    return samples.length === 0 ? written : [...written, ...words(` at ${inputs(samples)}`)];
  }
  let at = 0;
  const groups = declared.indices.map((group) => samples.slice(at, (at += group.length)).map(String));
  return observableLabel(name, groups, layer);
}

/** `x(1)`, as reports list the samples. */
function inputs(samples: readonly number[]): string {
  return samples.map((sample) => `x(${sample})`).join(', ');
}

/** `V_(ab)(cd)` with the letters of the model. */
export function genericLabel(observables: Observables, name: string, layer?: Label): Label {
  const declared = observables.find((each) => each.name === name);
  if (declared) return observableLabel(name, declared.indices, layer);
  return name.includes('=') ? words(name) : quantityLabel(name);
}

/** The series at width n; through `order` where it is given. */
export function sumOrders(orders: ReadonlyMap<number, number>, n: number, order = Infinity): number {
  return [...orders].reduce((sum, [power, value]) => (power <= order ? sum + value * n ** -power : sum), 0);
}

/** The lowest power of 1/n that any of them has. */
export function leadingPower(all: readonly ReadonlyMap<number, number>[]): number {
  const powers = all.flatMap((orders) =>
    [...orders].flatMap(([power, value]) => (value === 0 ? [] : [power])),
  );
  return powers.length === 0 ? 0 : Math.min(...powers);
}

/** At most `size` in each part, parts as equal as they can be. */
export function inParts<T>(items: readonly T[], size: number): T[][] {
  const parts = Math.ceil(items.length / size);
  const each = Math.ceil(items.length / Math.max(1, parts));
  return Array.from({ length: parts }, (_, k) => items.slice(k * each, (k + 1) * each));
}
