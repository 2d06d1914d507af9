/** Polynomials at one sample as text and LaTeX: no sample indices, and derivatives in z in pairs as derivatives in K. */
import type { Atom, LocalFunction } from '../atom.ts';
import { latexName, latexNotation, textNotation, type Notation } from '../notation.ts';
import { printLatexExpression, printTextExpression } from '../printExpression.ts';
import { printTerms } from '../printRecursion.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { multiplyRationals, rational } from '../rational.ts';

export interface PrintedFormula {
  readonly text: string;
  readonly latex: string;
}

/** `C_b + C_W <sigma^2>`, `C_W d<sigma^2>/dK` */
export function printOneSample(ring: Ring<Atom>, value: Polynomial<Atom>): PrintedFormula {
  const shown = inKernelDerivatives(ring, value);
  const text = printWith(ring, shown, {
    ...textNotation(printTextExpression),
    average: textAverage,
    coupling: bare,
  });
  const latex = printWith(ring, shown, {
    ...latexNotation(printLatexExpression),
    average: latexAverage,
    coupling: bare,
  });
  return { text, latex };
}

function bare(): string {
  return 'K';
}

/** (1/2) <f''> is d<f>/dK: the factors of 2 go into the coefficient. */
function inKernelDerivatives(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.fromTerms(
    ring.terms(value).map(({ coefficient, factors }) => {
      const pairs = factors.reduce(
        (sum, { atom, exponent }) =>
          atom.kind === 'average' ? sum + exponent * Math.floor(atom.derivatives.length / 2) : sum,
        0,
      );
      return { coefficient: multiplyRationals(coefficient, rational(2 ** pairs)), factors };
    }),
  );
}

function printWith(ring: Ring<Atom>, value: Polynomial<Atom>, notation: Notation): string {
  const terms = printTerms(ring, value, undefined, ['1'], notation);
  if (terms.length === 0) return '0';
  return terms
    .map(({ sign, body }, k) => (k === 0 ? (sign === '-' ? `-${body}` : body) : `${sign} ${body}`))
    .join(' ');
}

function localName({ fn, derivative, power }: LocalFunction, name: (text: string) => string): string {
  const base = `${fn === 'identity' ? 'z' : name(fn)}${"'".repeat(derivative)}`;
  if (power === 1) return base;
  return derivative > 0 ? `(${base})^${power}` : `${base}^${power}`;
}

function textAverage(locals: readonly LocalFunction[], derivatives: readonly string[]): string {
  const product = locals.map((local) => localName(local, (text) => text)).join(' ');
  const pairs = Math.floor(derivatives.length / 2);
  const average = derivatives.length % 2 === 1 ? `<(${product})'>` : `<${product}>`;
  if (pairs === 0) return average;
  return pairs === 1 ? `d${average}/dK` : `d^${pairs}${average}/dK^${pairs}`;
}

function latexAverage(locals: readonly LocalFunction[], derivatives: readonly string[]): string {
  const product = locals.map((local) => localName(local, latexName)).join(' ');
  const pairs = Math.floor(derivatives.length / 2);
  const inner = derivatives.length % 2 === 1 ? `\\left(${product}\\right)'` : product;
  const average = `\\left\\langle ${inner} \\right\\rangle`;
  if (pairs === 0) return average;
  const power = pairs === 1 ? '' : `^{${pairs}}`;
  return `\\frac{d${power}}{dK${power}} ${average}`;
}
