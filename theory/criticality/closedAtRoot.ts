/** Closed forms at a kernel that is a root of a quadratic equation, as expressions: rational parts are carried out in its field. */
import { evaluate } from '../evaluate.ts';
import { PI, add, divide, integer, multiply, numberExpr, power, symbol, type Expr } from '../expression.ts';
import { LATEX_EXPRESSIONS, TEXT_EXPRESSIONS } from '../expressionNotation.ts';
import { printExpression, printLatexExpression, printTextExpression } from '../printExpression.ts';
import { ONE, ZERO, rational, type Rational } from '../rational.ts';
import { angleOf, parseFraction, type ClosedForm, type ClosedTerm } from './closedForm.ts';
import { quotient, times } from './constants.ts';
import type { PrintedFormula } from './printOneSample.ts';
import {
  addQuadratic,
  multiplyQuadratic,
  powerOfQuadratic,
  quadraticExpr,
  scaleQuadratic,
  type QuadraticNumber,
} from './quadraticNumber.ts';

/** An expression with a symbol for each arcsine in it, which is no function of the language, and the sines by symbol. */
export interface AngularExpr {
  readonly value: Expr;
  readonly sines: ReadonlyMap<string, Expr>;
}

interface Group {
  readonly constant: Expr;
  readonly rest: Expr;
  readonly value: QuadraticNumber;
}

/** a / b at the root, common constants left out. */
export function quotientAtRoot(a: ClosedForm, b: ClosedForm, root: QuadraticNumber): AngularExpr {
  const common = commonFactor(b);
  const side = (form: ClosedForm): Expr =>
    atRoot(
      form.map((term) => ({ ...term, coefficient: times(common, term.coefficient) })),
      root,
    );
  const angles = [...a, ...b].flatMap((term) => term.angles);
  return {
    value: divide(side(a), side(b)),
    sines: new Map(angles.map((key) => [angleName(key), sineAt(key, root)])),
  };
}

export function evaluateAngular({ value, sines }: AngularExpr): number {
  return evaluate(value, new Map([...sines].map(([name, sine]) => [name, Math.asin(evaluate(sine))])));
}

export function printAngular({ value, sines }: AngularExpr): PrintedFormula {
  const name = (inner: string, print: (sine: Expr) => string, front: string, back: string): string => {
    const sine = sines.get(inner);
    return sine ? `${front}${print(sine)}${back}` : inner;
  };
  return {
    text: printExpression(value, {
      ...TEXT_EXPRESSIONS,
      symbol: (each) => name(each, printTextExpression, 'arcsin(', ')'),
    }),
    latex: printExpression(value, {
      ...LATEX_EXPRESSIONS,
      symbol: (each) =>
        sines.has(each)
          ? name(each, printLatexExpression, '\\arcsin\\left(', '\\right)')
          : LATEX_EXPRESSIONS.symbol(each),
    }),
  };
}

/** Every term with the same half-integer powers, angles and constant becomes one. */
function atRoot(form: ClosedForm, root: QuadraticNumber): Expr {
  const groups: Group[] = [];
  for (const term of form) {
    const { rest, value } = split(term, root);
    const at = groups.findIndex(
      (group) => group.rest.key === rest.key && quotient(term.coefficient, group.constant).kind === 'number',
    );
    const found = groups[at];
    if (!found) groups.push({ constant: term.coefficient, rest, value });
    else {
      const ratio = quotient(term.coefficient, found.constant);
      const weight = ratio.kind === 'number' ? ratio.value : ONE;
      groups[at] = { ...found, value: addQuadratic(found.value, scaleQuadratic(weight, value)) };
    }
  }
  return add(...groups.map(({ constant, rest, value }) => withRational(constant, value, rest)));
}

/** The rational part of the constant goes into the number. */
function withRational(constant: Expr, value: QuadraticNumber, rest: Expr): Expr {
  const head = constant.kind === 'product' ? constant.factors[0]! : constant;
  if (head.kind !== 'number') return multiply(constant, quadraticExpr(value), rest);
  return multiply(quotient(constant, head), quadraticExpr(scaleQuadratic(head.value, value)), rest);
}

function split({ kernel, roots, angles }: ClosedTerm, root: QuadraticNumber): Omit<Group, 'constant'> {
  let value = powerOfQuadratic(root, kernel);
  let rest: Expr = integer(1);
  for (const [a, halves] of roots) {
    const base = linear(parseFraction(a), root);
    const odd = halves % 2 !== 0;
    value = multiplyQuadratic(value, powerOfQuadratic(base, (odd ? halves + 1 : halves) / 2));
    if (odd) rest = times(rest, power(quadraticExpr(base), rational(-1, 2)));
  }
  for (const key of angles) rest = times(rest, symbol(angleName(key)));
  return { rest, value };
}

function angleName(key: string): string {
  return `arcsine ${key}`;
}

function sineAt(key: string, root: QuadraticNumber): Expr {
  const { p, q } = angleOf(key);
  return quadraticExpr(multiplyQuadratic(scaleQuadratic(p, root), powerOfQuadratic(linear(q, root), -1)));
}

/** 1 + a K */
function linear(a: Rational, root: QuadraticNumber): QuadraticNumber {
  return addQuadratic({ p: ONE, q: ZERO, d: root.d }, scaleQuadratic(a, root));
}

/** What frees the constants of a form from denominators and from pi below. */
function commonFactor(form: ClosedForm): Expr {
  const coefficients = form.map(({ coefficient }) => coefficient);
  const factors = (expr: Expr): readonly Expr[] => (expr.kind === 'product' ? expr.factors : [expr]);
  const ofPi = coefficients.map((c) =>
    factors(c).reduce(
      (least, factor) =>
        factor.kind === 'power' && factor.base.key === PI.key
          ? Math.min(least, Number(factor.exponent.numerator) / Number(factor.exponent.denominator))
          : least,
      0,
    ),
  );
  const denominator = coefficients
    .flatMap(factors)
    .reduce(
      (lcm, factor) => (factor.kind === 'number' ? leastCommonMultiple(lcm, factor.value.denominator) : lcm),
      1n,
    );
  const deepest = Math.round(-2 * Math.min(0, ...ofPi));
  return times(numberExpr(rational(denominator)), power(PI, rational(deepest, 2)));
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
