/** The depth at which a combination of observables that begins at a power of 1/n is no longer small. */
import type { Observable } from '../../theory/model.ts';
import type { ExpansionLimit, LayerValues, Nested } from './flowResult.ts';

/** Fewer layers say nothing about growth. */
const FEWEST = 8;
/** Powers of depth below this are no growth. */
const GROWTH = 0.05;

/**
 * Where the leading term X n^-p of each quantity reaches 1: the first such layer, or, where the flow ends before, that of the power law
 * through its last layer and the one half as deep. None for quantities that do not grow.
 */
export function expansionLimits(
  quantities: readonly Pick<Observable, 'name' | 'leadingOrder'>[],
  layers: readonly LayerValues[],
  n: number,
): ExpansionLimit[] {
  return quantities.flatMap(({ name: quantity, leadingOrder }): ExpansionLimit[] => {
    if (leadingOrder < 1) return [];
    const sizes = layers.map(({ layer, values }) => ({
      layer,
      size: largest(values[quantity]?.orders[String(leadingOrder)] ?? NaN) * n ** -leadingOrder,
    }));
    const reached = sizes.find(({ size }) => size >= 1);
    if (reached) return [{ quantity, layer: reached.layer, extrapolated: false }];
    const last = sizes.at(-1);
    const middle = last && sizes.find(({ layer }) => layer >= last.layer / 2);
    if (!last || !middle || sizes.length < FEWEST || !(middle.size > 0)) return [];
    const power = Math.log(last.size / middle.size) / Math.log(last.layer / middle.layer);
    if (!(power > GROWTH)) return [];
    return [{ quantity, layer: last.layer * last.size ** (-1 / power), extrapolated: true }];
  });
}

function largest(values: Nested): number {
  return typeof values === 'number' ? Math.abs(values) : Math.max(...values.map(largest));
}
