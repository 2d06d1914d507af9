/** A flow as a flat list: one row for each component of each observable in each layer. */
import type { FlowResult, Nested, ObservableValues } from './flowResult.ts';

export interface FlowRow {
  readonly layer: number;
  readonly observable: string;
  /** Samples counted from 1. */
  readonly samples: readonly number[];
  /** Coefficients by power of 1/n. */
  readonly orders: ReadonlyMap<number, number>;
  /** Their sum at the width of the result, when it has one. */
  readonly total?: number;
}

/** Layer by layer, observables as asked for, components in the order of their samples. */
export function flowRows(result: FlowResult): FlowRow[] {
  return result.layers.flatMap(({ layer, values }) =>
    Object.entries(values).flatMap(([observable, value]) =>
      componentsOf(value, result.samples.length).map((samples) => ({
        layer,
        observable,
        samples,
        orders: new Map(
          Object.entries(value.orders).map(([order, nested]) => [Number(order), entryAt(nested, samples)]),
        ),
        ...(value.total === undefined ? {} : { total: entryAt(value.total, samples) }),
      })),
    ),
  );
}

function componentsOf({ indices }: ObservableValues, sampleCount: number): number[][] {
  const samples = Array.from({ length: sampleCount }, (_, k) => k + 1);
  return indices.reduce<number[][]>(
    (components) => components.flatMap((component) => samples.map((sample) => [...component, sample])),
    [[]],
  );
}

function entryAt(nested: Nested, samples: readonly number[]): number {
  const entry = samples.reduce<Nested | undefined>(
    (inner, sample) => (typeof inner === 'object' ? inner[sample - 1] : undefined),
    nested,
  );
  return typeof entry === 'number' ? entry : NaN;
}
