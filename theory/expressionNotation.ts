/** How expressions look: one table for the model language, one for LaTeX. */
import type { FunctionName } from './expression.ts';
import { latexName } from './notation.ts';
import { formatRational, isIntegerRational, type Rational } from './rational.ts';

export interface PrintedBranch {
  readonly left: string;
  readonly right: string;
  readonly strict: boolean;
  readonly value: string;
}

/** Arguments are printed and bracketed already where the notation itself does not group them. */
export interface ExpressionNotation {
  /** Of a positive number. */
  readonly number: (value: Rational) => string;
  readonly symbol: (name: string) => string;
  readonly product: (factors: readonly string[]) => string;
  readonly quotient: (above: string, below: string, severalBelow: boolean) => string;
  readonly power: (base: string, exponent: Rational) => string;
  readonly root: (radicand: string) => string;
  readonly call: (fn: FunctionName, argument: string) => string;
  readonly group: (text: string) => string;
  readonly piecewise: (branches: readonly PrintedBranch[], otherwise: string) => string;
  /** How tightly a fraction and an exponential bind. */
  readonly fractionLevel: Level;
  readonly exponentialLevel: Level;
  /** What a lone numerator or denominator must bind like to stand without brackets. */
  readonly loneNumerator: Level;
  readonly loneDenominator: Level;
}

export type Level = 'sum' | 'product' | 'power' | 'atom';

export const TEXT_EXPRESSIONS: ExpressionNotation = {
  number: formatRational,
  symbol: (name) => name,
  product: (factors) => factors.join('*'),
  quotient: (above, below, severalBelow) => `${above}/${severalBelow ? `(${below})` : below}`,
  power: (base, exponent) =>
    isIntegerRational(exponent) ? `${base}^${exponent.numerator}` : `${base}^(${formatRational(exponent)})`,
  root: (radicand) => `sqrt(${radicand})`,
  call: (fn, argument) => `${fn}(${argument})`,
  group: (text) => `(${text})`,
  piecewise: (branches, otherwise) => {
    const printed = branches.map(
      ({ left, right, strict, value }) => `${left} ${strict ? '<' : '<='} ${right}: ${value}`,
    );
    return `piecewise(${[...printed, `otherwise: ${otherwise}`].join(', ')})`;
  },
  fractionLevel: 'product',
  exponentialLevel: 'atom',
  loneNumerator: 'product',
  loneDenominator: 'power',
};

const LATEX_FUNCTIONS: { readonly [Fn in Exclude<FunctionName, 'exp'>]: string } = {
  log: '\\log',
  sin: '\\sin',
  cos: '\\cos',
  tanh: '\\tanh',
  erf: '\\operatorname{erf}',
  sigmoid: '\\operatorname{sigmoid}',
  softplus: '\\operatorname{softplus}',
};

export const LATEX_EXPRESSIONS: ExpressionNotation = {
  number: latexNumber,
  symbol: (name) => latexName(name),
  // Two numbers side by side would read as one.
  product: (factors) =>
    factors.reduce((left, right) => (/^\d/.test(right) ? `${left} \\cdot ${right}` : `${left} ${right}`)),
  quotient: (above, below) => `\\frac{${above}}{${below}}`,
  power: (base, exponent) => `${base}^{${formatRational(exponent)}}`,
  root: (radicand) => `\\sqrt{${radicand}}`,
  call: (fn, argument) =>
    fn === 'exp' ? `e^{${argument}}` : `${LATEX_FUNCTIONS[fn]}\\left(${argument}\\right)`,
  group: (text) => `\\left(${text}\\right)`,
  piecewise: (branches, otherwise) => {
    const rows = branches.map(
      ({ left, right, strict, value }) => `${value} & ${left} ${strict ? '<' : '\\le'} ${right}`,
    );
    return `\\begin{cases} ${[...rows, `${otherwise} & \\text{otherwise}`].join(' \\\\ ')} \\end{cases}`;
  },
  fractionLevel: 'power',
  exponentialLevel: 'power',
  loneNumerator: 'sum',
  loneDenominator: 'sum',
};

function latexNumber({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `\\frac{${numerator}}{${denominator}}`;
}
