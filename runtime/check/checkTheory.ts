/** Where the derived theory meets the simulation: its predictions for a study, and the check of them. */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import type { CheckRequest, Expectation, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import {
  createObservableEvaluator,
  derivedObservables,
  isDerived,
  observableNamed,
  type ObservableEvaluator,
} from '../flow/evaluateObservables.ts';
import { refuseValues } from '../flow/budget.ts';
import { causeOfLayer } from '../flow/causes.ts';
import { evolveCouplings, type LayerState } from '../flow/evolveCouplings.ts';
import type { Laurent } from '../flow/laurent.ts';
import { checkStudy, type CheckOptions } from './check.ts';
import type { CheckInput } from './items.ts';
import type { Prediction } from './prediction.ts';
import type { CheckReport } from './report.ts';

export interface CheckTheoryOptions extends CheckOptions {
  /** The `check` statement to follow, the study's first by default. */
  readonly request?: CheckRequest;
  /** Highest power of 1/n on trial, that of the model by default. */
  readonly order?: number;
}

/**
 * Simulates the networks a study asks for and compares. Derive the theory one order beyond the one on trial:
 * that order is then known, and part of the comparison, instead of being estimated.
 *
 * Throws UserError when the study asks for no check or for nothing that was derived, and where a kernel or a backend fails.
 */
export async function check(
  theory: Theory,
  study: Study,
  options: CheckTheoryOptions = {},
): Promise<CheckReport> {
  return checkStudy(predictTheory(theory, study, options), options);
}

/** What the theory says about everything a check measures: all components of its observables, and the stated formulas. */
export function predictTheory(
  theory: Theory,
  study: Study,
  options: Pick<CheckTheoryOptions, 'request' | 'order'> = {},
): CheckInput {
  const request = options.request ?? study.checks[0];
  if (!request) throw new UserError(`the study "${study.name}" has no \`check\` statement`);
  const { observables, expectations } = derivedParts(theory, study, request);
  const state = lastLayer(theory, study);
  const evaluator = createObservableEvaluator(theory, study);
  const order = options.order ?? theory.model.order;
  const names = new Set([...observables, ...expectations.map(({ left }) => left.name)]);
  for (const name of names)
    refuseValues(observableNamed(theory.model, name), study.samples.length, causeOfLayer(study, 1));
  return {
    model: theory.model,
    study: { ...study, expectations },
    request: { ...request, observables },
    order,
    predictions: [...names].flatMap((name) => predictions(theory, study, name, evaluator, state, order + 1)),
    expandExpectation: ({ right }: Expectation) => ordersOf(evaluator.expression(right, new Map(), state)),
  };
}

/** What is asked for and the theory was derived for. */
function derivedParts(
  theory: Theory,
  { expectations }: Study,
  { observables }: CheckRequest,
): { readonly observables: readonly string[]; readonly expectations: readonly Expectation[] } {
  const stated = expectations.filter(
    ({ left, right }) => isDerived(theory, left) && isDerived(theory, right),
  );
  const asked = observables.map((name) => observableNamed(theory.model, name));
  const derived = derivedObservables(theory, asked).map(({ name }) => name);
  return { observables: derived, expectations: stated };
}

function lastLayer(theory: Theory, study: Study): LayerState {
  let last: LayerState | undefined;
  for (const state of evolveCouplings(theory, study, study.depth)) last = state;
  if (!last) throw new InternalError('a network without layers');
  return last;
}

/** Every component of an observable at the last layer, through `order`. */
function predictions(
  theory: Theory,
  study: Study,
  name: string,
  evaluator: ObservableEvaluator,
  state: LayerState,
  order: number,
): Prediction[] {
  const slots = observableNamed(theory.model, name).indices.flat().length;
  return sampleTuples(slots, study.samples.length).map((indices) => {
    const orders = ordersOf(evaluator.observable(name, indices.map(String), state));
    return { observable: name, indices, orders: new Map([...orders].filter(([power]) => power <= order)) };
  });
}

function ordersOf({ first, coefficients }: Laurent): Map<number, number> {
  return new Map(coefficients.map((value, k): [number, number] => [first + k, value]));
}

/** All tuples of samples, counted from 1. */
function sampleTuples(slots: number, sampleCount: number): number[][] {
  const samples = Array.from({ length: sampleCount }, (_, k) => k + 1);
  let tuples: number[][] = [[]];
  for (let slot = 0; slot < slots; slot++) {
    tuples = tuples.flatMap((tuple) => samples.map((sample) => [...tuple, sample]));
  }
  return tuples;
}
