/** What `find critical` finds, as plain data (docs/schemas/critical.schema.json). */
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';

/** An exact value where one is known, in the language and in LaTeX, and its double. */
export interface ExactNumber {
  readonly value: number;
  readonly exact?: PrintedFormula;
}

export type KernelValue =
  /** Any K: the layer has no scale. */
  | { readonly kind: 'any' }
  /** The limit K -> 0. Of gated units that of the first kernel, with those that stay. */
  | { readonly kind: 'zero'; readonly kernels?: KernelValues }
  | {
      readonly kind: 'number';
      /** Of gated units the first, `kernels` has them all. */
      readonly value: number;
      readonly kernels?: KernelValues;
      /** Proved: by exact averages and exact arithmetic. */
      readonly exact?: PrintedFormula;
      /** A root of a quadratic equation with small whole coefficients that agrees to 13 digits: found by trial, not derived. */
      readonly recognised?: PrintedFormula;
    };

/** The kernels of gated units by pre-activation. */
export type KernelValues = Readonly<Record<string, number>>;

/**
 * How the kernel moves near its fixed point with both susceptibilities at 1: not at all, towards it or away from it on the sides where
 * it can be. A half-stable point attracts from one side only.
 */
export type Approach = 'fixed' | 'attracting' | 'repelling' | 'from above' | 'from below' | 'undecided';

/** On a critical line the conditions leave a kernel free: chi_par and chi_perp are 1 together. */
export type UniversalityClass = 'scale-invariant' | 'K* = 0' | 'half-stable' | 'K* > 0' | 'critical line';

/** How far a point found numerically is from satisfying its equations, and what encloses it. */
export interface Certificate {
  /** K' - K, chi_par - 1 and chi_perp - 1 at the values printed. */
  readonly residuals: { readonly kernel: number; readonly parallel: number; readonly perpendicular: number };
  /** The kernel lies between: the condition has opposite signs there, beyond the errors of the averages. */
  readonly bracket?: readonly [number, number];
  /** Of gated units, one for each kernel: a box on whose sides the conditions have the signs that enclose a common zero. */
  readonly brackets?: Readonly<Record<string, readonly [number, number]>>;
}

export interface CriticalPoint {
  readonly class: UniversalityClass;
  readonly kernel: KernelValue;
  readonly parameters: Readonly<Record<string, ExactNumber>>;
  readonly approach: Approach;
  /** Absent where every digit is exact. */
  readonly certificate?: Certificate;
  /** Of a critical line: the parameters as functions of K, where they have a closed form; `parameters` are those of one point. */
  readonly line?: Readonly<Record<string, PrintedFormula>>;
  /** `K' = K + c K^power + ...` at K* = 0, `K' - K* = d + c d^2 + ...` with d = K - K* elsewhere. */
  readonly drift?: { readonly coefficient: ExactNumber; readonly power: number };
}

/** A solution of the equations that no network can have, or a branch that ends in a contradiction. */
export interface RejectedBranch {
  readonly kernel: KernelValue;
  readonly parameters: Readonly<Record<string, ExactNumber>>;
  readonly reason: string;
}

/** On a critical line one susceptibility is 1 at a fixed point of the kernel. */
export interface LinePoint {
  readonly kernel: number;
  readonly kernels?: KernelValues;
  readonly parameters: Readonly<Record<string, number>>;
  readonly parallel: number;
  readonly perpendicular: number;
}

/** A fixed point of the kernel at the parameters that the study gives. */
export interface FixedPoint {
  readonly kernel: number;
  readonly kernels?: KernelValues;
  readonly parallel: number;
  readonly perpendicular: number;
  readonly stable: boolean;
  readonly phase: 'ordered' | 'chaotic' | 'critical';
  /** -1/log|chi|: over so many layers perturbations fade, or grow when negative. Infinite at criticality. */
  readonly depths: { readonly parallel: number; readonly perpendicular: number };
}

export interface CriticalReport {
  readonly study: string;
  readonly activations: Readonly<Record<string, string>>;
  readonly unknowns: readonly string[];
  /** The parameters that are given. */
  readonly given: Readonly<Record<string, number>>;
  readonly formulas: {
    readonly next: PrintedFormula;
    /** Of gated units K' of each pre-activation, named `K_u`. */
    readonly kernels?: readonly (PrintedFormula & { readonly name: string })[];
    readonly parallel: PrintedFormula;
    readonly perpendicular: PrintedFormula;
  };
  /** Every critical point; the first is the one a network is best put at. */
  readonly points: readonly CriticalPoint[];
  readonly rejected: readonly RejectedBranch[];
  /** Where K* > 0 was looked for, and what chi_par is there while chi_perp = 1. */
  readonly scan?: {
    readonly from: number;
    readonly to: number;
    readonly parallel: readonly [least: number, most: number];
    /** What chi_perp is at the fixed points of two kernels, where chi_par is 1 at none. */
    readonly perpendicular?: readonly [least: number, most: number];
  };
  /** Why there is no critical point. */
  readonly none?: string;
  readonly lines: { readonly parallel: readonly LinePoint[]; readonly perpendicular: readonly LinePoint[] };
  /** Only for a study that gives every parameter of the kernel recursion. */
  readonly fixedPoints?: readonly FixedPoint[];
}
