/** `find critical`: every critical point of a study, with its certificate, or why there is none. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { kernelDerivative, kernelMap, type KernelMap } from '../../theory/criticality/kernelMap.ts';
import { kernelName, printOneSample } from '../../theory/criticality/printOneSample.ts';
import type { Solution } from '../../theory/criticality/solveSystem.ts';
import type { CriticalRequest, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { createConditions } from './conditions.ts';
import { finiteBranch, type FiniteBranch } from './finiteBranch.ts';
import { fixedPointsOf } from './fixedPoints.ts';
import { formatValue, kernelsText } from './formatValue.ts';
import { proveExact } from './proveExact.ts';
import { gatedZeroBranch } from './gatedZeroBranch.ts';
import { kernelLine, type KernelLine } from './kernelLine.ts';
import { bindingsOf, createOneSample, evaluateAt, jumpOf, type Bindings, type Kernels } from './oneSample.ts';
import type { Approach, CriticalPoint, CriticalReport, RejectedBranch } from './report.ts';
import { namedKernels, twoKernelBranch } from './twoKernels.ts';
import { zeroBranch } from './zeroBranch.ts';

/**
 * From the derived kernel recursion alone. Throws UserError for a study whose layers differ, and for unknowns in which the recursion
 * is not linear after their powers are taken as unknowns; for gated units, where pre-activations read different functions.
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
  const map = kernelMap(theory);
  const { ring, labels } = map;
  const line = kernelLine(map);
  const areSame = map.nexts.every((next) => ring.equal(next, map.next));
  if (!areSame && labels.length > 2)
    throw new UserError(
      `critical points are found for up to two kernels that differ, not ${labels.length}: give pre-activations the same variances`,
    );
  const oneSample = createOneSample(ring, theory.model, study, labels);
  const unknowns = request.parameters;
  const bindings = bindingsOf(study);
  const given: Bindings = new Map([...bindings].filter(([name]) => !unknowns.includes(name)));
  const conditions = createConditions(map, oneSample, unknowns, given);
  const curvature = createCurvature(theory, study, map, line);
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
      ...(labels.length > 1 && {
        kernels: map.nexts.map((next, k) => ({
          name: kernelName(labels[k]!),
          ...printOneSample(ring, next),
        })),
      }),
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
  const finite = isScaleFree
    ? NOTHING
    : areSame
      ? finiteBranch(conditions, theory.model, given, (kernel, values) =>
          curvature(conditions.spread(kernel), values),
        )
      : twoKernelBranch(conditions, theory.model, given, labels, curvature);
  const proved = areSame ? proveExact(map, study, unknowns, finite.points) : finite.points;
  const gated = gatedZeroBranch(map, theory.model, study, unknowns);
  const points = [...zero.points, ...gated, ...proved].sort((p, q) => preference(p) - preference(q));
  const rejected = [...zero.rejected, ...finite.rejected];
  const report: CriticalReport = {
    ...head,
    points,
    rejected,
    ...(finite.scan && { scan: finite.scan }),
    ...(points.length === 0 && { none: reasonForNone(rejected, finite) }),
    lines: finite.lines,
    ...(isComplete && {
      fixedPoints: fixedPointsOf(
        (kernel) => conditions.values(line.at(kernel, bindings), bindings),
        (kernel) => (labels.length > 1 ? namedKernels(labels, line.at(kernel, bindings)) : undefined),
      ),
    }),
  };
  return { report, exact: zero.exact };
}

/**
 * (1/2) d^2K'/dK^2, along the line of the kernels of gated units. Its averages are needed at the critical points only: they stay apart from the
 * others.
 */
function createCurvature(
  theory: Theory,
  study: Study,
  map: KernelMap,
  line: KernelLine,
): (kernels: Kernels, values: Bindings) => number {
  const { ring, labels, next } = map;
  const oneSample = createOneSample(ring, theory.model, study, labels);
  const bends = labels.map((first) =>
    labels.map((second) =>
      oneSample.compile(kernelDerivative(ring, kernelDerivative(ring, next, first), second)),
    ),
  );
  return (kernels, values) => {
    const table = oneSample.averagesAt(kernels);
    const slopes = line.slopes(values);
    const terms = bends.flatMap((row, p) =>
      row.map((bend, q) => slopes[p]! * slopes[q]! * evaluateAt(bend, kernels, table, values).value),
    );
    return terms.reduce((sum, term) => sum + term, 0) / 2;
  };
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
      kernel.kind === 'any'
        ? 'at any K'
        : kernel.kind === 'zero'
          ? 'as K -> 0'
          : `at ${kernel.kernels ? kernelsText(kernel.kernels) : `K* = ${formatValue(kernel.value)}`}`;
    return `${where} ${reason}`;
  });
  const range = scan && rangeOf(scan);
  return [...branches, ...(range === undefined ? [] : [range])].join('; ');
}

function rangeOf({
  from,
  to,
  parallel: [least, most],
  perpendicular,
}: NonNullable<CriticalReport['scan']>): string | undefined {
  if (perpendicular) {
    const [low, high] = perpendicular;
    const where = `at fixed points with kernels from ${formatValue(from, 3)} to ${formatValue(to, 3)}`;
    if (low > 1) return `${where} chi_perp is ${formatValue(low, 6)} or more`;
    if (high < 1) return `${where} chi_perp is ${formatValue(high, 6)} or less`;
    return `${where} chi_par is ${formatValue(least, 6)} to ${formatValue(most, 6)}, chi_perp ${formatValue(low, 6)} to ${formatValue(high, 6)}, never both 1`;
  }
  const ends = `for K from ${formatValue(from, 3)} to ${formatValue(to, 3)}`;
  if (least > 1) return `where chi_perp = 1, chi_par is ${formatValue(least, 6)} or more ${ends}`;
  if (most < 1) return `where chi_perp = 1, chi_par is ${formatValue(most, 6)} or less ${ends}`;
  return undefined;
}
