/**
 * The check of a derivation: real networks are simulated at several widths and every prediction is compared with what they do, the
 * neglected order included (docs/checks.md).
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { openBackend, type Backend, type BackendName } from '../backend.ts';
import { planNetwork } from '../simulate/networkPlan.ts';
import type { CheckRequest } from '../../theory/model.ts';
import { compareItems, type MeasuredWidth } from './compareItems.ts';
import { checkItems, type CheckInput, type CheckItem } from './items.ts';
import {
  MAX_NETWORKS,
  MAX_WIDTHS,
  createMeasurement,
  type Experiments,
  type MeasureOptions,
} from './measureWidths.ts';
import type { CheckReport } from './report.ts';
import { REQUIRED_SENSITIVITY } from './verdict.ts';

/** The number of networks and the seed replace those the study asks for. */
export interface CheckOptions extends Partial<MeasureOptions> {
  readonly backend?: BackendName | 'auto' | Backend;
}

/** Throws UserError for a backend that does not load, or widths or numbers of networks that cannot be simulated. */
export async function checkStudy(input: CheckInput, options: CheckOptions = {}): Promise<CheckReport> {
  const start = performance.now();
  const { request } = input;
  const seed = options.seed ?? request.seed;
  const most = options.networks ?? (request.within === undefined ? request.networks : MAX_NETWORKS);
  const plans = request.widths.map((n) => planNetwork(input.model, input.study, n));
  refuseImpossible(plans.length, most);
  const { items, omitted } = checkItems(input);
  const backend = await resolveBackend(options.backend);
  const measurement = await createMeasurement(plans, items, backend, { ...options, networks: most, seed });
  const { measured, compared, wanted } = await measureUntilSeen(measurement, items, most, request, options);
  const { rows, scaling, verdict } = compared;
  return {
    study: input.study.name,
    rows,
    scaling,
    verdict,
    networks: measured.length === 0 ? 0 : Math.min(...measured.map(({ networks: seen }) => seen)),
    required: request.within ?? REQUIRED_SENSITIVITY,
    seed,
    backend: backend.name,
    seconds: (performance.now() - start) / 1000,
    interrupted: measured.length < plans.length || measured.some(({ networks: seen }) => seen < wanted),
    omitted,
    estimators: measured.flatMap(({ n, estimators = [] }) => estimators.map((note) => ({ ...note, n }))),
  };
}

interface Measured {
  readonly measured: readonly MeasuredWidth[];
  readonly compared: ReturnType<typeof compareItems>;
  /** Networks asked for in the end. */
  readonly wanted: number;
}

/** More than this fraction of an error that more networks should have halved is not noise: higher orders of 1/n hide the rest. */
const STUBBORN = 0.9;

/** With a detectable error to reach, rounds of ever more networks until it is, or until more would not help. */
async function measureUntilSeen(
  measurement: Experiments,
  items: readonly CheckItem[],
  most: number,
  { networks, within }: CheckRequest,
  { signal }: CheckOptions,
): Promise<Measured> {
  let [wanted, weakest] = [within === undefined ? most : Math.min(most, networks), Infinity];
  for (;;) {
    const measured = await measurement.advance(wanted);
    const compared = compareItems(items, measured, within);
    const isStubborn = compared.weakest > STUBBORN * weakest;
    if (within === undefined || compared.weakest <= within || wanted >= most || isStubborn || signal?.aborted)
      return { measured, compared, wanted };
    weakest = compared.weakest;
    wanted = Math.min(most, wanted * networksFactor(weakest / within));
  }
}

/** Errors fall as the square root of the networks: a little more than that says, and at least twice as many, a power of 2. */
function networksFactor(excess: number): number {
  const exact = Math.log2(1.1 * excess ** 2);
  return 2 ** Math.max(1, Math.min(5, Math.ceil(exact)));
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
