/** The values of a flow: what `eft flow --format json` prints (docs/schemas/flow.schema.json). */

/** A number, or an array over samples, one level per sample index, in the order of `indices`. */
export type Nested = number | readonly Nested[];

export interface FlowResult {
  readonly study: string;
  readonly parameters: Readonly<Record<string, number | string | readonly (number | string)[]>>;
  readonly samples: readonly (readonly number[])[];
  /** The reference width at which `total` is summed; absent when no width was given. */
  readonly n?: number;
  readonly layers: readonly LayerValues[];
}

export interface LayerValues {
  readonly layer: number;
  readonly values: Readonly<Record<string, ObservableValues>>;
}

export interface ObservableValues {
  /** Sample index names, outermost first. */
  readonly indices: readonly string[];
  /** Coefficients by power of 1/n: `"1"` multiplies 1/n. */
  readonly orders: Readonly<Record<string, Nested>>;
  /** The sum of all orders at width n, when a width was given. */
  readonly total?: Nested;
}
