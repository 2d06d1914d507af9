/**
 * `derive`: model -> effective theory. The passes, in order:
 *
 *   readCorrelator      observables -> couplings of their own layer
 *   closeRecursions     which couplings of layer l those of layer l+1 need, until nothing new appears
 *     contractLayer     average over W and b            -> row statistics, sums over neurons
 *       differentiateNodes  the chain rule              -> fields of the layer below
 *     momentOfSums      split coincident neurons        -> series in 1/n
 *     expandExpectation expand in the lower couplings   -> diagrams
 *       placements      ties of one coupling's legs
 *     jointCumulant     subtract disconnected products  -> the recursion; lower powers of 1/n must cancel
 *
 * `explain` goes through the summands of one recursion again and says of each where it comes from.
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { atomKey, type Atom } from '../../theory/atom.ts';
import {
  closesOnPairs,
  correlatorsIn,
  partsOfObservable,
  type Model,
  type ObservableExpression,
} from '../../theory/model.ts';
import { createRing, type Polynomial, type Ring } from '../../theory/polynomial.ts';
import { correlatorKey, type Readout, type Recursion, type Theory } from '../../theory/theory.ts';
import { skipMessages } from '../checkLaws.ts';
import { createBudget, DEFAULT_MAX_TERMS } from './budget.ts';
import { closeRecursions } from './closeRecursions.ts';
import { clustersOf, contractFirstLayer, type Layer } from './contractLayer.ts';
import type { Expansion } from './momentOfSums.ts';
import { readCorrelator } from './readCorrelator.ts';

export interface DeriveOptions {
  /** Powers of 1/n to keep; the model's own `expand ... to order p` when absent. */
  readonly order?: number;
  /** Names of the observables wanted; all when absent. */
  readonly observables?: readonly string[];
  /** Terms the derivation may generate before it is refused. */
  readonly maxTerms?: number;
  /** Derive what is right for the step from layer 1 to layer 2 alone, where deeper ones do not close (`closesOnPairs`). */
  readonly secondLayerOnly?: boolean;
}

/** Derives every recursion the observables need, exactly and with symbolic samples. Throws UserError beyond `maxTerms` and where cumulants do not close. */
export function derive(model: Model, options: DeriveOptions = {}): Theory {
  const order = options.order ?? model.order;
  const [refusal] = options.secondLayerOnly
    ? []
    : skipMessages(model.architecture, wantedObservables(model, options.observables), order);
  if (refusal) throw new UserError(refusal.message, [refusal]);
  const ring = createRing<Atom>({ key: atomKey });
  const { firstLayer, layer, width, fields } = model.architecture;
  const { groups } = model;
  const what = `this derivation to order ${order}`;
  const through = expansionThrough(model, order, what, options.maxTerms);
  const expansion = options.secondLayerOnly ? { ...through, endOnFunctions: false } : through;
  const readouts = readObservables(ring, model, expansion, options.observables);
  const recursions = closeRecursions(ring, { terms: layer, groups }, readouts.values(), expansion, fields);
  return {
    model,
    order,
    ring,
    recursions: width.perLayer ? recursions : recursions.map((recursion) => withEqualWidths(ring, recursion)),
    firstLayer: firstLayerValues(ring, { terms: firstLayer, groups }, recursions),
    readouts,
  };
}

/** Through 1/n^order, within the given number of terms; `what` they are for is said when they do not suffice. */
export function expansionThrough(
  model: Model,
  order: number,
  what: string,
  maxTerms = DEFAULT_MAX_TERMS,
): Expansion {
  const maxBlock = isGaussian(model) ? 2 : 2 * (order + 1);
  const endOnFunctions = !closesOnPairs(model.architecture);
  return {
    maxOrder: order,
    maxBlock,
    endOnFunctions,
    budget: createBudget(maxTerms, { what, span: model.orderSpan }),
  };
}

function isGaussian({ groups }: Model): boolean {
  return groups.every(({ standardCumulants = [] }) =>
    standardCumulants.every(({ numerator }) => numerator === 0n),
  );
}

/** Layer 1 does not fluctuate: only means, of order 1/n^0, are there. */
function firstLayerValues(ring: Ring<Atom>, layer: Layer, recursions: readonly Recursion[]): Recursion[] {
  return recursions
    .filter(({ order }) => order === 0)
    .flatMap((recursion) => {
      const [cluster, ...more] = clustersOf(recursion.family, recursion.samples);
      if (!cluster || more.length > 0) return [];
      const value = contractFirstLayer(ring, layer, cluster);
      return ring.isZero(value) ? [] : [{ ...recursion, value }];
    });
}

/** `n / n_l` is 1 where the file declares one width for all layers. */
export function atEqualWidths(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.substitute(value, (atom) => (atom.kind === 'width-ratio' ? ring.one : undefined));
}

function withEqualWidths(ring: Ring<Atom>, recursion: Recursion): Recursion {
  return { ...recursion, value: atEqualWidths(ring, recursion.value) };
}

function readObservables(
  ring: Ring<Atom>,
  model: Model,
  { maxOrder, maxBlock }: Expansion,
  wanted: readonly string[] | undefined,
): Map<string, Readout> {
  const readouts = new Map<string, Readout>();
  for (const observable of wantedObservables(model, wanted))
    for (const { connected, fields } of correlatorsIn(observable.body)) {
      const key = correlatorKey(connected, fields);
      if (!readouts.has(key)) readouts.set(key, readCorrelator(ring, connected, fields, maxOrder, maxBlock));
    }
  return readouts;
}

/** The wanted observables and those they refer to. */
function wantedObservables(model: Model, wanted: readonly string[] | undefined): Model['observables'] {
  if (!wanted) return model.observables;
  const needed = new Set<string>();
  const visit = (name: string): void => {
    const observable = model.observables.find((candidate) => candidate.name === name);
    if (!observable || needed.has(name)) return;
    needed.add(name);
    referencesIn(observable.body).forEach(visit);
  };
  wanted.forEach(visit);
  return model.observables.filter(({ name }) => needed.has(name));
}

function referencesIn(body: ObservableExpression): string[] {
  return body.kind === 'reference' ? [body.name] : partsOfObservable(body).flatMap(referencesIn);
}
