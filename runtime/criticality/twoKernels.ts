/**
 * Criticality of gated units with two different kernels K_u, K_v > 0. Elimination of the unknowns leaves two functions of the two kernels;
 * cells of a logarithmic grid in which both change sign are searched for a common zero, which a box with opposite signs on opposite sides encloses.
 */
import { fieldOf } from '../../theory/label.ts';
import type { Model } from '../../theory/model.ts';
import { reasonAgainst } from './admissible.ts';
import { compatibility, type Conditions, type Forms, type LinearForm } from './conditions.ts';
import { attempt, signOf, UNDETERMINED, unknownsFrom, type FiniteBranch } from './finiteBranch.ts';
import { commonZero, refineRoot, type Estimate, type PlanePoint } from './rootBracket.ts';
import type { Bindings } from './oneSample.ts';
import type { CriticalPoint, KernelValues, LinePoint, RejectedBranch } from './report.ts';

const PER_DECADE = 8;
const AXIS: readonly number[] = Array.from(
  { length: 7 * PER_DECADE + 1 },
  (_, k) => 1e-4 * 10 ** (k / PER_DECADE),
);

/** Names of two kernels. */
export function namedKernels(labels: readonly string[], kernels: readonly number[]): KernelValues {
  return Object.fromEntries(labels.map((label, k) => [fieldOf(label) ?? label, kernels[k]!]));
}

interface Plane {
  /** The forms that give the unknowns. */
  readonly solving: (forms: Forms) => readonly LinearForm[];
  /** The two functions whose common zeros are critical. */
  readonly left: (forms: Forms) => readonly [Estimate, Estimate];
}

interface Node {
  readonly at: PlanePoint;
  readonly values: readonly [Estimate, Estimate];
  readonly forms: Forms;
}

export function twoKernelBranch(
  conditions: Conditions,
  model: Model,
  given: Bindings,
  labels: readonly string[],
  curvature: (kernel: readonly number[], bindings: Bindings) => number,
): FiniteBranch {
  const plane = planeOf(conditions);
  if (!plane)
    return {
      points: [],
      rejected: [reject([1, 1], UNDETERMINED)],
      lines: { parallel: [], perpendicular: [] },
    };
  const nodes = AXIS.map((x) => AXIS.map((y) => attempt(() => nodeAt([x, y]))));
  const all = nodes.flat().flatMap((node) => (node ? [node] : []));
  const isLine = all.every(({ forms }) => areEqual(forms.parallel, forms.perpendicular));
  const value = (at: PlanePoint): readonly [Estimate, Estimate] => plane.left(conditions.at(at));
  const found = isLine
    ? []
    : distinct(
        candidates(nodes).flatMap(([low, high]) => {
          const zero = attempt(() => commonZero(value, low, high));
          return zero ? [zero] : [];
        }),
      ).map(({ at, box }) => pointAt(at, box, 'half-stable'));
  const line = isLine ? linePoints(nodes) : [];
  const nearest = [...line].sort((p, q) => distanceOf(p) - distanceOf(q))[0];
  if (nearest) found.push(pointAt(nearest, undefined, 'critical line'));
  const described = line.flatMap(linePoint);
  return {
    points: found.flatMap((each) => ('class' in each ? [each] : [])),
    rejected: found.flatMap((each) => ('reason' in each ? [each] : [])),
    ...scanOf(),
    lines: { parallel: described, perpendicular: described },
  };

  function nodeAt(at: PlanePoint): Node {
    const forms = conditions.at(at);
    return { at, forms, values: plane!.left(forms) };
  }

  function reject(at: PlanePoint, reason: string, parameters = {}): RejectedBranch {
    return {
      kernel: { kind: 'number', value: at[0], kernels: namedKernels(labels, at) },
      parameters,
      reason,
    };
  }

  function pointAt(
    at: PlanePoint,
    box: readonly [PlanePoint, PlanePoint] | undefined,
    kind: 'half-stable' | 'critical line',
  ): CriticalPoint | RejectedBranch {
    const solution = unknownsFrom(conditions, plane!.solving(conditions.at(at)));
    if (solution === undefined || typeof solution === 'string') return reject(at, solution ?? UNDETERMINED);
    const parameters = Object.fromEntries(Object.entries(solution).map(([name, v]) => [name, { value: v }]));
    const bindings = new Map([...given, ...Object.entries(solution)]);
    const against = reasonAgainst(model, bindings);
    if (against !== undefined) return reject(at, against, parameters);
    const values = conditions.values(at, bindings);
    const [first, second] = values.kernels.map((each, k) => (each.value - at[k]!) / at[k]!) as [
      number,
      number,
    ];
    const residuals = {
      kernel: (Math.abs(first) > Math.abs(second) ? first : second) * at[0],
      parallel: values.parallel.value - 1,
      perpendicular: values.perpendicular.value - 1,
    };
    const worst = Math.max(
      Math.abs(first),
      Math.abs(second),
      Math.abs(residuals.parallel),
      Math.abs(residuals.perpendicular),
    );
    if (worst > 1e-8) return reject(at, `chi_par would be ${1 + residuals.parallel}`, parameters);
    const bend = curvature(at, bindings);
    const isFlat = Math.abs(bend) * at[0] < 1e-9;
    return {
      class: kind === 'half-stable' && isFlat ? 'K* > 0' : kind,
      kernel: { kind: 'number', value: at[0], kernels: namedKernels(labels, at) },
      parameters,
      approach: isFlat ? 'undecided' : bend < 0 ? 'from above' : 'from below',
      certificate: {
        residuals,
        ...(box && { bracket: [box[0][0], box[1][0]] as const, brackets: bracketsOf(box) }),
      },
      drift: { coefficient: { value: bend }, power: 2 },
    };
  }

  function bracketsOf([low, high]: readonly [PlanePoint, PlanePoint]): Record<
    string,
    readonly [number, number]
  > {
    return Object.fromEntries(labels.map((label, k) => [fieldOf(label) ?? label, [low[k]!, high[k]!]]));
  }

  /** Where chi_par = chi_perp = 1, for each K_v of the grid. */
  function linePoints(grid: readonly (readonly (Node | undefined)[])[]): PlanePoint[] {
    return AXIS.flatMap((y, j) =>
      AXIS.flatMap((x, i): PlanePoint[] => {
        const [a, b] = [grid[i]?.[j], grid[i + 1]?.[j]];
        if (!a || !b || signOf(a.values[0]) * signOf(b.values[0]) >= 0) return [];
        const { at } = refineRoot((each) => value([each, y])[0], x, AXIS[i + 1]!);
        return 'class' in pointAt([at, y], undefined, 'critical line') ? [[at, y]] : [];
      }),
    );
  }

  function linePoint(at: PlanePoint): LinePoint[] {
    const point = pointAt(at, undefined, 'critical line');
    if (!('class' in point)) return [];
    const parameters = Object.fromEntries(
      Object.entries(point.parameters).map(([name, p]) => [name, p.value]),
    );
    return [{ kernel: at[0], kernels: namedKernels(labels, at), parameters, parallel: 1, perpendicular: 1 }];
  }

  /** What the susceptibilities are at the fixed points on the grid that some network has. */
  function scanOf(): Pick<FiniteBranch, 'scan'> {
    const seen = all.flatMap(({ at, forms }) => {
      const solution = unknownsFrom(conditions, plane!.solving(forms));
      if (solution === undefined || typeof solution === 'string') return [];
      const bindings = new Map([...given, ...Object.entries(solution)]);
      if (reasonAgainst(model, bindings) !== undefined) return [];
      const values = conditions.values(at, bindings);
      const isFixed = values.kernels.every((each, k) => Math.abs(each.value - at[k]!) <= 1e-8 * at[k]!);
      return isFixed ? [[values.parallel.value, values.perpendicular.value] as const] : [];
    });
    if (seen.length === 0) return {};
    const range = (k: 0 | 1): readonly [number, number] => [
      Math.min(...seen.map((each) => each[k])),
      Math.max(...seen.map((each) => each[k])),
    ];
    return { scan: { from: AXIS[0]!, to: AXIS.at(-1)!, parallel: range(0), perpendicular: range(1) } };
  }
}

/** The pair of conditions that gives the unknowns, and the two that are left; undefined when no pair does. */
function planeOf(conditions: Conditions): Plane | undefined {
  const generic = conditions.at([1.3, 0.7]);
  const kernels = [(forms: Forms) => forms.kernels[0]!, (forms: Forms) => forms.kernels[1]!];
  const perpendicular = (forms: Forms): LinearForm => forms.perpendicular;
  const parallel = (forms: Forms): LinearForm => forms.parallel;
  const isSingle = conditions.unknowns.length === 1;
  const choices = isSingle ? [...kernels, perpendicular] : [...kernels, parallel, perpendicular];
  const chosen = isSingle
    ? choices.map((each) => [each])
    : choices.flatMap((each, k) => choices.slice(k + 1).map((other) => [each, other]));
  const solving = chosen.find(
    (pair) =>
      unknownsFrom(
        conditions,
        pair.map((form) => form(generic)),
      ) !== undefined,
  );
  if (!solving) return undefined;
  // The difference of two conditions that nearly coincide tells their common zeros apart better than either.
  const left = choices.filter((each) => !solving.includes(each)) as [Choice, Choice];
  const rest: readonly Choice[] =
    left[0] === parallel && left[1] === perpendicular
      ? [parallel, (forms) => difference(forms.parallel, forms.perpendicular)]
      : left;
  const solve = (forms: Forms): LinearForm[] => solving.map((form) => form(forms));
  return {
    solving: solve,
    left: (forms) => {
      const [first, second] = rest.map((form) => compatibility([...solve(forms), form(forms)]));
      return [first!, second!];
    },
  };
}

type Choice = (forms: Forms) => LinearForm;

function difference(a: LinearForm, b: LinearForm): LinearForm {
  const minus = (p: Estimate, q: Estimate): Estimate => ({
    value: p.value - q.value,
    error: p.error + q.error,
  });
  return {
    constant: minus(a.constant, b.constant),
    coefficients: a.coefficients.map((c, k) => minus(c, b.coefficients[k]!)),
  };
}

/** Cells of the grid in which both functions have both signs. */
function candidates(nodes: readonly (readonly (Node | undefined)[])[]): [PlanePoint, PlanePoint][] {
  const cells: [PlanePoint, PlanePoint][] = [];
  for (let i = 0; i + 1 < AXIS.length; i++)
    for (let j = 0; j + 1 < AXIS.length; j++) {
      const corners = [nodes[i]![j], nodes[i + 1]![j], nodes[i]![j + 1], nodes[i + 1]![j + 1]];
      const both = ([0, 1] as const).every((k) => {
        const signs = corners.map((node) => (node ? signOf(node.values[k]) : NaN));
        return !signs.includes(NaN) && Math.min(...signs) <= 0 && Math.max(...signs) >= 0;
      });
      if (both) cells.push([corners[0]!.at, corners[3]!.at]);
    }
  return cells;
}

function areEqual(a: LinearForm, b: LinearForm): boolean {
  const close = (p: Estimate, q: Estimate): boolean =>
    Math.abs(p.value - q.value) <= 1e-10 * (Math.abs(p.value) + Math.abs(q.value)) + 2 * (p.error + q.error);
  return close(a.constant, b.constant) && a.coefficients.every((c, k) => close(c, b.coefficients[k]!));
}

function distanceOf(at: PlanePoint): number {
  return Math.hypot(Math.log(at[0]), Math.log(at[1]));
}

function distinct<Z extends { readonly at: PlanePoint }>(zeros: readonly Z[]): Z[] {
  return zeros.filter(
    ({ at }, k) =>
      !zeros
        .slice(0, k)
        .some((other) => Math.hypot(Math.log(at[0] / other.at[0]), Math.log(at[1] / other.at[1])) < 1e-6),
  );
}
