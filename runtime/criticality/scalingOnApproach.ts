/** The class K* = 0: everything as a series in the kernel that falls as a power of depth. */
import { atomKey, type Atom } from '../../theory/atom.ts';
import {
  approachOf,
  frontOf,
  solveApproach,
  type Approach,
  type ApproachSolution,
} from '../../theory/criticality/approach.ts';
import { NOUGHT, UNIT } from '../../theory/criticality/constants.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { observableSeries } from '../../theory/criticality/observableSeries.ts';
import type { OneSampleRecursion, OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import { polynomialSeries, type SeriesContext } from '../../theory/criticality/polynomialSeries.ts';
import { monomial, trim, type Puiseux } from '../../theory/criticality/puiseux.ts';
import { power } from '../../theory/expression.ts';
import type { Polynomial } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { activationSeriesOf, exactParameters } from './exactValues.ts';
import { exactRational, lawOf, leadingLaw, relevanceOf, type DepthScale } from './powerLaw.ts';
import { responsesOf } from './responses.ts';
import type { PowerLaw, Perturbation, ScalingEntry, UniversalityReport } from './scalingReport.ts';

/** Terms of every series: so many steps of the flow of K, each dependence of a coupling on another costs one. */
function lengthFor(theory: Theory, system: OneSampleSystem, study: Study): number {
  const trial = contextFor(study, new Map(), 10);
  const approach = approachOf(polynomialSeries(theory.ring, system.kernel, trial));
  return 8 * (approach?.step ?? 2) + 4;
}

type Scaling = Pick<UniversalityReport, 'kernel' | 'couplings' | 'observables' | 'perturbations'>;

/** `study` stands at the critical point. */
export function scalingOnApproach(
  theory: Theory,
  system: OneSampleSystem,
  study: Study,
  unknowns: readonly string[],
): Scaling {
  const { ring } = system;
  const solved = new Map<string, Puiseux>();
  const context = contextFor(study, solved, lengthFor(theory, system, study));
  const series = (value: Polynomial<Atom>): Puiseux => polynomialSeries(ring, value, context);
  const approach = approachOf(series(system.kernel));
  if (!approach) throw new InternalError('a kernel that is attracted by no power');
  const scale = { front: frontOf(approach), step: approach.step };
  const kernelLaw = lawOf(UNIT, 2, scale);
  const entries = system.recursions.map((recursion): ScalingEntry => {
    const { key, name, factor, source } = recursion;
    const solution = solveApproach(approach, series(factor), series(source), name);
    solved.set(key, solution.series);
    return entryOf(recursion, solution, scale, solved);
  });
  return {
    kernel: kernelLaw,
    couplings: entries,
    observables: observablesOf(theory, context, scale),
    perturbations: perturbationsOf(theory, system, approach, scale, series, unknowns, context.length),
  };
}

function contextFor(study: Study, solved: ReadonlyMap<string, Puiseux>, length: number): SeriesContext {
  const parameters = exactParameters(study);
  return {
    activations: activationSeriesOf(study, length),
    parameter: (name) => {
      const value = parameters.get(name);
      if (!value) throw new InternalError(`no value for the parameter ${name}`);
      return value;
    },
    scalar: (expression) => substitute(expression, parameters),
    coupling: (atom) =>
      atom.order === 0 && atom.family.key === 'zz' ? monomial(UNIT, 2, length) : solved.get(atomKey(atom)),
    length,
  };
}

function entryOf(
  recursion: OneSampleRecursion,
  { series, homogeneous }: ApproachSolution,
  scale: DepthScale,
  solved: ReadonlyMap<string, Puiseux>,
): ScalingEntry {
  const { name, coupling } = recursion;
  const base = { name, order: coupling.order };
  const { lowest, terms } = trim(series);
  if (terms.length === 0) return { ...base, note: NOTHING_KNOWN };
  // The solution without a source, where it is larger at small x.
  const isFree = homogeneous !== undefined && homogeneous < lowest - 1e-9;
  const free: PowerLaw = { exponent: nearRational(-(homogeneous ?? 0) / scale.step), logarithm: 0 };
  const law = isFree ? free : leadingLaw(series, scale)!;
  return {
    ...base,
    law,
    ...dimensionless(recursion, law, scale, solved),
    ...(law.amplitude ? {} : { note: DECIDED }),
  };
}

const DECIDED = 'the first layers decide the amplitude';
const NOTHING_KNOWN = 'vanishes, or is beyond the series';

/** Compared with K^a Theta^b; Theta is of the order of 1 when the theory does not follow it. */
function dimensionless(
  { dimension }: OneSampleRecursion,
  { exponent }: PowerLaw,
  scale: DepthScale,
  solved: ReadonlyMap<string, Puiseux>,
): Pick<ScalingEntry, 'dimensionless'> {
  const theta = [...solved].find(([key]) => key.startsWith('c:H.0H.1@0:'))?.[1];
  const tangent = theta && leadingLaw(theta, scale)?.exponent.value;
  if (dimension.tangent > 0 && tangent === undefined) return {};
  const kernel = -2 / scale.step;
  const value = exponent.value - dimension.kernel * kernel - dimension.tangent * (tangent ?? 0);
  return { dimensionless: { exponent: nearRational(value), relevance: relevanceOf(value) } };
}

/** Exponents are multiples of 1/step or sums of such. */
export function nearRational(value: number): { value: number; exact?: { text: string; latex: string } } {
  for (let denominator = 1; denominator <= 12; denominator++) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(value * denominator - numerator) < 1e-9)
      return exactRational(rational(numerator, denominator));
  }
  return { value };
}

function observablesOf(theory: Theory, context: SeriesContext, scale: DepthScale): ScalingEntry[] {
  // x = front l^(-1/step), so that l = (x / front)^(-step), to leading order.
  const layer = monomial(power(scale.front, rational(scale.step)), -scale.step, 1);
  return theory.model.observables.flatMap(({ name, body, leadingOrder }): ScalingEntry[] => {
    try {
      const { first, coefficients } = observableSeries(body, {
        ...{ theory, layer, length: context.length, parameter: context.parameter },
        polynomial: (value) => polynomialSeries(theory.ring, value, context),
      });
      return coefficients.slice(Math.max(0, leadingOrder - first)).map((series, j): ScalingEntry => {
        const k = j + Math.max(0, leadingOrder - first);
        const law = leadingLaw(series, scale);
        if (!law) return { name, order: first + k, note: NOTHING_KNOWN };
        return { name, order: first + k, law, ...(law.amplitude ? {} : { note: DECIDED }) };
      });
    } catch (error) {
      if (error instanceof RangeError) return [{ name, order: 0, note: 'no power law' }];
      throw error;
    }
  });
}

function perturbationsOf(
  theory: Theory,
  system: OneSampleSystem,
  approach: Approach,
  scale: DepthScale,
  series: (value: Polynomial<Atom>) => Puiseux,
  unknowns: readonly string[],
  length: number,
): Perturbation[] {
  const entry = (of: string, power_: number): Perturbation => {
    // Compared with K = x^2.
    const value = -(power_ - 2) / scale.step;
    return { of, exponent: nearRational(value), relevance: relevanceOf(value) };
  };
  const responses = responsesOf(system, unknowns).flatMap(({ of, factor, source }) => {
    const { series: solution } = solveApproach(approach, series(factor), series(source), of);
    const { lowest, terms } = trim(solution);
    return terms.length > 0 ? [entry(of, lowest)] : [];
  });
  const map = kernelMap(theory);
  const free = (factor: Puiseux): number | undefined =>
    solveApproach(approach, factor, monomial(NOUGHT, 0, length), 'K').homogeneous;
  const inputs = (['parallel', 'perpendicular'] as const).flatMap((of) => {
    const at = free(series(map[of]));
    return at === undefined ? [] : [entry(of, at)];
  });
  return [...responses, ...inputs];
}
