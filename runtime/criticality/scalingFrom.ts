/** Couplings, observables and perturbations along a kernel that approaches its fixed point as a power of depth. */
import { atomKey, type Atom } from '../../theory/atom.ts';
import { frontOf, solveApproach, type Approach } from '../../theory/criticality/approach.ts';
import { NOUGHT } from '../../theory/criticality/constants.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { observableSeries } from '../../theory/criticality/observableSeries.ts';
import {
  isFollowed,
  type OneSampleRecursion,
  type OneSampleSystem,
} from '../../theory/criticality/oneSampleSystem.ts';
import { polynomialSeries, type SeriesContext } from '../../theory/criticality/polynomialSeries.ts';
import { monomial, trim, type Puiseux } from '../../theory/criticality/puiseux.ts';
import { power } from '../../theory/expression.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import { exactRational, leadingLaw, relevanceOf, type DepthScale } from './powerLaw.ts';
import { responsesOf } from './responses.ts';
import type { PowerLaw, Perturbation, ScalingEntry, UniversalityReport } from './scalingReport.ts';

export type Scaling = Pick<UniversalityReport, 'couplings' | 'observables' | 'perturbations'>;

/** How the kernel approaches: x' = x (1 + rate x^step + ...), and everything as series in x. */
export interface FallingKernel {
  readonly approach: Approach;
  readonly context: SeriesContext;
  /** What `context` reads the couplings from; filled in the order of the system. */
  readonly solved: Map<string, Puiseux>;
  /** The power of x that K goes as: 2 where it falls to zero as x^2, 0 where K* > 0. */
  readonly kernelPower: number;
  /** Series of numbers made exact where they are known to be. */
  readonly exact?: (factor: Puiseux) => Puiseux;
}

export function scalingFrom(
  theory: Theory,
  system: OneSampleSystem,
  falling: FallingKernel,
  unknowns: readonly string[],
): Scaling {
  const { approach, context, solved, exact = (factor: Puiseux) => factor } = falling;
  const series = (value: Polynomial<Atom>): Puiseux => polynomialSeries(system.ring, value, context);
  const scale = { front: frontOf(approach), step: approach.step };
  const free = new Map<string, number>();
  const couplings = system.recursions.map((recursion): ScalingEntry => {
    const { key, name, factor, source } = recursion;
    const power_ = lowestPower(system.ring, source, free, series);
    const bare = system.ring.substitute(source, (atom) =>
      free.has(atomKey(atom)) ? system.ring.zero : undefined,
    );
    const solution = solveApproach(approach, exact(series(factor)), series(bare), name);
    solved.set(key, solution.series);
    const lowest = Math.min(
      power_ === undefined ? Infinity : power_ - solution.shift,
      solution.homogeneous ?? Infinity,
    );
    const known = trim(solution.series);
    if (lowest < (known.terms.length > 0 ? known.lowest : Infinity) - 1e-9) free.set(key, lowest);
    return entryOf(recursion, solution.series, free, scale, falling);
  });
  const guarded = (value: Polynomial<Atom>): Puiseux => {
    const reduced = system.reduced(value);
    if (!isFollowed(system, reduced)) throw new RangeError('couplings that determine one another');
    const depends = lowestPower(system.ring, reduced, free, series) !== undefined;
    if (depends) throw new FreeSolution(DECIDED);
    return series(reduced);
  };
  return {
    couplings,
    observables: observablesOf(theory, context, guarded, scale),
    perturbations: perturbationsOf(theory, system, falling, scale, series, unknowns),
  };
}

/** Thrown for what depends on a coupling that the first layers decide. */
class FreeSolution extends RangeError {}

/**
 * The lowest power of x among the terms with couplings that go as a power of x decided by the first layers, whose amplitudes
 * are not known: `free` gives their powers. Undefined where there are none.
 */
function lowestPower(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  free: ReadonlyMap<string, number>,
  series: (value: Polynomial<Atom>) => Puiseux,
): number | undefined {
  const powers = ring.terms(value).flatMap(({ coefficient, factors }) => {
    const own = factors.filter(({ atom }) => free.has(atomKey(atom)));
    if (own.length === 0) return [];
    const rest = trim(
      series(ring.fromTerms([{ coefficient, factors: factors.filter((f) => !own.includes(f)) }])),
    );
    return [own.reduce((sum, { atom, exponent }) => sum + exponent * free.get(atomKey(atom))!, rest.lowest)];
  });
  return powers.length > 0 ? Math.min(...powers) : undefined;
}

function entryOf(
  recursion: OneSampleRecursion,
  series: Puiseux,
  free: ReadonlyMap<string, number>,
  scale: DepthScale,
  { solved, kernelPower }: FallingKernel,
): ScalingEntry {
  const { name, coupling } = recursion;
  const base = { name, order: coupling.order };
  const decided = free.get(recursion.key);
  const law =
    decided === undefined
      ? leadingLaw(series, scale)
      : { exponent: nearRational(-decided / scale.step), logarithm: 0 };
  if (!law) return { ...base, note: NOTHING_KNOWN };
  return {
    ...base,
    law,
    ...dimensionless(recursion, law, scale, { solved, kernelPower, free }),
    ...(law.amplitude ? {} : { note: DECIDED }),
  };
}

const DECIDED = 'the first layers decide the amplitude';
const NOTHING_KNOWN = 'vanishes, or is beyond the series';

type Solved = Pick<FallingKernel, 'solved' | 'kernelPower'> & {
  /** Powers of x that the first layers give an amplitude. */
  readonly free: ReadonlyMap<string, number>;
};

/** Compared with K^a Theta^b; Theta is of the order of 1 when the theory does not follow it. */
function dimensionless(
  { dimension }: OneSampleRecursion,
  { exponent }: PowerLaw,
  scale: DepthScale,
  { solved, kernelPower, free }: Solved,
): Pick<ScalingEntry, 'dimensionless'> {
  const theta = [...solved.keys()].find((key) => key.startsWith('c:H.0H.1@0:'));
  const decided = theta === undefined ? undefined : free.get(theta);
  const tangent =
    theta === undefined
      ? undefined
      : decided === undefined
        ? leadingLaw(solved.get(theta)!, scale)?.exponent.value
        : -decided / scale.step;
  if (dimension.tangent > 0 && tangent === undefined) return {};
  const kernel = -kernelPower / scale.step;
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

function observablesOf(
  theory: Theory,
  context: SeriesContext,
  polynomial: (value: Polynomial<Atom>) => Puiseux,
  scale: DepthScale,
): ScalingEntry[] {
  // x = front l^(-1/step), so that l = (x / front)^(-step), to leading order.
  const layer = monomial(power(scale.front, rational(scale.step)), -scale.step, 1);
  return theory.model.observables.flatMap(({ name, body, leadingOrder }): ScalingEntry[] => {
    try {
      const { first, coefficients } = observableSeries(body, {
        ...{ theory, layer, length: context.length, parameter: context.parameter },
        polynomial,
      });
      return coefficients.slice(Math.max(0, leadingOrder - first)).map((series, j): ScalingEntry => {
        const k = j + Math.max(0, leadingOrder - first);
        const law = leadingLaw(series, scale);
        if (!law) return { name, order: first + k, note: NOTHING_KNOWN };
        return { name, order: first + k, law, ...(law.amplitude ? {} : { note: DECIDED }) };
      });
    } catch (error) {
      if (error instanceof FreeSolution) return [{ name, order: leadingOrder, note: DECIDED }];
      if (error instanceof RangeError) return [{ name, order: 0, note: 'no power law' }];
      throw error;
    }
  });
}

function perturbationsOf(
  theory: Theory,
  system: OneSampleSystem,
  { approach, context, kernelPower, exact = (factor: Puiseux) => factor }: FallingKernel,
  scale: DepthScale,
  series: (value: Polynomial<Atom>) => Puiseux,
  unknowns: readonly string[],
): Perturbation[] {
  const factorSeries = (value: Polynomial<Atom>): Puiseux => exact(series(value));
  const entry = (of: string, power_: number): Perturbation => {
    const value = -(power_ - kernelPower) / scale.step;
    return { of, exponent: nearRational(value), relevance: relevanceOf(value) };
  };
  const map = kernelMap(theory);
  const responses = responsesOf(system, map.parallel, unknowns).flatMap(({ of, factor, source }) => {
    const { series: solution } = solveApproach(approach, factorSeries(factor), series(source), of);
    const { lowest, terms } = trim(solution);
    // Compared with K - K*, which is K where K* = 0 and x elsewhere.
    const growth = ((kernelPower || 1) - lowest) / scale.step;
    const nu = growth > 0 ? { nu: nearRational(1 / growth) } : {};
    return terms.length > 0 ? [{ ...entry(of, lowest), ...nu }] : [];
  });
  const free = (factor: Puiseux): number | undefined =>
    solveApproach(approach, factor, monomial(NOUGHT, 0, context.length), 'K').homogeneous;
  const inputs = (['parallel', 'perpendicular'] as const).flatMap((of) => {
    const at = free(factorSeries(map[of]));
    return at === undefined ? [] : [entry(of, at)];
  });
  return [...responses, ...inputs];
}
