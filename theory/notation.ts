/**
 * How the atoms of the theory are written: one table for terminals, one for LaTeX. Everything that decides
 * *what* is printed lives in `printRecursion.ts`; here is only how it looks.
 */
import type { LocalFunction } from './atom.ts';
import { functionSlot, type CouplingFamily, type SampleLabel } from './coupling.ts';
import { couplingName } from './couplingName.ts';
import type { Expr } from './expression.ts';
import { FUNCTION_LABEL, isAnyFunction } from './functionCoupling.ts';
import { fieldOf, sampleOf } from './label.ts';
import { formatRational, type Rational } from './rational.ts';

export interface Notation {
  readonly number: (value: Rational) => string;
  readonly parameter: (name: string) => string;
  readonly scalar: (expression: Expr) => string;
  readonly widthRatio: string;
  readonly overlap: (a: SampleLabel, b: SampleLabel) => string;
  /** Derivatives act on the whole product of local functions. */
  readonly average: (locals: readonly LocalFunction[], derivatives: readonly SampleLabel[]) => string;
  readonly coupling: (
    family: CouplingFamily,
    order: number,
    samples: readonly SampleLabel[],
    layer: CouplingLayer,
    /** What the coupling ends on, from `ofFunction`; `f` itself when absent. */
    end?: string,
  ) => string;
  /** What an average would be of, as the function that a coupling ends on. */
  readonly ofFunction: (locals: readonly LocalFunction[], derivatives: readonly SampleLabel[]) => string;
  /** An observable with its own index groups. */
  readonly observable: (name: string, indices: readonly (readonly SampleLabel[])[]) => string;
  readonly power: (base: string, exponent: number) => string;
  /** `1/n^order` as a factor. */
  readonly inverseWidth: (order: number) => string;
}

/** Layer 1, the layer l a recursion starts from, or l+1, which it computes. */
export type CouplingLayer = 'first' | 'same' | 'next';

const GREEK = new Set(
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega'.split(
    ' ',
  ),
);

/** ASCII, close to the `.eft` language itself. */
export function textNotation(printScalar: (expression: Expr) => string): Notation {
  return {
    number: formatRational,
    parameter: (name) => name,
    scalar: (expression) => `(${printScalar(expression)})`,
    widthRatio: '(n/n_l)',
    overlap: (a, b) => `X[${a}${b}]`,
    average: (locals, derivatives) => `<${textProduct(locals, derivatives)}>`,
    ofFunction: textProduct,
    observable: (name, indices) => `${name}[${indices.map((group) => group.join(',')).join(';')}]`,
    coupling: (family, order, samples, layer, end = 'f') => {
      const { letter, correction } = couplingName(family, order);
      const groups = groupedSamples(family, samples.map(textLabel));
      const argument = functionSlot(family) < 0 ? '' : `[${end}]`;
      return `${letter}${correction || ''}${layer === 'next' ? "'" : ''}[${groups.join(';')}]${argument}`;
    },
    power: (base, exponent) => (exponent === 1 ? base : `${base}^${exponent}`),
    inverseWidth: (order) => (order === 0 ? '' : order === 1 ? '1/n' : `1/n^${order}`),
  };
}

/** LaTeX in the notation of PDLT, with the layer as a superscript. */
export function latexNotation(printScalar: (expression: Expr) => string): Notation {
  return {
    number: latexRational,
    parameter: latexName,
    scalar: (expression) => `\\left(${printScalar(expression)}\\right)`,
    widthRatio: '\\frac{n}{n_\\ell}',
    overlap: (a, b) => `X_{${a}${b}}`,
    average: (locals, derivatives) => `\\left\\langle ${latexProduct(locals, derivatives)} \\right\\rangle`,
    ofFunction: latexProduct,
    observable: (name, indices) => {
      const groups = indices.map((group) => group.join(''));
      return `${latexName(name)}_{${groups.length <= 1 ? groups.join('') : groups.map((group) => `(${group})`).join('')}}`;
    },
    coupling: (family, order, samples, layer, end = 'f') => {
      const { letter, correction } = couplingName(family, order);
      const groups = groupedSamples(family, samples.map(latexLabel), samples.some(fieldOf) ? ' ' : undefined);
      const indices = groups.length === 1 ? groups.join('') : groups.map((group) => `(${group})`).join('');
      const base = couplingLetter(letter);
      const argument = functionSlot(family) < 0 ? '' : `\\left[${end}\\right]`;
      return `${base}^{${correction === 0 ? '' : `\\{${correction}\\}`}${LATEX_LAYER[layer]}}_{${indices}}${argument}`;
    },
    power: latexPower,
    inverseWidth: (order) => (order === 0 ? '' : order === 1 ? '\\frac{1}{n}' : `\\frac{1}{n^{${order}}}`),
  };
}

/** `\\Theta`, `{Z_{8}}` for an eight-point vertex, `{C_{<...>}}` for a family without a letter. */
function couplingLetter(letter: string): string {
  if (letter.endsWith('~')) return `\\tilde{${couplingLetter(letter.slice(0, -1))}}`;
  if (letter.length === 1) return letter;
  return GREEK.has(letter) ? `\\${letter}` : `{${letter[0]}_{${letter.slice(1)}}}`;
}

function latexPower(base: string, exponent: number): string {
  if (exponent === 1) return base;
  return base.startsWith('\\frac') ? `\\left(${base}\\right)^{${exponent}}` : `${base}^{${exponent}}`;
}

const LATEX_LAYER: Readonly<Record<CouplingLayer, string>> = {
  first: '(1)',
  same: '(\\ell)',
  next: '(\\ell+1)',
};

/** `ab`, `cd`: the sample indices of each block of a coupling. */
function groupedSamples(family: CouplingFamily, samples: readonly SampleLabel[], between?: string): string[] {
  const separator = between ?? (samples.some((sample) => sample.length > 1) ? ',' : '');
  if (family.blocks.length === 1) return [samples.join(separator)];
  const end = functionSlot(family);
  const groups = family.blocks.map((slots) => slots.filter((slot) => slot !== end));
  return groups
    .filter((slots) => slots.length > 0)
    .map((slots) => slots.map((slot) => samples[slot]).join(separator));
}

function textProduct(locals: readonly LocalFunction[], derivatives: readonly SampleLabel[]): string {
  return differentiated(
    locals.map(localText),
    derivatives.map((label) => `d_${textLabel(label)}`),
    ' ',
  );
}

function latexProduct(locals: readonly LocalFunction[], derivatives: readonly SampleLabel[]): string {
  return differentiated(
    locals.map(localLatex),
    derivatives.map((label) => `\\partial_{${latexLabel(label)}}`),
    ' ',
  );
}

function differentiated(factors: readonly string[], derivatives: readonly string[], space: string): string {
  const product = factors.join(space);
  if (derivatives.length === 0) return product;
  const operators = derivatives.join(space);
  return factors.length === 1 ? `${operators}${space}${product}` : `${operators}${space}(${product})`;
}

/** `u_a`, or the sample alone. */
export function textLabel(label: SampleLabel): string {
  if (label === FUNCTION_LABEL) return 'f';
  const field = fieldOf(label);
  return field === undefined ? label : `${field}_${sampleOf(label)}`;
}

function latexLabel(label: SampleLabel): string {
  if (label === FUNCTION_LABEL) return 'f';
  const field = fieldOf(label);
  return field === undefined ? label : `${latexName(field)}_{${sampleOf(label)}}`;
}

/** `sigma'_a`, and where there are several fields `sigma'(u_a)`. */
function localText({ fn, derivative, sample, power }: LocalFunction): string {
  if (isAnyFunction({ fn })) return 'f';
  const named = `${fn === 'identity' ? 'z' : fn}${"'".repeat(derivative)}`;
  const field = fieldOf(sample);
  const bare = fn === 'identity' && derivative === 0 ? textLabel(sample) : `${named}(${textLabel(sample)})`;
  return `${field === undefined ? `${named}_${sample}` : bare}${power === 1 ? '' : `^${power}`}`;
}

function localLatex({ fn, derivative, sample, power }: LocalFunction): string {
  if (isAnyFunction({ fn })) return 'f';
  const named = `${fn === 'identity' ? 'z' : latexName(fn)}${"'".repeat(derivative)}`;
  const field = fieldOf(sample);
  const bare = fn === 'identity' && derivative === 0 ? latexLabel(sample) : `${named}(${latexLabel(sample)})`;
  const base = field === undefined ? `${named}_{${sample}}` : bare;
  return power === 1 ? base : `(${base})^{${power}}`;
}

function latexRational({ numerator, denominator }: Rational): string {
  if (denominator === 1n) return `${numerator}`;
  const sign = numerator < 0n ? '-' : '';
  return `${sign}\\frac{${numerator < 0n ? -numerator : numerator}}{${denominator}}`;
}

/** `C_W` -> `C_{W}`, `lambda_b` -> `\lambda_{b}`, long names upright. */
export function latexName(name: string): string {
  const [head = '', ...rest] = name.split('_');
  const base = GREEK.has(head) ? `\\${head}` : head.length > 1 ? `\\mathrm{${head}}` : head;
  return rest.length === 0 ? base : `${base}_{${rest.map((part) => latexName(part)).join('\\,')}}`;
}
