/** Depth scaling at a critical point, as plain data (docs/schemas/universality.schema.json). */
import type { PrintedFormula } from '../../theory/criticality/printOneSample.ts';
import type { FittedLaw } from './fitPowerLaw.ts';
import type { PhasePoint } from './phasePoint.ts';
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
  /**
   * Of a relevant parameter where the kernel approaches its fixed point as a power of depth: off by delta, the correlation depth xi_par is of the
   * order of |delta|^-nu, where the change of K is as large as K - K*.
   */
  readonly nu?: ExactNumber;
}

/** With one parameter off its critical value: where the kernel goes, and how fast perturbations fade (or grow, if negative) there. */
export interface OffCritical {
  readonly parameter: string;
  readonly delta: number;
  /** Null where it grows without end. */
  readonly kernel: number | null;
  /** -1/log|chi|; null where infinite. */
  readonly parallel: number | null;
  readonly perpendicular: number | null;
  readonly phase: PhasePoint['phase'];
}

/** Beside a half-stable fixed point: how kernels reach it from the side that is drawn to it, and couplings on the way. */
export interface ApproachReport {
  readonly side: 'above' | 'below';
  /** K - K* */
  readonly deviation: PowerLaw;
  /** The depth |K - K*| l / K*: the power laws hold far beyond it. */
  readonly onset: number;
  readonly couplings: readonly ScalingEntry[];
  readonly observables: readonly ScalingEntry[];
  readonly perturbations: readonly Perturbation[];
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
  /** Correlation depths with one parameter off by 1 %, or by 0.01 where its critical value is zero. */
  readonly offCritical?: readonly OffCritical[];
  /** Only at half-stable points; the other entries are those of a kernel that starts at K*. */
  readonly approach?: ApproachReport;
  /** Depths of the fits. */
  readonly fit?: { readonly from: number; readonly to: number };
}
