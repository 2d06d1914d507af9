/** Blocks (fieldCorrelators.ts) evaluated network by network. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { createFieldProgram, derivativeOrder, type FieldComponent } from '../simulate/fields.ts';
import type { NetworkPlan } from '../simulate/networkPlan.ts';
import { createKernelRecorder, type RecordedKernels } from '../simulate/recordKernels.ts';
import { symmetricForms, textOf, type Block, type PlacedField } from './fieldCorrelators.ts';

export interface BlockSimulation {
  /** Networks `first ... first + count - 1` by their addresses. */
  readonly simulate: (first: number, count: number) => BlockBatch;
}

export interface BlockBatch {
  /** [count, blocks] */
  readonly averages: Float64Array;
  /** Those of the same networks, where they were asked for. */
  readonly kernels?: RecordedKernels;
}

/** What is wanted besides the averages, of networks with one pre-activation a neuron. */
export interface BlockOptions {
  readonly kernels?: boolean;
  /** Kernels with their control variates. */
  readonly controls?: boolean;
}

/** One product of components, by their places, and for how many assignments of neurons it stands. */
interface Product {
  readonly count: number;
  readonly factors: readonly number[];
}

/**
 * Neurons of the last layer that are looked at, times samples, by how often a pre-activation is differentiated. More neurons average
 * more of the last layer's noise away, until that of the layers below is all there is; the work grows as a power of their number.
 * Given the layers below neurons are alike and independent, so there may be more of them than the layer has; but not
 * where each continues a neuron of the layer below.
 */
const OBSERVED: readonly number[] = [48, 16, 8, 6];

interface BlockProducts {
  readonly components: readonly FieldComponent[];
  /** Of each block, their factors by place in `components`. */
  readonly sums: readonly (readonly Product[])[];
}

/** Throws UserError where the last layer is too narrow. */
function blockProducts(plan: NetworkPlan, blocks: readonly Block[]): BlockProducts {
  const neurons = observedNeurons(plan, blocks);
  const components = new Map<string, { readonly place: number; readonly component: FieldComponent }>();
  const placeOf = (field: PlacedField): number => {
    const form = firstForm(field);
    const key = textOf(form);
    const known = components.get(key);
    if (known) return known.place;
    const place = components.size;
    const { letters, samples } = form;
    components.set(key, { place, component: { field: form.field, neurons: letters, samples } });
    return place;
  };
  const sums = blocks.map((block) => productsOf(block, neurons, placeOf));
  return { components: [...components.values()].map(({ component }) => component), sums };
}

/** Everything that is evaluated in each network. */
export function componentsOf(plan: NetworkPlan, blocks: readonly Block[]): readonly FieldComponent[] {
  return blockProducts(plan, blocks).components;
}

/** Throws UserError for fields that cannot be simulated, and where the last layer is too narrow. */
export async function createBlockSimulation(
  plan: NetworkPlan,
  blocks: readonly Block[],
  seed: number,
  { controls = false, kernels = controls }: BlockOptions = {},
): Promise<BlockSimulation> {
  const { components, sums } = blockProducts(plan, blocks);
  const { run, values, network } = await createFieldProgram(plan, components, seed, kernels);
  const recorder = kernels && network ? createKernelRecorder(network, controls) : undefined;
  const simulate = (first: number, count: number): BlockBatch => {
    const averages = new Float64Array(count * blocks.length);
    const recorded = recorder?.start(count);
    for (let k = 0, at = 0; k < count; k++) {
      run(first + k);
      for (const products of sums) averages[at++] = average(products, values);
      if (recorded) recorder!.record(recorded, k);
    }
    return { averages, ...(recorded ? { kernels: recorded } : {}) };
  };
  return { simulate };
}

export function observedNeurons({ layers, samples }: NetworkPlan, blocks: readonly Block[]): number {
  const { width, skip } = layers.at(-1)!;
  const needed = Math.max(1, ...blocks.map(({ letters }) => letters));
  if (needed > width)
    throw new UserError(`the last layer has ${width} neurons, and a correlator speaks of ${needed}`);
  const shapes = blocks.flatMap(({ fields }) => fields.map(({ field }) => field));
  const order = shapes.every(({ edges }) => edges.length === 0) ? 0 : derivativeOrder(shapes);
  const wanted = Math.floor(OBSERVED[Math.min(order, OBSERVED.length - 1)]! / samples);
  return Math.max(needed, skip === 0 ? wanted : Math.min(width, wanted));
}

/** All assignments of distinct neurons to the letters of a block, equal products together. */
function productsOf(
  { letters, fields }: Block,
  neurons: number,
  placeOf: (field: PlacedField) => number,
): readonly Product[] {
  const counts = new Map<string, { count: number; factors: readonly number[] }>();
  for (const chosen of injections(letters, neurons)) {
    const factors = fields
      .map((field) => placeOf({ ...field, letters: field.letters.map((letter) => chosen[letter]!) }))
      .sort((p, q) => p - q);
    const key = factors.join();
    counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, factors });
  }
  return [...counts.values()];
}

function injections(letters: number, neurons: number): readonly (readonly number[])[] {
  if (letters === 0) return [[]];
  return injections(letters - 1, neurons).flatMap((chosen) =>
    Array.from({ length: neurons }, (_, neuron) => neuron)
      .filter((neuron) => !chosen.includes(neuron))
      .map((neuron) => [...chosen, neuron]),
  );
}

function firstForm(field: PlacedField): PlacedField {
  return symmetricForms(field).reduce((first, next) => (textOf(next) < textOf(first) ? next : first));
}

function average(products: readonly Product[], values: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const { count, factors } of products) {
    let product = count;
    for (const factor of factors) product *= values[factor]!;
    sum += product;
    total += count;
  }
  return sum / total;
}
