/**
 * Observables over numbered samples as series in 1/n, from the couplings of one layer.
 */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { atomKey } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { expandSamples } from '../../theory/expandSamples.ts';
import type { CorrelatorField, Model, Observable, ObservableExpression, Study } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { correlatorKey, sampleLabel, type Theory } from '../../theory/theory.ts';
import { evaluateTerms, compileValues, type ExplicitAtom, type ProgramTerm } from './compileStep.ts';
import type { LayerState } from './evolveCouplings.ts';
import {
  addSeries,
  constantSeries,
  multiplySeries,
  powerSeries,
  timesWidth,
  type Laurent,
} from './laurent.ts';
import { parameterAt } from './studyValues.ts';

/** The numbered sample behind every index letter. */
export type Assignment = ReadonlyMap<string, SampleLabel>;

/** Evaluates observables of one study; compiled readouts are shared by all layers. */
export interface ObservableEvaluator {
  /** The series of a named observable with its indices, in order, at the given samples (from 1). */
  readonly observable: (name: string, samples: readonly SampleLabel[], state: LayerState) => Laurent;
  /** The series of any observable expression, its index letters assigned. */
  readonly expression: (body: ObservableExpression, assignment: Assignment, state: LayerState) => Laurent;
}

export function createObservableEvaluator(theory: Theory, study: Study): ObservableEvaluator {
  const readout = createReadouts(theory);
  const observable = (name: string, samples: readonly SampleLabel[], state: LayerState): Laurent => {
    const definition = observableNamed(theory.model, name);
    return expression(definition.body, assignmentOf(definition, samples), state);
  };
  const expression = (body: ObservableExpression, assignment: Assignment, state: LayerState): Laurent => {
    switch (body.kind) {
      case 'number':
        return constantSeries(rationalToNumber(body.value), theory.order);
      case 'parameter':
        return constantSeries(parameterAt(study, body.name, state.layer), theory.order);
      case 'layer':
        return constantSeries(state.layer, theory.order);
      case 'width':
        return timesWidth(constantSeries(1, theory.order + 1));
      case 'correlator':
        return readout(body.connected, body.fields, assignment, state);
      case 'reference':
        return observable(
          body.name,
          body.samples.map((sample) => assigned(assignment, sampleLabel(sample))),
          state,
        );
      case 'sum':
        return body.terms.map((term) => expression(term, assignment, state)).reduce(addSeries);
      case 'product':
        return body.factors.map((factor) => expression(factor, assignment, state)).reduce(multiplySeries);
      case 'power':
        return powerSeries(expression(body.base, assignment, state), body.exponent);
    }
  };
  return { observable, expression };
}

/** The indices of an observable, in order, at these samples. */
export function assignmentOf({ indices }: Observable, samples: readonly SampleLabel[]): Assignment {
  return new Map(indices.flat().map((index, k) => [index, samples[k] as SampleLabel]));
}

/** The observable of that name; throws UserError for one that the model does not have. */
export function observableNamed(model: Model, name: string): Observable {
  const found = model.observables.find((candidate) => candidate.name === name);
  if (found) return found;
  const names = model.observables.map((observable) => observable.name);
  throw new UserError(
    [`the model has no observable \`${name}\``, suggest(name, names)].filter(Boolean).join('; '),
  );
}

/** Whether a theory, which may have been derived for some observables only, has the correlators of this expression. */
export function isDerived(theory: Theory, body: ObservableExpression): boolean {
  switch (body.kind) {
    case 'correlator':
      return theory.readouts.has(correlatorKey(body.connected, body.fields));
    case 'reference':
      return isDerived(theory, observableNamed(theory.model, body.name).body);
    case 'sum':
      return body.terms.every((term) => isDerived(theory, term));
    case 'product':
      return body.factors.every((factor) => isDerived(theory, factor));
    case 'power':
      return isDerived(theory, body.base);
    default:
      return true;
  }
}

/** Of these observables those that the theory was derived for. Throws UserError when it was for none of them. */
export function derivedObservables(
  theory: Theory,
  observables: readonly Observable[],
): readonly Observable[] {
  const derived = observables.filter(({ body }) => isDerived(theory, body));
  if (derived.length > 0 || observables.length === 0) return derived;
  const names = observables.map(({ name }) => name);
  throw new UserError(`${quoted(names)} ${names.length > 1 ? 'were' : 'was'} not derived; ${held(theory)}`);
}

function held(theory: Theory): string {
  const names = theory.model.observables
    .filter(({ body }) => isDerived(theory, body))
    .map(({ name }) => name);
  return `the theory is that of ${quoted(names)}`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

interface CompiledReadout {
  readonly terms: readonly (readonly ProgramTerm[])[];
  readonly table: readonly ExplicitAtom[];
}

function createReadouts(theory: Theory) {
  const compiled = new Map<string, CompiledReadout>();
  return (
    connected: boolean,
    fields: readonly CorrelatorField[],
    assignment: Assignment,
    state: LayerState,
  ): Laurent => {
    const key = correlatorKey(connected, fields);
    const samples = fields.flatMap(({ nodes }) => nodes.map(({ sample }) => sampleLabel(sample)));
    const numbered = `${key} ${samples.map((sample) => assigned(assignment, sample)).join()}`;
    const program = compiled.get(numbered) ?? compileReadout(theory, key, assignment);
    compiled.set(numbered, program);
    const values = program.table.map((atom) => state.couplings.get(atomKey(atom)) ?? 0);
    return { first: 0, coefficients: program.terms.map((terms) => evaluateTerms(terms, values)) };
  };
}

function compileReadout(theory: Theory, key: string, assignment: Assignment): CompiledReadout {
  const readout = theory.readouts.get(key);
  if (!readout) throw new InternalError(`the correlator ${key} was not derived`);
  const assign = (label: SampleLabel): SampleLabel => assigned(assignment, label);
  return compileValues(
    theory,
    readout.orders.map((value) => expandSamples(theory.ring, value, assign)),
  );
}

function assigned(assignment: Assignment, label: SampleLabel): SampleLabel {
  return assignment.get(label) ?? label;
}
