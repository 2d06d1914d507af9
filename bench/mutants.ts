/**
 * The power of a check: every coefficient of the derived recursions of K, V and G1 is changed in turn, and the same
 * measurements are judged against each changed theory.
 */
import { derive } from '../compiler/derive/derive.ts';
import { UserError } from '../diagnostics/diagnostic.ts';
import type { Backend } from '../runtime/backend.ts';
import { predictTheory } from '../runtime/check/checkTheory.ts';
import { compareItems, type MeasuredWidth } from '../runtime/check/compareItems.ts';
import { checkItems, type CheckItem } from '../runtime/check/items.ts';
import { measureWidths, type MeasureOptions } from '../runtime/check/measureWidths.ts';
import type { CheckReport } from '../runtime/check/report.ts';
import { planNetwork } from '../runtime/simulate/networkPlan.ts';
import { couplingName } from '../theory/couplingName.ts';
import type { Model, Study } from '../theory/model.ts';
import { textNotation } from '../theory/notation.ts';
import { printTextExpression } from '../theory/printExpression.ts';
import { printTerms } from '../theory/printRecursion.ts';
import { multiplyRationals, type Rational } from '../theory/rational.ts';
import type { Theory } from '../theory/theory.ts';

/** A theory with one coefficient changed, and which one. */
export interface Mutant {
  readonly label: string;
  readonly theory: Theory;
}

/** Changes each coefficient of the recursions through 1/n by `factor`, one at a time. */
export function mutants(theory: Theory, factor: Rational): Mutant[] {
  const notation = textNotation(printTextExpression);
  return theory.recursions.flatMap((recursion, at) => {
    if (recursion.order > 1) return [];
    const { letter, correction } = couplingName(recursion.family, recursion.order);
    return theory.ring.terms(recursion.value).map((term, changed): Mutant => {
      const terms = theory.ring
        .terms(recursion.value)
        .map((other, k) =>
          k === changed ? { ...other, coefficient: multiplyRationals(other.coefficient, factor) } : other,
        );
      const mutated = { ...recursion, value: theory.ring.fromTerms(terms) };
      const [printed] = printTerms(
        theory.ring,
        theory.ring.fromTerms([term]),
        undefined,
        recursion.samples,
        notation,
      );
      return {
        label: `${letter}${correction || ''}: ${printed?.sign ?? ''} ${printed?.body ?? ''}`,
        theory: { ...theory, recursions: theory.recursions.with(at, mutated) },
      };
    });
  });
}

/** The theory one order beyond the one on trial, where there is one, as `eft check` derives it. */
export function theoryToCheck(model: Model): Theory {
  try {
    return derive(model, { order: model.order + 1 });
  } catch (error) {
    if (error instanceof UserError) return derive(model);
    throw error;
  }
}

/** What a theory predicts for a study's check. */
export function itemsOf(theory: Theory, study: Study): readonly CheckItem[] {
  return checkItems(predictTheory(theory, study)).items;
}

/** Simulates the networks of the study's first check once. */
export async function measureStudy(
  model: Model,
  study: Study,
  items: readonly CheckItem[],
  backend: Backend,
  options: MeasureOptions,
): Promise<MeasuredWidth[]> {
  const plans = (study.checks[0]?.widths ?? []).map((n) => planNetwork(model, study, n));
  return measureWidths(plans, items, backend, options);
}

/** The verdict of the same measurements on any theory of the same study. */
export function judge(
  theory: Theory,
  study: Study,
  measured: readonly MeasuredWidth[],
): Pick<CheckReport, 'rows' | 'scaling' | 'verdict'> {
  return compareItems(itemsOf(theory, study), measured);
}
