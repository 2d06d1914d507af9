/** A polynomial of the theory at one sample as a series in x = sqrt(K), or in whatever its averages and couplings are series of. */
import type { Atom, AverageAtom, CouplingAtom } from '../atom.ts';
import { numberExpr, type Expr } from '../expression.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { NOUGHT, UNIT } from './constants.ts';
import {
  addPuiseux,
  monomial,
  multiplyPuiseux,
  powerPuiseux,
  scalePuiseux,
  type Puiseux,
} from './puiseux.ts';

/** What the atoms of a polynomial stand for. */
export interface SeriesContext {
  readonly average: (atom: AverageAtom) => Puiseux;
  readonly parameter: (name: string) => Expr;
  /** A function of parameters. */
  readonly scalar: (expression: Expr) => Expr;
  /** Undefined when there is no such series. */
  readonly coupling: (atom: CouplingAtom) => Puiseux | undefined;
  /** How many terms exact numbers are given. */
  readonly length: number;
}

export function polynomialSeries(ring: Ring<Atom>, value: Polynomial<Atom>, context: SeriesContext): Puiseux {
  const { length } = context;
  const atoms = new Map<Atom, Puiseux>();
  const seriesOf = (atom: Atom): Puiseux => {
    const known = atoms.get(atom) ?? atomSeries(atom, context);
    atoms.set(atom, known);
    return known;
  };
  const terms = ring.terms(value).map(({ coefficient, factors }) => {
    const powers = factors.map(({ atom, exponent }) => powerPuiseux(seriesOf(atom), exponent));
    const product = powers.reduce(multiplyPuiseux, monomial(UNIT, 0, length));
    return scalePuiseux(numberExpr(coefficient), product);
  });
  return terms.reduce(addPuiseux, monomial(NOUGHT, 0, length));
}

function atomSeries(atom: Atom, context: SeriesContext): Puiseux {
  switch (atom.kind) {
    case 'parameter':
      return monomial(context.parameter(atom.name), 0, context.length);
    case 'scalar':
      return monomial(context.scalar(atom.expression), 0, context.length);
    case 'average':
      return context.average(atom);
    case 'coupling': {
      const series = context.coupling(atom);
      if (series) return series;
      throw new InternalError(`no series for a coupling of order ${atom.order}`);
    }
    case 'width-ratio':
      return monomial(UNIT, 0, context.length);
    case 'overlap':
    case 'function-coupling':
    case 'diagram':
      throw new InternalError(`no series for a ${atom.kind}`);
  }
}
