/** The experiment of a check: the networks of a study simulated width by width, and every item measured on them. */
import type { Backend } from '../backend.ts';
import { MEAN_OF_H } from '../simulate/conditionalMeans.ts';
import { controlLayout } from '../simulate/controls.ts';
import { simulateConditionalKernels } from '../simulate/conditionalSampler.ts';
import { nextTurn, simulateKernels, type KernelBatch } from '../simulate/ensemble.ts';
import { isConditionallyGaussian, normalsPerNetwork, type NetworkPlan } from '../simulate/networkPlan.ts';
import { pairCount, pairIndex } from '../simulate/pairs.ts';
import { accumulate, createAccumulator } from './accumulate.ts';
import { createBlockSimulation } from './blockAverages.ts';
import type { MeasuredWidth } from './compareItems.ts';
import {
  FIELD_ESTIMATOR,
  kernelEstimator,
  usesKernels,
  type EstimatorChoice,
  type EstimatorName,
  type EstimatorNote,
} from './estimators.ts';
import type { Block } from './fieldCorrelators.ts';
import type { CheckItem } from './items.ts';
import { measure, needsOf } from './measure.ts';
import type { Quantity } from './quantity.ts';

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
    report(0);
    const address = at * MAX_NETWORKS;
    const one = await measureWidth(plan, items, backend, { ...options, address }, report);
    if (one.measurements.some((measurement) => measurement)) measured.push(one);
    if (options.signal?.aborted) break;
  }
  return measured;
}

type WidthOptions = MeasureOptions & { readonly address: number };

async function measureWidth(
  plan: NetworkPlan,
  items: readonly CheckItem[],
  backend: Backend,
  options: WidthOptions,
  report: (part: number) => void,
): Promise<MeasuredWidth> {
  const quantities = items.map((item) => item.quantityAt(plan.n));
  const needs = needsOf(quantities);
  const choice = kernelEstimator(plan, quantities);
  const controlled = isConditionallyGaussian(plan);
  const { sizes } = controlLayout(plan.samples, controlled ? plan.layers.length - 1 : 0);
  const entries = needs.blocks.map((block) =>
    controlled ? controllingEntry(block, plan.samples) : undefined,
  );
  const kernels = createAccumulator(pairCount(plan.samples), needs.kernels, {
    controlSizes: sizes.map((size, entry) => (needs.meanKernels.has(entry) ? size : 0)),
  });
  const blocks = createAccumulator(needs.blocks.length, needs.products, {
    shifted: false,
    controlSizes: entries.map((entry) => (entry === undefined ? 0 : sizes[entry]!)),
  });
  const wantsKernels = needs.kernels.length > 0 || needs.blocks.length === 0;
  const apart = wantsKernels && choice.estimator === 'conditional';
  const passes = [
    ...(apart ? (['conditional'] as const) : []),
    ...(needs.blocks.length > 0 || !apart ? (['weights'] as const) : []),
  ];
  const wanted = {
    blocks: needs.blocks,
    kernels: (wantsKernels && !apart) || entries.some((entry) => entry !== undefined),
  };
  let networks = options.networks;
  for (const name of passes) {
    const [start, share] = progressOf(name, passes.length);
    const source =
      name === 'conditional'
        ? kernelsAlone(plan, { ...options, controls: needs.meanKernels.size > 0 })
        : simulateBoth(plan, wanted, backend, { ...options, controls: controlled });
    let seen = 0;
    for await (const batch of source) {
      const { first, count } = batch;
      if (batch.kernels && (name === 'conditional' || !apart))
        accumulate(kernels, { ...batch.kernels, variables: batch.kernels.kernels });
      if (batch.blocks) {
        const controls = entries.map((entry) => batch.kernels?.controls[entry ?? -1] ?? NO_CONTROLS);
        accumulate(blocks, { first, count, variables: batch.blocks, controls });
      }
      seen += count;
      report(start + (share * seen) / options.networks);
    }
    if (seen > 0) networks = Math.min(networks, seen);
  }
  const measurements = measure(quantities, needs, { kernels, blocks });
  return { n: plan.n, networks, measurements, estimators: estimatorNotes(items, quantities, choice) };
}

/** Networks without weights take little of the time of a width that has others as well. */
const CONDITIONAL_SHARE = 0.02;

/** Where a pass begins, and what it takes of the whole. */
function progressOf(name: EstimatorName, passes: number): readonly [start: number, share: number] {
  if (passes === 1) return [0, 1];
  return name === 'conditional' ? [0, CONDITIONAL_SHARE] : [CONDITIONAL_SHARE, 1 - CONDITIONAL_SHARE];
}

async function* kernelsAlone(
  plan: NetworkPlan,
  options: WidthOptions & { readonly controls: boolean },
): AsyncGenerator<NetworkBatch> {
  for await (const kernels of simulateConditionalKernels(plan, options))
    yield { first: kernels.first, count: kernels.count, kernels };
}

/** What each observable is measured on. */
function estimatorNotes(
  items: readonly CheckItem[],
  quantities: readonly Quantity[],
  choice: EstimatorChoice,
): readonly EstimatorNote[] {
  const notes = items.map(({ observable }, at): EstimatorNote => ({
    observable,
    ...(usesKernels(quantities[at]!) ? choice : FIELD_ESTIMATOR),
  }));
  return [...new Map(notes.map((note) => [`${note.observable} ${note.estimator}`, note])).values()];
}

const NO_CONTROLS = new Float64Array(0);

/** The mean of H(a,b) over networks moves with the same fluctuations of lower layers as g(a,b), and is corrected by its controls. */
function controllingEntry({ letters, fields }: Block, samples: number): number | undefined {
  const [field] = fields;
  if (letters > 0 || fields.length > 1 || field?.field.name !== MEAN_OF_H.name) return undefined;
  return pairIndex(samples, field.samples[0]!, field.samples[1]!);
}

interface NetworkBatch {
  readonly first: number;
  readonly count: number;
  readonly kernels?: KernelBatch;
  readonly blocks?: Float64Array;
}

/** Small, so that progress and interrupts do not wait: fields take up to milliseconds a network. */
const BLOCK_BATCH = 64;

/** Kernels on the backend and fields on the host, of the same networks. */
async function* simulateBoth(
  plan: NetworkPlan,
  wanted: { readonly kernels: boolean; readonly blocks: readonly Block[] },
  backend: Backend,
  options: WidthOptions & { readonly controls: boolean },
): AsyncGenerator<NetworkBatch> {
  if (wanted.blocks.length === 0) {
    for await (const kernels of simulateKernels(plan, backend, options))
      yield { first: kernels.first, count: kernels.count, kernels };
    return;
  }
  const { simulate } = createBlockSimulation(plan, wanted.blocks, options.seed);
  const blocksAt = (first: number, count: number): Float64Array => simulate(options.address + first, count);
  if (wanted.kernels) {
    for await (const kernels of simulateKernels(plan, backend, { ...options, batch: BLOCK_BATCH })) {
      const { first, count } = kernels;
      yield { first, count, kernels, blocks: blocksAt(first, count) };
    }
    return;
  }
  for (let first = 0; first < options.networks && !options.signal?.aborted; first += BLOCK_BATCH) {
    const count = Math.min(BLOCK_BATCH, options.networks - first);
    yield { first, count, blocks: blocksAt(first, count) };
    await nextTurn();
  }
}
