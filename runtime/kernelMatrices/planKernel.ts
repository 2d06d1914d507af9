/** Theory and study -> plan of a kernel matrix: the diagonal through all layers, and the averages of each as tables. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Model, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { NumericsError } from '../averages/numericsError.ts';
import { scalarAt } from '../flow/studyValues.ts';
import { compileOutput, isKernelObservable, rowTerm } from './kernelOutputs.ts';
import type { FieldPlan, KernelPlan, LayerPlan, RowTerm } from './kernelPlan.ts';
import { createKernelBuilder, type KernelBuilder } from './layerKernels.ts';
import { fillRow, needsArcsine, type PairKernel } from './pairKernel.ts';
import { compilePairs, type PairProgram } from './pairProgram.ts';
import { overlapRow, sumTerms } from './rows.ts';
import { shared } from './shared.ts';

export interface KernelOptions {
  /** Names of the observables; all that are vectors or matrices at infinite width by default. */
  readonly observables?: readonly string[];
  /** The layer observed, the study's depth by default. */
  readonly layer?: number;
}

/** The observables of a model that have a kernel matrix. */
export function kernelObservables({ observables }: Model): string[] {
  return observables.filter(isKernelObservable).map(({ name }) => name);
}

/**
 * Runs the diagonal of the flow at order 0 and tabulates what single samples contribute to pairs. Throws UserError for
 * what is no matrix over pairs, NumericsError where a variance is not positive or a value overflows.
 */
export function planKernel(theory: Theory, study: Study, options: KernelOptions = {}): KernelPlan {
  const layer = options.layer ?? study.depth;
  if (layer < 1 || layer > study.depth)
    throw new UserError(`there is no layer ${layer}: the study "${study.name}" has ${study.depth}`);
  if (study.samples.length === 0) throw new UserError(`the study "${study.name}" has no samples`);
  const names = options.observables ?? kernelObservables(theory.model);
  if (names.length === 0)
    throw new UserError('no observable of the model is a matrix over samples at infinite width');
  const program = compilePairs(theory);
  const outputs = names.map((name) => compileOutput(theory, program, study, name, layer));
  const { sampleCount, dimension, inputs, inputNorms } = inputsOf(study);
  const termsAt = (step: PairProgram['layer'], at: number): RowTerm[][] =>
    step.map((terms) =>
      terms
        .map((term) => rowTerm(term, (scalar) => scalarAt(study, scalar, at)))
        .filter(({ coefficient }) => coefficient !== 0),
    );
  const firstLayer = termsAt(program.firstLayer, 1);
  let diagonals = firstDiagonals(firstLayer, inputNorms);
  const builder = createKernelBuilder(study);
  const layers: LayerPlan[] = [];
  let truncation = 0;
  for (let at = 1; ; at++) {
    checkDiagonals(diagonals, program, at);
    if (at === layer) break;
    const terms = termsAt(program.layer, at + 1);
    const made = planLayer(program, terms, diagonals, builder, at);
    truncation = Math.max(truncation, made.truncation);
    layers.push(made.plan);
    diagonals = nextDiagonals(made.plan);
  }
  return {
    study: study.name,
    layer,
    sampleCount,
    dimension,
    inputs,
    inputNorms,
    firstLayer,
    layers,
    diagonals,
    outputs,
    truncation,
  };
}

function inputsOf({
  samples,
}: Study): Pick<KernelPlan, 'sampleCount' | 'dimension' | 'inputs' | 'inputNorms'> {
  const sampleCount = samples.length;
  const dimension = samples[0]?.length ?? 0;
  const inputs = shared(sampleCount * dimension);
  samples.forEach((sample, s) => inputs.set(sample, s * dimension));
  const inputNorms = shared(sampleCount);
  for (let s = 0; s < sampleCount; s++) overlapRow(inputs, dimension, s, s, 1, inputNorms.subarray(s, s + 1));
  return { sampleCount, dimension, inputs, inputNorms };
}

/** On the diagonal a row of pairs (a, a) is one of single entries: every place is that of the row. */
function firstDiagonals(terms: readonly (readonly RowTerm[])[], norms: Float64Array): Float64Array[] {
  const count = norms.length;
  const product = new Float64Array(count);
  return terms.map((each) => {
    const out = shared(count);
    const overlaps = { row: norms, norms };
    const values = {
      a: 0,
      from: 0,
      count,
      overlaps,
      couplings: [],
      diagonals: [],
      averages: [],
      averageDiagonals: [],
    };
    sumTerms(onDiagonal(each), values, out, product);
    return out;
  });
}

function nextDiagonals({ terms, diagonals, averageDiagonals }: LayerPlan): Float64Array[] {
  const count = diagonals[0]!.length;
  const product = new Float64Array(count);
  return terms.map((each) => {
    const out = shared(count);
    const rows = { couplings: diagonals, averages: averageDiagonals };
    sumTerms(onDiagonal(each), { a: 0, from: 0, count, diagonals, averageDiagonals, ...rows }, out, product);
    return out;
  });
}

function onDiagonal(terms: readonly RowTerm[]): RowTerm[] {
  return terms.map(({ coefficient, operands }) => ({
    coefficient,
    operands: operands.map((operand) => ({ ...operand, place: 'ab' as const })),
  }));
}

function checkDiagonals(
  diagonals: readonly Float64Array[],
  { couplings, kernels }: PairProgram,
  layer: number,
): void {
  diagonals.forEach((diagonal, k) => {
    const sample = diagonal.findIndex(
      (value) => !Number.isFinite(value) || (kernels.includes(k) && value < 0),
    );
    if (sample < 0) return;
    const value = diagonal[sample]!;
    if (Number.isFinite(value))
      throw new NumericsError('not-positive', `negative variance ${value}`, [sample], { layer });
    const what = Number.isNaN(value) ? 'is not a number' : 'overflows';
    const code = Number.isNaN(value) ? 'not-finite' : 'overflow';
    throw new NumericsError(code, `${couplings[k]!} ${what}`, [sample], { layer });
  });
}

function planLayer(
  { averages, kernels: places }: PairProgram,
  terms: readonly (readonly RowTerm[])[],
  diagonals: readonly Float64Array[],
  builder: KernelBuilder,
  layer: number,
): { readonly plan: LayerPlan; readonly truncation: number } {
  const used = averagesIn(terms);
  const kernels: (PairKernel | undefined)[] = averages.map(() => undefined);
  let truncation = 0;
  const fields = places.flatMap((kernel): FieldPlan[] => {
    const numbers = averages.flatMap((average, k) => (average.kernel === kernel && used.has(k) ? [k] : []));
    if (numbers.length === 0) return [];
    const variances = diagonals[kernel]!;
    const made = builder.layerKernels(
      numbers.map((k) => averages[k]!),
      variances,
      layer,
    );
    numbers.forEach((k, place) => (kernels[k] = made.kernels[place]));
    truncation = Math.max(truncation, made.truncation);
    const inverses = shared(variances.length);
    variances.forEach((variance, s) => (inverses[s] = variance > 0 ? 1 / Math.sqrt(variance) : 0));
    return [{ kernel, variances, inverses, withArcsine: made.kernels.some(needsArcsine), averages: numbers }];
  });
  const averageDiagonals = kernels.map((kernel, k) =>
    kernel ? diagonalOf(kernel, diagonals[averages[k]!.kernel]!) : new Float64Array(0),
  );
  return { plan: { fields, diagonals, averages: kernels, averageDiagonals, terms }, truncation };
}

function averagesIn(terms: readonly (readonly RowTerm[])[]): Set<number> {
  const operands = terms.flat().flatMap((term) => term.operands);
  return new Set(operands.flatMap((operand) => (operand.kind === 'average' ? [operand.index] : [])));
}

/** < f(z_a) g(z_a) >: a pair with itself, of correlation 1, or 0 where there is no variance. */
function diagonalOf(kernel: PairKernel, variances: Float64Array): Float64Array {
  const out = shared(variances.length);
  const [covariance, correlation] = [new Float64Array(1), new Float64Array(1)];
  const [sine, arcsine] = [new Float64Array(1), new Float64Array(1)];
  variances.forEach((variance, a) => {
    covariance[0] = variance;
    correlation[0] = variance > 0 ? 1 : 0;
    sine[0] = variance > 0 ? 0 : 1;
    arcsine[0] = variance > 0 ? Math.PI / 2 : 0;
    const row = { a, from: a, count: 1, covariance, correlation, sine, arcsine };
    fillRow(kernel, row, out.subarray(a, a + 1));
  });
  return out;
}
