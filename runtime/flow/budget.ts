/** What a flow may need; more is refused with the figure, before anything is calculated where that can be. */
import { userError } from '../../diagnostics/catalogue.ts';
import type { UserError } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { functionSlot, pointsOf, type CouplingFamily } from '../../theory/coupling.ts';
import type { Observable } from '../../theory/model.ts';
import { fieldOf } from '../../theory/label.ts';
import type { Recursion, Theory } from '../../theory/theory.ts';

/** Components and products beyond which a flow is refused rather than left to run for hours. */
export const STEP_BUDGET = { components: 200_000, products: 5_000_000 } as const;

/** Values of one observable in one layer: they are all reported. */
export const MAX_VALUES = 1_000_000;

/** Throws UserError where a coupling has too many components over this many samples. */
export function refuseComponents({ recursions }: Theory, sampleCount: number, place?: Span): void {
  for (const recursion of recursions)
    refuse(
      'components of one coupling',
      componentCount(recursion, sampleCount),
      STEP_BUDGET.components,
      place,
    );
}

/** Throws UserError for too many products of couplings and averages. */
export function refuseProducts(count: number, place?: Span): void {
  refuse('products in one layer step', count, STEP_BUDGET.products, place);
}

/** Averages over the neurons of two layers in one flow, of about a millisecond each. */
export const MAX_LAYER_PAIRS = 200_000;

/** Throws UserError where a flow of this depth would need too many of them, `count` being those of one step from `layer`. */
export function refuseLayerPairs(count: number, layer: number, depth: number, place?: Span): void {
  const total = (count / Math.max(1, layer - 1)) * ((depth * (depth - 1)) / 2);
  if (total > MAX_LAYER_PAIRS)
    throw tooLarge(
      'averages over two layers',
      total,
      MAX_LAYER_PAIRS,
      place,
      'use fewer samples or fewer layers',
    );
}

/** Throws UserError where an observable has too many values over this many samples. */
export function refuseValues({ name, indices }: Observable, sampleCount: number, place?: Span): void {
  refuse(`values of \`${name}\` in one layer`, sampleCount ** indices.flat().length, MAX_VALUES, place);
}

/** Pairs of legs on each neuron have a symmetric pair of samples each, and blocks are interchangeable. */
export function isInPairs({ symmetries, blocks }: CouplingFamily): boolean {
  return symmetries.length === 0 && blocks.every(({ length }) => length === 2);
}

function componentCount({ family, samples }: Recursion, sampleCount: number): number {
  const hasFields = samples.some((label) => fieldOf(label) !== undefined);
  const ends = functionSlot(family) < 0 ? 0 : 1;
  if (hasFields || !isInPairs(family)) return sampleCount ** (pointsOf(family) - ends);
  const pairs = (sampleCount * (sampleCount + 1)) / 2;
  return binomial(pairs + family.blocks.length - 1, family.blocks.length);
}

function binomial(n: number, k: number): number {
  return Array.from({ length: k }).reduce<number>((product, _, j) => (product * (n - j)) / (j + 1), 1);
}

function refuse(what: string, count: number, limit: number, place: Span | undefined): void {
  if (count > limit) throw tooLarge(what, count, limit, place);
}

function tooLarge(
  what: string,
  count: number,
  limit: number,
  place: Span | undefined,
  hint = 'use fewer samples or a lower order',
): UserError {
  return userError('EFT611', place, { count: Math.round(count), what, limit }, hint);
}
