/** The experiment of a check: the networks of a study simulated width by width, and every item measured on them. */
import type { Backend } from '../backend.ts';
import { boundedKey } from '../../theory/digest.ts';
import type { NetworkPlan } from '../simulate/networkPlan.ts';
import { addToTotal, setSums, type Total } from './accumulate.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint, type StreamState } from './checkpoint.ts';
import type { MeasuredWidth } from './compareItems.ts';
import {
  blockEstimator,
  WEIGHTS_ASKED_FOR,
  kernelEstimator,
  usesKernels,
  type EstimatorChoice,
  type EstimatorNote,
} from './estimators.ts';
import type { CheckItem } from './items.ts';
import { measure, needsOf } from './measure.ts';
import type { Quantity } from './quantity.ts';
import {
  accumulatorsOf,
  shardSize,
  shifted,
  simulateHere,
  streamsOf,
  streamSums,
  workOf,
  type Experiment,
  type Simulator,
  type Stream,
  type StreamAccumulators,
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
  /** Weights even where networks could do without. */
  readonly estimator?: 'auto' | 'weights';
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
  return createMeasurement(plans, items, backend, options).advance(options.networks);
}

/** An experiment that can be continued with more networks. */
export interface Measurement {
  /** Simulates until each width has so many networks, and measures on all of them. */
  readonly advance: (networks: number) => Promise<MeasuredWidth[]>;
  /** Networks that a first round should have for shards to be whole. */
  readonly shard: number;
}

/** Throws UserError when the checkpoint to resume is of another experiment. */
export function createMeasurement(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
  backend: Backend,
  options: Omit<MeasureOptions, 'networks'>,
): Measurement {
  const widths = plans.map((plan, at) => planWidth(plan, items, options, at));
  const streams = widths.flatMap((width) => width.streams);
  const key = boundedKey(
    JSON.stringify(
      widths.map(({ experiment }) => experiment),
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
        options.onMerged?.(() => writeCheckpoint(key, states));
      });
    }
    let next = 0;
    return widths.flatMap((width) => {
      const from = next;
      next += width.streams.length;
      return measured(width, items, open.slice(from, next), states.slice(from, next));
    });
  };
  return { advance, shard: Math.max(1, ...streams.map(shardSize)) };
}

/** Exact rationals hold big integers; sets and maps are not written by default. */
function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Set || value instanceof Map) return [...(value as Iterable<unknown>)];
  return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
}

interface PlannedWidth {
  readonly experiment: Experiment;
  readonly streams: readonly Stream[];
  readonly quantities: readonly Quantity[];
  readonly choice: EstimatorChoice;
  /** For fields. */
  readonly ofBlocks: EstimatorChoice;
}

function planWidth(
  plan: NetworkPlan,
  items: readonly CheckItem[],
  { seed, estimator }: Pick<MeasureOptions, 'seed' | 'estimator'>,
  at: number,
): PlannedWidth {
  const quantities = items.map((item) => item.quantityAt(plan.n));
  const needs = needsOf(quantities);
  const choice = estimator === 'weights' ? WEIGHTS_ASKED_FOR : kernelEstimator(plan, quantities);
  const ofBlocks = estimator === 'weights' ? WEIGHTS_ASKED_FOR : blockEstimator(plan, needs.blocks);
  const isNeeded = needs.kernels.length > 0 || needs.blocks.length === 0;
  const experiment: Experiment = {
    plan,
    needs,
    seed,
    address: at * MAX_NETWORKS,
    kernelsFrom: isNeeded ? choice.estimator : undefined,
    blocksFrom: ofBlocks.estimator,
  };
  return { experiment, streams: streamsOf(experiment), quantities, choice, ofBlocks };
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
  const sum = await simulator.open(stream, workOf(stream) * (networks - state.networks));
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
  { experiment, quantities, choice, ofBlocks }: PlannedWidth,
  items: readonly CheckItem[],
  streams: readonly Stream[],
  states: readonly StreamState[],
): readonly MeasuredWidth[] {
  const { plan, needs } = experiment;
  const accumulators: StreamAccumulators = Object.assign(
    {},
    ...streams.map((stream, at) => filled(stream, states[at]!.total)),
  ) as StreamAccumulators;
  const measurements = measure(quantities, needs, accumulators);
  const begun = states.map(({ networks }) => networks).filter((networks) => networks > 0);
  if (begun.length === 0) return [];
  const estimators = estimatorNotes(items, quantities, choice, ofBlocks);
  return [{ n: plan.n, networks: Math.min(...begun), measurements, estimators }];
}

function filled(stream: Stream, total: Total): StreamAccumulators {
  const accumulators = accumulatorsOf(stream);
  let at = 0;
  for (const accumulator of [accumulators.kernels, accumulators.blocks]) {
    if (!accumulator) continue;
    at += setSums(accumulator, { sums: total.sums.slice(at), lost: total.lost.slice(at) });
  }
  return accumulators;
}

/** What each observable is measured on. */
function estimatorNotes(
  items: readonly CheckItem[],
  quantities: readonly Quantity[],
  choice: EstimatorChoice,
  ofBlocks: EstimatorChoice,
): readonly EstimatorNote[] {
  const notes = items.map(({ observable }, at): EstimatorNote => ({
    observable,
    ...(usesKernels(quantities[at]!) ? choice : ofBlocks),
  }));
  return [...new Map(notes.map((note) => [`${note.observable} ${note.estimator}`, note])).values()];
}

/** Reports the work done of this round, weighing streams by the random numbers they draw. */
function createProgress(
  streams: readonly Stream[],
  states: readonly StreamState[],
  networks: number,
  { onProgress }: Pick<MeasureOptions, 'onProgress'>,
): (at: number) => void {
  const work = streams.map(workOf);
  const before = states.map((state) => state.networks);
  const total = work.reduce((sum, each, k) => sum + each * Math.max(0, networks - before[k]!), 0);
  return (at) => {
    const done = work.reduce((sum, each, k) => sum + each * (states[k]!.networks - before[k]!), 0);
    onProgress?.(total === 0 ? 1 : done / total, streams[at]!.experiment.plan.n);
  };
}
