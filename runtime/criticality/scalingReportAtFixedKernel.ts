/** What is reported of the classes with a kernel that stays: polynomials in depth, their leading powers. */
import { sumOverDepth, inLayers, type DepthPolynomial } from '../../theory/criticality/depthPolynomials.ts';
import { NOUGHT } from '../../theory/criticality/constants.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { observableSeries } from '../../theory/criticality/observableSeries.ts';
import { isFollowed, type OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import { monomial } from '../../theory/criticality/puiseux.ts';
import { integer } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { inInverseDepth, leadingLaw, printDepthPolynomial, relevanceOf } from './powerLaw.ts';
import { nearRational } from './scalingFrom.ts';
import { responsesOf } from './responses.ts';
import { scalingAtFixedKernel, type FixedKernel } from './scalingAtFixedKernel.ts';
import type { Perturbation, ScalingEntry, UniversalityReport } from './scalingReport.ts';

const SCALE = { front: integer(1), step: 1 };
const LENGTH = 16;

/** `kernel` is K*, undefined where any K is fixed. */
export function scalingReportAtFixedKernel(
  theory: Theory,
  system: OneSampleSystem,
  study: Study,
  kernel: FixedKernel | undefined,
  unknowns: readonly string[],
): Pick<UniversalityReport, 'kernel' | 'couplings' | 'observables' | 'perturbations'> {
  const scaling = scalingAtFixedKernel(theory, system, study, kernel);
  const theta = [...scaling.couplings].find(([key]) => key.startsWith('c:H.0H.1@0:'))?.[1];
  const growth = (a: DepthPolynomial | undefined): number => (a ? Math.max(0, a.length - 1) : 0);
  const couplings = system.recursions.map(({ key, name, coupling, dimension }): ScalingEntry => {
    const polynomial = scaling.couplings.get(key) ?? [];
    const entry = entryOf(name, coupling.order, polynomial);
    if (!entry.law) return entry;
    const value = growth(polynomial) - dimension.tangent * growth(theta);
    return { ...entry, dimensionless: { exponent: nearRational(value), relevance: relevanceOf(value) } };
  });
  const observables = theory.model.observables.flatMap(({ name, body, leadingOrder }): ScalingEntry[] => {
    try {
      const { first, coefficients } = observableSeries(body, {
        ...{ theory, length: LENGTH, parameter: scaling.parameter, layer: monomial(integer(1), -1, LENGTH) },
        polynomial: (value) => {
          const reduced = system.reduced(value);
          if (!isFollowed(system, reduced)) throw new RangeError('couplings that determine one another');
          return inInverseDepth(scaling.polynomial(reduced), LENGTH);
        },
      });
      return coefficients.slice(Math.max(0, leadingOrder - first)).map((series, j): ScalingEntry => {
        const k = j + Math.max(0, leadingOrder - first);
        const law = leadingLaw(series, SCALE);
        return { name, order: first + k, ...(law ? { law } : { note: 'vanishes' }) };
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [{ name, order: 0, note: 'no power law' }];
    }
  });
  const perturbations = responsesOf(system, kernelMap(theory).parallel, unknowns).map(
    ({ of, source }): Perturbation => {
      const response = inLayers(sumOverDepth(integer(1), scaling.polynomial(source), NOUGHT));
      return { of, exponent: nearRational(growth(response)), relevance: relevanceOf(growth(response)) };
    },
  );
  const inputs = ['parallel', 'perpendicular'].map((of): Perturbation => ({
    of,
    exponent: nearRational(0),
    relevance: 'marginal',
  }));
  return { kernel: 'fixed', couplings, observables, perturbations: [...perturbations, ...inputs] };
}

function entryOf(name: string, order: number, polynomial: DepthPolynomial): ScalingEntry {
  const law = leadingLaw(inInverseDepth(polynomial, LENGTH), SCALE);
  const exact = printDepthPolynomial(polynomial);
  return { name, order, ...(law ? { law } : { note: 'vanishes' }), ...(exact && { exact }) };
}
