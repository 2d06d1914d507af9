/** The class K* = 0: everything as a series in x = sqrt(K), which falls as a power of depth. */
import { atomKey } from '../../theory/atom.ts';
import { approachOf, frontOf } from '../../theory/criticality/approach.ts';
import { averageSeries } from '../../theory/criticality/averageSeries.ts';
import { UNIT } from '../../theory/criticality/constants.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { atRatios, kernelRatios } from '../../theory/criticality/kernelRatios.ts';
import type { OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import { polynomialSeries, type SeriesContext } from '../../theory/criticality/polynomialSeries.ts';
import { monomial, type Puiseux } from '../../theory/criticality/puiseux.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { activationSeriesOf, exactParameters, scalarsOf } from './exactValues.ts';
import { lawOf } from './powerLaw.ts';
import { scalingFrom, type Scaling } from './scalingFrom.ts';
import type { PowerLaw } from './scalingReport.ts';

/** Terms of every series: so many steps of the flow of K, each dependence of a coupling on another costs one. */
function lengthFor(theory: Theory, system: OneSampleSystem, study: Study): number {
  const trial = contextFor(theory, study, new Map(), 10);
  const approach = approachOf(polynomialSeries(theory.ring, system.kernel, trial));
  return 8 * (approach?.step ?? 2) + 4;
}

/** `study` stands at the critical point. */
export function scalingOnApproach(
  theory: Theory,
  system: OneSampleSystem,
  study: Study,
  unknowns: readonly string[],
): Scaling & { readonly kernel: PowerLaw } {
  const solved = new Map<string, Puiseux>();
  const context = contextFor(theory, study, solved, lengthFor(theory, system, study));
  const approach = approachOf(polynomialSeries(system.ring, system.kernel, context));
  if (!approach) throw new InternalError('a kernel that is attracted by no power');
  const kernel = lawOf(UNIT, 2, { front: frontOf(approach), step: approach.step });
  return { kernel, ...scalingFrom(theory, system, { approach, context, solved, kernelPower: 2 }, unknowns) };
}

function contextFor(
  theory: Theory,
  study: Study,
  solved: ReadonlyMap<string, Puiseux>,
  length: number,
): SeriesContext {
  const parameters = exactParameters(study);
  const activations = activationSeriesOf(study, length);
  const context: SeriesContext = {
    average: (atom) => averageSeries(atom, activations),
    ...scalarsOf(parameters),
    coupling: (atom) =>
      atom.order === 0 && atom.family.key === 'zz' ? monomial(UNIT, 2, length) : solved.get(atomKey(atom)),
    length,
  };
  const ratios = kernelRatios(kernelMap(theory), context);
  return ratios ? atRatios(context, ratios) : context;
}
