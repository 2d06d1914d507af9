/**
 * The check of a derivation: real networks are simulated at several widths and every prediction is compared with what they do, the
 * neglected order included (docs/checks.md).
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { openBackend, type Backend, type BackendName } from '../backend.ts';
import { controlLayout } from '../simulate/controls.ts';
import { simulateKernels } from '../simulate/ensemble.ts';
import { normalsPerNetwork, planNetwork, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount } from '../simulate/pairs.ts';
import { accumulate, createAccumulator } from './accumulate.ts';
import { compareItems, type MeasuredWidth } from './compareItems.ts';
import { checkItems, type CheckInput, type CheckItem } from './items.ts';
import { measure, neededMonomials } from './measure.ts';
import type { CheckReport } from './report.ts';

export interface CheckOptions {
  /** Instead of the number the study asks for. */
  readonly networks?: number;
  readonly seed?: number;
  readonly backend?: BackendName | 'auto' | Backend;
  /** When it fires, the report covers what was measured so far. */
  readonly signal?: AbortSignal;
  /** Fraction of the work done, from 0 to 1, and the width at work. */
  readonly onProgress?: (fraction: number, n: number) => void;
}

/** A network's address has 32 bits: 26 count the networks of a width, 6 the widths. */
const MAX_NETWORKS = 2 ** 26;
const MAX_WIDTHS = 2 ** 6;

/** Throws UserError for a backend that does not load, or widths or numbers of networks that cannot be simulated. */
export async function checkStudy(input: CheckInput, options: CheckOptions = {}): Promise<CheckReport> {
  const start = performance.now();
  const networks = options.networks ?? input.request.networks;
  const seed = options.seed ?? input.request.seed;
  const plans = input.request.widths.map((n) => planNetwork(input.model, input.study, n));
  refuseImpossible(plans.length, networks);
  const { items, omitted } = checkItems(input);
  const backend = await resolveBackend(options.backend);
  const measured = await measureWidths(plans, items, backend, { ...options, networks, seed });
  return {
    study: input.study.name,
    ...compareItems(items, measured),
    networks: Math.min(networks, ...measured.map(({ networks: seen }) => seen)),
    seed,
    backend: backend.name,
    seconds: (performance.now() - start) / 1000,
    interrupted: measured.length < plans.length || measured.some(({ networks: seen }) => seen < networks),
    omitted,
  };
}

async function measureWidths(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
  backend: Backend,
  options: CheckOptions & { readonly networks: number; readonly seed: number },
): Promise<readonly MeasuredWidth[]> {
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
  options: { networks: number; seed: number; address: number; signal?: AbortSignal },
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

function resolveBackend(backend: CheckOptions['backend'] = 'auto'): Promise<Backend> {
  return typeof backend === 'string' ? openBackend(backend) : Promise.resolve(backend);
}

function refuseImpossible(widths: number, networks: number): void {
  if (!Number.isInteger(networks) || networks < 2)
    throw new UserError(`cannot check with ${networks} networks`);
  if (networks > MAX_NETWORKS) throw new UserError(`${networks} networks are more than ${MAX_NETWORKS}`);
  if (widths > MAX_WIDTHS) throw new UserError(`${widths} widths are more than ${MAX_WIDTHS}`);
}
