/** The power laws beside fits of the numbers: the flow of one input to a large depth. */
import { atomKey } from '../../theory/atom.ts';
import { couplingName } from '../../theory/couplingName.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { zFamily, type SampleLabel } from '../../theory/coupling.ts';
import { atSample, fieldOf } from '../../theory/label.ts';
import { couplingAtom } from '../../theory/atom.ts';
import { ONE } from '../../theory/rational.ts';
import { createObservableEvaluator } from '../flow/evaluateObservables.ts';
import { evolveCouplings } from '../flow/evolveCouplings.ts';
import { coefficient } from '../flow/laurent.ts';
import { fitLogarithms, fitPowerLaw } from './fitPowerLaw.ts';
import type { ScalingEntry, UniversalityReport } from './scalingReport.ts';

const DEPTH = 1500;
/** Geometrically spaced layers of the fit. */
const LAYERS: readonly number[] = Array.from({ length: 13 }, (_, k) =>
  Math.round(DEPTH * 2 ** ((k - 12) / 3)),
);

/**
 * Adds the fits to a report; `study` stands at the critical point. `labels` are those of the kernels; gated units whose first layer does not lead
 * to all of them are not fitted.
 */
export function fitScaling(
  theory: Theory,
  study: Study,
  labels: readonly SampleLabel[],
  report: UniversalityReport,
): UniversalityReport {
  const deep: Study = { ...study, depth: DEPTH, widths: Array.from({ length: DEPTH }, () => ONE) };
  const single: Study = { ...deep, samples: [[inputFor(theory, deep, labels, report)]] };
  if (!startsAtFixedPoint(theory, single, labels, report)) return report;
  const values = new Map<string, number[]>();
  const evaluator = createObservableEvaluator(theory, single);
  const note = (key: string, value: number): void => {
    values.set(key, [...(values.get(key) ?? []), value]);
  };
  for (const state of evolveCouplings(theory, single, DEPTH)) {
    if (!LAYERS.includes(state.layer)) continue;
    for (const { family, order, samples: written } of theory.recursions) {
      if (written.some((label) => atSample(label, '1') !== labels[0])) continue;
      const { letter, correction } = couplingName(family, order);
      const samples = written.map((label) => atSample(label, '1'));
      const value = state.couplings.get(atomKey(couplingAtom(family, order, samples)));
      note(`${letter}${correction || ''}`, value ?? 0);
    }
    for (const { name, indices } of theory.model.observables) {
      const series = evaluator.observable(
        name,
        indices.flat().map(() => '1'),
        state,
      );
      series.coefficients.forEach((_, k) => {
        const order = series.first + k;
        note(`${name}@${order}`, coefficient(series, order) ?? NaN);
      });
    }
  }
  const fitted = (entry: ScalingEntry, key: string): ScalingEntry => {
    const { law } = entry;
    if (!law) return entry;
    const found = values.get(key) ?? [];
    const fit =
      law.logarithm > 0
        ? fitLogarithms(LAYERS, found, law.exponent.value, law.logarithm)
        : fitPowerLaw(LAYERS, found);
    return fit ? { ...entry, fitted: fit } : entry;
  };
  return {
    ...report,
    couplings: report.couplings.map((entry) => fitted(entry, entry.name)),
    observables: report.observables.map((entry) => fitted(entry, `${entry.name}@${entry.order}`)),
    fit: { from: LAYERS[0]!, to: DEPTH },
  };
}

/** The input of layer 1: of size 1, or such that the kernel starts at K*. */
function inputFor(
  theory: Theory,
  study: Study,
  [label]: readonly SampleLabel[],
  { point }: UniversalityReport,
): number {
  if (point?.kernel.kind !== 'number') return 1;
  const kernelAt = (input: number): number => firstKernel(theory, { ...study, samples: [[input]] }, label!);
  const offset = kernelAt(0);
  return Math.sqrt((point.kernel.value - offset) / (kernelAt(1) - offset));
}

function firstKernel(theory: Theory, study: Study, label: SampleLabel): number {
  const [layer] = evolveCouplings(theory, study, 1);
  return layer?.couplings.get(atomKey(couplingAtom(zFamily(2), 0, [label, label]))) ?? NaN;
}

function startsAtFixedPoint(
  theory: Theory,
  study: Study,
  labels: readonly SampleLabel[],
  { point }: UniversalityReport,
): boolean {
  const wanted = point?.kernel.kind === 'number' ? point.kernel.kernels : undefined;
  if (!wanted) return true;
  return labels.every((label) => {
    const target = wanted[fieldOf(label) ?? ''] ?? NaN;
    return Math.abs(firstKernel(theory, study, label) - target) <= 1e-9 * target;
  });
}
