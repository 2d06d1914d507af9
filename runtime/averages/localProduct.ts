/** Products of activation functions of one Gaussian variable. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { NumericsError } from './numericsError.ts';
import { pieceDerivatives, type UnivariateFunction } from './univariate.ts';
import type { AverageRequest } from './averageRequest.ts';
import type { KernelStructure } from './kernelStructure.ts';

/** `fn^(derivative)(scale * z)^power` */
export interface LocalFactor {
  readonly fn: UnivariateFunction;
  readonly scale: number;
  readonly derivative: number;
  readonly power: number;
}

/** A product of functions of the same z; equal products have equal keys. */
export interface LocalProduct {
  readonly key: string;
  readonly factors: readonly LocalFactor[];
}

/** The `derivative`-th derivative of a product, at the sample that stands for a direction. */
export interface TermPart {
  readonly sample: number;
  readonly product: LocalProduct;
  readonly derivative: number;
}

/** coefficient * < prod of parts >, one part a direction, sorted by sample. */
export interface Term {
  readonly coefficient: number;
  readonly parts: readonly TermPart[];
}

/**
 * A request as averages over distinct directions: parallel samples are merged into one function of one variable,
 * vanishing samples become constants, and total derivatives are distributed over the directions.
 */
export function expandRequest(request: AverageRequest, structure: KernelStructure): Term[] {
  const grouped = new Map<number, LocalFactor[]>();
  const vanishing: LocalFactor[] = [];
  for (const { fn, derivative, power, sample } of request.factors) {
    const direction = structure.directions[sample];
    if (!direction) throw new InternalError(`no sample ${sample} in the kernel`);
    const factor = { fn, scale: direction.scale, derivative, power };
    if (direction.scale === 0) vanishing.push(factor);
    else grouped.set(direction.sample, [...(grouped.get(direction.sample) ?? []), factor]);
  }
  const constant = vanishing.length === 0 ? 1 : valueAtZero(vanishing, structure);
  const products = [...grouped]
    .sort(([a], [b]) => a - b)
    .map(([sample, factors]) => ({ sample, product: localProduct(factors) }));
  const rows = products.map(({ sample }) => structure.coefficients[sample]!);
  return distribute(request.derivatives, rows, structure.basis).map(({ coefficient, counts }) => ({
    coefficient: coefficient * constant,
    parts: products.map((part, p) => ({ ...part, derivative: counts[p]! })),
  }));
}

function localProduct(factors: readonly LocalFactor[]): LocalProduct {
  const keyed = factors.map((factor) => ({ factor, key: factorKey(factor) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { key: keyed.map(({ key }) => key).join(' '), factors: keyed.map(({ factor }) => factor) };
}

function factorKey({ fn, scale, derivative, power }: LocalFactor): string {
  return `${baseKey(fn, scale)}'${derivative}^${power}`;
}

export function baseKey(fn: UnivariateFunction, scale: number): string {
  return scale === 1 ? fn.key : `${fn.key}@${scale}`;
}

/** The limit of vanishing variance: the mean of the limits from both sides, when derivatives leave no delta there. */
function valueAtZero(factors: readonly LocalFactor[], { context }: KernelStructure): number {
  const side = (right: boolean): number =>
    factors.reduce(
      (product, { fn, derivative, power }) => product * limitAt(fn, 0, right, derivative) ** power,
      1,
    );
  const singular = factors.some(
    ({ fn, derivative }) =>
      derivative > 0 && limitAt(fn, 0, true, derivative - 1) !== limitAt(fn, 0, false, derivative - 1),
  );
  if (singular)
    throw new NumericsError(
      'divergent',
      'the average of a delta function at a sample that vanishes diverges',
      [],
      context,
    );
  return (side(true) + side(false)) / 2;
}

/** The one-sided limit of a derivative. */
export function limitAt(fn: UnivariateFunction, z: number, right: boolean, derivative: number): number {
  const index = fn.breakpoints.filter((at) => at < z || (right && at === z)).length;
  return pieceDerivatives(fn.pieces[index]!, z, derivative)[derivative]!;
}

interface Distribution {
  readonly coefficient: number;
  /** How many derivatives act on each direction. */
  readonly counts: readonly number[];
}

/** prod_e sum_p rows[p][e] d_p, collected by the number of derivatives on each direction p. */
function distribute(
  derivatives: readonly number[],
  rows: readonly (readonly number[])[],
  basis: readonly number[],
): Distribution[] {
  let terms: Distribution[] = [{ coefficient: 1, counts: rows.map(() => 0) }];
  for (const sample of derivatives) {
    const column = basis.indexOf(sample);
    if (column < 0) throw new InternalError(`sample ${sample} is not in the basis of the kernel`);
    terms = collect(terms.flatMap((term) => rows.flatMap((row, p) => raise(term, p, row[column]!))));
  }
  return terms;
}

function raise({ coefficient, counts }: Distribution, p: number, by: number): Distribution[] {
  if (by === 0) return [];
  return [{ coefficient: coefficient * by, counts: counts.map((count, k) => (k === p ? count + 1 : count)) }];
}

function collect(terms: readonly Distribution[]): Distribution[] {
  if (terms.length <= 1) return [...terms];
  const collected = new Map<string, Distribution>();
  for (const { coefficient, counts } of terms) {
    const key = counts.join(',');
    collected.set(key, { coefficient: coefficient + (collected.get(key)?.coefficient ?? 0), counts });
  }
  return [...collected.values()];
}
