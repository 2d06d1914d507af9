/**
 * Functions of the kernel in closed form: sums of c K^k prod (1 + a K)^(e/2) prod arcsin(p K / (1 + q K)) with exact constants c and
 * rational a, p, q. Gaussian averages of polynomials, exp(-q z^2) and erf(b z) are of this kind, and products of such averages.
 */
import { evaluate } from '../evaluate.ts';
import { add, numberExpr, power, symbol, type Expr } from '../expression.ts';
import {
  ONE,
  addRationals,
  formatRational,
  isZeroRational,
  multiplyRationals,
  parseRational,
  rational,
  rationalToNumber,
  type Rational,
} from '../rational.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';

export interface ClosedTerm {
  readonly coefficient: Expr;
  /** The power of K. */
  readonly kernel: number;
  /** Twice the exponent of 1 + a K, by a as text. */
  readonly roots: ReadonlyMap<string, number>;
  /** Sorted, repeated for powers. */
  readonly angles: readonly string[];
}

/** Like terms are merged; no terms are zero. */
export type ClosedForm = readonly ClosedTerm[];

/** arcsin(p K / (1 + q K)) */
export interface Angle {
  readonly p: Rational;
  readonly q: Rational;
}

export function closedConstant(coefficient: Expr): ClosedForm {
  return merge([{ coefficient, kernel: 0, roots: new Map(), angles: [] }]);
}

/** K */
export const CLOSED_KERNEL: ClosedForm = [{ coefficient: UNIT, kernel: 1, roots: new Map(), angles: [] }];

/** (1 + a K)^(halves / 2) */
export function closedRoot(a: Rational, halves: number): ClosedForm {
  const roots = isZeroRational(a) || halves === 0 ? [] : [[formatRational(a), halves] as const];
  return [{ coefficient: UNIT, kernel: 0, roots: new Map(roots), angles: [] }];
}

export function closedAngle({ p, q }: Angle): ClosedForm {
  const angles = [`${formatRational(p)};${formatRational(q)}`];
  return [{ coefficient: UNIT, kernel: 0, roots: new Map(), angles }];
}

export function angleOf(key: string): Angle {
  const [p, q] = key.split(';').map(parseFraction) as [Rational, Rational];
  return { p, q };
}

export function addClosed(...forms: readonly ClosedForm[]): ClosedForm {
  return merge(forms.flat());
}

export function multiplyClosed(a: ClosedForm, b: ClosedForm): ClosedForm {
  return merge(
    a.flatMap((left) =>
      b.map((right) => ({
        coefficient: times(left.coefficient, right.coefficient),
        kernel: left.kernel + right.kernel,
        roots: addExponents(left.roots, right.roots),
        angles: [...left.angles, ...right.angles].sort(),
      })),
    ),
  );
}

export function scaleClosed(factor: Expr, form: ClosedForm): ClosedForm {
  return merge(form.map((term) => ({ ...term, coefficient: times(factor, term.coefficient) })));
}

export function evaluateClosed(form: ClosedForm, kernel: number): number {
  return form.reduce((sum, { coefficient, kernel: k, roots, angles }) => {
    const front = evaluate(coefficient) * kernel ** k;
    const radicals = [...roots].reduce(
      (all, [a, halves]) => all * (1 + rationalToNumber(parseFraction(a)) * kernel) ** (halves / 2),
      front,
    );
    return (
      sum +
      angles.map(angleOf).reduce((all, { p, q }) => {
        const [above, below] = [rationalToNumber(p) * kernel, 1 + rationalToNumber(q) * kernel];
        return all * Math.asin(above / below);
      }, radicals)
    );
  }, 0);
}

/** With the symbol `K`; undefined where there are angles, or for zero. */
export function closedExpr(form: ClosedForm): Expr | undefined {
  if (form.length === 0 || form.some(({ angles }) => angles.length > 0)) return undefined;
  const kernel = symbol('K');
  const terms = form.map((term) => {
    const roots = [...term.roots].map(([a, halves]) =>
      power(add(UNIT, times(numberExpr(parseFraction(a)), kernel)), rational(halves, 2)),
    );
    return [power(kernel, rational(term.kernel)), ...roots].reduce(times, term.coefficient);
  });
  return add(...terms);
}

/**
 * A polynomial in K with rational coefficients (entry k that of K^k) which vanishes for K > 0 where the form does: the form without its
 * common factors. Undefined where angles or different radicals are left, and for zero.
 */
export function numeratorOf(form: ClosedForm): readonly Rational[] | undefined {
  const [first] = form;
  if (!first || form.some(({ angles }) => angles.join() !== first.angles.join())) return undefined;
  const lowest = Math.min(...form.map(({ kernel }) => kernel));
  const bases = [...new Set(form.flatMap(({ roots }) => [...roots.keys()]))];
  const least = new Map(
    bases.map((base) => [base, Math.min(...form.map(({ roots }) => roots.get(base) ?? 0))]),
  );
  let sum: readonly Rational[] = [];
  for (const { coefficient, kernel, roots } of form) {
    const ratio = quotient(coefficient, first.coefficient);
    if (ratio.kind !== 'number') return undefined;
    let product: readonly Rational[] = [
      ...Array.from({ length: kernel - lowest }, () => rational(0)),
      ratio.value,
    ];
    for (const base of bases) {
      const halves = (roots.get(base) ?? 0) - least.get(base)!;
      if (halves % 2 !== 0) return undefined;
      for (let k = 0; k < halves / 2; k++) product = multiplyPolynomials(product, [ONE, parseFraction(base)]);
    }
    sum = addPolynomials(sum, product);
  }
  return sum;
}

/** `3`, `-1/2` */
export function parseFraction(text: string): Rational {
  const [above, below = '1'] = text.split('/');
  return rational(parseRational(above!).numerator, parseRational(below).numerator);
}

function addExponents(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const sum = new Map(a);
  for (const [base, halves] of b) sum.set(base, halves + (sum.get(base) ?? 0));
  return new Map([...sum].filter(([, halves]) => halves !== 0).sort(([x], [y]) => (x < y ? -1 : 1)));
}

function merge(terms: readonly ClosedTerm[]): ClosedForm {
  const merged = new Map<string, ClosedTerm>();
  for (const term of terms) {
    const key = `${term.kernel}|${[...term.roots].join(' ')}|${term.angles.join(' ')}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, coefficient: add(known.coefficient, term.coefficient) } : term);
  }
  return [...merged.values()].filter(({ coefficient }) => coefficient !== NOUGHT && !isNought(coefficient));
}

function addPolynomials(a: readonly Rational[], b: readonly Rational[]): Rational[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, k) =>
    addRationals(a[k] ?? rational(0), b[k] ?? rational(0)),
  );
}

function multiplyPolynomials(a: readonly Rational[], b: readonly Rational[]): Rational[] {
  const sums = Array.from({ length: a.length + b.length - 1 }, () => rational(0));
  a.forEach((p, i) =>
    b.forEach((q, j) => (sums[i + j] = addRationals(sums[i + j]!, multiplyRationals(p, q)))),
  );
  return sums;
}
