/** Depth scaling at a critical point, as plain data (docs/schemas/universality.schema.json). */
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import type { FittedLaw } from './fitPowerLaw.ts';
import type { CriticalPoint, ExactNumber } from './report.ts';

/** `quantity ~ amplitude l^exponent (log l)^logarithm` at large depth l. */
export interface PowerLaw {
  readonly exponent: ExactNumber;
  /** Absent when the first layers decide it. */
  readonly amplitude?: ExactNumber;
  readonly logarithm: number;
}

export type Relevance = 'relevant' | 'marginal' | 'irrelevant';

export interface ScalingEntry {
  /** A coupling, `V`, or an observable of the file with a power of 1/n. */
  readonly name: string;
  /** The power of 1/n it is the coefficient of. */
  readonly order: number;
  /** Absent when it vanishes or no power law was found; `note` says which. */
  readonly law?: PowerLaw;
  /** Where it is exact at every depth: a polynomial in l. */
  readonly exact?: PrintedFormula;
  readonly note?: string;
  /** Of a coupling: how it grows compared with powers of the kernel and the tangent kernel. */
  readonly dimensionless?: { readonly exponent: ExactNumber; readonly relevance: Relevance };
  /** What a fit of the numbers of the flow gives. */
  readonly fitted?: FittedLaw;
}

/** How K moves, compared with its size, when a parameter or an input is off by a little. */
export interface Perturbation {
  /** `C_W`, or `parallel` and `perpendicular` for the inputs. */
  readonly of: string;
  readonly exponent: ExactNumber;
  readonly relevance: Relevance;
}

export interface UniversalityReport {
  readonly study: string;
  readonly activations: Readonly<Record<string, string>>;
  readonly point?: CriticalPoint;
  /** Why nothing is derived. */
  readonly none?: string;
  /** How the kernel is there: `K ~ amplitude l^exponent`, or fixed. */
  readonly kernel?: PowerLaw | 'fixed';
  readonly couplings: readonly ScalingEntry[];
  readonly observables: readonly ScalingEntry[];
  readonly perturbations: readonly Perturbation[];
  /** Depths of the fits. */
  readonly fit?: { readonly from: number; readonly to: number };
}
