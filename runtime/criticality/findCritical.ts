/** `find critical`: every critical point of a study, with its certificate, or why there is none. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { kernelDerivative, kernelMap } from '../../theory/criticality/kernelMap.ts';
import { printOneSample } from '../../theory/criticality/printOneSample.ts';
import { rational } from '../../theory/rational.ts';
import type { Solution } from '../../theory/criticality/solveSystem.ts';
import type { CriticalRequest, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { createConditions } from './conditions.ts';
import { finiteBranch, type FiniteBranch } from './finiteBranch.ts';
import { fixedPointsOf } from './fixedPoints.ts';
import { formatValue } from './formatValue.ts';
import { proveExact } from './proveExact.ts';
import { bindingsOf, createOneSample, evaluateAt, jumpOf, type Bindings } from './oneSample.ts';
import type { Approach, CriticalPoint, CriticalReport, RejectedBranch } from './report.ts';
import { zeroBranch } from './zeroBranch.ts';

/**
 * From the derived kernel recursion alone. Throws UserError for a study whose layers differ, and for unknowns in which the recursion
 * is not linear after their powers are taken as unknowns.
 */
export async function findCritical(
  theory: Theory,
  study: Study,
  request: CriticalRequest,
): Promise<CriticalReport> {
  return (await searchCritical(theory, study, request)).report;
}

/** A report, and the exact parameters of those of its points that have them. */
export interface CriticalSearch {
  readonly report: CriticalReport;
  readonly exact: ReadonlyMap<CriticalPoint, Solution>;
}

/** As `findCritical`. */
export async function searchCritical(
  theory: Theory,
  study: Study,
  request: CriticalRequest,
): Promise<CriticalSearch> {
  checkOneField(theory);
  const map = kernelMap(theory);
  const { ring } = map;
  const oneSample = createOneSample(ring, theory.model, study);
  const unknowns = request.parameters;
  const bindings = bindingsOf(study);
  const given: Bindings = new Map([...bindings].filter(([name]) => !unknowns.includes(name)));
  const conditions = createConditions(map, oneSample, unknowns, given);
  // Apart from the others: these averages are needed at the critical points only.
  const second = createOneSample(ring, theory.model, study);
  const bend = second.compile(ring.scale(kernelDerivative(ring, map.parallel), rational(1, 2)));
  const curvature = (kernel: number, values: Bindings): number =>
    evaluateAt(bend, kernel, second.averagesAt(kernel), values).value;
  const jump = oneSample.activations.map(jumpOf).find((at) => at !== undefined);
  const isComplete = unknowns.every((name) => bindings.has(name));
  const head = {
    study: study.name,
    activations: Object.fromEntries(
      [...study.activations].map(([slot, [choice]]) => [slot, choice?.name ?? '']),
    ),
    unknowns,
    given: Object.fromEntries(given),
    formulas: {
      next: printOneSample(ring, map.next),
      parallel: printOneSample(ring, map.parallel),
      perpendicular: printOneSample(ring, map.perpendicular),
    },
  };
  if (jump !== undefined) {
    const none = `the activation jumps at z = ${formatValue(jump)}, so that chi_perp is infinite at every K`;
    const report = { ...head, points: [], rejected: [], none, lines: NOTHING.lines };
    return { report, exact: new Map() };
  }
  const zero = await zeroBranch(map, oneSample, theory.model, study, unknowns);
  const isScaleFree = zero.points.some((point) => point.class === 'scale-invariant');
  const finite = isScaleFree ? NOTHING : finiteBranch(conditions, theory.model, given, curvature);
  const proved = proveExact(map, study, unknowns, finite.points);
  const points = [...zero.points, ...proved].sort((p, q) => preference(p) - preference(q));
  const rejected = [...zero.rejected, ...finite.rejected];
  const report: CriticalReport = {
    ...head,
    points,
    rejected,
    ...(finite.scan && { scan: finite.scan }),
    ...(points.length === 0 && { none: reasonForNone(rejected, finite) }),
    lines: finite.lines,
    ...(isComplete && { fixedPoints: fixedPointsOf((kernel) => conditions.values(kernel, bindings)) }),
  };
  return { report, exact: zero.exact };
}

/** Gated units have a kernel for each pre-activation, and fixed points of several numbers. */
function checkOneField({ model }: Theory): void {
  if (model.architecture.fields)
    throw new UserError(
      `critical points are found for layers of one pre-activation, not of ${model.architecture.fields.join(', ')}`,
    );
}

const NOTHING: FiniteBranch = { points: [], rejected: [], lines: { parallel: [], perpendicular: [] } };

/** A kernel that is drawn to its fixed point, from one side at least, serves a network better than one driven away. */
const PREFERENCE: Readonly<Record<Approach, number>> = {
  fixed: 0,
  attracting: 1,
  'from above': 2,
  'from below': 2,
  undecided: 3,
  repelling: 4,
};

function preference({ approach }: CriticalPoint): number {
  return PREFERENCE[approach];
}

function reasonForNone(rejected: readonly RejectedBranch[], { scan }: FiniteBranch): string {
  const branches = rejected.map(({ kernel, reason }) => {
    const where =
      kernel.kind === 'number'
        ? `at K* = ${formatValue(kernel.value)}`
        : kernel.kind === 'zero'
          ? 'as K -> 0'
          : 'at any K';
    return `${where} ${reason}`;
  });
  const range = scan && rangeOf(scan);
  return [...branches, ...(range === undefined ? [] : [range])].join('; ');
}

function rangeOf({
  from,
  to,
  parallel: [least, most],
}: NonNullable<CriticalReport['scan']>): string | undefined {
  const ends = `for K from ${formatValue(from, 3)} to ${formatValue(to, 3)}`;
  if (least > 1) return `where chi_perp = 1, chi_par is ${formatValue(least, 6)} or more ${ends}`;
  if (most < 1) return `where chi_perp = 1, chi_par is ${formatValue(most, 6)} or less ${ends}`;
  return undefined;
}
