/** Advice on initialisation and hyperparameters, as plain data (docs/schemas/advice.schema.json). */
import type { CriticalPoint } from './report.ts';

export interface AdviceLine {
  readonly topic: 'initialisation' | 'learning rates' | 'shape' | 'finite width' | 'scaling';
  readonly says: string;
  /** The equation it follows from. */
  readonly from: string;
}

export interface Advice {
  readonly study: string;
  readonly activations: Readonly<Record<string, string>>;
  readonly point?: CriticalPoint;
  /** Why there is no advice. */
  readonly none?: string;
  readonly lines: readonly AdviceLine[];
  /** V / (n K^2) ~ growth L / n, and the ratio L / n of most mutual information. */
  readonly aspect?: { readonly growth: number; readonly outputs: number; readonly ratio: number };
  /** V / (n K^2) at the depth and width asked for, and the depth where it is 1. */
  readonly finiteWidth?: {
    readonly depth: number;
    readonly width: number;
    readonly relative: number;
    readonly limit: number;
  };
  readonly code?: { readonly pytorch: string; readonly jax: string; readonly tfjs: string };
}
