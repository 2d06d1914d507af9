/**
 * Where nearly parallel samples leave no digits. Derivatives of < s_a s_b > for a function with a kink grow as powers of
 * 1 / sqrt(1 - rho^2), couplings contracted with them are known to a double's digits, and the sum is of order one.
 */
import type { CouplingAtom } from '../../theory/atom.ts';
import { quantityName } from '../../theory/couplingName.ts';
import { sampleOf } from '../../theory/label.ts';
import { NumericsError } from '../averages/numericsError.ts';

/** A component of a coupling as the sum it is, and the sum of absolute values. */
export interface SummedCoupling {
  readonly coupling: CouplingAtom;
  readonly value: number;
  readonly magnitude: number;
}

/** Rounding of one product of a sum, with what its factors carry. */
const ROUNDING = 2e-16;
/** Part of its scale up to which a coupling may be wrong. */
const TOLERATED = 1e-4;

/**
 * Throws NumericsError naming the samples where rounding is more than a small part of the scale of a coupling. What one sample has by itself is
 * that scale, at this order in 1/n or a lower one: its sums hold no other samples to be parallel to.
 */
export function refuseLostDigits(sums: readonly SummedCoupling[], layer: number): void {
  const scales = new Map<string, Map<number, number>>();
  for (const { coupling, magnitude } of sums) {
    if (samplesOf(coupling).length > 1) continue;
    const { family, order } = coupling;
    const orders = scales.get(family.key) ?? new Map<number, number>();
    scales.set(family.key, orders.set(order, Math.max(orders.get(order) ?? 0, magnitude)));
  }
  const scaleOf = ({ family, order }: CouplingAtom): number =>
    Math.max(0, ...[...(scales.get(family.key) ?? [])].map(([at, scale]) => (at <= order ? scale : 0)));
  const worst = sums.reduce<{ part: number; coupling?: CouplingAtom }>(
    (most, { coupling, magnitude }) => {
      const scale = scaleOf(coupling);
      const part = scale > 0 ? (ROUNDING * magnitude) / scale : 0;
      return part > most.part ? { part, coupling } : most;
    },
    { part: TOLERATED },
  );
  if (!worst.coupling) return;
  const { family, order } = worst.coupling;
  const what = `nearly parallel samples leave ${quantityName(family, order)} an error of ${worst.part.toExponential(0)} of its scale`;
  throw new NumericsError('lost-digits', what, samplesOf(worst.coupling), { layer });
}

function samplesOf({ samples }: CouplingAtom): number[] {
  return [...new Set(samples.map(sampleOf))].map((sample) => Number(sample) - 1);
}
