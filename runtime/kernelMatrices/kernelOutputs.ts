/** Observables as expressions over one pair of samples. */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import type { CorrelatorField, Observable, ObservableExpression, Study } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { correlatorKey, sampleLabel, type Theory } from '../../theory/theory.ts';
import { relabelSamples } from '../../theory/relabelSamples.ts';
import { observableNamed } from '../flow/evaluateObservables.ts';
import { parameterAt } from '../flow/studyValues.ts';
import type { KernelOutput, OutputExpression, RowTerm } from './kernelPlan.ts';
import type { PairProgram, PairTerm } from './pairProgram.ts';

/** Whether an observable is a vector or a matrix at infinite width. */
export function isKernelObservable({ indices, leadingOrder, body }: Observable): boolean {
  const count = new Set(indices.flat()).size;
  return (count === 1 || count === 2) && leadingOrder === 0 && !hasWidth(body);
}

/** Throws UserError for an observable that is no function of one or two samples at infinite width. */
export function compileOutput(
  theory: Theory,
  program: PairProgram,
  study: Study,
  name: string,
  layer: number,
): KernelOutput {
  const observable = observableNamed(theory.model, name);
  refuseUnlessKernel(observable);
  const labels = [...new Set(observable.indices.flat())];
  const [a, b = labels[0]!] = labels as [string, string?];
  const context: Context = { theory, program, study, layer, a, b };
  const assignment = new Map(labels.map((label) => [label, label]));
  const expression = compileBody(observable.body, assignment, context);
  const indices = labels.length === 1 ? 1 : 2;
  return { name, indices, expression, symmetric: isSymmetric(expression) };
}

interface Context {
  readonly theory: Theory;
  readonly program: PairProgram;
  readonly study: Study;
  readonly layer: number;
  readonly a: SampleLabel;
  readonly b: SampleLabel;
}

function refuseUnlessKernel({ name, indices, leadingOrder, body }: Observable): void {
  const count = new Set(indices.flat()).size;
  const refuse = (reason: string): never => {
    throw new UserError(`the observable ${name} is no kernel matrix: ${reason}`);
  };
  if (leadingOrder > 0)
    refuse(`it begins at 1/n${leadingOrder > 1 ? `^${leadingOrder}` : ''}, and vanishes at infinite width`);
  if (leadingOrder < 0) refuse('it grows with n, and has no value at infinite width');
  if (count === 0 || count > 2) refuse(`it has ${count} sample indices, and a matrix has one or two`);
  if (hasWidth(body))
    refuse('it has n in it, and its value at infinite width needs corrections of order 1/n');
}

function hasWidth(body: ObservableExpression): boolean {
  switch (body.kind) {
    case 'width':
      return true;
    case 'sum':
      return body.terms.some(hasWidth);
    case 'product':
      return body.factors.some(hasWidth);
    case 'power':
      return hasWidth(body.base);
    default:
      return false;
  }
}

/** The label of the pair behind each index letter. */
type Assignment = ReadonlyMap<string, SampleLabel>;

function compileBody(body: ObservableExpression, assignment: Assignment, context: Context): OutputExpression {
  const { theory, study, layer } = context;
  const into = (part: ObservableExpression): OutputExpression => compileBody(part, assignment, context);
  switch (body.kind) {
    case 'number':
      return { kind: 'number', value: rationalToNumber(body.value) };
    case 'parameter':
      return { kind: 'number', value: parameterAt(study, body.name, layer) };
    case 'layer':
      return { kind: 'number', value: layer };
    case 'width':
      throw new InternalError('n in a kernel matrix');
    case 'correlator':
      return { kind: 'terms', terms: readoutTerms(body.connected, body.fields, assignment, context) };
    case 'reference': {
      const { indices, body: inner } = observableNamed(theory.model, body.name);
      const labels = body.samples.map((sample) => assigned(sampleLabel(sample), assignment));
      const innerAssignment = new Map(indices.flat().map((index, k) => [index, labels[k]!]));
      return compileBody(inner, innerAssignment, context);
    }
    case 'sum':
      return { kind: 'sum', parts: body.terms.map(into) };
    case 'product':
      return { kind: 'product', parts: body.factors.map(into) };
    case 'power':
      return { kind: 'power', base: into(body.base), exponent: body.exponent };
  }
}

function assigned(label: string, assignment: Assignment): SampleLabel {
  return assignment.get(label) ?? label;
}

function readoutTerms(
  connected: boolean,
  fields: readonly CorrelatorField[],
  assignment: Assignment,
  { theory, program, study, layer, a, b }: Context,
): RowTerm[] {
  const readout = theory.readouts.get(correlatorKey(connected, fields));
  const value = readout?.orders[0];
  if (!value) throw new InternalError('a correlator that was not derived');
  const relabelled = theory.ring.substitute(value, (atom) =>
    theory.ring.atom(relabelSamples(atom, (label) => assigned(label, assignment))),
  );
  return program.compile(relabelled, a, b).map((term) => rowTerm(term, () => scalarRefused(study, layer)));
}

function scalarRefused(study: Study, layer: number): never {
  throw new InternalError(`a parameter in a readout of layer ${layer} of "${study.name}"`);
}

/** A term with its scalars as numbers. */
export function rowTerm(
  { coefficient, scalars, operands }: PairTerm,
  scalarValue: (scalar: PairTerm['scalars'][number]) => number,
): RowTerm {
  return {
    coefficient: scalars.reduce((product, scalar) => product * scalarValue(scalar), coefficient),
    operands,
  };
}

function isSymmetric(expression: OutputExpression): boolean {
  switch (expression.kind) {
    case 'number':
      return true;
    case 'terms':
      return expression.terms.every(({ operands }) => operands.every(({ place }) => place === 'ab'));
    case 'sum':
    case 'product':
      return expression.parts.every(isSymmetric);
    case 'power':
      return isSymmetric(expression.base);
  }
}
