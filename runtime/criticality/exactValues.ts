/** The exact values of a study: parameters as expressions without names, activations as power series at zero. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { ActivationSeries } from '../../theory/criticality/averageSeries.ts';
import { twoSidedSeries, type TwoSidedSeries } from '../../theory/criticality/oneSidedSeries.ts';
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { numberExpr, type Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { Study } from '../../theory/model.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import { parseRational } from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import { activationAt } from '../flow/studyValues.ts';
import type { ExactNumber } from './report.ts';

/** Each parameter as the study gives it, its own references resolved; of a study made by hand the decimal value. */
export function exactParameters({ settings, parameters }: Study): ReadonlyMap<string, Expr> {
  const values = new Map<string, Expr>();
  for (const [name, value] of parameters) {
    const given = settings?.parameters.get(name);
    const [written] = given && !given.perLayer ? given.values : [];
    if (written) values.set(name, substitute(written, values));
    else if (typeof value === 'number') values.set(name, numberExpr(parseRational(String(value))));
  }
  return values;
}

/** What the solvers at large depth ask of a study. */
export interface StudyScalars {
  readonly parameter: (name: string) => Expr;
  readonly scalar: (expression: Expr) => Expr;
}

export function scalarsOf(parameters: ReadonlyMap<string, Expr>): StudyScalars {
  return {
    parameter: (name) => {
      const value = parameters.get(name);
      if (!value) throw new InternalError(`no value for the parameter ${name}`);
      return value;
    },
    scalar: (expression) => substitute(expression, parameters),
  };
}

/** Throws RangeError for a function without a power series at zero. */
export function activationSeriesOf(study: Study, length: number): ActivationSeries {
  const known = new Map<string, TwoSidedSeries>();
  return (name) => {
    const found = known.get(name) ?? twoSidedSeries(activationAt(study, name, 1), 'z', length);
    known.set(name, found);
    return found;
  };
}

/** Longer exact values are shown as numbers. */
const LONGEST_EXACT = 40;

/** Symbols left have the value in `free`. */
export function exactNumber(expr: Expr, free: ReadonlyMap<string, number> = new Map()): ExactNumber {
  const value = evaluate(expr, free);
  const text = printTextExpression(expr);
  if (text.length > LONGEST_EXACT) return { value };
  return { value, exact: { text, latex: printLatexExpression(expr) } satisfies PrintedFormula };
}

/** The exact numbers of a solution, unknowns that are still free left out. */
export function exactNumbers(values: ReadonlyMap<string, Expr>): Readonly<Record<string, ExactNumber>> {
  return Object.fromEntries(
    [...values]
      .filter(([, value]) => symbolsOf(value).length === 0)
      .map(([name, value]) => [name, exactNumber(value)]),
  );
}
