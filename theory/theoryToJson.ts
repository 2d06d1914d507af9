/** The theory as JSON (docs/schemas/theory.schema.json): every recursion as text, LaTeX and structured terms. */
import type { Atom, LocalFunction, Vertex } from './atom.ts';
import { couplingName } from './couplingName.ts';
import { latexNotation, textNotation, type CouplingLayer } from './notation.ts';
import { printLatexExpression, printTextExpression } from './printExpression.ts';
import { printTerms, type PrintedTerm } from './printRecursion.ts';
import type { Term } from './polynomial.ts';
import { formatRational } from './rational.ts';
import type { Recursion, Theory } from './theory.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function theoryToJson(theory: Theory): Json {
  return {
    model: theory.model.name,
    order: theory.order,
    firstLayer: theory.firstLayer.map((value) => recursionToJson(theory, value, 'first')),
    recursions: theory.recursions.map((recursion) => recursionToJson(theory, recursion, 'next')),
    observables: theory.model.observables.map(({ name, indices, leadingOrder }) => ({
      name,
      indices,
      leadingOrder,
    })),
    correlators: Object.fromEntries(
      [...theory.readouts].map(([key, { orders }]) => [
        key,
        Object.fromEntries(orders.map((value, order) => [String(order), termsToJson(theory, value)])),
      ]),
    ),
  };
}

function recursionToJson(theory: Theory, recursion: Recursion, layer: CouplingLayer): Json {
  const { family, order, samples, value } = recursion;
  const { letter, correction } = couplingName(family, order);
  const print = (notation: ReturnType<typeof textNotation>): string =>
    `${notation.coupling(family, order, samples, layer)} = ${joinTerms(printTerms(theory.ring, value, undefined, samples, notation))}`;
  return {
    name: `${letter}${correction || ''}`,
    family: family.key,
    order,
    samples,
    text: print(textNotation(printTextExpression)),
    latex: print(latexNotation(printLatexExpression)),
    terms: termsToJson(theory, value),
  };
}

function joinTerms(terms: readonly PrintedTerm[]): string {
  if (terms.length === 0) return '0';
  return terms
    .map(({ sign, body }, k) => (k === 0 ? (sign === '-' ? `- ${body}` : body) : `${sign} ${body}`))
    .join(' ');
}

function termsToJson({ ring }: Theory, value: Recursion['value']): Json {
  return ring.terms(value).map(termToJson);
}

export function termToJson({ coefficient, factors }: Term<Atom>): { readonly [key: string]: Json } {
  return {
    coefficient: formatRational(coefficient),
    factors: factors.map(({ atom, exponent }) => ({ ...atomToJson(atom), exponent })),
  };
}

function atomToJson(atom: Atom): { readonly [key: string]: Json } {
  switch (atom.kind) {
    case 'parameter':
      return { kind: 'parameter', name: atom.name };
    case 'scalar':
      return { kind: 'scalar', expression: printTextExpression(atom.expression) };
    case 'width-ratio':
      return { kind: 'width-ratio' };
    case 'overlap':
      return { kind: 'overlap', samples: atom.samples };
    case 'average':
      return { kind: 'average', locals: atom.locals.map(localToJson), derivatives: atom.derivatives };
    case 'coupling':
      return { kind: 'coupling', family: atom.family.key, order: atom.order, samples: atom.samples };
    case 'function-coupling':
      return {
        kind: 'function-coupling',
        family: atom.family.key,
        order: atom.order,
        samples: atom.samples,
        locals: atom.locals.map(localToJson),
        derivatives: atom.derivatives,
      };
    case 'diagram':
      return {
        kind: 'diagram',
        averages: atom.averages.map((locals) => locals.map(localToJson)),
        vertices: atom.vertices.map(vertexToJson),
      };
  }
}

function localToJson({ fn, derivative, sample, power }: LocalFunction): Json {
  return { function: fn, derivative, sample, power };
}

/**
 * A leg that is a number differentiates the average of that index; a label is a free sample index. The leg of the slot `f.0` takes what
 * the average is of as the function that the coupling ends on.
 */
function vertexToJson({ family, order, legs }: Vertex): Json {
  return { family: family.key, order, legs };
}
