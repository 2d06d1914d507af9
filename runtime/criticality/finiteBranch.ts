/**
 * Criticality at kernels K > 0. Elimination of the unknowns leaves one function of K, a determinant of averages, whose zeros are
 * the critical kernels: they are enclosed on a logarithmic grid and refined to the last digit.
 */
import type { Model } from '../../theory/model.ts';
import { NumericsError } from '../averages/numericsError.ts';
import { reasonAgainst } from './admissible.ts';
import {
  compatibility,
  solveForms,
  type ConditionName,
  type Conditions,
  type LinearForm,
} from './conditions.ts';
import { recogniseQuadratic } from './recognise.ts';
import { leastBetween, refineRoot, type Estimate, type Root } from './rootBracket.ts';
import type { Bindings } from './oneSample.ts';
import type {
  Approach,
  CriticalPoint,
  CriticalReport,
  ExactNumber,
  LinePoint,
  RejectedBranch,
} from './report.ts';

/**
 * Kernels looked at: dense where averages take microseconds, then a few as far out as averages take a tenth of a second, where
 * activations have long gone over into what they are at infinity.
 */
export const GRID: readonly number[] = [
  ...Array.from({ length: 16 * 8 }, (_, k) => 1e-5 * 10 ** (k / 16)).filter((kernel) => kernel < 900),
  ...[899, 3000, 10_000],
];

export interface FiniteBranch {
  readonly points: readonly CriticalPoint[];
  readonly rejected: readonly RejectedBranch[];
  readonly scan?: CriticalReport['scan'];
  readonly lines: CriticalReport['lines'];
}

/** `curvature` is (1/2) d^2K'/dK^2; the kernels of gated units with equal recursions are equal, so that there is one. */
export function finiteBranch(
  conditions: Conditions,
  model: Model,
  given: Bindings,
  curvature: (kernel: number, bindings: Bindings) => number,
): FiniteBranch {
  const names = determining(conditions);
  const condition = (kernel: number): Estimate & { scale: number } => {
    const forms = conditions.at(conditions.spread(kernel));
    return compatibility(names.map((name) => forms[name]));
  };
  const samples = GRID.flatMap((kernel) => {
    const sample = attempt(() => condition(kernel));
    return sample ? [{ kernel, ...sample }] : [];
  });
  const isLine = samples.length > 0 && samples.every((sample) => signOf(sample) === 0);
  const roots = (isLine ? [{ at: 1 }] : rootsAmong(samples, condition)).map((root) => {
    const found = atRoot(root, conditions, model, given, curvature);
    const kernel = { kind: 'number' as const, value: root.at };
    return isLine && 'class' in found ? { ...found, kernel, class: 'critical line' as const } : found;
  });
  const perpendicular = lineOf(conditions, 'perpendicular', given);
  const susceptibilities = perpendicular.map(({ parallel }) => parallel);
  const [first, last] = [perpendicular[0], perpendicular.at(-1)];
  return {
    points: roots.flatMap((root) => ('class' in root ? [root] : [])),
    rejected: roots.flatMap((root) => ('reason' in root ? [root] : [])),
    ...(first &&
      last && {
        scan: {
          from: first.kernel,
          to: last.kernel,
          parallel: [Math.min(...susceptibilities), Math.max(...susceptibilities)],
        },
      }),
    lines: {
      parallel: lineOf(conditions, 'parallel', given).filter(admissible),
      perpendicular: perpendicular.filter(admissible),
    },
  };

  function admissible({ parameters }: LinePoint): boolean {
    return reasonAgainst(model, new Map([...given, ...Object.entries(parameters)])) === undefined;
  }
}

/** One condition more than there are unknowns. */
function determining({ unknowns }: Conditions): ConditionName[] {
  return unknowns.length === 1 ? ['kernel', 'perpendicular'] : ['kernel', 'parallel', 'perpendicular'];
}

/** Undefined where an average is no number: beyond the range of the activation. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof NumericsError) return undefined;
    throw error;
  }
}

interface Sample {
  readonly kernel: number;
  readonly value: number;
  readonly error: number;
  readonly scale: number;
}

export function signOf({ value, error }: Estimate): number {
  return Math.abs(value) <= 4 * error ? 0 : Math.sign(value);
}

/** Sign changes, and minima that touch zero. */
function rootsAmong(
  samples: readonly Sample[],
  condition: (kernel: number) => Estimate & { scale: number },
): Root[] {
  const crossing = samples.flatMap((right, k) => {
    const left = samples[k - 1];
    if (!left || signOf(left) * signOf(right) >= 0) return [];
    return [refineRoot(condition, left.kernel, right.kernel)];
  });
  const relative = (kernel: number): number => {
    const { value, scale } = condition(kernel);
    return value / scale;
  };
  const touching = samples.flatMap((middle, k) => {
    const [left, right] = [samples[k - 1], samples[k + 1]];
    if (!left || !right || [left, middle, right].some((s) => signOf(s) !== signOf(left) || signOf(s) === 0))
      return [];
    const [a, b, c] = [left, middle, right].map(({ value, scale }) => Math.abs(value / scale)) as [
      number,
      number,
      number,
    ];
    if (!(b < a && b < c) || b > 0.1) return [];
    const at = leastBetween(relative, left.kernel, right.kernel);
    return Math.abs(relative(at)) < 1e-11 ? [{ at }] : [];
  });
  return [...crossing, ...touching];
}

function atRoot(
  root: Root,
  conditions: Conditions,
  model: Model,
  given: Bindings,
  curvature: (kernel: number, bindings: Bindings) => number,
): CriticalPoint | RejectedBranch {
  const kernel = { kind: 'number' as const, value: root.at, ...recogniseQuadratic(root.at) };
  const solution = solutionAt(conditions, root.at);
  const reject = (reason: string, parameters = {}): RejectedBranch => ({ kernel, parameters, reason });
  if (typeof solution === 'string') return reject(solution);
  const parameters: Record<string, ExactNumber> = Object.fromEntries(
    Object.entries(solution).map(([name, value]) => [name, { value }]),
  );
  const bindings = new Map([...given, ...Object.entries(solution)]);
  const against = reasonAgainst(model, bindings);
  if (against !== undefined) return reject(against, parameters);
  const values = conditions.values(conditions.spread(root.at), bindings);
  const residuals = {
    kernel: values.kernel.value - root.at,
    parallel: values.parallel.value - 1,
    perpendicular: values.perpendicular.value - 1,
  };
  const worst = Math.max(
    Math.abs(residuals.kernel / root.at),
    Math.abs(residuals.parallel),
    Math.abs(residuals.perpendicular),
  );
  if (worst > 1e-8) return reject(`chi_par would be ${1 + residuals.parallel}`, parameters);
  const bend = curvature(root.at, bindings);
  const isFlat = Math.abs(bend) * root.at < 1e-9;
  const approach: Approach = isFlat ? 'undecided' : bend < 0 ? 'from above' : 'from below';
  return {
    class: isFlat ? 'K* > 0' : 'half-stable',
    kernel,
    parameters,
    approach,
    certificate: { residuals, ...(root.bracket && { bracket: root.bracket }) },
    drift: { coefficient: { value: bend }, power: 2 },
  };
}

/** The unknowns at a kernel from the pair of conditions that determines them best, or why there are none. */
function solutionAt(
  conditions: Conditions,
  kernel: number,
  pairs: readonly (readonly ConditionName[])[] = conditions.unknowns.length === 1
    ? [['perpendicular'], ['kernel']]
    : [
        ['kernel', 'perpendicular'],
        ['kernel', 'parallel'],
        ['parallel', 'perpendicular'],
      ],
): Readonly<Record<string, number>> | string {
  const forms = conditions.at(conditions.spread(kernel));
  for (const pair of pairs) {
    const solution = unknownsFrom(
      conditions,
      pair.map((name) => forms[name]),
    );
    if (solution !== undefined) return solution;
  }
  return UNDETERMINED;
}

export const UNDETERMINED = 'the conditions do not determine the parameters';

/** The unknowns at which as many forms vanish; why they have no real value; undefined where the forms do not determine them. */
export function unknownsFrom(
  { unknowns, exponents }: Conditions,
  forms: readonly LinearForm[],
): Readonly<Record<string, number>> | string | undefined {
  const powers = solveForms(forms);
  if (!powers) return undefined;
  const entries: [string, number][] = [];
  for (const [k, power] of powers.entries()) {
    const [name, exponent] = [unknowns[k]!, exponents[k]!];
    if (power < 0 && exponent % 2 === 0) return `${name}^${exponent} would be ${power}`;
    entries.push([name, Math.sign(power) * Math.abs(power) ** (1 / exponent)]);
  }
  return Object.fromEntries(entries);
}

/** Where one susceptibility is 1 at a fixed point, kernel by kernel. */
function lineOf(conditions: Conditions, which: 'parallel' | 'perpendicular', given: Bindings): LinePoint[] {
  const pair: readonly ConditionName[] = conditions.unknowns.length === 1 ? [which] : ['kernel', which];
  return GRID.flatMap((kernel) => {
    const point = attempt(() => {
      const parameters = solutionAt(conditions, kernel, [pair]);
      if (typeof parameters === 'string') return undefined;
      const values = conditions.values(
        conditions.spread(kernel),
        new Map([...given, ...Object.entries(parameters)]),
      );
      return {
        kernel,
        parameters,
        parallel: values.parallel.value,
        perpendicular: values.perpendicular.value,
      };
    });
    return point ? [point] : [];
  });
}
