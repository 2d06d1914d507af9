import { UserError } from '../diagnostics/diagnostic.ts';

/** What `derive`, `flow` and `check` share. */
export interface BudgetOptions {
  /** Terms a derivation may generate before it is refused. */
  readonly maxTerms?: number;
}

/** The budget given to the library, which has one of its own. */
export function budgetOf({ maxTerms }: BudgetOptions): { readonly maxTerms?: number } {
  return maxTerms === undefined ? {} : { maxTerms };
}

export interface DeriveOptions extends BudgetOptions {
  readonly observable?: string;
  readonly order?: number;
  readonly format: 'text' | 'latex' | 'json';
  /** A coupling, as printed. */
  readonly explain?: string;
  /** The folder for one picture a term of the explained coupling. */
  readonly diagrams?: string;
}

export interface StudyOptions extends BudgetOptions {
  readonly study?: string;
  readonly set?: ReadonlyMap<string, string>;
}

export interface FlowOptions extends StudyOptions {
  readonly format: 'table' | 'csv' | 'json';
}

export interface CriticalOptions extends StudyOptions {
  readonly format: 'text' | 'json';
}

export interface PhaseOptions extends StudyOptions {
  readonly points?: number;
  readonly format: 'text' | 'csv' | 'json';
}

export interface AdviseOptions extends StudyOptions {
  readonly width?: number;
  readonly depth?: number;
  readonly outputs?: number;
  readonly format: 'text' | 'json';
}

/** Networks are numbered with 26 bits (docs/checks.md). */
export const MAX_NETWORKS = 2 ** 26;

/** How networks are simulated. */
export interface SimulationOptions extends StudyOptions {
  readonly networks?: number;
  readonly seed?: number;
  readonly backend: 'auto' | 'wasm' | 'node' | 'webgpu' | 'cpu';
}

export interface CheckOptions extends SimulationOptions {
  readonly format: 'text' | 'json';
  /** How observables are measured (runtime/check/estimators.ts). */
  readonly estimator: string;
  /** Threads; by default one for each processor. */
  readonly workers?: number;
  /** File for what has been measured so far. */
  readonly checkpoint?: string;
  /** Such a file to go on from. */
  readonly resume?: string;
  /** Also say which networks each observable was measured on. */
  readonly verbose?: boolean;
}

export interface PlotOptions extends SimulationOptions {
  readonly kind: 'flow' | 'check' | 'width' | 'scaling' | 'phase' | 'couplings';
  /** Axes of the flow of couplings, with their ranges. */
  readonly x?: string;
  readonly y?: string;
  /** Along each axis of a phase diagram. */
  readonly points?: number;
  readonly output?: string;
  readonly data?: string;
  /** JSON of `eft check`, in place of a simulation. */
  readonly measured?: string;
  readonly scale: number;
}

export interface KernelOptions extends StudyOptions {
  readonly observable?: readonly string[];
  /** A file with one sample a row, instead of the samples of the study. */
  readonly samples?: string;
  readonly layer?: number;
  readonly threads?: number;
  readonly float32?: boolean;
  readonly output: string;
}

export interface ReportOptions extends SimulationOptions {
  readonly output: string;
  /** False for `--no-check`: nothing is simulated. */
  readonly check: boolean;
}

export interface DoctorOptions {
  /** Hidden: the one backend to try, its result as JSON. */
  readonly probe?: 'wasm' | 'node' | 'webgpu' | 'cpu';
}

export interface FormatOptions {
  readonly check?: boolean;
}

/** `--order 2`, `--networks 20000`, `--seed 7`: an integer in the range, or a UserError naming the option. */
export function integerOption(option: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = /^\d+(e\d+)?$/i.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UserError(`${option} takes an integer from ${least} to ${most}, not \`${text}\``);
  };
}

/** Collects the values of an option that may be repeated. */
export function collectNames(text: string, earlier: readonly string[] = []): readonly string[] {
  return earlier.includes(text) ? earlier : [...earlier, text];
}

/** Collects the `NAME=VALUE` of repeated `--set`; the compiler judges names and values. */
export function collectAssignment(text: string, earlier: ReadonlyMap<string, string> = new Map()) {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 0 || name === '' || value === '') {
    throw new UserError(`--set takes NAME=VALUE, for example --set C_W=1.5, not \`${text}\``);
  }
  if (earlier.has(name)) throw new UserError(`--set gives \`${name}\` twice`);
  return new Map([...earlier, [name, value]]);
}
