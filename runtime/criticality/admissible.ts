/** Whether a network can have these parameters: variances that are not negative, weights that are not all zero. */
import { evaluate } from '../../theory/evaluate.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { Model } from '../../theory/model.ts';
import { formatValue } from './formatValue.ts';
import type { Bindings } from './oneSample.ts';

/** Variances below zero by less than this are zero that was rounded. */
const ROUNDOFF = 1e-12;

/** Why not, in words, or undefined. */
export function reasonAgainst({ groups }: Model, bindings: Bindings): string | undefined {
  for (const { name, kind, variance } of groups) {
    if (symbolsOf(variance).some((each) => !bindings.has(each))) continue;
    const value = evaluate(variance, bindings);
    const what = `the variance of \`${name}\` would be ${formatValue(value)}`;
    if (kind === 'bias' ? value < -ROUNDOFF : value < 0) return `${what}, which is negative`;
    if (kind === 'weights' && value <= ROUNDOFF) return `${what}: nothing passes`;
  }
  return undefined;
}
