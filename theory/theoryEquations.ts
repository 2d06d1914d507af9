/**
 * The theory as titled groups of equations in a notation: what both the text and the LaTeX page lay out.
 */
import type { Observable, ObservableExpression } from './model.ts';
import type { Notation } from './notation.ts';
import { printTerms, type PrintedTerm } from './printRecursion.ts';
import { correlatorKey, type Readout, type Recursion, type Theory } from './theory.ts';

/** `left = sum of terms`; no terms means zero. */
export interface Equation {
  readonly left: string;
  readonly terms: readonly PrintedTerm[];
}

export interface EquationGroup {
  readonly heading: string;
  readonly equations: readonly Equation[];
}

/** The first layer, the recursions by power of 1/n, and the observables that are single correlators. */
export function theoryEquations(theory: Theory, notation: Notation): EquationGroup[] {
  const orders = [...new Set(theory.recursions.map(({ order }) => order))].sort((p, q) => p - q);
  const recursions = orders.map((order) => ({
    heading: `Layer l to l+1, ${order === 0 ? 'leading order' : `order 1/n${order === 1 ? '' : `^${order}`}`}`,
    equations: theory.recursions
      .filter((recursion) => recursion.order === order)
      .map((recursion) => recursionEquation(theory, recursion, notation)),
  }));
  const observables = theory.model.observables.flatMap((observable) =>
    observableEquation(theory, observable, notation),
  );
  return [
    {
      heading: 'Layer 1, exact',
      equations: theory.firstLayer.map((value) => firstLayerEquation(theory, value, notation)),
    },
    ...recursions,
    ...(observables.length === 0 ? [] : [{ heading: 'Observables', equations: observables }]),
  ];
}

function firstLayerEquation(
  { ring }: Theory,
  { family, order, samples, value }: Recursion,
  notation: Notation,
): Equation {
  return {
    left: notation.coupling(family, order, samples, 'first'),
    terms: printTerms(ring, value, family, samples, notation),
  };
}

function recursionEquation(theory: Theory, recursion: Recursion, notation: Notation): Equation {
  const { family, order, samples, value } = recursion;
  return {
    left: notation.coupling(family, order, samples, 'next'),
    terms: printTerms(theory.ring, value, family, samples, notation),
  };
}

/** `V[a,b;c,d] = (1/n) V_(ab)(cd) + ...`; observables that combine others are their own definition. */
function observableEquation(theory: Theory, observable: Observable, notation: Notation): Equation[] {
  const readout = readoutOf(theory, observable.body);
  if (!readout) return [];
  const terms = readout.orders.flatMap((value, order) =>
    printTerms(theory.ring, value, undefined, observable.indices.flat(), notation).map((term) => ({
      ...term,
      body: [notation.inverseWidth(order), term.body].filter((part) => part !== '').join(' '),
    })),
  );
  return [{ left: notation.observable(observable.name, observable.indices), terms }];
}

function readoutOf(theory: Theory, body: ObservableExpression): Readout | undefined {
  return body.kind === 'correlator'
    ? theory.readouts.get(correlatorKey(body.connected, body.fields))
    : undefined;
}
