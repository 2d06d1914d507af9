/** Kernels of gated units that fall to zero together: K_p = ratio_p K, with K the first and ratios of the weights of what they all read. */
import type { Atom } from '../atom.ts';
import { add, numberExpr, power, type Expr } from '../expression.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { rational } from '../rational.ts';
import { NOUGHT, UNIT, quotient, times } from './constants.ts';
import type { KernelMap } from './kernelMap.ts';
import type { SeriesContext } from './polynomialSeries.ts';
import { monomial, type Puiseux } from './puiseux.ts';
import { sharedAverage } from './sharedAverage.ts';

/** By label; undefined for one pre-activation. Throws RangeError where pre-activations read different functions. */
export function kernelRatios(
  map: KernelMap,
  context: Pick<SeriesContext, 'parameter' | 'scalar'>,
): ReadonlyMap<string, Expr> | undefined {
  if (map.labels.length === 1) return undefined;
  const shared = sharedAverage(map);
  if (!shared) throw new RangeError('pre-activations that read different functions');
  const [first, ...rest] = shared.weights.map((weight) => constantExpr(map.ring, weight, context));
  const ratios = [UNIT, ...rest.map((weight) => quotient(weight, first!))];
  return new Map(map.labels.map((label, k) => [label, ratios[k]!]));
}

/** The context with every kernel at its ratio: a series in sqrt(K_p) becomes one in x = sqrt(K). */
export function atRatios(context: SeriesContext, ratios: ReadonlyMap<string, Expr>): SeriesContext {
  return {
    ...context,
    average: (atom) => rescaled(context.average(atom), ratios.get(atom.locals[0]!.sample) ?? UNIT),
    coupling: (atom) =>
      atom.order === 0 && atom.family.key === 'zz'
        ? monomial(ratios.get(atom.samples[0]!) ?? UNIT, 2, context.length)
        : context.coupling(atom),
  };
}

function rescaled({ lowest, terms }: Puiseux, ratio: Expr): Puiseux {
  return {
    lowest,
    terms: terms.map((term, k) =>
      term === NOUGHT ? term : times(term, power(ratio, rational(lowest + k, 2))),
    ),
  };
}

/** A polynomial in parameters. */
export function constantExpr(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  { parameter, scalar }: Pick<SeriesContext, 'parameter' | 'scalar'>,
): Expr {
  return add(
    ...ring.terms(value).map(({ coefficient, factors }) =>
      factors.reduce<Expr>((product, { atom, exponent }) => {
        const factor =
          atom.kind === 'parameter'
            ? parameter(atom.name)
            : atom.kind === 'scalar'
              ? scalar(atom.expression)
              : UNIT;
        return times(product, power(factor, rational(exponent)));
      }, numberExpr(coefficient)),
    ),
  );
}
