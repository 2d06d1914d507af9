/**
 * Gaussian averages in closed form, for products of polynomials, exp(-q z^2) and erf(b z) with one b: GELU and its derivatives, erf, the
 * Gaussian bump. Exact, by integration by parts: <z g> = K <g'>; what is left is <exp(-q z^2)> = (1 + 2 q K)^(-1/2) and
 * <erf(b z)^2> = (2/pi) arcsin(2 b^2 K / (1 + 2 b^2 K)) (Williams 1997).
 */
import { PI, add, integer, numberExpr, power, squareRoot, type Expr } from '../expression.ts';
import { foldExpression } from '../foldExpression.ts';
import {
  ZERO,
  addRationals,
  compareRationals,
  formatRational,
  isZeroRational,
  multiplyRationals,
  negateRational,
  rational,
  type Rational,
} from '../rational.ts';
import {
  CLOSED_KERNEL,
  addClosed,
  closedAngle,
  closedRoot,
  multiplyClosed,
  scaleClosed,
  type ClosedForm,
} from './closedForm.ts';
import { UNIT, isNought, quotient, times } from './constants.ts';

/** c z^degree exp(-decay z^2) erf(b z)^errors */
interface Piece {
  readonly coefficient: Expr;
  readonly degree: number;
  readonly decay: Rational;
  readonly errors: number;
}

/** A function of z as a sum of pieces; b^2 of its error functions, where it has any. */
interface Integrand {
  readonly pieces: readonly Piece[];
  readonly square?: Rational;
}

/** < product of the functions of z >_K; undefined where it is not of this kind. */
export function closedAverage(factors: readonly Expr[]): ClosedForm | undefined {
  try {
    const { pieces, square = ZERO } = factors.map(integrandOf).reduce(productOf, constant(UNIT));
    return addClosed(
      ...pieces.map(({ coefficient, degree, decay, errors }) =>
        scaleClosed(coefficient, momentOf(degree, decay, errors, square)),
      ),
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** < z^degree exp(-decay z^2) erf(b z)^errors >_K, `square` being b^2. */
function momentOf(degree: number, decay: Rational, errors: number, square: Rational): ClosedForm {
  if ((degree + errors) % 2 === 1) return [];
  const twice = multiplyRationals(rational(2), decay);
  if (degree === 0) {
    if (errors > 2) throw new RangeError('a power of erf without a closed average');
    const bell = closedRoot(twice, -1);
    if (errors === 0) return bell;
    const p = multiplyRationals(rational(2), square);
    const angle = closedAngle({ p, q: addRationals(twice, p) });
    return scaleClosed(quotient(integer(2), PI), multiplyClosed(bell, angle));
  }
  const lower =
    degree > 1 ? scaleClosed(integer(degree - 1), momentOf(degree - 2, decay, errors, square)) : [];
  const slope = quotient(times(integer(2 * errors), squareRoot(numberExpr(square))), squareRoot(PI));
  const inner =
    errors > 0
      ? scaleClosed(slope, momentOf(degree - 1, addRationals(decay, square), errors - 1, square))
      : [];
  return multiplyClosed(multiplyClosed(CLOSED_KERNEL, closedRoot(twice, -2)), addClosed(lower, inner));
}

function constant(value: Expr): Integrand {
  return { pieces: isNought(value) ? [] : [{ coefficient: value, degree: 0, decay: ZERO, errors: 0 }] };
}

function sumOf(a: Integrand, b: Integrand): Integrand {
  return { pieces: mergePieces([...a.pieces, ...b.pieces]), ...commonSquare(a, b) };
}

function productOf(a: Integrand, b: Integrand): Integrand {
  const pieces = a.pieces.flatMap((p) =>
    b.pieces.map((q) => ({
      coefficient: times(p.coefficient, q.coefficient),
      degree: p.degree + q.degree,
      decay: addRationals(p.decay, q.decay),
      errors: p.errors + q.errors,
    })),
  );
  return { pieces: mergePieces(pieces), ...commonSquare(a, b) };
}

function commonSquare(a: Integrand, b: Integrand): { readonly square?: Rational } {
  const [p, q] = [a.square, b.square];
  if (p && q && compareRationals(p, q) !== 0) throw new RangeError('error functions of different widths');
  const square = p ?? q;
  return square ? { square } : {};
}

function mergePieces(pieces: readonly Piece[]): Piece[] {
  const merged = new Map<string, Piece>();
  for (const piece of pieces) {
    const key = `${piece.degree} ${formatRational(piece.decay)} ${piece.errors}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, coefficient: add(known.coefficient, piece.coefficient) } : piece);
  }
  return [...merged.values()].filter(({ coefficient }) => !isNought(coefficient));
}

/** Throws RangeError for other functions. */
function integrandOf(expr: Expr): Integrand {
  return foldExpression<Integrand>({
    number: (node) => constant(node),
    symbol: (node) => {
      if (node.name === 'pi') return constant(node);
      if (node.name !== 'z') throw new RangeError(`no value for ${node.name}`);
      return { pieces: [{ coefficient: UNIT, degree: 1, decay: ZERO, errors: 0 }] };
    },
    sum: ({ terms }, into) => terms.map(into).reduce(sumOf),
    product: ({ factors }, into) => factors.map(into).reduce(productOf),
    power: ({ base, exponent }, into) => powerOf(into(base), exponent),
    call: ({ fn, argument }, into) => callOf(fn, into(argument)),
    piecewise: () => {
      throw new RangeError('a kink');
    },
  })(expr);
}

function powerOf(base: Integrand, exponent: Rational): Integrand {
  const single = constantOf(base);
  if (single) return constant(power(single, exponent));
  if (exponent.denominator !== 1n || exponent.numerator < 0n || exponent.numerator > 12n)
    throw new RangeError('a power that is no polynomial');
  return Array.from({ length: Number(exponent.numerator) }).reduce<Integrand>(
    (product) => productOf(product, base),
    constant(UNIT),
  );
}

function constantOf({ pieces }: Integrand): Expr | undefined {
  const [only] = pieces;
  if (pieces.length !== 1 || !only || only.degree > 0 || only.errors > 0) return undefined;
  return isZeroRational(only.decay) ? only.coefficient : undefined;
}

function callOf(fn: string, argument: Integrand): Integrand {
  const [only] = argument.pieces;
  if (argument.pieces.length !== 1 || !only || only.errors > 0 || !isZeroRational(only.decay))
    throw new RangeError(`${fn} of more than a power of z`);
  const { coefficient, degree } = only;
  if (fn === 'exp' && degree === 2 && coefficient.kind === 'number' && coefficient.value.numerator < 0n) {
    const decay = negateRational(coefficient.value);
    return { pieces: [{ coefficient: UNIT, degree: 0, decay, errors: 0 }] };
  }
  if (fn === 'erf' && degree === 1) {
    const square = times(coefficient, coefficient);
    if (square.kind !== 'number') throw new RangeError('an error function of irrational width');
    const root = squareRoot(square);
    const sign = quotient(coefficient, root);
    return {
      pieces: [{ coefficient: sign, degree: 0, decay: ZERO, errors: 1 }],
      square: square.value,
    };
  }
  throw new RangeError(`no closed average of ${fn}`);
}
