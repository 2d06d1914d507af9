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
  /** Of the combinations a `flow` asks for at a width; absent when there are none. */
  readonly limits?: readonly ExpansionLimit[];
}

/** Where the leading term of a combination of observables, with its power of 1/n, reaches 1. */
export interface ExpansionLimit {
  readonly quantity: string;
  /** A layer of the flow, or a depth beyond it. */
  readonly layer: number;
  readonly extrapolated: boolean;
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
