/** Correlation depths where one parameter is off its critical value by a little: of the fixed point that the kernel then goes to. */
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { reasonAgainst } from './admissible.ts';
import { interpolateAverages } from './averageInterpolation.ts';
import { depthOf } from './fixedPoints.ts';
import { bindingsOf, createOneSample } from './oneSample.ts';
import { kernelLine } from './kernelLine.ts';
import { firstKernels, KERNEL_RANGE } from './phaseDiagram.ts';
import { createLocator } from './phasePoint.ts';
import type { OffCritical } from './scalingReport.ts';

/** Parts of a critical value, and a variance where it is zero. */
const OFF = [-0.01, 0.01];

/** Depths beyond are those of a susceptibility that differs from 1 by roundoff. */
const INFINITE = 1e12;

/** `study` stands at the critical point. */
export function offCritical(theory: Theory, study: Study, unknowns: readonly string[]): OffCritical[] {
  const map = kernelMap(theory);
  const oneSample = createOneSample(map.ring, theory.model, study, map.labels);
  const compiled = {
    next: oneSample.compile(map.next),
    parallel: oneSample.compile(map.parallel),
    perpendicular: oneSample.compile(map.perpendicular),
  };
  const locate = createLocator(
    compiled,
    interpolateAverages(oneSample, KERNEL_RANGE),
    firstKernels(theory, study),
    kernelLine(map),
  );
  const critical = bindingsOf(study);
  return unknowns.flatMap((parameter) =>
    OFF.flatMap((part): OffCritical[] => {
      const value = critical.get(parameter) ?? 0;
      const delta = value === 0 ? part : part * Math.abs(value);
      const bindings = new Map([...critical, [parameter, value + delta]]);
      if (reasonAgainst(theory.model, bindings) !== undefined) return [];
      const { kernel, parallel, perpendicular, phase } = locate(bindings);
      const finite = (size: number): number | null => (Math.abs(size) < INFINITE ? size : null);
      return [
        {
          parameter,
          delta,
          kernel: finite(kernel),
          parallel: finite(depthOf(parallel)),
          perpendicular: finite(depthOf(perpendicular)),
          phase,
        },
      ];
    }),
  );
}
