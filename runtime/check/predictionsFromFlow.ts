/** The predictions of a check, read off the last layer of a flow. */
import type { FlowResult, Nested, ObservableValues } from '../flow/flowResult.ts';
import type { Prediction } from './prediction.ts';

/** One prediction for every observable and every choice of samples, with all orders the flow knows. */
export function predictionsFromFlow(flow: FlowResult): readonly Prediction[] {
  const last = flow.layers.at(-1);
  return Object.entries(last?.values ?? {}).flatMap(([observable, values]) =>
    components(values).map(({ indices, orders }) => ({ observable, indices, orders })),
  );
}

interface Component {
  readonly indices: readonly number[];
  readonly orders: ReadonlyMap<number, number>;
}

function components({ orders }: ObservableValues): readonly Component[] {
  const byPower = Object.entries(orders).map(
    ([power, nested]) => [Number(power), flatten(nested, [])] as const,
  );
  const places = byPower[0]?.[1] ?? [];
  return places.map(({ indices }, at) => ({
    indices,
    orders: new Map(byPower.map(([power, entries]) => [power, entries[at]!.value])),
  }));
}

interface Entry {
  readonly indices: readonly number[];
  readonly value: number;
}

/** Entries with their positions, counted from 1, outermost first. */
function flatten(nested: Nested, indices: readonly number[]): readonly Entry[] {
  if (typeof nested === 'number') return [{ indices, value: nested }];
  return nested.flatMap((inner, at) => flatten(inner, [...indices, at + 1]));
}
