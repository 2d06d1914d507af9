/**
 * Correlators of last-layer pre-activations as statistics of the conditional kernel g.
 *
 * Given the layer below, z_i(a) are Gaussian with covariance g_ab, independent over neurons. By Wick's theorem a moment is
 * a sum over pairings within neurons of E[product of g]; by the law of total cumulance a connected correlator is the same sum
 * of joint cumulants of the g's. An odd number of legs on a neuron gives zero. Different pre-activations of a neuron are as independent as
 * different neurons are, each with its own g.
 */
import type { CorrelatorField, SampleReference } from '../../theory/model.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import { fieldIndex } from '../simulate/networkPlan.ts';
import { pairings } from '../partitions.ts';
import type { Places } from './fieldCorrelators.ts';
import type { Monomial } from './unbiased.ts';

/** `sum of count * moment (or cumulant) of the entries of g named`. */
export interface KernelStatistic {
  readonly kind: 'kernel';
  /** Equal keys mean equal quantities: symmetry-related components are recognised by it. */
  readonly key: string;
  readonly connected: boolean;
  readonly terms: readonly { readonly count: number; readonly entries: Monomial }[];
}

export function kernelStatistic(
  fields: readonly CorrelatorField[],
  connected: boolean,
  { samples, bound, names }: Places,
): KernelStatistic {
  const legs = fields.flatMap(({ nodes }) =>
    nodes.map(({ neuron, sample, of }) => ({
      neuron,
      field: fieldIndex(names, of),
      sample: resolveSample(sample, bound),
    })),
  );
  const counts = new Map<string, { count: number; entries: Monomial }>();
  for (const pairing of pairings(legs)) {
    if (pairing.some(([p, q]) => p.neuron !== q.neuron || p.field !== q.field)) continue;
    const entries = pairing
      .map(([p, q]) => p.field * pairCount(samples) + pairIndex(samples, p.sample, q.sample))
      .sort((p, q) => p - q);
    const key = entries.join(',');
    counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, entries });
  }
  // A single pair has the same mean either way.
  const joint = connected && fields.length > 2;
  const sorted = [...counts].sort(([p], [q]) => (p < q ? -1 : 1));
  const text = sorted.map(([key, { count }]) => `${count}*${key}`).join('+');
  return {
    kind: 'kernel',
    key: `${joint ? 'c' : 'm'}(${text})`,
    connected: joint,
    terms: sorted.map(([, term]) => term),
  };
}

/** A sample counted from 0, from a letter bound to one or from a number. */
export function resolveSample(reference: SampleReference, bound: ReadonlyMap<string, number>): number {
  if ('sample' in reference) return reference.sample;
  const sample = bound.get(reference.index);
  if (sample === undefined) throw new InternalError(`unbound sample index ${reference.index}`);
  return sample;
}
