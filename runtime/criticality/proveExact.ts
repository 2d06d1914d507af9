/** Closed forms for critical points found in numbers: each is proved by exact arithmetic or left as it is. */
import { activationAt } from '../flow/studyValues.ts';
import { closedAverage } from '../../theory/criticality/closedAverages.ts';
import { evaluateAngular, printAngular, type AngularExpr } from '../../theory/criticality/closedAtRoot.ts';
import type { AverageAtom } from '../../theory/atom.ts';
import { averageSeries, type ActivationSeries } from '../../theory/criticality/averageSeries.ts';
import {
  CLOSED_KERNEL,
  closedConstant,
  multiplyClosed,
  scaleClosed,
  type ClosedForm,
} from '../../theory/criticality/closedForm.ts';
import { UNIT, isNought } from '../../theory/criticality/constants.ts';
import { trim } from '../../theory/criticality/puiseux.ts';
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import type { Expr } from '../../theory/expression.ts';
import {
  exactLine,
  exactPoint,
  exactSystem,
  type ExactContext,
} from '../../theory/criticality/exactPoint.ts';
import type { KernelMap } from '../../theory/criticality/kernelMap.ts';
import { quadraticExpr, quadraticToNumber } from '../../theory/criticality/quadraticNumber.ts';
import { derivatives } from '../../theory/differentiate.ts';
import type { Study } from '../../theory/model.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import { substitute } from '../../theory/substitute.ts';
import { activationSeriesOf, exactParameters } from './exactValues.ts';
import { quadraticNear } from './recognise.ts';
import type { CriticalPoint, ExactNumber } from './report.ts';

/** Longer formulas are not printed. */
const LONGEST = 160;

/** Numbers further apart than this part of their size are not the same number. */
const AGREEMENT = 1e-9;

/** Points at K* > 0 with their kernel and parameters in closed form where that is proved. */
export function proveExact(
  map: KernelMap,
  study: Study,
  unknowns: readonly string[],
  points: readonly CriticalPoint[],
): readonly CriticalPoint[] {
  if (!points.some(({ kernel }) => kernel.kind === 'number')) return points;
  const given = exactParameters(study);
  const series = activationSeriesOf(study, LENGTH);
  const context: ExactContext = {
    unknowns,
    parameter: (name) => given.get(name),
    scalar: (expression) => substitute(expression, given),
    average: ({ locals, derivatives: acting }) => {
      if (acting.length > 0) return undefined;
      const factors = locals.flatMap(({ fn, derivative, power }) => {
        const factor = derivatives(activationAt(study, fn, 1), 'z', derivative)[derivative]!;
        return Array.from({ length: power }, () => factor);
      });
      return closedAverage(factors) ?? powerOfKernel(locals, series);
    },
  };
  if (points.some((point) => point.class === 'critical line')) {
    const line = exactLine(map, context);
    const printed = line && Object.fromEntries([...line].map(([name, expr]) => [name, formulaOf(expr)]));
    return points.map((point) =>
      point.class === 'critical line' && printed ? { ...point, line: printed } : point,
    );
  }
  const system = exactSystem(map, context);
  if (!system) return points;
  return points.map((point) => {
    const { kernel } = point;
    if (kernel.kind !== 'number') return point;
    const quadratic = system.eliminant.length <= 3 ? system.eliminant : quadraticNear(kernel.value);
    const found = quadratic && exactPoint(system, quadratic, kernel.value, unknowns);
    if (!found) return point;
    const parameters = Object.entries(point.parameters).map(([name, { value }]): [string, ExactNumber] => {
      const exact = found.parameters.get(name);
      const printed = exact && agrees(exact, value) ? printAngular(exact) : undefined;
      return [name, printed && printed.text.length <= LONGEST ? { value, exact: printed } : { value }];
    });
    const root = quadraticExpr(found.kernel);
    return {
      ...point,
      kernel: {
        kind: 'number',
        value: quadraticToNumber(found.kernel),
        exact: formulaOf(root),
      },
      parameters: Object.fromEntries(parameters),
    };
  });
}

function formulaOf(expr: Expr): PrintedFormula {
  return { text: printTextExpression(expr), latex: printLatexExpression(expr) };
}

const LENGTH = 12;

/** The average of functions without a scale, such as relu: one power of K, where it is a whole one. */
function powerOfKernel(locals: AverageAtom['locals'], activations: ActivationSeries): ClosedForm | undefined {
  try {
    const isHomogeneous = locals.every(({ fn }) => {
      const { plus, minus } = activations(fn);
      return (
        [...plus, ...minus].filter((c) => !isNought(c)).length <= 2 &&
        isNought(plus[0]!) &&
        isNought(minus[0]!)
      );
    });
    const { lowest, terms } = trim(averageSeries({ kind: 'average', locals, derivatives: [] }, activations));
    if (!isHomogeneous || (terms[0] && lowest % 2 !== 0)) return undefined;
    if (!terms[0]) return [];
    return scaleClosed(
      terms[0],
      Array.from({ length: lowest / 2 }, () => CLOSED_KERNEL).reduce(multiplyClosed, closedConstant(UNIT)),
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function agrees(exact: AngularExpr, value: number): boolean {
  return Math.abs(evaluateAngular(exact) - value) <= AGREEMENT * Math.max(1, Math.abs(value));
}
