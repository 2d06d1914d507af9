/**
 * The check of a derivation: real networks are simulated at several widths and every prediction is compared with what they do, the
 * neglected order included (docs/checks.md).
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { openBackend, type Backend, type BackendName } from '../backend.ts';
import { planNetwork } from '../simulate/networkPlan.ts';
import { compareItems } from './compareItems.ts';
import { checkItems, type CheckInput } from './items.ts';
import { MAX_NETWORKS, MAX_WIDTHS, measureWidths, type MeasureOptions } from './measureWidths.ts';
import type { CheckReport } from './report.ts';

/** The number of networks and the seed replace those the study asks for. */
export interface CheckOptions extends Partial<MeasureOptions> {
  readonly backend?: BackendName | 'auto' | Backend;
}

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
    networks: measured.length === 0 ? 0 : Math.min(...measured.map(({ networks: seen }) => seen)),
    seed,
    backend: backend.name,
    seconds: (performance.now() - start) / 1000,
    interrupted: measured.length < plans.length || measured.some(({ networks: seen }) => seen < networks),
    omitted,
    estimators: measured.flatMap(({ n, estimators = [] }) => estimators.map((note) => ({ ...note, n }))),
  };
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
