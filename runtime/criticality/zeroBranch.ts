/**
 * Criticality as K -> 0 or, for a layer without a scale, at every K: exact, by power series in x = sqrt(K). K' = K there needs the
 * terms x^0, x and x^2 of K' to be 0, 0 and 1; chi_par is then 1 as well, and chi_perp must begin with 1.
 */
import type { Atom } from '../../theory/atom.ts';
import type { Polynomial } from '../../theory/polynomial.ts';
import { atRatios, kernelRatios } from '../../theory/criticality/kernelRatios.ts';
import { averageSeries } from '../../theory/criticality/averageSeries.ts';
import type { KernelMap } from '../../theory/criticality/kernelMap.ts';
import { polynomialSeries, type SeriesContext } from '../../theory/criticality/polynomialSeries.ts';
import { coefficientAt, monomial, type Puiseux } from '../../theory/criticality/puiseux.ts';
import { solveSystem, type Equation, type Solution } from '../../theory/criticality/solveSystem.ts';
import { NOUGHT, UNIT, isNought, times } from '../../theory/criticality/constants.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { add, subtract, symbol, type Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { Model, Study } from '../../theory/model.ts';
import { substitute } from '../../theory/substitute.ts';
import { reasonAgainst } from './admissible.ts';
import { activationSeriesOf, exactNumber, exactNumbers, exactParameters } from './exactValues.ts';
import { isScaleInvariant, type OneSample } from './oneSample.ts';
import type { Approach, CriticalPoint, KernelValue, RejectedBranch } from './report.ts';

/** Terms of every series: the first that bends K' away from K is hardly ever further out. */
const LENGTH = 12;

export interface BranchResult {
  readonly points: readonly CriticalPoint[];
  readonly rejected: readonly RejectedBranch[];
  /** The exact parameters of each point. */
  readonly exact: ReadonlyMap<CriticalPoint, Solution>;
}

export async function zeroBranch(
  map: KernelMap,
  oneSample: OneSample,
  model: Model,
  study: Study,
  unknowns: readonly string[],
): Promise<BranchResult> {
  // A product of pre-activations has a scale.
  const scaleFree = map.labels.length === 1 && oneSample.activations.every(isScaleInvariant);
  const kernel: KernelValue = scaleFree ? { kind: 'any' } : { kind: 'zero' };
  const reject = (reason: string, solution: Solution = new Map()): RejectedBranch => ({
    kernel,
    parameters: exactNumbers(solution),
    reason,
  });
  const series = seriesOf(map, study, unknowns);
  if (typeof series === 'string') return { points: [], rejected: [reject(series)], exact: new Map() };
  const { solutions, contradictions } = await solveSystem(equationsOf(series), unknowns);
  const sound = solutions.filter((solution) => reasonOf(solution) === undefined);
  const points = sound.map((solution) => pointFrom(solution, kernel, series.next));
  return {
    points,
    exact: new Map(points.map((point, k) => [point, sound[k]!])),
    rejected: [
      ...contradictions.map(({ says, solution }) =>
        reject(`${says} contradicts the other conditions`, solution),
      ),
      ...solutions.flatMap((solution) => {
        const reason = reasonOf(solution);
        return reason === undefined ? [] : [reject(reason, solution)];
      }),
    ],
  };

  function reasonOf(solution: Solution): string | undefined {
    const values = [...exactParameters(study), ...solution].filter(
      ([, value]) => symbolsOf(value).length === 0,
    );
    return reasonAgainst(model, new Map(values.map(([name, value]) => [name, evaluate(value)])));
  }
}

interface ConditionSeries {
  readonly next: Puiseux;
  /** K' of the other pre-activations. */
  readonly others: readonly Puiseux[];
  readonly parallel: Puiseux;
  readonly perpendicular: Puiseux;
}

/** In the unknowns as symbols, or why there are no series. */
function seriesOf(map: KernelMap, study: Study, unknowns: readonly string[]): ConditionSeries | string {
  const given = new Map([...exactParameters(study)].filter(([name]) => !unknowns.includes(name)));
  const activations = activationSeriesOf(study, LENGTH);
  const context: SeriesContext = {
    average: (atom) => averageSeries(atom, activations),
    parameter: (name) => given.get(name) ?? symbol(name),
    scalar: (expression) => substitute(expression, given),
    coupling: () => monomial(UNIT, 2, LENGTH),
    length: LENGTH,
  };
  try {
    const ratios = kernelRatios(map, context);
    const series = (value: Polynomial<Atom>): Puiseux =>
      polynomialSeries(map.ring, value, ratios ? atRatios(context, ratios) : context);
    const [next, ...others] = map.nexts.map(series) as [Puiseux, ...Puiseux[]];
    return { next, others, parallel: series(map.parallel), perpendicular: series(map.perpendicular) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `the activation has no power series at zero (${error.message})`;
  }
}

function equationsOf({ next, others, parallel, perpendicular }: ConditionSeries): Equation[] {
  const at = (series: Puiseux, power: number, target: Expr, says: string): Equation => ({
    value: subtract(coefficientAt(series, power), target),
    says,
  });
  const below = (series: Puiseux, name: string): Equation[] =>
    Array.from({ length: Math.max(0, -series.lowest) }, (_, k) =>
      at(series, -k - 1, NOUGHT, `a finite ${name}`),
    );
  return [
    ...below(next, "K'"),
    ...below(parallel, 'chi_par'),
    ...below(perpendicular, 'chi_perp'),
    at(next, 0, NOUGHT, "K' = K"),
    ...others.map((other) => at(other, 0, NOUGHT, "K' = K")),
    at(next, 1, NOUGHT, "K' = K"),
    at(next, 2, UNIT, "K' = K"),
    at(parallel, 0, UNIT, 'chi_par = 1'),
    at(perpendicular, 0, UNIT, 'chi_perp = 1'),
  ];
}

function pointFrom(solution: Solution, kernel: KernelValue, next: Puiseux): CriticalPoint {
  const parameters = exactNumbers(solution);
  if (kernel.kind === 'any') return { class: 'scale-invariant', kernel, parameters, approach: 'fixed' };
  const bend = next.terms
    .map((term, k) => ({ power: next.lowest + k, value: withValues(term, solution) }))
    .find(({ power, value }) => power > 2 && !isNought(value));
  if (!bend) return { class: 'K* = 0', kernel, parameters, approach: 'undecided' };
  // Variances that stay free are positive.
  const free = new Map(symbolsOf(bend.value).map((name) => [name, 1]));
  const approach: Approach = evaluate(bend.value, free) < 0 ? 'attracting' : 'repelling';
  const drift = { coefficient: exactNumber(bend.value, free), power: bend.power / 2 };
  return { class: 'K* = 0', kernel, parameters, approach, drift };
}

function withValues(value: Expr, solution: Solution): Expr {
  const replaced = substitute(value, solution);
  return replaced.kind === 'sum' ? add(...replaced.terms.map((term) => times(term, UNIT))) : replaced;
}
