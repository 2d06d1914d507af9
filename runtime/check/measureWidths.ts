/** The experiment of a check: the networks of a study simulated width by width, and every item measured on them. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Backend } from '../backend.ts';
import { boundedKey } from '../../theory/digest.ts';
import type { NetworkPlan } from '../simulate/networkPlan.ts';
import { addToTotal } from './accumulate.ts';
import {
  readCheckpoint,
  readChoices,
  writeCheckpoint,
  type Checkpoint,
  type StreamState,
} from './checkpoint.ts';
import type { MeasuredWidth } from './compareItems.ts';
import {
  askedOf,
  networksOf,
  parseEstimator,
  possibleMethods,
  quantityFor,
  subjectOf,
  usesControls,
} from './estimators.ts';
import type { CheckItem } from './items.ts';
import { measure, needsOf, type Measurement } from './measure.ts';
import { chooseEstimators, type Choices, type EstimatorNote } from './pilot.ts';
import type { Quantity } from './quantity.ts';
import {
  accumulatorsFrom,
  accumulatorsOf,
  shardSize,
  shifted,
  simulateHere,
  streamOf,
  streamSums,
  type Simulator,
  type Stream,
  type SumNetworks,
  type Sums,
} from './streams.ts';

export interface MeasureOptions {
  /** Networks at each width. */
  readonly networks: number;
  readonly seed: number;
  /** When it fires, what was measured so far is returned. */
  readonly signal?: AbortSignal;
  /** Fraction of the work done, from 0 to 1, and the width at work. */
  readonly onProgress?: (fraction: number, n: number) => void;
  /** How to measure (`parseEstimator`), by default whatever leaves the least variance for its work. */
  readonly estimator?: string;
  /** What sums networks, by default this thread. Never changes the result. */
  readonly simulator?: Simulator;
  /** Called whenever more networks are in the totals; `state` writes them down. */
  readonly onMerged?: (state: () => Checkpoint) => void;
  /** Where to go on from. */
  readonly resume?: Checkpoint;
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
  const measurement = await createMeasurement(plans, items, backend, options);
  return measurement.advance(options.networks);
}

/** An experiment that can be continued with more networks. */
export interface Experiments {
  /** Simulates until each width has so many networks, and measures on all of them. */
  readonly advance: (networks: number) => Promise<MeasuredWidth[]>;
}

/**
 * `networks`: as many as it may come to. Throws UserError when the checkpoint to resume is of another experiment, and for an estimator that
 * there is not.
 */
export async function createMeasurement(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
  backend: Backend,
  options: MeasureOptions,
): Promise<Experiments> {
  // From here on an interrupt is heard.
  if (plans[0]) options.onProgress?.(0, plans[0].n);
  const choices = await estimatorsOf(plans, items, backend, options);
  const widths = plans.map((plan, at) => planWidth(plan, items, choices, options.seed, at));
  const streams = widths.flatMap((width) => width.parts.map(({ stream }) => stream));
  const key = boundedKey(
    JSON.stringify(
      streams.map(({ experiment }) => experiment),
      asText,
    ),
  );
  const fresh = streams.map(emptyState);
  const states = options.resume ? readCheckpoint(options.resume, key, fresh) : fresh;
  const simulator = options.simulator ?? simulateHere(backend);
  const open = [...streams];
  const advance = async (networks: number): Promise<MeasuredWidth[]> => {
    const progress = createProgress(streams, states, networks, options);
    progress(0);
    for (const [at, bare] of open.entries()) {
      if (options.signal?.aborted) break;
      const state = states[at]!;
      const stream = bare.shift ? bare : await shifted(bare, backend);
      open[at] = stream;
      await runStream(stream, state, networks, simulator, options.signal, () => {
        progress(at);
        options.onMerged?.(() => writeCheckpoint(key, choices, states));
      });
    }
    let next = 0;
    return widths.flatMap((width) => {
      const from = next;
      next += width.parts.length;
      return measured(width, items, choices, open.slice(from, next), states.slice(from, next));
    });
  };
  return { advance };
}

/** A resumed check goes on with the estimators it began with. */
async function estimatorsOf(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
  backend: Backend,
  { estimator = 'auto', networks, seed, signal, resume }: MeasureOptions,
): Promise<Choices> {
  const asked = parseEstimator(estimator);
  if (resume) {
    const choices = readChoices(resume, items.map(subjectOf));
    for (const [subject, { method }] of choices) {
      const own = items.filter((item) => subjectOf(item) === subject);
      const wanted = askedOf(asked, subject, possibleMethods(plans, own));
      if (wanted !== undefined && wanted !== method)
        throw new UserError(`the checkpoint measures ${subject} by \`${method}\`, not by \`${wanted}\``);
    }
    return choices;
  }
  const context = { plans, items, asked, networks, seed, addresses: MAX_NETWORKS, backend };
  return chooseEstimators({ ...context, ...(signal ? { signal } : {}) });
}

/** Exact rationals hold big integers; sets and maps are not written by default. */
function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Set || value instanceof Map) return [...(value as Iterable<unknown>)];
  return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
}

/** Items that are measured on one stream. */
interface Part {
  readonly stream: Stream;
  /** Their places among all items, and what is measured of each. */
  readonly places: readonly number[];
  readonly quantities: readonly Quantity[];
}

interface PlannedWidth {
  readonly plan: NetworkPlan;
  readonly parts: readonly Part[];
}

function planWidth(
  plan: NetworkPlan,
  items: readonly CheckItem[],
  choices: Choices,
  seed: number,
  at: number,
): PlannedWidth {
  const methods = items.map((item) => choices.get(subjectOf(item))!.method);
  const quantities = items.map((item, k) => quantityFor(item, plan.n, methods[k]!));
  const parts = (['conditional', 'weights'] as const).flatMap((networks): Part[] => {
    const places = items.flatMap((_, k) => (networksOf(methods[k]!) === networks ? [k] : []));
    if (places.length === 0) return [];
    const own = places.map((k) => quantities[k]!);
    const controlled = places.filter((k) => usesControls(methods[k]!)).map((k) => quantities[k]!);
    const needs = needsOf(own, controlled);
    const stream = streamOf({ plan, needs, seed, address: at * MAX_NETWORKS, networks });
    return [{ stream, places, quantities: own }];
  });
  return { plan, parts };
}

function emptyState(stream: Stream): StreamState {
  const sums = streamSums(accumulatorsOf(stream));
  const lost = sums.map(({ length }) => new Float64Array(length));
  return { networks: 0, total: { sums, lost } };
}

/** Shards in order, several at a time; each is added to the total when those before it are. */
async function runStream(
  stream: Stream,
  state: StreamState,
  networks: number,
  simulator: Simulator,
  signal: AbortSignal | undefined,
  onMerged: () => void,
): Promise<void> {
  if (state.networks >= networks) return;
  const sum = await simulator.open(stream, stream.work * (networks - state.networks));
  const size = shardSize(stream);
  const pending: Promise<{ readonly end: number; readonly sums: Sums | undefined }>[] = [];
  let next = state.networks;
  const dispatch = (): void => {
    while (pending.length < simulator.shards && next < networks && !signal?.aborted) {
      const end = Math.min((Math.floor(next / size) + 1) * size, networks);
      pending.push(sumUnlessAborted(sum, next, end - next, signal).then((sums) => ({ end, sums })));
      next = end;
    }
  };
  for (dispatch(); pending.length > 0; dispatch()) {
    const { end, sums } = await pending.shift()!;
    if (!sums) break;
    addToTotal(state.total, sums);
    state.networks = end;
    onMerged();
  }
  // Shards in flight are given up, but not their failures.
  await Promise.all(pending);
}

/** Undefined when the signal fires first. */
async function sumUnlessAborted(
  sum: SumNetworks,
  first: number,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Sums | undefined> {
  const sums = await sum(first, count, signal);
  return signal?.aborted ? undefined : sums;
}

function measured(
  { plan, parts }: PlannedWidth,
  items: readonly CheckItem[],
  choices: Choices,
  streams: readonly Stream[],
  states: readonly StreamState[],
): readonly MeasuredWidth[] {
  const begun = states.map(({ networks }) => networks).filter((networks) => networks > 0);
  if (begun.length === 0) return [];
  const measurements: (Measurement | undefined)[] = items.map(() => undefined);
  for (const [k, { places, quantities }] of parts.entries()) {
    const stream = streams[k]!;
    const found = measure(quantities, stream.experiment.needs, accumulatorsFrom(stream, states[k]!.total));
    places.forEach((place, at) => (measurements[place] = found[at]));
  }
  return [
    { n: plan.n, networks: Math.min(...begun), measurements, estimators: estimatorNotes(items, choices) },
  ];
}

/** What each observable is measured on. */
function estimatorNotes(items: readonly CheckItem[], choices: Choices): readonly EstimatorNote[] {
  const notes = items.map((item): EstimatorNote => {
    const { method, reason } = choices.get(subjectOf(item))!;
    return { observable: subjectOf(item), estimator: method, reason };
  });
  return [...new Map(notes.map((note) => [note.observable, note])).values()];
}

/** Reports the work done of this round, weighing streams by the random numbers they draw. */
function createProgress(
  streams: readonly Stream[],
  states: readonly StreamState[],
  networks: number,
  { onProgress }: Pick<MeasureOptions, 'onProgress'>,
): (at: number) => void {
  const work = streams.map((stream) => stream.work);
  const before = states.map((state) => state.networks);
  const total = work.reduce((sum, each, k) => sum + each * Math.max(0, networks - before[k]!), 0);
  return (at) => {
    const done = work.reduce((sum, each, k) => sum + each * (states[k]!.networks - before[k]!), 0);
    onProgress?.(total === 0 ? 1 : done / total, streams[at]!.experiment.plan.n);
  };
}
