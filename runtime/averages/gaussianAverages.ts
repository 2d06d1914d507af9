/** Gaussian averages of products of activation functions and their derivatives, as numbers with error estimates. */
import { exact } from './determinant.ts';
import { distributionOfProduct, type Distribution } from './distribution.ts';
import { kinkedAverage } from './kinkedAverages.ts';
import { expandRequest, type LocalProduct, type Term, type TermPart } from './localProduct.ts';
import { NumericsError, placing } from './numericsError.ts';
import { createMoments, polynomialAverage, polynomialOfProduct } from './polynomialAverages.ts';
import { createSmoothMemory, smoothAverages, type SmoothMemory } from './smoothAverages.ts';
import { isWide, wideAverage } from './wideAverages.ts';
import type { AverageRequest, AverageValue } from './averageRequest.ts';
import { covarianceOf, type KernelStructure, type Matrix } from './kernelStructure.ts';
import type { Coefficients } from './polynomials.ts';

export type { AverageFactor, AverageRequest, AverageValue } from './averageRequest.ts';

/** Evaluates batches of averages; keeps between calls how to calculate, never a value. */
export interface Averager {
  /** One value a request, in order. Throws NumericsError when an average diverges, overflows or is no number. */
  averages(requests: readonly AverageRequest[], structure: KernelStructure): AverageValue[];
}

export function createAverager(): Averager {
  const memory: Memory = { smooth: createSmoothMemory(), terms: new WeakMap(), functions: new WeakMap() };
  return { averages: (requests, structure) => averagesOf(requests, structure, memory) };
}

interface Memory {
  readonly smooth: SmoothMemory;
  /** What a request expanded to, for the relations between samples it was last asked for. */
  readonly terms: WeakMap<AverageRequest, { readonly relations: string; readonly list: readonly Term[] }>;
  readonly functions: WeakMap<LocalProduct, KnownFunction>;
}

/** A product of functions of one variable, multiplied out. */
interface KnownFunction {
  readonly polynomial: Coefficients | undefined;
  readonly distribution: () => Distribution;
}

function functionOf(product: LocalProduct, { functions }: Memory): KnownFunction {
  const known = functions.get(product);
  if (known) return known;
  let distribution: Distribution | undefined;
  const made: KnownFunction = {
    polynomial: polynomialOfProduct(product),
    distribution: () => (distribution ??= distributionOfProduct(product)),
  };
  functions.set(product, made);
  return made;
}

/** One batch of averages over z ~ N(0, K): see `AverageRequest` for what each one is. */
export function gaussianAverages(
  requests: readonly AverageRequest[],
  structure: KernelStructure,
): AverageValue[] {
  return createAverager().averages(requests, structure);
}

function averagesOf(
  requests: readonly AverageRequest[],
  structure: KernelStructure,
  memory: Memory,
): AverageValue[] {
  const { context, basis, coefficients, directions } = structure;
  const relations = JSON.stringify([basis, coefficients, directions]);
  const terms = requests.map((request) => {
    const known = memory.terms.get(request);
    if (known?.relations === relations) return known.list;
    const list = placing(samplesOf(request), context, () => expandRequest(request, structure));
    memory.terms.set(request, { relations, list });
    return list;
  });
  const values = new Map<Term, AverageValue>();
  for (const group of groupByDirections(terms.flat())) {
    placing(samplesAlong(group, structure), context, () => evaluateGroup(group, structure, memory, values));
  }
  return terms.map((list, r) => checked(sumOfTerms(list, values), requests[r]!, structure));
}

function samplesOf({ factors }: AverageRequest): number[] {
  return [...new Set(factors.map(({ sample }) => sample))].sort((a, b) => a - b);
}

/** The samples that are multiples of those a group is over. */
function samplesAlong(group: readonly Term[], { directions }: KernelStructure): number[] {
  const along = group[0]!.parts.map(({ sample }) => sample);
  return directions.flatMap(({ sample, scale }, s) => (scale !== 0 && along.includes(sample) ? [s] : []));
}

function groupByDirections(terms: readonly Term[]): Term[][] {
  const groups = new Map<string, Term[]>();
  for (const term of terms) {
    const key = term.parts.map(({ sample }) => sample).join(',');
    const group = groups.get(key);
    if (group) group.push(term);
    else groups.set(key, [term]);
  }
  return [...groups.values()];
}

/** All terms of a group are over the same directions; each goes to the method that suits its functions. */
function evaluateGroup(
  group: readonly Term[],
  structure: KernelStructure,
  memory: Memory,
  values: Map<Term, AverageValue>,
): void {
  const samples = group[0]!.parts.map(({ sample }) => sample);
  const kernel = subKernel(structure.kernel, samples);
  const moments = createMoments(kernel);
  const isKernelWide = isWide(kernel);
  const smooth: Term[] = [];
  for (const term of group) {
    const polynomials = term.parts.map(({ product }) => functionOf(product, memory).polynomial);
    if (polynomials.every((polynomial) => polynomial !== undefined)) {
      const { value, magnitude } = polynomialAverage(term.parts, polynomials, moments);
      values.set(term, { value, error: 1e-15 * magnitude });
    } else if (term.parts.every(isSmooth)) {
      const wide = isKernelWide ? wideAverage(term.parts, kernel) : undefined;
      if (wide) values.set(term, wide);
      else smooth.push(term);
    } else values.set(term, kinkedTerm(term, kernel, structure, memory));
  }
  if (smooth.length === 0) return;
  const products = smooth.map(({ parts }) => parts);
  const averages = smoothAverages({ kernel, products, context: structure.context }, memory.smooth);
  smooth.forEach((term, index) => values.set(term, averages[index]!));
}

function isSmooth({ product }: TermPart): boolean {
  return product.factors.every(({ fn }) => fn.breakpoints.length === 0);
}

function kinkedTerm(
  { parts }: Term,
  kernel: Matrix,
  { context }: KernelStructure,
  memory: Memory,
): AverageValue {
  const factors = parts.map(({ product, derivative }) => ({
    fn: functionOf(product, memory).distribution(),
    derivative,
  }));
  const gaussian = {
    means: parts.map(() => exact(0)),
    covariance: covarianceOf(kernel),
    variances: kernel.map((row, s) => row[s]!),
  };
  return kinkedAverage(factors, gaussian, context);
}

function subKernel(kernel: Matrix, samples: readonly number[]): Matrix {
  return samples.map((s) => samples.map((t) => kernel[s]![t]!));
}

function sumOfTerms(terms: readonly Term[], values: ReadonlyMap<Term, AverageValue>): AverageValue {
  return terms.reduce(
    (sum, term) => {
      const { value, error } = values.get(term)!;
      return {
        value: sum.value + term.coefficient * value,
        error: sum.error + Math.abs(term.coefficient) * error,
      };
    },
    { value: 0, error: 0 },
  );
}

function checked(average: AverageValue, request: AverageRequest, { context }: KernelStructure): AverageValue {
  if (Number.isFinite(average.value)) return average;
  const samples = samplesOf(request);
  if (Number.isNaN(average.value)) {
    throw new NumericsError(
      'not-finite',
      'a Gaussian average is not a number: a function is undefined or overflows there',
      samples,
      context,
    );
  }
  throw new NumericsError('overflow', 'a Gaussian average overflows or diverges', samples, context);
}
