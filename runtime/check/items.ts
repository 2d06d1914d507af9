/** What a check compares: independent components of observables, and formulas stated by the user. */
import type { CheckRequest, Expectation, Model, ObservableExpression, Study } from '../../theory/model.ts';
import { derivedClaim, statedClaim, type Claim, type Prediction } from './prediction.ts';
import { observableQuantity, type Quantity } from './quantity.ts';

export interface CheckInput {
  readonly model: Model;
  readonly study: Study;
  readonly request: CheckRequest;
  /** Highest power of 1/n of the theory on trial. */
  readonly order: number;
  /**
   * Every component of every observable at the last layer, with its orders through `order + 1`; that one is the first neglected order
   * and may be absent.
   */
  readonly predictions: readonly Prediction[];
  /** The right side of an `expect` statement as a series: the coefficient of n^-power by power. */
  readonly expandExpectation: (expectation: Expectation) => ReadonlyMap<number, number>;
}

/** One thing compared at every width. */
export interface CheckItem {
  readonly observable: string;
  readonly indices: readonly number[];
  readonly order: number;
  readonly claim: Claim;
  readonly quantityAt: (n: number) => Quantity;
  /** The same with the last layer sampled. */
  readonly sampledAt?: (n: number) => Quantity;
  /** The observable that a stated formula is about. */
  readonly about?: string;
}

export interface CheckItems {
  readonly items: readonly CheckItem[];
  /** Independent components beyond MAX_COMPONENTS, not compared. */
  readonly omitted: number;
}

/** Components compared for each observable, spread evenly over all independent ones. */
export const MAX_COMPONENTS = 24;

export function checkItems(input: CheckInput): CheckItems {
  const components = input.request.observables.map((name) => independentComponents(name, input));
  const chosen = components.map((all) => spread(all, MAX_COMPONENTS));
  const stated = input.study.expectations.map((expectation) => statedItem(expectation, input));
  const omitted = components.flat().length - chosen.flat().length;
  return { items: [...chosen.flat(), ...stated], omitted };
}

/** One component of each set related by symmetry: those whose measured quantity is the same. */
function independentComponents(name: string, input: CheckInput): readonly CheckItem[] {
  const byKey = new Map<string, CheckItem>();
  for (const prediction of input.predictions.filter(({ observable }) => observable === name)) {
    const item = derivedItem(prediction, input);
    const { key } = item.quantityAt(input.request.widths[0] ?? 1);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

function derivedItem({ observable, indices, orders }: Prediction, input: CheckInput): CheckItem {
  const { study, order } = input;
  return {
    observable,
    indices,
    order,
    claim: derivedClaim(orders, order, study.depth),
    ...quantitiesOf(observable, indices, input),
  };
}

function quantitiesOf(
  observable: string,
  indices: readonly number[],
  { model, study }: CheckInput,
): Pick<CheckItem, 'quantityAt' | 'sampledAt'> {
  return {
    quantityAt: (n) => observableQuantity(observable, indices, { model, study, n }),
    sampledAt: (n) => observableQuantity(observable, indices, { model, study, n, lastLayer: 'sampled' }),
  };
}

function statedItem(expectation: Expectation, input: CheckInput): CheckItem {
  const { study } = input;
  const observable = expectation.left.name;
  const indices = fixedSamples(expectation.left);
  const derived = input.predictions.find(
    (p) => p.observable === observable && String(p.indices) === String(indices),
  );
  const claim = statedClaim(input.expandExpectation(expectation), derived?.orders ?? new Map(), study.depth);
  return {
    observable: expectation.text,
    indices,
    order: claim.power,
    claim,
    about: observable,
    ...quantitiesOf(observable, indices, input),
  };
}

function fixedSamples({ samples }: Extract<ObservableExpression, { kind: 'reference' }>): readonly number[] {
  return samples.flatMap((sample) => ('sample' in sample ? [sample.sample + 1] : []));
}

function spread<T>(all: readonly T[], limit: number): readonly T[] {
  if (all.length <= limit) return all;
  return Array.from({ length: limit }, (_, k) => all[Math.round((k * (all.length - 1)) / (limit - 1))]!);
}
