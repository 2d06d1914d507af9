/** Observables at one sample as series in 1/n whose coefficients are series in a small variable. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Atom } from '../atom.ts';
import { numberExpr, type Expr } from '../expression.ts';
import type { ObservableExpression } from '../model.ts';
import type { Polynomial } from '../polynomial.ts';
import { correlatorKey, type Theory } from '../theory.ts';
import { UNIT, NOUGHT } from './constants.ts';
import { atOneSample } from './oneSampleSystem.ts';
import {
  addPuiseux,
  monomial,
  multiplyPuiseux,
  powerPuiseux,
  scalePuiseux,
  trim,
  type Puiseux,
} from './puiseux.ts';

/** `coefficients[k]` belongs to n^-(first + k). */
export interface WidthSeries {
  readonly first: number;
  readonly coefficients: readonly Puiseux[];
}

export interface ObservableContext {
  readonly theory: Theory;
  /** The series of a polynomial in the couplings of one layer. */
  readonly polynomial: (value: Polynomial<Atom>) => Puiseux;
  readonly parameter: (name: string) => Expr;
  /** The layer l. */
  readonly layer: Puiseux;
  readonly length: number;
}

/** Throws RangeError for a quotient by something that vanishes. */
export function observableSeries(body: ObservableExpression, context: ObservableContext): WidthSeries {
  const { theory, length } = context;
  const visit = (inner: ObservableExpression): WidthSeries => observableSeries(inner, context);
  const constant = (value: Puiseux): WidthSeries => ({
    first: 0,
    coefficients: Array.from({ length: theory.order + 1 }, (_, k) =>
      k === 0 ? value : monomial(NOUGHT, 0, length),
    ),
  });
  switch (body.kind) {
    case 'number':
      return constant(monomial(numberExpr(body.value), 0, length));
    case 'parameter':
      return constant(monomial(context.parameter(body.name), 0, length));
    case 'layer':
      return constant(context.layer);
    case 'width': {
      const one = constant(monomial(UNIT, 0, length));
      return { first: -1, coefficients: [...one.coefficients, monomial(NOUGHT, 0, length)] };
    }
    case 'correlator': {
      const readout = theory.readouts.get(correlatorKey(body.connected, body.fields));
      if (!readout) throw new InternalError('a correlator that was not derived');
      const coefficients = readout.orders.map((value) => context.polynomial(atOneSample(theory, value)));
      return { first: 0, coefficients };
    }
    case 'reference': {
      const definition = theory.model.observables.find(({ name }) => name === body.name);
      if (!definition) throw new InternalError(`no observable ${body.name}`);
      return visit(definition.body);
    }
    case 'sum':
      return body.terms.map(visit).reduce(addWidth);
    case 'product':
      return body.factors.map(visit).reduce(multiplyWidth);
    case 'power':
      return powerWidth(visit(body.base), body.exponent);
  }
}

function endOfWidth({ first, coefficients }: WidthSeries): number {
  return first + coefficients.length;
}

function addWidth(a: WidthSeries, b: WidthSeries): WidthSeries {
  const first = Math.min(a.first, b.first);
  const end = Math.min(endOfWidth(a), endOfWidth(b));
  const coefficients = Array.from({ length: Math.max(0, end - first) }, (_, k) => {
    const [p, q] = [a.coefficients[first + k - a.first], b.coefficients[first + k - b.first]];
    return p && q ? addPuiseux(p, q) : (p ?? q)!;
  });
  return { first, coefficients };
}

function multiplyWidth(a: WidthSeries, b: WidthSeries): WidthSeries {
  const count = Math.min(a.coefficients.length, b.coefficients.length);
  const coefficients = Array.from({ length: count }, (_, k) =>
    Array.from({ length: k + 1 }, (__, j) =>
      multiplyPuiseux(a.coefficients[j]!, b.coefficients[k - j]!),
    ).reduce(addPuiseux),
  );
  return { first: a.first + b.first, coefficients };
}

function powerWidth(a: WidthSeries, exponent: number): WidthSeries {
  if (exponent < 0) return powerWidth(inverseWidth(a), -exponent);
  if (exponent === 0)
    return {
      first: 0,
      coefficients: a.coefficients.map((c, k) => monomial(k === 0 ? UNIT : NOUGHT, 0, c.terms.length || 1)),
    };
  return Array.from({ length: exponent - 1 }).reduce<WidthSeries>((product) => multiplyWidth(product, a), a);
}

function inverseWidth({ first, coefficients }: WidthSeries): WidthSeries {
  const skipped = coefficients.findIndex((c) => trim(c).terms.length > 0);
  if (skipped < 0) throw new RangeError('the inverse of an observable that vanishes');
  const known = coefficients.slice(skipped);
  const lead = powerPuiseux(known[0]!, -1);
  const inverse: Puiseux[] = [lead];
  for (let k = 1; k < known.length; k++) {
    const carried = inverse.map((value, j) => multiplyPuiseux(value, known[k - j]!)).reduce(addPuiseux);
    inverse.push(scalePuiseux(MINUS, multiplyPuiseux(lead, carried)));
  }
  return { first: -(first + skipped), coefficients: inverse };
}

const MINUS = numberExpr({ numerator: -1n, denominator: 1n });
