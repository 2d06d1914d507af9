/** Polynomials of the theory at one sample as functions of the kernels and of the parameters, in float64. */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import { atomKey, type Atom, type AverageAtom } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { evaluate } from '../../theory/evaluate.ts';
import type { Expr } from '../../theory/expression.ts';
import type { Model, Study } from '../../theory/model.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { createAverager, type Averager, type AverageRequest } from '../averages/gaussianAverages.ts';
import { analyseKernel } from '../averages/kernelStructure.ts';
import { derivativesAt, pieceDerivatives, type UnivariateFunction } from '../averages/univariate.ts';
import { localFunction } from '../flow/evolveCouplings.ts';
import { createActivations } from '../flow/studyValues.ts';

/** Values of the parameters by name. */
export type Bindings = ReadonlyMap<string, number>;

/** A polynomial as terms over averages, ready to be evaluated. */
export interface CompiledPolynomial {
  readonly terms: readonly CompiledTerm[];
}

interface CompiledTerm {
  readonly coefficient: number;
  /** The power of each kernel. */
  readonly kernelPowers: readonly number[];
  /** Places in the table of averages, repeated for powers. */
  readonly averages: readonly number[];
  readonly parameters: readonly { readonly name: string; readonly exponent: number }[];
  readonly scalars: readonly { readonly expression: Expr; readonly exponent: number }[];
}

/** The kernel of each pre-activation: one number K, or K_u and K_v of gated units. */
export type Kernels = readonly number[];

/** Averages with their error estimates. */
export interface AverageTable {
  readonly values: readonly number[];
  readonly errors: readonly number[];
}

export interface OneSample {
  readonly compile: (value: Polynomial<Atom>) => CompiledPolynomial;
  /** All averages met so far, each at the kernel of its pre-activation. Throws NumericsError where one is no number. */
  readonly averagesAt: (kernels: Kernels) => AverageTable;
  readonly labels: readonly SampleLabel[];
  /** The place of the kernel of each average. */
  readonly places: readonly number[];
  readonly activations: readonly UnivariateFunction[];
}

/** The averages of one study; what it gives layer by layer is refused with a UserError. */
export function createOneSample(
  ring: Ring<Atom>,
  model: Model,
  study: Study,
  labels: readonly SampleLabel[] = ['1'],
): OneSample {
  checkUniform(study);
  const averager: Averager = createAverager();
  const activation = createActivations(study);
  const slots = new Map<string, number>();
  const places: number[] = [];
  const requests: AverageRequest[] = [];
  const known = new Map<number, AverageTable>();
  const slotOf = (atom: AverageAtom): number => {
    const key = atomKey(atom);
    const found = slots.get(key);
    if (found !== undefined) return found;
    known.clear();
    slots.set(key, requests.length);
    places.push(labels.indexOf(atom.locals[0]!.sample));
    return requests.push(requestOf(atom, activation)) - 1;
  };
  const tableAt = (kernel: number): AverageTable => {
    const found = known.get(kernel);
    if (found) return found;
    const values = averager.averages(requests, analyseKernel([[kernel]]));
    const table = { values: values.map(({ value }) => value), errors: values.map(({ error }) => error) };
    known.set(kernel, table);
    return table;
  };
  return {
    compile: (value) => compile(ring, value, slotOf, labels),
    averagesAt: (kernels) => chooseAverages(kernels.map(tableAt), places),
    places,
    labels,
    activations: [...new Set(localNames(model))].map((name) => activation(name, 1)),
  };
}

/** Each average from the table at its own kernel. */
export function chooseAverages(tables: readonly AverageTable[], places: readonly number[]): AverageTable {
  const [first] = tables as [AverageTable];
  if (tables.length === 1) return first;
  return {
    values: places.map((place, slot) => tables[place]!.values[slot]!),
    errors: places.map((place, slot) => tables[place]!.errors[slot]!),
  };
}

function localNames({ architecture }: Model): string[] {
  return architecture.layer.flatMap((term) =>
    term.kind === 'weights' ? term.local.map(({ activation }) => activation) : [],
  );
}

/** A fixed point belongs to a layer that repeats. */
export function checkUniform({ name, parameters, activations, widths }: Study): void {
  const list = [...parameters].find(([, value]) => typeof value === 'object')?.[0];
  const slot = [...activations].find(([, choices]) => choices.length > 1)?.[0];
  const varying = list ?? slot;
  if (varying !== undefined)
    throw new UserError(
      `criticality is a property of a layer that repeats, but the study "${name}" gives \`${varying}\` layer by layer`,
    );
  const [first] = widths;
  if (first && widths.some((w) => w.numerator !== first.numerator || w.denominator !== first.denominator))
    throw new UserError(
      `criticality is a property of layers of one width, but those of the study "${name}" differ`,
    );
}

export function requestOf(
  { locals, derivatives }: AverageAtom,
  activation: (name: string, layer: number) => UnivariateFunction,
): AverageRequest {
  return {
    factors: locals.map(({ fn, derivative, power }) => ({
      ...localFunction(activation(fn, 1), derivative),
      power,
      sample: 0,
    })),
    derivatives: derivatives.map(() => 0),
  };
}

function compile(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  slotOf: (atom: AverageAtom) => number,
  labels: readonly SampleLabel[],
): CompiledPolynomial {
  const terms = ring.terms(value).map(({ coefficient, factors }): CompiledTerm => {
    const averages: number[] = [];
    const parameters: { name: string; exponent: number }[] = [];
    const scalars: { expression: Expr; exponent: number }[] = [];
    const kernelPowers = labels.map(() => 0);
    for (const { atom, exponent } of factors) {
      if (atom.kind === 'average') averages.push(...Array.from({ length: exponent }, () => slotOf(atom)));
      else if (atom.kind === 'coupling' && atom.order === 0)
        kernelPowers[labels.indexOf(atom.samples[0]!)]! += exponent;
      else if (atom.kind === 'parameter') parameters.push({ name: atom.name, exponent });
      else if (atom.kind === 'scalar') scalars.push({ expression: atom.expression, exponent });
      else throw new InternalError(`a ${atom.kind} in the kernel recursion of one sample`);
    }
    return { coefficient: rationalToNumber(coefficient), kernelPowers, averages, parameters, scalars };
  });
  return { terms };
}

/** The value at given kernels, with a bound on the error that the averages leave. */
export function evaluateAt(
  { terms }: CompiledPolynomial,
  kernels: Kernels,
  { values, errors }: AverageTable,
  bindings: Bindings,
): { readonly value: number; readonly error: number } {
  let [value, error] = [0, 0];
  for (const term of terms) {
    const factor = factorOf(term, kernels, bindings);
    const product = term.averages.reduce((all, slot) => all * values[slot]!, factor);
    value += product;
    error += term.averages.reduce(
      (sum, slot) => sum + Math.abs((product / (values[slot]! || 1)) * errors[slot]!),
      Math.abs(product) * 2e-16,
    );
  }
  return { value, error };
}

function factorOf(
  { coefficient, kernelPowers, parameters, scalars }: CompiledTerm,
  kernels: Kernels,
  bindings: Bindings,
): number {
  let factor = kernelPowers.reduce((all, power, k) => all * kernels[k]! ** power, coefficient);
  for (const { name, exponent } of parameters) factor *= boundValue(name, bindings) ** exponent;
  for (const { expression, exponent } of scalars) factor *= evaluate(expression, bindings) ** exponent;
  return factor;
}

function boundValue(name: string, bindings: Bindings): number {
  const value = bindings.get(name);
  if (value === undefined) throw new InternalError(`no value for the parameter ${name}`);
  return value;
}

/** The parameters of a study that has no lists. */
export function bindingsOf({ parameters }: Study): Bindings {
  return new Map(
    [...parameters].flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

/** Whether s(z) is a+ z for z > 0 and a- z for z < 0: the kernel then has no scale (PDLT section 5.2). */
export function isScaleInvariant({ breakpoints, pieces }: UnivariateFunction): boolean {
  return (
    breakpoints.every((at) => at === 0) &&
    pieces.every(({ polynomial }) => polynomial !== undefined && isLinear(polynomial))
  );
}

function isLinear(polynomial: ArrayLike<number>): boolean {
  return Array.from(polynomial).every((c, k) => k === 1 || c === 0);
}

/** A point where a function jumps: two inputs that differ by nothing then differ by something, and chi_perp is infinite. */
export function jumpOf(fn: UnivariateFunction): number | undefined {
  return fn.breakpoints.find((at, k) => {
    const left = pieceDerivatives(fn.pieces[k]!, at, 0)[0]!;
    const right = derivativesAt(fn, at, 0)[0]!;
    return Math.abs(left - right) > 1e-12 * (1 + Math.abs(left) + Math.abs(right));
  });
}
