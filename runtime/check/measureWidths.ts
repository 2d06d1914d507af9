/** The experiment of a check: the networks of a study simulated width by width, and every item measured on them. */
import type { Backend } from '../backend.ts';
import { controlLayout } from '../simulate/controls.ts';
import { simulateKernels } from '../simulate/ensemble.ts';
import { normalsPerNetwork, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount } from '../simulate/pairs.ts';
import { accumulate, createAccumulator } from './accumulate.ts';
import type { MeasuredWidth } from './compareItems.ts';
import type { CheckItem } from './items.ts';
import { measure, neededMonomials } from './measure.ts';

export interface MeasureOptions {
  /** Networks at each width. */
  readonly networks: number;
  readonly seed: number;
  /** When it fires, what was measured so far is returned. */
  readonly signal?: AbortSignal;
  /** Fraction of the work done, from 0 to 1, and the width at work. */
  readonly onProgress?: (fraction: number, n: number) => void;
}

/** A network's address has 32 bits: 26 count the networks of a width, 6 the widths. */
export const MAX_NETWORKS = 2 ** 26;
export const MAX_WIDTHS = 2 ** 6;

/** One entry for each plan, in order; widths not reached before an interrupt are left out. */
export async function measureWidths(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
  backend: Backend,
  options: MeasureOptions,
): Promise<MeasuredWidth[]> {
  const work = plans.map((plan) => normalsPerNetwork(plan) + plan.n);
  const total = work.reduce((sum, each) => sum + each, 0);
  const measured: MeasuredWidth[] = [];
  for (const [at, plan] of plans.entries()) {
    const before = work.slice(0, at).reduce((sum, each) => sum + each, 0);
    const report = (part: number) => options.onProgress?.((before + part * work[at]!) / total, plan.n);
    const address = at * MAX_NETWORKS;
    const one = await measureWidth(plan, items, backend, { ...options, address }, report);
    if (one.networks > 0) measured.push(one);
    if (options.signal?.aborted) break;
  }
  return measured;
}

async function measureWidth(
  plan: NetworkPlan,
  items: readonly CheckItem[],
  backend: Backend,
  options: MeasureOptions & { readonly address: number },
  report: (part: number) => void,
): Promise<MeasuredWidth> {
  const quantities = items.map((item) => item.quantityAt(plan.n));
  const { sizes } = controlLayout(plan.samples, plan.layers.length - 1);
  const sums = createAccumulator(pairCount(plan.samples), neededMonomials(quantities), sizes);
  let networks = 0;
  for await (const batch of simulateKernels(plan, backend, { ...options, controls: true })) {
    accumulate(sums, batch);
    networks += batch.count;
    report(networks / options.networks);
  }
  return { n: plan.n, networks, measurements: measure(quantities, sums) };
}
