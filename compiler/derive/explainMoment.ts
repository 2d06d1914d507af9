/**
 * The summands of a moment one by one, each with how it came about. What is summed, and in which order, is decided by the generators of
 * `momentOfSums`; here their choices are only written down.
 */
import type { Atom } from '../../theory/atom.ts';
import type {
  Contraction,
  LandedLeg,
  Landing,
  MomentContribution,
  NeuronCounting,
} from '../../theory/explanation/explanation.ts';
import type { FieldShape } from '../../theory/field.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import type { ExpectationTerm, LandedCoupling } from './expandExpectation.ts';
import {
  choiceFactor,
  classOf,
  coefficientOfProduct,
  coincidencesOf,
  expandCoincidence,
  lostPowers,
  productsOfTerms,
  toTerm,
  type Coincidence,
  type Expansion,
} from './momentOfSums.ts';
import type { RowStatistic, StatisticTerm } from './rowStatistic.ts';

/** `value / n^order`. */
export interface MomentSummand {
  readonly order: number;
  readonly value: Polynomial<Atom>;
  readonly origin: MomentContribution;
}

/** The summands of `momentOfStatistics`. Throws UserError when the budget is spent. */
export function explainMoment(
  ring: Ring<Atom>,
  statistics: readonly RowStatistic[],
  expansion: Expansion,
): MomentSummand[] {
  const clusters = statistics.map(({ blocks }) => blocks);
  return productsOfTerms(statistics).flatMap((terms) => {
    const coefficient = coefficientOfProduct(ring, terms);
    return coincidencesOf(terms, expansion.maxOrder).flatMap((coincidence) => {
      const contractions = terms.flatMap((term, k) => contractionsOf(term, k, coincidence));
      const choices = choicesOf(ring, coincidence, expansion.maxOrder);
      return expandCoincidence(coincidence, expansion).flatMap((summand) => {
        const product = ring.multiply(coefficient, ring.fromTerms([toTerm(summand)]));
        return choices
          .filter(({ counting }) => counting.choice.order + summand.order <= expansion.maxOrder)
          .map(({ factor, counting }) => ({
            order: counting.choice.order + summand.order,
            value: ring.multiply(product, factor),
            origin: { clusters, contractions, counting, ...landingsOf(summand) },
          }));
      });
    });
  });
}

function contractionsOf(
  { contractions }: StatisticTerm,
  term: number,
  { classes }: Coincidence,
): Contraction[] {
  return contractions.map((contraction) =>
    contraction.neuron === undefined
      ? contraction
      : { ...contraction, neuron: classOf(classes, term, contraction.neuron) },
  );
}

/** The number of ways to choose different neurons, power by power of 1/n. */
function choicesOf(
  ring: Ring<Atom>,
  coincidence: Coincidence,
  maxOrder: number,
): { factor: Polynomial<Atom>; counting: NeuronCounting }[] {
  const { classes, sums } = coincidence;
  const pinned = classes.flatMap((origins, k) =>
    origins.some(({ factor }) => factor.pin !== undefined) ? [k] : [],
  );
  return choiceFactor(ring, coincidence, maxOrder).flatMap((factor, order) =>
    ring.terms(factor).map(({ coefficient: value }) => ({
      factor,
      counting: {
        sums,
        pinned,
        neurons: classes.length,
        lost: lostPowers(coincidence),
        choice: { value, order },
      },
    })),
  );
}

function landingsOf({
  chosen,
  weight,
}: ExpectationTerm): Pick<MomentContribution, 'landings' | 'landingWeight'> {
  return { landings: chosen.map(landingOf), landingWeight: weight };
}

function landingOf({ family, order, legs, neurons }: LandedCoupling): Landing {
  const leg = (slot: number): LandedLeg => {
    const { field } = family.slots[slot] as (typeof family.slots)[number];
    const sample = legs[slot];
    return {
      field: (family.fields[field] as FieldShape).name,
      neuron: neurons[slot] as number,
      ...(typeof sample === 'string' ? { sample } : {}),
    };
  };
  return { family, order, blocks: family.blocks.map((slots) => slots.map(leg)) };
}
