/** Every coupling at a kernel that stays where it is, as a polynomial in depth. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { atomKey, type Atom, type AverageAtom } from '../atom.ts';
import type { SampleLabel } from '../coupling.ts';
import { numberExpr, type Expr } from '../expression.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { NOUGHT, UNIT } from './constants.ts';
import { addDepth, multiplyDepth, sumOverDepth, type DepthPolynomial } from './depthPolynomials.ts';
import type { OneSampleSystem } from './oneSampleSystem.ts';

export interface FixedContext {
  readonly kernel: Expr;
  /** Of gated units, by label. */
  readonly kernels?: ReadonlyMap<SampleLabel, Expr>;
  readonly average: (atom: AverageAtom) => Expr;
  readonly parameter: (name: string) => Expr;
  readonly scalar: (expression: Expr) => Expr;
  /** The coupling in layer 1. */
  readonly start: (key: string) => Expr;
}

/** By coupling key, in m = l - 1. */
export function fixedSystem(
  system: OneSampleSystem,
  context: FixedContext,
): ReadonlyMap<string, DepthPolynomial> {
  const known = new Map<string, DepthPolynomial>();
  for (const { key, factor, source } of system.recursions) {
    const [one, more] = depthPolynomial(system.ring, factor, context, known);
    if (more) throw new InternalError('a factor that depends on depth');
    known.set(
      key,
      sumOverDepth(one ?? NOUGHT, depthPolynomial(system.ring, source, context, known), context.start(key)),
    );
  }
  return known;
}

export function depthPolynomial(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  context: FixedContext,
  known: ReadonlyMap<string, DepthPolynomial>,
): DepthPolynomial {
  const atomValue = (atom: Atom): DepthPolynomial => {
    switch (atom.kind) {
      case 'parameter':
        return [context.parameter(atom.name)];
      case 'scalar':
        return [context.scalar(atom.expression)];
      case 'average':
        return [context.average(atom)];
      case 'coupling':
        return known.get(atomKey(atom)) ?? [context.kernels?.get(atom.samples[0]!) ?? context.kernel];
      case 'width-ratio':
        return [UNIT];
      case 'overlap':
      case 'function-coupling':
      case 'diagram':
        throw new InternalError(`a ${atom.kind} at one sample`);
    }
  };
  return ring
    .terms(value)
    .map(({ coefficient, factors }) =>
      factors
        .flatMap(({ atom, exponent }) => Array.from({ length: exponent }, () => atomValue(atom)))
        .reduce(multiplyDepth, [numberExpr(coefficient)]),
    )
    .reduce<DepthPolynomial>(addDepth, []);
}
