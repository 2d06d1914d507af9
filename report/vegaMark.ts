/** The parts that specifications for Vega are put together from. */
import type { Label } from './label.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Spec = { readonly [key: string]: Json };

export interface TextLook {
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
  readonly angle?: number;
}

/** A mark that says a label, at pixels or at values of a scale. */
export type Write = (label: Label, x: number | Spec, y: number | Spec, look?: TextLook) => Spec;

/** A mark that depends on no data. */
export function fixed(type: string, enter: Spec): Spec {
  return { type, aria: false, encode: { enter } };
}
