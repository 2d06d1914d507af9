/** Gaussian averages of products of activation functions and their derivatives, as numbers with error estimates. */
import { distributionOfProduct } from './distribution.ts';
import { kinkedAverage } from './kinkedAverages.ts';
import { expandRequest, type Term, type TermPart } from './localProduct.ts';
import { NumericsError, placing } from './numericsError.ts';
import { createMoments, polynomialAverage, polynomialOfProduct } from './polynomialAverages.ts';
import { smoothAverages, type ResolutionHints } from './smoothAverages.ts';
import { isWide, wideAverage } from './wideAverages.ts';
import type { AverageRequest, AverageValue } from './averageRequest.ts';
import type { KernelStructure, Matrix } from './kernelStructure.ts';

export type { AverageFactor, AverageRequest, AverageValue } from './averageRequest.ts';

/** Evaluates batches of averages; keeps nothing between calls but where to start the search for a resolution. */
export interface Averager {
  /** One value a request, in order. Throws NumericsError when an average diverges, overflows or is no number. */
  averages(requests: readonly AverageRequest[], structure: KernelStructure): AverageValue[];
}

export function createAverager(): Averager {
  const hints: ResolutionHints = new Map();
  return { averages: (requests, structure) => averagesOf(requests, structure, hints) };
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
  hints: ResolutionHints,
): AverageValue[] {
  const { context } = structure;
  const terms = requests.map((request) =>
    placing(samplesOf(request), context, () => expandRequest(request, structure)),
  );
  const values = new Map<Term, AverageValue>();
  for (const group of groupByDirections(terms.flat())) {
    placing(samplesAlong(group, structure), context, () => evaluateGroup(group, structure, hints, values));
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
  hints: ResolutionHints,
  values: Map<Term, AverageValue>,
): void {
  const samples = group[0]!.parts.map(({ sample }) => sample);
  const kernel = subKernel(structure.kernel, samples);
  const moments = createMoments(kernel);
  const isKernelWide = isWide(kernel);
  const smooth: Term[] = [];
  for (const term of group) {
    const polynomials = term.parts.map(({ product }) => polynomialOfProduct(product));
    if (polynomials.every((polynomial) => polynomial !== undefined)) {
      const { value, magnitude } = polynomialAverage(term.parts, polynomials, moments);
      values.set(term, { value, error: 1e-15 * magnitude });
    } else if (term.parts.every(isSmooth)) {
      const wide = isKernelWide ? wideAverage(term.parts, kernel) : undefined;
      if (wide) values.set(term, wide);
      else smooth.push(term);
    } else values.set(term, kinkedTerm(term, kernel, structure));
  }
  if (smooth.length === 0) return;
  const products = smooth.map(({ parts }) => parts);
  const averages = smoothAverages({ kernel, products, context: structure.context }, hints);
  smooth.forEach((term, index) => values.set(term, averages[index]!));
}

function isSmooth({ product }: TermPart): boolean {
  return product.factors.every(({ fn }) => fn.breakpoints.length === 0);
}

function kinkedTerm({ parts }: Term, kernel: Matrix, { context }: KernelStructure): AverageValue {
  const factors = parts.map(({ product, derivative }) => ({
    fn: distributionOfProduct(product),
    derivative,
  }));
  const gaussian = { means: parts.map(() => 0), kernel, variances: kernel.map((row, s) => row[s]!) };
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
