/**
 * The approach to a half-stable fixed point from its stable side: x = |K - K*| follows x' = x - |c| x^2 + ..., so that
 * |K - K*| ~ 1 / (|c| l), and everything else is a series in x. What drifts with the kernel on the way is not what it is at K*.
 */
import { atomKey, averageAtom, type AverageAtom } from '../../theory/atom.ts';
import { frontOf, type Approach } from '../../theory/criticality/approach.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from '../../theory/criticality/constants.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import type { OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import { polynomialSeries, type SeriesContext } from '../../theory/criticality/polynomialSeries.ts';
import { coefficientAt, endOf, type Puiseux } from '../../theory/criticality/puiseux.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { integer, numberExpr, type Expr } from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { exactParameters, scalarsOf } from './exactValues.ts';
import { lawOf } from './powerLaw.ts';
import { scalingFrom } from './scalingFrom.ts';
import { exactDouble, numericAverage, type FixedKernel } from './scalingAtFixedKernel.ts';
import type { ApproachReport } from './scalingReport.ts';

/** Terms of every series; each dependence of a coupling on another costs one or two. */
const LENGTH = 7;

/** Undefined where K' - K* has no quadratic term. */
export function scalingNearHalfStable(
  theory: Theory,
  system: OneSampleSystem,
  study: Study,
  kernel: FixedKernel,
  slopes: readonly number[],
  side: 'above' | 'below',
  unknowns: readonly string[],
): ApproachReport | undefined {
  const sign = side === 'above' ? 1 : -1;
  const solved = new Map<string, Puiseux>();
  const context = contextFor(study, kernel, slopes, sign, solved);
  const next = polynomialSeries(system.ring, system.kernel, context);
  const growth = Array.from({ length: endOf(next) - 1 }, (_, k) =>
    k === 0 ? UNIT : times(integer(sign), coefficientAt(next, k + 1)),
  );
  const rate = growth[1];
  if (!rate || isNought(rate) || evaluate(rate) > 0) return undefined;
  const approach: Approach = { growth, step: 1, rate };
  const scale = { front: frontOf(approach), step: 1 };
  return {
    side,
    deviation: lawOf(integer(sign), 1, scale),
    onset: evaluate(scale.front) / [...kernel.values()][0]!,
    ...scalingFrom(
      theory,
      system,
      { approach, context, solved, kernelPower: 0, exact: (factor) => madeExact(factor, approach) },
      unknowns,
    ),
  };
}

/** K = K* + sign x, other kernels of gated units along their line; an average is its Taylor series, d<f>/dK = (1/2) <f''>. */
function contextFor(
  study: Study,
  kernel: FixedKernel,
  slopes: readonly number[],
  sign: 1 | -1,
  solved: ReadonlyMap<string, Puiseux>,
): SeriesContext {
  const parameters = exactParameters(study);
  const average = numericAverage(study, kernel);
  const known = new Map<string, Puiseux>();
  const labels = [...kernel.keys()];
  const slopeOf = (label: SampleLabel): Expr => {
    const slope = slopes[labels.indexOf(label)]!;
    return slope === 1 ? integer(sign) : times(integer(sign), exactDouble(slope));
  };
  const taylor = ({ locals, derivatives }: AverageAtom): Puiseux => {
    const label = locals[0]!.sample;
    let weight: Expr = UNIT;
    const terms = Array.from({ length: LENGTH }, (_, k) => {
      if (k > 0) weight = times(times(numberExpr(rational(1, 2 * k)), slopeOf(label)), weight);
      const raised = averageAtom(locals, [...derivatives, ...Array.from({ length: 2 * k }, () => label)]);
      return times(weight, average(raised));
    });
    return { lowest: 0, terms };
  };
  return {
    average: (atom) => {
      const key = atomKey(atom);
      const found = known.get(key) ?? taylor(atom);
      known.set(key, found);
      return found;
    },
    ...scalarsOf(parameters),
    coupling: (atom) =>
      atom.order === 0 && atom.family.key === 'zz'
        ? {
            lowest: 0,
            terms: Array.from({ length: LENGTH }, (_, k) =>
              k === 0
                ? exactDouble(kernel.get(atom.samples[0]!)!)
                : k === 1
                  ? slopeOf(atom.samples[0]!)
                  : NOUGHT,
            ),
          }
        : solved.get(atomKey(atom)),
    length: LENGTH,
  };
}

/** Numbers closer to what they are at a critical point than this are it. */
const CLOSE = 1e-7;

/** A product of susceptibilities begins with 1, and one of chi_par alone continues with a multiple of the rate, exactly. */
function madeExact(factor: Puiseux, { rate }: Approach): Puiseux {
  if (factor.lowest !== 0) return factor;
  const [first, second, ...rest] = factor.terms;
  if (!first || !second || Math.abs(evaluate(first) - 1) > CLOSE) return factor;
  const multiple = evaluate(quotient(second, rate));
  const whole = Math.round(multiple);
  const isWhole = Math.abs(multiple - whole) <= CLOSE * Math.max(1, Math.abs(whole));
  return { lowest: 0, terms: [UNIT, isWhole ? times(integer(whole), rate) : second, ...rest] };
}
