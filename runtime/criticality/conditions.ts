/**
 * The conditions of criticality at given kernels, K' = K for each, chi_par = 1 and chi_perp = 1, as linear equations in the unknowns.
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { KernelMap } from '../../theory/criticality/kernelMap.ts';
import {
  evaluateAt,
  type Bindings,
  type CompiledPolynomial,
  type Kernels,
  type OneSample,
} from './oneSample.ts';
import type { Estimate } from './rootBracket.ts';

/** constant + sum over unknowns of coefficients[k] u_k, with u_k the unknown to its power. */
export interface LinearForm {
  readonly constant: Estimate;
  readonly coefficients: readonly Estimate[];
}

export type ConditionName = 'kernel' | 'parallel' | 'perpendicular';

/** Of several kernels the first; `kernels` has them all. */
export type Forms = Readonly<Record<ConditionName, LinearForm>> & { readonly kernels: readonly LinearForm[] };

export interface Conditions {
  readonly unknowns: readonly string[];
  /** The power in which each unknown enters: 2 for gamma in gamma^2. */
  readonly exponents: readonly number[];
  /** The kernels where all are equal. */
  readonly spread: (kernel: number) => Kernels;
  /** The forms that vanish at criticality. */
  readonly at: (kernels: Kernels) => Forms;
  readonly values: (kernels: Kernels, bindings: Bindings) => ConditionValues;
}

/** K' (of several kernels the first, `kernels` has them all) and both susceptibilities. */
export type ConditionValues = Readonly<Record<ConditionName, Estimate>> & {
  readonly kernels: readonly Estimate[];
};

/** Throws UserError when an unknown enters in different powers, multiplied by another, or in a formula that is no polynomial. */
export function createConditions(
  map: KernelMap,
  oneSample: OneSample,
  unknowns: readonly string[],
  given: Bindings,
): Conditions {
  const nexts = map.nexts.map((next) => oneSample.compile(next));
  const parallel = oneSample.compile(map.parallel);
  const perpendicular = oneSample.compile(map.perpendicular);
  const exponents = unknowns.map((name) => exponentOf(name, unknowns, [...nexts, parallel, perpendicular]));
  const form = (polynomial: CompiledPolynomial, target: number, kernels: Kernels): LinearForm => {
    const table = oneSample.averagesAt(kernels);
    const part = (unknown: string | undefined): Estimate => {
      const terms = polynomial.terms.filter(({ parameters }) =>
        unknown === undefined
          ? parameters.every((p) => !unknowns.includes(p.name))
          : parameters.some((p) => p.name === unknown),
      );
      const bindings = new Map([...given, ...unknowns.map((each): [string, number] => [each, 1])]);
      return evaluateAt({ terms }, kernels, table, bindings);
    };
    const constant = part(undefined);
    return {
      constant: { value: constant.value - target, error: constant.error },
      coefficients: unknowns.map(part),
    };
  };
  return {
    unknowns,
    exponents,
    spread: (kernel) => map.labels.map(() => kernel),
    at: (kernels) => {
      const forms = nexts.map((next, k) => form(next, kernels[k]!, kernels));
      return {
        kernel: forms[0]!,
        kernels: forms,
        parallel: form(parallel, 1, kernels),
        perpendicular: form(perpendicular, 1, kernels),
      };
    },
    values: (kernels, bindings) => {
      const table = oneSample.averagesAt(kernels);
      const estimates = nexts.map((next) => evaluateAt(next, kernels, table, bindings));
      return {
        kernel: estimates[0]!,
        kernels: estimates,
        parallel: evaluateAt(parallel, kernels, table, bindings),
        perpendicular: evaluateAt(perpendicular, kernels, table, bindings),
      };
    },
  };
}

function exponentOf(
  name: string,
  unknowns: readonly string[],
  polynomials: readonly CompiledPolynomial[],
): number {
  const terms = polynomials.flatMap((polynomial) => polynomial.terms);
  const refuse = (how: string): UserError =>
    new UserError(`\`find critical\` cannot search \`${name}\`: the kernel recursion contains it ${how}`);
  const exponents = new Set<number>();
  for (const { parameters, scalars } of terms) {
    if (scalars.some(({ expression }) => symbolsOf(expression).includes(name)))
      throw refuse('in a formula that is no polynomial');
    const own = parameters.find((parameter) => parameter.name === name);
    if (!own) continue;
    if (parameters.some((other) => other !== own && unknowns.includes(other.name)))
      throw refuse('multiplied by the other unknown');
    exponents.add(own.exponent);
  }
  if (exponents.size > 1) throw refuse('in several powers');
  if (exponents.size === 0)
    throw new UserError(
      `\`find critical\` cannot search \`${name}\`: the kernel recursion does not contain it`,
    );
  return [...exponents][0]!;
}

/** The determinant of as many forms as there are unknowns and one more: it vanishes where they have a solution in common. */
export function compatibility(forms: readonly LinearForm[]): Estimate & { readonly scale: number } {
  const rows = forms.map(({ coefficients, constant }) => [...coefficients, constant]);
  let [value, error, scale] = [0, 0, 0];
  for (const { order, sign } of permutationsOf(rows.length)) {
    const entries = order.map((column, row) => rows[row]![column]!);
    const product = entries.reduce((all, entry) => all * entry.value, sign);
    value += product;
    scale += Math.abs(product);
    entries.forEach((entry, k) => {
      const others = entries.reduce((all, other, j) => (j === k ? all : all * Math.abs(other.value)), 1);
      error += others * entry.error;
    });
  }
  return { value, error: error + 4e-16 * scale, scale };
}

function permutationsOf(size: number): { order: number[]; sign: number }[] {
  if (size === 0) return [{ order: [], sign: 1 }];
  return permutationsOf(size - 1).flatMap(({ order, sign }) =>
    Array.from({ length: size }, (_, k) => ({
      order: [...order.slice(0, k), size - 1, ...order.slice(k)],
      sign: (size - 1 - k) % 2 === 0 ? sign : -sign,
    })),
  );
}

/** The unknowns (to their powers) from as many forms, by Cramer's rule; undefined when the forms do not determine them. */
export function solveForms(forms: readonly LinearForm[]): readonly number[] | undefined {
  const size = forms.length;
  const matrix = forms.map(({ coefficients }) => coefficients.map(({ value }) => value));
  const right = forms.map(({ constant }) => -constant.value);
  if (size === 1) {
    const [[a]] = matrix as [[number]];
    return a === 0 ? undefined : [right[0]! / a];
  }
  const [[a, b], [c, d]] = matrix as [[number, number], [number, number]];
  const det = a * d - b * c;
  if (Math.abs(det) <= 1e-13 * (Math.abs(a * d) + Math.abs(b * c)) || det === 0) return undefined;
  return [(right[0]! * d - b * right[1]!) / det, (a * right[1]! - c * right[0]!) / det];
}
