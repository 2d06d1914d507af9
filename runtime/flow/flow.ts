/**
 * `flow`: the values of every observable, order by order in 1/n and summed at a given n, layer by layer.
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import type { Observable, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import {
  assignmentOf,
  createObservableEvaluator,
  derivedObservables,
  observableNamed,
  type ObservableEvaluator,
} from './evaluateObservables.ts';
import { refuseValues } from './budget.ts';
import { causeOfLayer } from './causes.ts';
import { expansionLimits } from './expansionLimits.ts';
import { evolveCouplings, type LayerState } from './evolveCouplings.ts';
import type { FlowResult, LayerValues, Nested, ObservableValues } from './flowResult.ts';
import { coefficient, type Laurent } from './laurent.ts';

export interface FlowOptions {
  /** First layer reported, 1 by default. */
  readonly from?: number;
  /** Last layer, the study's depth by default. */
  readonly to?: number;
  /** Reference width at which totals are summed. */
  readonly n?: number;
  /** Names of the observables reported; by default what the study asks for, or all; those the theory was not derived for are left out. */
  readonly observables?: readonly string[];
  /** Definitions of those names that are not observables of the model. */
  readonly quantities?: readonly Observable[];
}

/**
 * Runs the flow of one study. Throws NumericsError where a kernel is not positive or a value overflows, naming
 * the layer and the samples, and UserError where the observables were not derived or there are too many values.
 */
export function flow(theory: Theory, study: Study, options: FlowOptions = {}): FlowResult {
  const { from, to, n, names, quantities } = requested(theory, study, options);
  const evaluator = createObservableEvaluator(theory, study);
  if (study.samples.length === 0)
    throw new UserError(`the study "${study.name}" has no samples, so there is nothing to evaluate`);
  const observables = reported(theory, study, names, quantities);
  const layers: LayerValues[] = [];
  for (const state of evolveCouplings(theory, study, to))
    if (state.layer >= from) layers.push(layerValues(study, evaluator, observables, state, n));
  const limits = n === undefined ? [] : expansionLimits(quantities, layers, n);
  return {
    study: study.name,
    parameters: parametersOf(study),
    samples: study.samples,
    ...(n === undefined ? {} : { n }),
    layers,
    ...(limits.length > 0 && { limits }),
  };
}

/** What the options say, else the first request of the study, else everything. */
function requested({ model }: Theory, study: Study, options: FlowOptions) {
  const request = study.flows[0];
  const { observables } = options;
  return {
    from: options.from ?? request?.from ?? 1,
    to: options.to ?? request?.to ?? study.depth,
    n: options.n ?? request?.n,
    names: observables ?? request?.observables ?? model.observables.map(({ name }) => name),
    quantities: options.quantities ?? (observables ? [] : (request?.quantities ?? [])),
  };
}

/** What is reported: of what is asked for, or of everything, what the theory was derived for. */
function reported(
  theory: Theory,
  study: Study,
  names: readonly string[],
  quantities: readonly Observable[],
): readonly Observable[] {
  const asked = names.map(
    (name) => quantities.find((each) => each.name === name) ?? observableNamed(theory.model, name),
  );
  const observables = derivedObservables(theory, asked);
  for (const observable of observables)
    refuseValues(observable, study.samples.length, causeOfLayer(study, 1));
  return observables;
}

function layerValues(
  study: Study,
  evaluator: ObservableEvaluator,
  observables: readonly Observable[],
  state: LayerState,
  n: number | undefined,
): LayerValues {
  const values = observables.map((observable): [string, ObservableValues] => [
    observable.name,
    observableValues(observable, study.samples.length, evaluator, state, n),
  ]);
  return { layer: state.layer, values: Object.fromEntries(values) };
}

function observableValues(
  observable: Observable,
  sampleCount: number,
  evaluator: ObservableEvaluator,
  state: LayerState,
  n: number | undefined,
): ObservableValues {
  const indices = observable.indices.flat();
  const series = nest(indices.length, sampleCount, (samples) =>
    evaluator.expression(observable.body, assignmentOf(observable, samples), state),
  );
  const first = flattenNest(series)[0] as Laurent;
  const orders = first.coefficients.map((_, k): [string, Nested] => [
    String(first.first + k),
    mapNest(series, (value) => coefficient(value, first.first + k) ?? NaN),
  ]);
  return {
    indices,
    orders: Object.fromEntries(orders),
    ...(n === undefined ? {} : { total: mapNest(series, (value) => totalAt(value, n)) }),
  };
}

/** The series summed at width n, as far as it is known. */
export function totalAt(series: Laurent, n: number): number {
  return series.coefficients.reduce((sum, value, k) => sum + value * n ** -(series.first + k), 0);
}

type Nest<T> = T | readonly Nest<T>[];

function nest<T>(depth: number, size: number, at: (samples: readonly SampleLabel[]) => T): Nest<T> {
  const build = (samples: readonly SampleLabel[]): Nest<T> =>
    samples.length === depth
      ? at(samples)
      : Array.from({ length: size }, (_, k) => build([...samples, String(k + 1)]));
  return build([]);
}

function mapNest<T>(values: Nest<T>, map: (value: T) => number): Nested {
  return Array.isArray(values) ? values.map((inner: Nest<T>) => mapNest(inner, map)) : map(values as T);
}

function flattenNest<T>(values: Nest<T>): T[] {
  return Array.isArray(values) ? values.flatMap((inner: Nest<T>) => flattenNest(inner)) : [values as T];
}

export function parametersOf(study: Study): FlowResult['parameters'] {
  const activations = [...study.activations].map(([name, choices]): [string, string | string[]] => {
    const [first, ...rest] = choices.map((choice) => choice.name);
    return [name, rest.length === 0 ? (first ?? '') : [first ?? '', ...rest]];
  });
  return { ...Object.fromEntries(activations), ...Object.fromEntries(study.parameters) };
}
