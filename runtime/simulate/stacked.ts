/**
 * Numbers for every pre-activation of a layer: those of the first field for all neurons, then those of the second, ... Most networks
 * have one field, and then a stack is a plain vector.
 */
export interface Stacked {
  /** [fields * width] */
  readonly all: Float64Array;
  /** [fields], each a view of [width]. */
  readonly of: readonly Float64Array[];
}

export function stacked(all: Float64Array, fields: number): Stacked {
  const width = all.length / fields;
  return {
    all,
    of: Array.from({ length: fields }, (_, field) => all.subarray(field * width, (field + 1) * width)),
  };
}

/** Derivatives of a function of a neuron's pre-activations: how often by each field, through a highest total order. */
export interface DerivativeTable {
  /** Of derivative k: the value is derivative 0, then the first derivatives by each field in turn. */
  readonly counts: readonly (readonly number[])[];
  /** The derivative by these fields; undefined beyond the highest order. */
  readonly placeOf: (fields: readonly number[]) => number | undefined;
}

export function derivativeTable(fields: number, order: number): DerivativeTable {
  const counts = Array.from({ length: order + 1 }, (_, total) => countsOf(fields, total)).flat();
  const places = new Map(counts.map((each, place) => [each.join(), place]));
  const placeOf = (chosen: readonly number[]): number | undefined => {
    const each = Array.from(
      { length: fields },
      (_, field) => chosen.filter((other) => other === field).length,
    );
    return places.get(each.join());
  };
  return { counts, placeOf };
}

/** Every way to share `total` derivatives out, those by the first field first. */
function countsOf(fields: number, total: number): number[][] {
  if (fields === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, k) => total - k).flatMap((first) =>
    countsOf(fields - 1, total - first).map((rest) => [first, ...rest]),
  );
}

/** Every choice of one field for each of `count` places. */
export function fieldChoices(fields: number, count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return fieldChoices(fields, count - 1).flatMap((head) =>
    Array.from({ length: fields }, (_, field) => [...head, field]),
  );
}
