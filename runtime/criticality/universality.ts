/**
 * Universality: how everything a file observes scales with depth at its critical point. The recursions are solved symbolically at large
 * depth; the numbers of the flow, fitted, stand beside.
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Solution } from '../../theory/criticality/solveSystem.ts';
import { searchCritical } from './findCritical.ts';
import type { CriticalPoint } from './report.ts';
import type { UniversalityReport } from './scalingReport.ts';
import { offCritical } from './offCritical.ts';
import { scalingOnApproach } from './scalingOnApproach.ts';
import { scalingNearHalfStable } from './scalingNearHalfStable.ts';
import { scalingReportAtFixedKernel } from './scalingReportAtFixedKernel.ts';
import { fieldOf } from '../../theory/label.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { kernelLine } from './kernelLine.ts';
import { bindingsOf } from './oneSample.ts';
import { fitScaling } from './fitScaling.ts';
import { oneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import { numberExpr } from '../../theory/expression.ts';
import { parseRational } from '../../theory/rational.ts';
import type { CriticalRequest, Setting, Study } from '../../theory/model.ts';
import { endsOnFunctions, type Theory } from '../../theory/theory.ts';

/**
 * At the first critical point of the search. Throws what `findCritical` throws, and UserError for corrections that remember every
 * layer: they are not solved at large depth.
 */
export async function universality(
  theory: Theory,
  study: Study,
  request: CriticalRequest,
): Promise<UniversalityReport> {
  if (endsOnFunctions(theory))
    throw new UserError(
      'beside a nonlinear layer with a skip connection large depth is solved at order 0 only: expand to order 0',
    );
  const { report: critical, exact } = await searchCritical(theory, study, request);
  const [point] = critical.points;
  const head = { study: study.name, activations: critical.activations };
  const empty = { couplings: [], observables: [], perturbations: [] };
  if (!point) return { ...head, ...empty, none: critical.none ?? 'there is no critical point' };
  const there = atPoint(study, point, exact.get(point));
  const free = request.parameters.filter(
    (name) => point.parameters[name] === undefined && !study.parameters.has(name),
  );
  if (free.length > 0)
    return { ...head, ...empty, point, none: `the point leaves ${free.join(' and ')} free: give it a value` };
  const map = kernelMap(theory);
  const fit = (report: UniversalityReport): UniversalityReport =>
    fitScaling(theory, there, map.labels, report);
  const system = oneSampleSystem(theory);
  const { kernel } = point;
  if (kernel.kind === 'zero') {
    if (kernel.kernels)
      return { ...head, ...empty, point, none: 'one kernel falls to zero beside others that stay' };
    if (point.approach !== 'attracting') {
      const none =
        point.approach === 'repelling'
          ? 'kernels are driven away from K* = 0'
          : `K' - K vanishes faster than any power of K`;
      return { ...head, ...empty, point, none };
    }
    return fit({
      ...head,
      point,
      ...scalingOnApproach(theory, system, there, request.parameters),
      offCritical: offCritical(theory, there, request.parameters),
    });
  }
  const fixed =
    kernel.kind === 'number'
      ? new Map(map.labels.map((label) => [label, kernel.kernels?.[fieldOf(label) ?? ''] ?? kernel.value]))
      : undefined;
  const slopes = kernelLine(map).slopes(bindingsOf(there));
  const scaling = scalingReportAtFixedKernel(theory, system, there, fixed, request.parameters);
  const side = SIDES[point.approach];
  const approach =
    fixed !== undefined && side
      ? scalingNearHalfStable(theory, system, there, fixed, slopes, side, request.parameters)
      : undefined;
  return fit({
    ...{ ...head, point, ...scaling, ...(approach && { approach }) },
    offCritical: offCritical(theory, there, request.parameters),
  });
}

const SIDES: Partial<Record<CriticalPoint['approach'], 'above' | 'below'>> = {
  'from above': 'above',
  'from below': 'below',
};

/** The study with its parameters at a critical point, exact where they are known. */
export function atPoint(study: Study, point: CriticalPoint, exact: Solution = new Map()): Study {
  const values = Object.entries(point.parameters);
  const parameters = new Map([
    ...study.parameters,
    ...values.map(([name, { value }]): [string, number] => [name, value]),
  ]);
  const given = study.settings ?? { parameters: new Map<string, Setting>(), activations: study.activations };
  const replaced = values.map(([name, { value }]): [string, Setting] => {
    const written = exact.get(name) ?? numberExpr(parseRational(String(value)));
    return [name, { values: [written], perLayer: false, span: study.span }];
  });
  const settings = { ...given, parameters: new Map([...given.parameters, ...replaced]) };
  return { ...study, parameters, settings };
}
