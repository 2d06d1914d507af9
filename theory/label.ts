/**
 * Labels of networks whose blocks have several pre-activations, such as gated units: `u.a` is the field u at sample a. To the
 * Gaussian averages the fields of a block are like further samples; in networks with z alone a label is the sample.
 */
import type { SampleLabel } from './coupling.ts';

export function labelOf(field: string | undefined, sample: SampleLabel): SampleLabel {
  return field === undefined ? sample : `${field}.${sample}`;
}

/** Undefined in networks with z alone. */
export function fieldOf(label: SampleLabel): string | undefined {
  const dot = label.indexOf('.');
  return dot < 0 ? undefined : label.slice(0, dot);
}

export function sampleOf(label: SampleLabel): SampleLabel {
  return label.slice(label.indexOf('.') + 1);
}

/** The same field at another sample. */
export function atSample(label: SampleLabel, sample: SampleLabel): SampleLabel {
  return labelOf(fieldOf(label), sample);
}

/** Whether labels speak of more than one field: their pre-activations are then independent at infinite width. */
export function areMixed(labels: readonly SampleLabel[]): boolean {
  return new Set(labels.map(fieldOf)).size > 1;
}
