/**
 * Averages as functions of one kernel, tabulated: Chebyshev series in log K, decade by decade, so that a phase diagram evaluates each
 * average a few hundred times and not at every point.
 */
import { NumericsError } from '../averages/numericsError.ts';
import { chooseAverages, type AverageTable, type Kernels, type OneSample } from './oneSample.ts';

/** Kernels below the least count as zero, above the largest as infinite. */
export interface KernelRange {
  readonly least: number;
  readonly largest: number;
}

export interface Interpolation extends KernelRange {
  /** The averages at least <= K <= largest, in the order of the table of `OneSample`, each at its own kernel. */
  readonly at: (kernels: Kernels) => AverageTable;
}

type Tabulated = Pick<OneSample, 'averagesAt' | 'labels' | 'places'>;

const NODES = 14;

/** Ends where an average is no number any more. */
export function interpolateAverages(oneSample: Tabulated, { least, largest }: KernelRange): Interpolation {
  const decades: (readonly (readonly number[])[])[] = [];
  const start = Math.log10(least);
  const count = Math.round(Math.log10(largest) - start);
  for (let d = 0; d < count; d++) {
    const series = decadeSeries(oneSample, start + d);
    if (!series) break;
    decades.push(series);
  }
  const size = decades[0]?.length ?? 0;
  const errors = Array.from({ length: size }, () => 0);
  const tableAt = (kernel: number): AverageTable => {
    const position = Math.log10(kernel) - start;
    const d = Math.max(0, Math.min(decades.length - 1, Math.floor(position)));
    const t = Math.max(-1, Math.min(1, 2 * (position - d) - 1));
    return { values: (decades[d] ?? []).map((series) => clenshaw(series, t)), errors };
  };
  return {
    least,
    largest: 10 ** (start + decades.length),
    at: (kernels) => chooseAverages(kernels.map(tableAt), oneSample.places),
  };
}

/** One Chebyshev series an average, over 10^from <= K <= 10^(from + 1). */
function decadeSeries(oneSample: Tabulated, from: number): number[][] | undefined {
  const angles = Array.from({ length: NODES }, (_, k) => (Math.PI * (k + 0.5)) / NODES);
  try {
    const samples = angles.map(
      (angle) => tableOf(oneSample, 10 ** (from + (Math.cos(angle) + 1) / 2)).values,
    );
    return (samples[0] ?? []).map((_, slot) =>
      angles.map((__, j) => {
        const sum = samples.reduce((all, values, k) => all + values[slot]! * Math.cos(j * angles[k]!), 0);
        return ((j === 0 ? 1 : 2) / NODES) * sum;
      }),
    );
  } catch (error) {
    if (error instanceof NumericsError) return undefined;
    throw error;
  }
}

/** All averages at one kernel. */
function tableOf(oneSample: Tabulated, kernel: number): AverageTable {
  return oneSample.averagesAt(oneSample.labels.map(() => kernel));
}

function clenshaw(series: readonly number[], t: number): number {
  let [b1, b2] = [0, 0];
  for (let j = series.length - 1; j >= 1; j--) [b1, b2] = [series[j]! + 2 * t * b1 - b2, b1];
  return series[0]! + t * b1 - b2;
}
