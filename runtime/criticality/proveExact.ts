/** Closed forms for critical points found in numbers: each is proved by exact arithmetic or left as it is. */
import { activationAt } from '../flow/studyValues.ts';
import { closedAverage } from '../../theory/criticality/closedAverages.ts';
import { evaluateAngular, printAngular, type AngularExpr } from '../../theory/criticality/closedAtRoot.ts';
import { exactPoint, exactSystem } from '../../theory/criticality/exactPoint.ts';
import type { KernelMap } from '../../theory/criticality/kernelMap.ts';
import { quadraticExpr, quadraticToNumber } from '../../theory/criticality/quadraticNumber.ts';
import { derivatives } from '../../theory/differentiate.ts';
import type { Study } from '../../theory/model.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import { substitute } from '../../theory/substitute.ts';
import { exactParameters } from './exactValues.ts';
import { quadraticNear } from './recognise.ts';
import type { CriticalPoint, ExactNumber } from './report.ts';

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
  const system = exactSystem(map, {
    unknowns,
    parameter: (name) => given.get(name),
    scalar: (expression) => substitute(expression, given),
    average: ({ locals, derivatives: acting }) => {
      if (acting.length > 0) return undefined;
      const factors = locals.flatMap(({ fn, derivative, power }) => {
        const factor = derivatives(activationAt(study, fn, 1), 'z', derivative)[derivative]!;
        return Array.from({ length: power }, () => factor);
      });
      return closedAverage(factors);
    },
  });
  if (!system) return points;
  return points.map((point) => {
    const { kernel } = point;
    if (kernel.kind !== 'number') return point;
    const quadratic = system.eliminant.length <= 3 ? system.eliminant : quadraticNear(kernel.value);
    const found = quadratic && exactPoint(system, quadratic, kernel.value, unknowns);
    if (!found) return point;
    const parameters = Object.entries(point.parameters).map(([name, { value }]): [string, ExactNumber] => {
      const exact = found.parameters.get(name);
      return [name, exact && agrees(exact, value) ? { value, exact: printAngular(exact) } : { value }];
    });
    const root = quadraticExpr(found.kernel);
    return {
      ...point,
      kernel: {
        kind: 'number',
        value: quadraticToNumber(found.kernel),
        exact: { text: printTextExpression(root), latex: printLatexExpression(root) },
      },
      parameters: Object.fromEntries(parameters),
    };
  });
}

function agrees(exact: AngularExpr, value: number): boolean {
  return Math.abs(evaluateAngular(exact) - value) <= AGREEMENT * Math.max(1, Math.abs(value));
}
