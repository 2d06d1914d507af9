/**
 * The flow itself: couplings of layer l -> couplings of layer l+1 over numbered samples, in float64.
 */
import type { Span } from '../../diagnostics/span.ts';
import {
  atomKey,
  couplingAtom,
  type AverageAtom,
  type CouplingAtom,
  type FunctionCouplingAtom,
} from '../../theory/atom.ts';
import { zFamily, type SampleLabel } from '../../theory/coupling.ts';
import { quantityName } from '../../theory/couplingName.ts';
import { evaluate as evaluateExpression } from '../../theory/evaluate.ts';
import type { LegSamples } from '../../theory/expandSamples.ts';
import { labelOf, sampleOf } from '../../theory/label.ts';
import type { Architecture, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import {
  createAverager,
  type Averager,
  type AverageRequest,
  type AverageValue,
} from '../averages/gaussianAverages.ts';
import { analyseKernel, type KernelStructure } from '../averages/kernelStructure.ts';
import { blaming, NumericsError } from '../averages/numericsError.ts';
import { pointwiseDerivative } from '../averages/pieces.ts';
import type { UnivariateFunction } from '../averages/univariate.ts';
import { refuseComponents, refuseLayerPairs } from './budget.ts';
import { refuseLostDigits } from './lostDigits.ts';
import { causeOfAverages, causeOfLayer, failingActivations } from './causes.ts';
import { compileStep, sumTerms, type StepProgram } from './compileStep.ts';
import {
  functionCouplingValues,
  nextSources,
  sourcesOf,
  type FunctionCouplings,
} from './functionCouplings.ts';
import { createActivations, parametersAt, scalarAt } from './studyValues.ts';

/** The couplings of one layer, by `atomKey` of their numbered components. */
export interface LayerState {
  readonly layer: number;
  readonly couplings: ReadonlyMap<string, number>;
  /** Couplings that end on functions of a neuron; none in most networks. */
  readonly functions: FunctionCouplings;
}

/**
 * The states of layers 1, 2, ... `depth`. Throws NumericsError, naming layer and samples and pointing at what caused it, when a kernel
 * is not positive or a value overflows, and UserError when a step exceeds its budget.
 */
export function* evolveCouplings(theory: Theory, study: Study, depth: number): Generator<LayerState, void> {
  const context: Context = {
    theory,
    study,
    labels: labelsOf(theory.model.architecture, study.samples.length),
    averager: createAverager(),
    activation: createActivations(study),
    programs: new Map(),
    requests: new Map(),
    layers: [],
    depth,
  };
  if (depth > 1) refuseComponents(theory, study.samples.length, causeOfLayer(study, 1));
  let layer = analysed(context, firstLayer(context));
  yield layer.state;
  while (layer.state.layer < depth) {
    layer = analysed(context, nextLayer(context, layer));
    yield layer.state;
  }
}

/** A state whose kernel was found to be one: the last layer is checked like the others. */
interface AnalysedLayer {
  readonly state: LayerState;
  readonly structure: KernelStructure;
}

function analysed({ study, labels, layers }: Context, state: LayerState): AnalysedLayer {
  const { layer } = state;
  const structure = blaming(
    () => causeOfLayer(study, layer),
    () => analyseKernel(kernelOf(state, labels), { layer, labels }),
  );
  layers.push(structure);
  return { state, structure };
}

interface Context {
  readonly theory: Theory;
  readonly study: Study;
  /** What the Gaussians of a neuron are numbered by. */
  readonly labels: readonly SampleLabel[];
  readonly averager: Averager;
  readonly activation: (name: string, layer: number) => UnivariateFunction;
  /** Compiled steps by the basis of samples they differentiate along. */
  readonly programs: Map<string, StepProgram>;
  readonly requests: Map<AverageAtom, KnownRequest>;
  /** The kernels of layers 1, 2, ... so far. */
  readonly layers: KernelStructure[];
  /** Where the flow ends. */
  readonly depth: number;
}

interface KnownRequest {
  readonly activations: readonly UnivariateFunction[];
  readonly request: AverageRequest;
}

/** Layer 1 does not fluctuate: means from the overlaps of the inputs, every other coupling zero. */
function firstLayer(context: Context): LayerState {
  const { theory, study } = context;
  const first = { ...theory, recursions: theory.firstLayer };
  const { targets, table } = compileStep(first, study.samples.length, { place: causeOfLayer(study, 1) });
  const inputAt = (label: SampleLabel): readonly number[] => study.samples[Number(sampleOf(label)) - 1] ?? [];
  const values = table.map((atom) =>
    atom.kind === 'overlap'
      ? overlap(inputAt(atom.samples[0]), inputAt(atom.samples[1]))
      : scalarAt(study, atom, 1),
  );
  return { layer: 1, couplings: couplingsFrom(study, targets, values, 1), functions: new Map() };
}

function couplingsFrom(
  study: Study,
  targets: StepProgram['targets'],
  values: ArrayLike<number>,
  layer: number,
): Map<string, number> {
  return blaming(
    () => causeOfLayer(study, layer),
    () => {
      const sums = targets.map(({ coupling, terms }) => ({ coupling, ...sumTerms(terms, values) }));
      const couplings = new Map(
        sums.map(({ coupling, value }): [string, number] => [
          atomKey(coupling),
          finite(value, coupling, layer),
        ]),
      );
      refuseLostDigits(sums, layer);
      return couplings;
    },
  );
}

/** Couplings grow as powers of the kernel and may overflow where it does not. */
function finite(value: number, { family, order, samples }: CouplingAtom, layer: number): number {
  if (Number.isFinite(value)) return value;
  const indices = [...new Set(samples.map(sampleOf))].map((sample) => Number(sample) - 1);
  const name = quantityName(family, order);
  if (Number.isNaN(value))
    throw new NumericsError('not-finite', `${name} is not a number`, indices, { layer });
  throw new NumericsError('overflow', `${name} overflows`, indices, { layer });
}

function nextLayer(context: Context, { state, structure }: AnalysedLayer): LayerState {
  const layer = state.layer + 1;
  const program = programFor(context, structure);
  const values = tableValues(context, program, state, structure);
  const couplings = couplingsFrom(context.study, program.targets, values, layer);
  const functions = nextSources(program.functionTargets, values, state);
  return { layer, couplings, functions };
}

/** Samples 1, 2, ...; where a block has several fields, those of the first, then those of the second, ... */
export function labelsOf({ fields }: Architecture, sampleCount: number): SampleLabel[] {
  const samples = Array.from({ length: sampleCount }, (_, k) => String(k + 1));
  return fields ? fields.flatMap((field) => samples.map((sample) => labelOf(field, sample))) : samples;
}

/** The kernel K of a layer as a full symmetric matrix; different fields of a block are independent. */
export function kernelOf(state: LayerState, labels: readonly SampleLabel[]): number[][] {
  const entry = (a: SampleLabel, b: SampleLabel): string => atomKey(couplingAtom(zFamily(2), 0, [a, b]));
  return labels.map((a) => labels.map((b) => state.couplings.get(entry(a, b)) ?? 0));
}

/** One compiled step for every basis met; a full-rank kernel differentiates along every sample. */
function programFor(context: Context, structure: KernelStructure): StepProgram {
  const key = structure.coefficients.map((row) => row.map((c) => (c === 0 ? 0 : 1)).join('')).join(' ');
  const known = context.programs.get(key);
  if (known) return known;
  const { theory, study, labels } = context;
  const program = compileStep(theory, study.samples.length, {
    legSamples: basisLegs(labels, structure),
    place: causeOfLayer(study, 1),
  });
  context.programs.set(key, program);
  return program;
}

/** Derivatives along a basis of the samples, each total: z_s = sum over the basis of c_sb z_b. */
function basisLegs(labels: readonly SampleLabel[], structure: KernelStructure): LegSamples {
  return (samples) =>
    structure.basis
      .filter((_, k) => samples.some((label) => structure.coefficients[labels.indexOf(label)]?.[k] !== 0))
      .map((place) => labels[place] as SampleLabel);
}

/** Fills the table of one step: couplings and parameters at once, then the averages that are needed in one batch. */
function tableValues(
  context: Context,
  program: StepProgram,
  state: LayerState,
  structure: KernelStructure,
): Float64Array {
  const values = Float64Array.from(program.table, (atom) => {
    if (atom.kind === 'average') return 1;
    if (atom.kind === 'function-coupling') return sourcesOf(atom, state.functions).length > 0 ? 1 : 0;
    return atom.kind === 'coupling'
      ? couplingValue(state, atomKey(atom))
      : scalarAt(context.study, atom, state.layer + 1);
  });
  const needed = neededSlots(program, values, state.functions);
  const means = needed.filter((slot) => program.table[slot]?.kind === 'average');
  const atoms = means.map((slot) => program.table[slot] as AverageAtom);
  averagesOf(context, atoms, state.layer, structure).forEach(({ value }, k) => {
    values[means[k] as number] = value;
  });
  const ends = needed.filter((slot) => program.table[slot]?.kind === 'function-coupling');
  const functions = ends.map((slot) => program.table[slot] as FunctionCouplingAtom);
  endsOf(context, functions, state).forEach((value, k) => {
    values[ends[k] as number] = value;
  });
  return values;
}

/** One value an atom, in order; errors point at the activation averaged. */
function averagesOf(
  context: Context,
  atoms: readonly AverageAtom[],
  layer: number,
  structure: KernelStructure,
): AverageValue[] {
  const { theory, study, averager } = context;
  const evaluate = (some: readonly AverageAtom[]): AverageValue[] =>
    averager.averages(
      some.map((atom) => averageRequest(context, atom, layer)),
      structure,
    );
  const fails = (some: readonly AverageAtom[]): boolean => {
    try {
      evaluate(some);
      return false;
    } catch {
      return true;
    }
  };
  const cause = (): Span => causeOfAverages(theory.model, study, failingActivations(atoms, fails), layer);
  return blaming(cause, () => evaluate(atoms));
}

/**
 * What some term with non-vanishing couplings multiplies. What only vanishing couplings multiply may
 * not even exist: a ReLU differentiated at the degenerate kernel of the first layer.
 */
function neededSlots(program: StepProgram, values: Float64Array, functions: FunctionCouplings): number[] {
  const needed = new Set<number>();
  const add = (slots: readonly number[]): void => {
    if (slots.every((slot) => values[slot] !== 0)) slots.forEach((slot) => needed.add(slot));
  };
  for (const { terms } of program.targets) for (const { slots } of terms) add(slots);
  for (const { terms } of program.functionTargets)
    for (const { slots, by } of terms)
      if ('source' in by || (functions.get(by.carried) ?? []).length > 0) add(slots);
  return [...needed];
}

/** Values of couplings at the functions that they end on. */
function endsOf(
  context: Context,
  atoms: readonly FunctionCouplingAtom[],
  { layer, functions }: LayerState,
): number[] {
  const { theory, study, labels, averager, activation, layers } = context;
  if (atoms.length === 0) return [];
  const pairs = atoms.reduce((sum, atom) => sum + sourcesOf(atom, functions).length, 0);
  refuseLayerPairs(pairs, layer, context.depth, causeOfLayer(study, layer));
  const skips = theory.model.architecture.layer.filter(({ kind }) => kind === 'skip');
  const names = [...new Set(atoms.flatMap(({ locals }) => locals.map(({ fn }) => fn)))];
  const evaluate = (): number[] =>
    functionCouplingValues(atoms, layer, functions, {
      labels,
      structureAt: (at) => layers[at - 1] as KernelStructure,
      skipInto: (at) =>
        skips.reduce(
          (sum, { coefficient }) => sum + evaluateExpression(coefficient, parametersAt(study, at)),
          0,
        ),
      factor: ({ fn, derivative, sample, power }, at) => ({
        ...localFunction(activation(fn, at), derivative),
        power,
        sample: labels.indexOf(sample),
      }),
      averages: (requests, structure) => averager.averages(requests, structure),
    });
  return blaming(() => causeOfAverages(theory.model, study, names, layer), evaluate);
}

/** Layers with the same activations share one request, which the averager recognises. */
function averageRequest(context: Context, atom: AverageAtom, layer: number): AverageRequest {
  const activations = atom.locals.map(({ fn }) => context.activation(fn, layer));
  const known = context.requests.get(atom);
  if (known?.activations.every((fn, k) => fn === activations[k])) return known.request;
  const request = {
    factors: atom.locals.map(({ derivative, sample, power }, k) => ({
      ...localFunction(activations[k] as UnivariateFunction, derivative),
      power,
      sample: context.labels.indexOf(sample),
    })),
    derivatives: atom.derivatives.map((label) => context.labels.indexOf(label)),
  };
  context.requests.set(atom, { activations, request });
  return request;
}

/**
 * `fn^(m)` of the chain rule. A network with kinks is differentiated where it has a derivative, almost everywhere: its
 * second derivative has no delta functions. Derivatives of averages, which come from Gaussian integration by parts, do.
 */
export function localFunction(
  fn: UnivariateFunction,
  derivative: number,
): Pick<AverageRequest['factors'][number], 'fn' | 'derivative'> {
  if (fn.breakpoints.length === 0) return { fn, derivative };
  return { fn: pointwiseDerivative(fn, derivative), derivative: 0 };
}

function couplingValue(state: LayerState, key: string): number {
  return state.couplings.get(key) ?? 0;
}

/** (1/n_0) sum_j x_j y_j */
function overlap(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, j) => sum + value * (y[j] ?? 0), 0) / x.length;
}
