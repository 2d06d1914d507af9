/** Explanations as JSON (docs/schemas/explanation.schema.json). */
import { couplingName } from '../couplingName.ts';
import { latexNotation, textNotation, type Notation } from '../notation.ts';
import { printLatexExpression, printTextExpression } from '../printExpression.ts';
import { printOrbit } from '../printRecursion.ts';
import { formatRational } from '../rational.ts';
import type { Theory } from '../theory.ts';
import { termToJson, type Json } from '../theoryToJson.ts';
import type {
  Contraction,
  Contribution,
  ExplainedTerm,
  Explanation,
  LandedLeg,
  Landing,
  MomentContribution,
} from './explanation.ts';
import { equationSources, groupSource } from './sources.ts';

export function explanationToJson(theory: Theory, explanations: readonly Explanation[]): Json {
  return {
    model: theory.model.name,
    explanations: explanations.map((explanation) => {
      const { family, order, samples } = explanation.recursion;
      return {
        name: explanation.name,
        family: family.key,
        order,
        samples,
        text: TEXT.coupling(family, order, samples, 'next'),
        terms: explanation.terms.map((term) => explainedTermToJson(term, samples)),
        cancellations: explanation.cancellations.map((each) => ({ ...each })),
      };
    }),
  };
}

const TEXT = textNotation(printTextExpression);
const LATEX = latexNotation(printLatexExpression);

function explainedTermToJson(
  { term, permutations, contributions }: ExplainedTerm,
  samples: readonly string[],
): Json {
  const print = (notation: Notation): string => {
    const { sign, body } = printOrbit({ term, others: permutations }, samples, notation);
    return sign === '-' ? `- ${body}` : body;
  };
  return {
    text: print(TEXT),
    latex: print(LATEX),
    ...termToJson(term),
    permutations,
    contributions: contributions.map(contributionToJson),
  };
}

function contributionToJson({ weight, moebius, moments }: Contribution): Json {
  return { weight: formatRational(weight), moebius, moments: moments.map(momentToJson) };
}

function momentToJson({ clusters, contractions, counting, ...landed }: MomentContribution): Json {
  const { choice } = counting;
  return {
    clusters,
    contractions: contractions.map(contractionToJson),
    counting: { ...counting, choice: { ...choice, value: formatRational(choice.value) } },
    landings: landed.landings.map(landingToJson),
    landingWeight: formatRational(landed.landingWeight),
  };
}

function contractionToJson(contraction: Contraction): Json {
  const { kind, group, nodes, neuron } = contraction;
  return {
    kind,
    ...(group ? { group: group.name } : {}),
    nodes: nodes.map((node) => ({ ...node })),
    ...(neuron === undefined ? {} : { neuron }),
    equation: equationSources(contraction).map((source) => ({ ...source })),
    declaration: groupSource(contraction).map((source) => ({ ...source })),
  };
}

function landingToJson({ family, order, blocks }: Landing): Json {
  const { letter, correction } = couplingName(family, order);
  const leg = (each: LandedLeg): Json => ({ ...each });
  return {
    name: `${letter}${correction || ''}`,
    family: family.key,
    order,
    blocks: blocks.map((legs) => legs.map(leg)),
  };
}
