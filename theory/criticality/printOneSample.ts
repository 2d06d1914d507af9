/**
 * Polynomials at one sample as text and LaTeX: no sample indices, and derivatives in z in pairs as derivatives in K. Gated units keep the names of
 * their pre-activations: K_u, phi(v).
 */
import type { Atom, LocalFunction } from '../atom.ts';
import type { SampleLabel } from '../coupling.ts';
import { fieldOf } from '../label.ts';
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
    coupling: textKernel,
  });
  const latex = printWith(ring, shown, {
    ...latexNotation(printLatexExpression),
    average: latexAverage,
    coupling: latexKernel,
  });
  return { text, latex };
}

/** `K`, `K_u` */
export function kernelName(label: SampleLabel): string {
  const field = fieldOf(label);
  return field === undefined ? 'K' : `K_${field}`;
}

function textKernel(_family: unknown, _order: number, [label]: readonly SampleLabel[]): string {
  return kernelName(label!);
}

function latexKernel(family: unknown, order: number, samples: readonly SampleLabel[]): string {
  return latexName(textKernel(family, order, samples));
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

function localName({ fn, derivative, power, sample }: LocalFunction, name: (text: string) => string): string {
  const field = fieldOf(sample);
  const of = field === undefined ? '' : `(${name(field)})`;
  const base = fn === 'identity' ? name(field ?? 'z') : `${name(fn)}${"'".repeat(derivative)}${of}`;
  if (power === 1) return base;
  return derivative > 0 || of !== '' ? `(${base})^${power}` : `${base}^${power}`;
}

function textAverage(locals: readonly LocalFunction[], derivatives: readonly string[]): string {
  const product = locals.map((local) => localName(local, (text) => text)).join(' ');
  const pairs = Math.floor(derivatives.length / 2);
  const average = derivatives.length % 2 === 1 ? `<(${product})'>` : `<${product}>`;
  const kernel = kernelName(derivatives[0] ?? '');
  if (pairs === 0) return average;
  return pairs === 1 ? `d${average}/d${kernel}` : `d^${pairs}${average}/d${kernel}^${pairs}`;
}

function latexAverage(locals: readonly LocalFunction[], derivatives: readonly string[]): string {
  const product = locals.map((local) => localName(local, latexName)).join(' ');
  const pairs = Math.floor(derivatives.length / 2);
  const inner = derivatives.length % 2 === 1 ? `\\left(${product}\\right)'` : product;
  const average = `\\left\\langle ${inner} \\right\\rangle`;
  if (pairs === 0) return average;
  const power = pairs === 1 ? '' : `^{${pairs}}`;
  return `\\frac{d${power}}{d${latexName(kernelName(derivatives[0] ?? ''))}${power}} ${average}`;
}
