/**
 * Critical points K* > 0 in closed form, where every average of the kernel recursion has one. The unknowns are eliminated exactly; where what
 * is left is a polynomial in K, a root of a quadratic equation is proved to be one of its zeros by exact arithmetic in the field of
 * that root, and the unknowns follow from the linear conditions.
 */
import type { Atom } from '../atom.ts';
import { expandDerivatives } from '../expandDerivatives.ts';
import { integer, numberExpr, power, type Expr } from '../expression.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { rational, type Rational } from '../rational.ts';
import {
  CLOSED_KERNEL,
  addClosed,
  closedExpr,
  closedConstant,
  multiplyClosed,
  numeratorOf,
  scaleClosed,
  type ClosedForm,
} from './closedForm.ts';
import { quotientAtRoot, type AngularExpr } from './closedAtRoot.ts';
import { UNIT, quotient, times } from './constants.ts';
import { carryOutMoments, type KernelMap } from './kernelMap.ts';
import {
  isZeroQuadratic,
  polynomialAt,
  quadraticRoots,
  quadraticToNumber,
  type QuadraticNumber,
} from './quadraticNumber.ts';

export interface ExactContext {
  readonly unknowns: readonly string[];
  /** The closed form of an average without derivatives. */
  readonly average: (atom: Extract<Atom, { kind: 'average' }>) => ClosedForm | undefined;
  /** An exact given value. */
  readonly parameter: (name: string) => Expr | undefined;
  /** A function of parameters. */
  readonly scalar: (expression: Expr) => Expr;
}

/** constant + sum of coefficients[k] u_k */
interface ClosedCondition {
  readonly constant: ClosedForm;
  readonly coefficients: readonly ClosedForm[];
}

export interface ExactSystem {
  /** The condition without its unknowns, as a polynomial in K: entry k is the coefficient of K^k. */
  readonly eliminant: readonly Rational[];
  readonly conditions: readonly ClosedCondition[];
}

export interface ExactPoint {
  readonly kernel: QuadraticNumber;
  readonly parameters: ReadonlyMap<string, AngularExpr>;
}

/** Undefined where an average has no closed form, the unknowns do not enter linearly, or elimination leaves no polynomial. */
export function exactSystem(map: KernelMap, context: ExactContext): ExactSystem | undefined {
  const conditions = closedConditions(map, context);
  const eliminant =
    conditions &&
    numeratorOf(determinant(conditions.map(({ coefficients, constant }) => [...coefficients, constant])));
  return eliminant && { eliminant, conditions };
}

/** Where the conditions leave K free: the unknowns as functions of the symbol `K`. */
export function exactLine(map: KernelMap, context: ExactContext): ReadonlyMap<string, Expr> | undefined {
  const conditions = closedConditions(map, context);
  const solution = conditions && cramer(conditions.slice(0, context.unknowns.length));
  if (!solution) return undefined;
  const [above, below] = [solution.above.map(closedExpr), closedExpr(solution.below)];
  if (!below || above.some((each) => each === undefined)) return undefined;
  return new Map(context.unknowns.map((name, k) => [name, quotient(above[k]!, below)]));
}

function closedConditions(
  { ring, next, parallel, perpendicular }: KernelMap,
  context: ExactContext,
): readonly ClosedCondition[] | undefined {
  const forms = [next, perpendicular, parallel]
    .map((value) => carryOutMoments(ring, expandDerivatives(ring, value)))
    .map((value, k) => conditionOf(ring, value, k === 0 ? CLOSED_KERNEL : closedConstant(UNIT), context));
  // One unknown is determined by two conditions; whether the third holds as well is seen in numbers.
  const conditions = forms.slice(0, context.unknowns.length + 1);
  return conditions.some((form) => form === undefined) ? undefined : (conditions as ClosedCondition[]);
}

/** By Cramer's rule: each unknown is `above` / `below`. */
function cramer(forms: readonly ClosedCondition[]): {
  readonly above: readonly ClosedForm[];
  readonly below: ClosedForm;
} {
  const above = forms.map((_, k) =>
    determinant(
      forms.map(({ coefficients, constant }) =>
        coefficients.map((c, j) => (j === k ? scaleClosed(integer(-1), constant) : c)),
      ),
    ),
  );
  return { above, below: determinant(forms.map(({ coefficients }) => coefficients)) };
}

/** The point at a root of c + b K + a K^2 near `kernel`; undefined when that is no zero of the eliminant. */
export function exactPoint(
  { eliminant, conditions }: ExactSystem,
  quadratic: readonly Rational[],
  kernel: number,
  unknowns: readonly string[],
): ExactPoint | undefined {
  const root = quadraticRoots(quadratic).find(
    (each) => Math.abs(quadraticToNumber(each) - kernel) <= 1e-9 * kernel,
  );
  if (!root || !isZeroQuadratic(polynomialAt(eliminant, root))) return undefined;
  const { above, below } = cramer(conditions.slice(0, unknowns.length));
  const parameters = unknowns.map((name, k): [string, AngularExpr] => [
    name,
    quotientAtRoot(above[k]!, below, root),
  ]);
  return { kernel: root, parameters: new Map(parameters) };
}

function determinant(rows: readonly (readonly ClosedForm[])[]): ClosedForm {
  const [first, ...rest] = rows;
  if (!first) return closedConstant(UNIT);
  return addClosed(
    ...first.map((entry, k) => {
      const minor = determinant(rest.map((row) => row.filter((_, j) => j !== k)));
      return scaleClosed(integer(k % 2 === 0 ? 1 : -1), multiplyClosed(entry, minor));
    }),
  );
}

/** value - target */
function conditionOf(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  target: ClosedForm,
  context: ExactContext,
): ClosedCondition | undefined {
  const parts = context.unknowns.map((): ClosedForm[] => []);
  const constant: ClosedForm[] = [scaleClosed(integer(-1), target)];
  for (const { coefficient, factors } of ring.terms(value)) {
    let [front, form]: [Expr, ClosedForm] = [numberExpr(coefficient), closedConstant(UNIT)];
    let place = -1;
    for (const { atom, exponent } of factors) {
      const unknown = atom.kind === 'parameter' ? context.unknowns.indexOf(atom.name) : -1;
      if (unknown >= 0) {
        if (exponent !== 1 || place >= 0) return undefined;
        place = unknown;
        continue;
      }
      if (atom.kind === 'coupling' || atom.kind === 'average') {
        const closed = atom.kind === 'coupling' ? CLOSED_KERNEL : context.average(atom);
        if (!closed) return undefined;
        for (let k = 0; k < exponent; k++) form = multiplyClosed(form, closed);
        continue;
      }
      const given =
        atom.kind === 'parameter'
          ? context.parameter(atom.name)
          : atom.kind === 'scalar'
            ? context.scalar(atom.expression)
            : undefined;
      if (!given) return undefined;
      front = times(front, power(given, rational(exponent)));
    }
    (place < 0 ? constant : parts[place]!).push(scaleClosed(front, form));
  }
  return { constant: addClosed(...constant), coefficients: parts.map((forms) => addClosed(...forms)) };
}
